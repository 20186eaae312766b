"""What a page gives its player before there is a run: the model and both drawings.

A GET writes nothing. The page shows the drawing at once; its script then asks for a run and plays it.
"""

from typing import Any

from simulator.scenarios import Scenario, page_model
from simulator.web.drawings import drawings_of


def player_of(scenario: Scenario, *, run: str = "") -> dict[str, Any]:
    """The player's values for a run of the scenario, or for one that is yet to be made."""
    drawings = drawings_of(scenario)
    return {
        "run": run,
        "model": page_model(scenario),
        "drawing_wide": drawings.wide,
        "drawing_narrow": drawings.narrow,
        "drive": True,
        "skips_gaps": True,
    }


def running_experiment(parts: list[dict[str, Any]]) -> str:
    """The run of an experiment that is under way on a lesson's page, so that a reload goes on with it."""
    cards = [part["card"] for part in parts if part["block"] == "prediction"]
    return next((card.standing.run for card in cards if card.state == "running"), "")
