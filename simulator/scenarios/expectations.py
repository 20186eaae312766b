"""Expectations, run as tests; changes under which they must fail; challenges; predictions and their truth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from simulator.engine import Entry, World, WorldCommand
from simulator.engine.quantities import MINUTE

from .build import build_world
from .changes import changed
from .document import Change, ExpectGroup, Prediction, SendControl, SettingControl
from .grammar import TimedCommand, parse_command, parse_line, parse_measure, parse_outcome
from .measures import Number, amount_text, compare, evaluate, judge
from .scenario import Scenario

#: How long a run is watched when no line names a time.
WATCHED_US = 2 * MINUTE


@dataclass(frozen=True)
class Checked:
    """One line of an expectation under one seed: whether it held, and a sentence about what was found."""

    expectation: str
    line: str
    seed: str
    held: bool
    says: str


@dataclass(frozen=True)
class Broken:
    """One expectation under one change: whether it failed, as it must."""

    change: str
    expectation: str
    failed: bool
    says: str


@dataclass(frozen=True)
class Truth:
    """What a measure really is, and the choices that say so. `text` is the value as people write it."""

    value: Number
    text: str
    choices: tuple[str, ...]

    @property
    def choice(self) -> str | None:
        """The one right choice's id; None when none or several fit."""
        return self.choices[0] if len(self.choices) == 1 else None


def given_commands(scenario: Scenario, texts: Iterable[str]) -> tuple[WorldCommand, ...]:
    """Timed commands of the scenario's controls and faults, in order of time, numbered from 1.

    What names a service that a change has left out is left out too.
    """
    parsed = sorted((parse_command(text) for text in texts), key=lambda command: command.at_us)
    bodies = [(command, _body(scenario, command)) for command in parsed]
    return tuple(
        WorldCommand(number, command.at_us, kind, body)
        for number, (command, (kind, body)) in enumerate(bodies, 1)
        if body["node"] in scenario.services
    )


def _body(scenario: Scenario, command: TimedCommand) -> tuple[str, Mapping[str, object]]:
    """The kind and body of a run's command."""
    item = next(item for item in (*scenario.controls, *scenario.faults) if item.id == command.id)
    if isinstance(item, SendControl):
        return "send", {"node": item.node, "count": item.count}
    if isinstance(item, SettingControl):
        return "configure", {"node": item.node, "setting": item.setting, "value": command.value}
    on = command.verb != "restore"
    parameters = dict(item.parameters) if on else {}
    return "fault", {"node": item.node, "fault": item.fault, "on": on, "parameters": parameters}


def played(scenario: Scenario, seed: str, given: Iterable[str], until_us: int) -> World:
    """A world of the scenario, run to `until_us` with some timed commands."""
    world = build_world(scenario, seed)
    for command in given_commands(scenario, given):
        world.add_command(command)
    world.run_until(until_us)
    return world


def run_expectations(
    scenario: Scenario, change: Change | None = None, only: Iterable[str] | None = None
) -> tuple[Checked, ...]:
    """Run every expectation (or `only` those of some ids) with every seed; with `change`, of that version."""
    version = scenario if change is None else changed(scenario, change)
    turned_on = change.turn_on if change else ()
    wanted = None if only is None else set(only)
    return tuple(
        checked
        for name, group in scenario.expect.items()
        if wanted is None or name in wanted
        for checked in _run_group(version, name, group, turned_on)
    )


def _run_group(
    scenario: Scenario, name: str, group: ExpectGroup, turned_on: Sequence[str]
) -> Iterable[Checked]:
    lines = [parse_line(text) for text in group.then]
    end_us = max((line.until_us for line in lines if line.until_us is not None), default=WATCHED_US)
    for seed in seeds_of(group):
        world = played(scenario, seed, (*group.given, *turned_on), end_us)
        for line in lines:
            verdict = judge(line, scenario, world.entries, end_us)
            held = verdict.held and world.ended is None
            yield Checked(name, line.text, seed, held, world.ended or verdict.says)


def seeds_of(group: ExpectGroup) -> tuple[str, ...]:
    """The seeds that a group is run with."""
    if isinstance(group.seeds, int):
        return tuple(str(number) for number in range(1, group.seeds + 1))
    return group.seeds


def check_unless(scenario: Scenario) -> tuple[Broken, ...]:
    """Run each change's expectations: each must fail, or it says nothing."""
    found = []
    for unless in scenario.document.unless:
        for name in unless.breaks:
            results = run_expectations(scenario, unless, [name])
            misses = [checked for checked in results if not checked.held]
            says = misses[0].says if misses else f"{name} still holds with {unless.id}"
            found.append(Broken(unless.id, name, bool(misses), says))
    return tuple(found)


def check_challenge(scenario: Scenario) -> tuple[str, ...]:
    """What is wrong with a challenge: an empty answer that passes, a reference answer that fails."""
    challenge = scenario.document.challenge
    if challenge is None:
        return ()
    problems = []
    if all(checked.held for checked in _run_goals(scenario, challenge.goals, None)):
        problems.append("The challenge is won without doing anything.")
    answered = _run_goals(scenario, challenge.goals, challenge.answer)
    problems += [f"The reference answer misses a goal: {goal.says}." for goal in answered if not goal.held]
    return tuple(problems)


def _run_goals(
    scenario: Scenario, goals: Sequence[ExpectGroup], answer: Change | None
) -> tuple[Checked, ...]:
    version = scenario if answer is None else changed(scenario, answer)
    turned_on = answer.turn_on if answer else ()
    return tuple(
        checked
        for number, goal in enumerate(goals, 1)
        for checked in _run_group(version, goal.id or f"goal-{number}", goal, turned_on)
    )


def measured_at_us(prediction: Prediction) -> int:
    """The moment at which a prediction is measured."""
    at_us = parse_measure(prediction.measure).at_us
    at_us = prediction.measure_at if at_us is None else at_us
    assert at_us is not None, "the checker asks for one"
    return at_us


def truth(scenario: Scenario, prediction: Prediction, seed: str | None = None) -> Truth:
    """What really happens after the prediction's commands, by simulation; `seed` is the prediction's own."""
    world = played(scenario, seed or prediction.seed, prediction.given, measured_at_us(prediction))
    return truth_in(scenario, prediction, world.entries)


def truth_in(scenario: Scenario, prediction: Prediction, entries: Sequence[Entry]) -> Truth:
    """What happened in a run of the scenario that has come as far as the prediction's moment."""
    value = evaluate(prediction.measure, scenario, entries, measured_at_us(prediction))
    fitting = []
    for choice in prediction.choices:
        outcome = parse_outcome(choice.value)
        if compare(outcome.comparison, value, outcome.amount.number):
            fitting.append(choice.id)
    text = amount_text(value, parse_measure(prediction.measure).value, scenario)
    return Truth(value, text, tuple(fitting))
