"""What a server process does now and then beside its runs: forget, delete, report. Never in the loop."""

from __future__ import annotations

import logging
from collections.abc import Callable

from simulator.runs.pruning import prune_when_due
from simulator.runs.replicas import forget_unwatched

logger = logging.getLogger(__name__)

EVERY_S = 10.0

#: Called in each round, in a thread; rooms above register theirs.
chores: list[Callable[[], object]] = [forget_unwatched, prune_when_due]
_failing: set[Callable[[], object]] = set()


def upkeep() -> None:
    """Do every chore once. One that fails (the database is away) keeps no other from being done."""
    for chore in tuple(chores):
        try:
            chore()
            _failing.discard(chore)
        except Exception:
            if chore not in _failing:  # said once, not every ten seconds
                logger.exception("a chore failed", extra={"chore": chore.__name__})
            _failing.add(chore)
