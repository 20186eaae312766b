"""Heavy work as the workshop takes it: functions of a module, of plain values, without Django.

Each gives what the same call in the server would give; only the place differs.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from simulator.diagrams import Diagram, DiagramCache, DiagramModel, draw
from simulator.engine import WorldCommand
from simulator.scenarios import Diagnostic, Scenario, Truth, build_world, load_text, measured_at_us, truth_in


def laid_out(model: DiagramModel, direction: str, folder: str | None) -> Diagram:
    """A drawing; its layout is kept in `folder`. Raises DiagramError."""
    cache = DiagramCache(Path(folder)) if folder else None
    return draw(model, direction="LR" if direction == "LR" else "TB", cache=cache)


def checked(text: str) -> tuple[Diagnostic, ...]:
    """What the checker says about a scenario's source."""
    return load_text(text).diagnostics


def graded(canonical_json: str, seed: str, commands: Sequence[WorldCommand], prediction_id: str) -> Truth:
    """What a run of this log shows about a prediction of its scenario, by playing it again."""
    scenario = Scenario.from_canonical(canonical_json)
    prediction = next(p for p in scenario.predictions if p.id == prediction_id)
    world = build_world(scenario, seed)
    for command in commands:
        world.add_command(command)
    world.run_until(measured_at_us(prediction))
    return truth_in(scenario, prediction, world.entries)
