"""Experiments: a run that does what a prediction is about, and the comparison with what was said.

The run is the learner's own, made with the prediction's seed and commands. What they do in it counts: the
comparison reads that run's trace, not the author's expectation.
"""

import contextlib
from collections.abc import Collection
from dataclasses import dataclass

from lessons.progress.models import PredictionLock
from lessons.progress.predictions import Asked
from lessons.progress.refusals import Refused
from people.models import Learner
from simulator.engine import WorldCommand
from simulator.runs import Moment, RunNotFound, append, create_run, replica_at
from simulator.runs import Refused as RunRefused
from simulator.runs.heavy import graded
from simulator.runs.replicas import copy_of
from simulator.runs.workshop import Undone, workshop
from simulator.scenarios import Truth, given_commands, measured_at_us, truth_in

PURPOSE = "experiment"
#: A longer trace is measured in the workshop.
ENTRIES_HERE = 5_000


@dataclass(frozen=True)
class Standing:
    """Where an experiment's run is on its way to the moment of measuring. `settled` once it was compared."""

    run: str
    now_us: int
    measured_us: int
    settled: bool


def unfinished(run_ids: Collection[str]) -> set[str]:
    """Which of these runs are experiments whose outcome is not stored yet, and are needed for it."""
    locks = PredictionLock.objects.filter(run__in=run_ids, measured="")
    return set(locks.values_list("run", flat=True))


def start(learner: Learner, asked: Asked, kept: PredictionLock | None) -> PredictionLock:
    """Make the run and let it play. Only after the prediction was locked; again as often as one likes."""
    if kept is None:
        raise Refused("Lock in what you expect first. Then the experiment can show it.")
    given = given_commands(asked.scenario, asked.prediction.given)
    run = create_run(
        asked.scenario,
        owner_id=learner.pk,
        seed=asked.prediction.seed,
        purpose=PURPOSE,
        commands=[(command.kind, command.body) for command in given],
        rate=1.0,
    )
    kept.run, kept.outcome, kept.measured = run.id, "", ""
    kept.save(update_fields=["run", "outcome", "measured"])
    return kept


def compare(asked: Asked, kept: PredictionLock) -> Standing | None:
    """Compare once the run has come far enough, and keep what it showed. None if there is no run (any
    more).
    """
    if not kept.run:
        return None
    measured_us = measured_at_us(asked.prediction)
    try:
        moment = replica_at(kept.run, measured_us)
        if moment.at_us < measured_us and _decided(kept.run, measured_us):
            # Nothing can change the outcome but the learner: don't let them wait for an empty clock.
            moment = _skipped(kept.run, measured_us)
    except RunNotFound:
        return None
    settled = bool(kept.measured)
    if not settled and moment.at_us >= measured_us:
        with contextlib.suppress(Undone):  # the server is busy: the page asks again
            _keep(asked, kept, moment)
            settled = True
    return Standing(kept.run, moment.at_us, measured_us, settled)


def _keep(asked: Asked, kept: PredictionLock, moment: Moment) -> None:
    found = _found(asked, moment)
    kept.outcome, kept.measured = found.choice or "", found.text
    kept.save(update_fields=["outcome", "measured"])


def _found(asked: Asked, moment: Moment) -> Truth:
    """What the run showed: read from its trace, or, where that is long, played again in the workshop."""
    if len(moment.entries) <= ENTRIES_HERE:
        return truth_in(asked.scenario, asked.prediction, moment.entries)
    replica = copy_of(moment.run_id).replica
    commands = [
        WorldCommand(command.seq, command.at_us, command.kind, command.body)
        for command in replica.log.commands
        if command.reaches_world
    ]
    seed = replica.identity.seed
    return workshop().do(graded, asked.scenario.canonical_json, seed, commands, asked.prediction.id)


def _decided(run_id: str, measured_us: int) -> bool:
    """Whether a playing run plans nothing more, but empty polls, before the moment of measuring."""
    replica = copy_of(run_id).replica
    with replica.lock:
        if replica.log.clock.rate == 0 or replica.reached_us < replica.busy_until_us:
            return False
        next_us = replica.ahead()
        return next_us is None or next_us > measured_us


def _skipped(run_id: str, measured_us: int) -> Moment:
    with contextlib.suppress(RunRefused):
        append(run_id, "warp", {"to_us": measured_us}, f"measure:{measured_us}")
    return replica_at(run_id, measured_us)
