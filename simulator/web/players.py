"""What the player's templates (`runs/_player.html`) are given."""

from __future__ import annotations

from typing import Any

from simulator.runs import OpenRun, blueprint_of
from simulator.web.drawings import drawings_of


def player_of(run: OpenRun) -> dict[str, Any]:
    """A run to play: its id, its model, both drawings, and whether this visitor may drive."""
    blueprint = blueprint_of(run.revision)
    drawings = drawings_of(blueprint.scenario)
    return {
        "run": run.id,
        "model": blueprint.model,
        "drawing_wide": drawings.wide,
        "drawing_narrow": drawings.narrow,
        "drive": run.may_drive and run.current,
        "skips_gaps": True,
    }
