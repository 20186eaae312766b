"""The replicas of this process: one a run, shared by its viewers, its fragments and its pollers."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from django.conf import settings

from simulator.engine import ENGINE_VERSION
from simulator.runs import tallies
from simulator.runs.clock import wall_now_us
from simulator.runs.commands import OLD_ENGINE, RunNotFound
from simulator.runs.frames import View
from simulator.runs.log import log_of
from simulator.runs.models import Run
from simulator.runs.replica import Identity, Replica
from simulator.runs.revisions import Blueprint, blueprint_of


@dataclass(eq=False)
class Copy:
    """A replica with what is needed to show it. `watched` keeps it from being forgotten."""

    run_id: str
    replica: Replica
    blueprint: Blueprint
    watched: bool = False

    def horizon_us(self, wall_us: int) -> int:
        """Nothing can change at or before this; a run that nobody saw stands still where it was last seen."""
        clock = self.replica.log.clock
        seen = Run.objects.filter(pk=self.run_id).values_list("seen_us", "seen_wall").first()
        if seen is not None and clock.unseen(wall_us, seen[1]):
            return max(seen[0], clock.last_us)
        return clock.horizon_us(wall_us)

    def view(self, horizon_us: int, wall_us: int, next_us: int | None = None) -> View:
        """What there is to tell. The caller holds the replica's lock, and encodes before it lets go."""
        replica = self.replica
        told_us = horizon_us if replica.ended else min(horizon_us, replica.reached_us)
        count = len(replica.entries)
        if replica.reached_us > horizon_us:  # it went on before it learned of a pause, or of a time set back
            count = replica.count_at(horizon_us + 1)
        return View(
            log=replica.log.commands[: replica.fed],
            entries=replica.entries,
            count=count,
            horizon_us=max(0, told_us),
            segment=replica.log.clock.segment(wall_us),
            wall_us=wall_us,
            next_us=next_us,
            ended=replica.ended,
            node_index=self.blueprint.node_index,
            kind_index=self.blueprint.kind_index,
        )

    def read_up(self, at_us: int | None = None) -> tuple[int, int]:
        """Read the log and simulate to `at_us` (now, without one), never past the horizon.

        Returns the time reached and the horizon. The caller holds the lock.
        """
        self.replica.log.read()
        horizon_us = self.horizon_us(wall_now_us())
        until_us = horizon_us if at_us is None else max(0, min(at_us, horizon_us))
        self.replica.catch_up(until_us)
        return until_us, horizon_us


_copies: OrderedDict[str, Copy] = OrderedDict()
_lock = threading.Lock()


def copy_of(run_id: str) -> Copy:
    """This process's replica of a run, made when there is none. Raises RunNotFound."""
    with _lock:
        found = _copies.get(run_id)
        if found is not None:
            _copies.move_to_end(run_id)
            return found
    made = _made(run_id)
    with _lock:
        copy = _copies.setdefault(run_id, made)
        _copies.move_to_end(run_id)
    forget_unwatched()
    return copy


def forget(run_id: str) -> None:
    """Let a replica go."""
    with _lock:
        _copies.pop(run_id, None)


def forget_unwatched() -> int:
    """Forget replicas that nobody watches, least used first, beyond the number and the memory that settings
    allow them; they are made again when asked for. The latest stays in any case. How many went.
    """
    with _lock:
        unwatched = [
            (run_id, copy.replica.weight_bytes) for run_id, copy in _copies.items() if not copy.watched
        ]
        number, weight = len(unwatched), sum(bytes_ for _, bytes_ in unwatched)
        went = 0
        for run_id, bytes_ in unwatched[:-1]:
            if number <= settings.REPLICAS_UNWATCHED_MAX and weight <= settings.REPLICAS_UNWATCHED_MB * 2**20:
                break
            del _copies[run_id]
            number, weight, went = number - 1, weight - bytes_, went + 1
    tallies.count("evictions", went)
    return went


def watched_ids() -> set[str]:
    """The runs that have viewers in this process."""
    with _lock:
        return {run_id for run_id, copy in _copies.items() if copy.watched}


def kept() -> tuple[int, int]:
    """How many replicas this process holds, and about how many bytes they weigh."""
    with _lock:
        copies = list(_copies.values())
    return len(copies), sum(copy.replica.weight_bytes for copy in copies)


def _made(run_id: str) -> Copy:
    run = Run.objects.filter(pk=run_id).first()
    if run is None:
        raise RunNotFound(run_id)
    blueprint = blueprint_of(run.revision_id)
    replica = Replica(
        blueprint.build(run.seed),
        log_of(run_id),
        blueprint.entry_kinds,
        Identity(run_id, run.revision_id, run.seed),
        refusal=OLD_ENGINE if run.engine_version != ENGINE_VERSION else None,
    )
    return Copy(run_id, replica, blueprint)
