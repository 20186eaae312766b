"""The marks beside runs: how far they were seen, and which processes have viewers of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.db import transaction
from django.db.models import BigIntegerField, Case, F, Value, When
from django.db.models.functions import Greatest

from simulator.runs.clock import UNSEEN_WALL_US, wall_now_us
from simulator.runs.commands import Draft, told
from simulator.runs.models import Run, Watch
from simulator.runs.processes import this_process
from simulator.runs.writer import write

A_STATEMENT = 100


class Seen(NamedTuple):
    """Up to when a run was seen, and by how many."""

    at_us: int
    viewers: int


def mark_seen(seen: Mapping[str, Seen]) -> None:
    """Write the marks of all these runs, in one statement a table (for each hundred runs)."""
    runs = list(seen.items())
    wall_us = wall_now_us()
    for start in range(0, len(runs), A_STATEMENT):
        part = dict(runs[start : start + A_STATEMENT])
        write(lambda part=part: _mark(part, wall_us))  # type: ignore[misc]


def _mark(seen: Mapping[str, Seen], wall_us: int) -> None:
    process = this_process()
    with transaction.atomic():
        known = set(Run.objects.filter(pk__in=seen).values_list("pk", flat=True))
        if not known:
            return
        told_us = Case(
            *(When(pk=run_id, then=Value(seen[run_id].at_us)) for run_id in known),
            output_field=BigIntegerField(),
        )
        # What was seen stays seen: a replica that is being made again has not got there yet.
        seen_us = Greatest(F("seen_us"), told_us)
        Run.objects.filter(pk__in=known).update(seen_us=seen_us, seen_wall=wall_us)
        Watch.objects.bulk_create(
            [
                Watch(run_id=run_id, process=process, viewers=seen[run_id].viewers, wall=wall_us)
                for run_id in known
            ],
            update_conflicts=True,
            unique_fields=["run", "process"],
            update_fields=["viewers", "wall"],
        )


def mark_failed(run_id: str) -> None:
    """An error of ours stopped this run; it is kept so that it can be made again."""
    write(lambda: Run.objects.filter(pk=run_id).update(state=Run.State.FAILED))


def leave(run_id: str) -> None:
    """The last viewer of this process has left: pause the run, unless another process has viewers."""

    def work() -> None:
        with Draft(run_id) as draft:
            Watch.objects.filter(run=draft.run, process=this_process()).delete()
            live_since = draft.wall_us - UNSEEN_WALL_US
            watched = Watch.objects.filter(run=draft.run, viewers__gt=0, wall__gte=live_since).exists()
            if draft.clock.rate > 0 and not watched:
                draft.add("clock", {"rate": 0, "reason": "left"}, f"left:{draft.count + 1}")

    told(run_id, work)
