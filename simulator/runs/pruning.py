"""Runs that nobody touched for long are deleted, a few at a time. Outcomes are stored elsewhere and stay.

Ages are settings, by purpose. Kept in any case: a run that is watched, one from which a kept run was forked
(the fork leads back to it), and one that a room above still needs, which it says through `keepers`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from simulator.runs import tallies
from simulator.runs.clock import UNSEEN_WALL_US, wall_now_us
from simulator.runs.models import Run, Watch
from simulator.runs.replicas import forget, watched_ids
from simulator.runs.writer import write

logger = logging.getLogger(__name__)

DAY_US = 24 * 3_600_000_000
#: The purpose whose age holds for a purpose without one.
USUAL = "lab"
#: One transaction deletes so many, so that no command waits long for the database.
RUNS_A_BATCH = 25
#: One automatic round deletes so many at most.
RUNS_A_ROUND = 500

#: Each is asked which of some runs are still needed; rooms above register theirs.
keepers: list[Callable[[Collection[str]], Collection[str]]] = []


def untouched(purpose: str | None = None) -> QuerySet[Run]:
    """The runs (of a purpose) that are old enough to go, and that no fork leads back to."""
    found = Run.objects.none()
    for name, days in settings.PRUNE_AFTER_DAYS.items():
        if days <= 0 or purpose not in (None, name):
            continue
        old = Run.objects.filter(
            seen_wall__lt=wall_now_us() - int(days * DAY_US),
            created__lt=timezone.now() - timedelta(days=days),
            forks__isnull=True,
        )
        others = set(settings.PRUNE_AFTER_DAYS) - {USUAL}
        found |= old.exclude(purpose__in=others) if name == USUAL else old.filter(purpose=name)
    return found


def prune(most: int | None = RUNS_A_ROUND) -> int:
    """Delete untouched runs, at most so many (all, with None), in small transactions. How many went."""
    went, kept = 0, set[str]()
    while most is None or went < most:
        wanted = RUNS_A_BATCH if most is None else min(RUNS_A_BATCH, most - went)
        # Those that are needed are passed over; looking past so many of them is enough for one round.
        candidates = list(
            untouched().exclude(pk__in=kept).order_by("seen_wall").values_list("pk", flat=True)[:wanted]
        )
        if not candidates or len(kept) > 10 * RUNS_A_ROUND:
            break
        needed = _needed(candidates)
        kept |= needed
        went += write(lambda ids=set(candidates) - needed: _delete(ids))  # type: ignore[misc]
    if went:
        tallies.count("pruned", went)
        logger.info("untouched runs were deleted", extra={"runs": went})
    return went


def prune_when_due() -> int:
    """`prune`, once in PRUNE_EVERY_S seconds, whichever process comes first."""
    if settings.PRUNE_EVERY_S <= 0 or not cache.add("runs:pruned", 1, settings.PRUNE_EVERY_S):
        return 0
    return prune()


def _needed(run_ids: Collection[str]) -> set[str]:
    needed = watched_ids() & set(run_ids)
    live_since = wall_now_us() - UNSEEN_WALL_US
    needed |= set(
        Watch.objects.filter(run__in=run_ids, viewers__gt=0, wall__gte=live_since).values_list(
            "run", flat=True
        )
    )
    for still_needed in keepers:
        needed |= set(still_needed(run_ids))
    return needed


def _delete(run_ids: Collection[str]) -> int:
    with transaction.atomic():
        # Asked again under the lock: somebody may have come in the meantime.
        list(Run.objects.select_for_update().filter(pk__in=run_ids).order_by("pk").values_list("pk"))
        ids = list(untouched().filter(pk__in=run_ids).values_list("pk", flat=True))
        Run.objects.filter(pk__in=ids).delete()
    for run_id in ids:
        forget(run_id)
    return len(ids)
