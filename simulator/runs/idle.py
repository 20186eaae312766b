"""Gaps in which nothing happens are skipped, so that nobody waits for thirty seconds of nothing."""

from __future__ import annotations

from typing import NamedTuple

from simulator.runs.replica import Replica

#: A gap is worth skipping from this much wall time on, and this much virtual time.
GAP_WALL_US = 2_000_000
GAP_US = 1_000_000
#: What is left of it before the next thing, and how long the last thing stays in sight first.
LEAD_IN_WALL_US = 400_000
LINGER_WALL_US = 600_000


class Gap(NamedTuple):
    """Until `next_us` only idle things happen; the warp goes to `to_us`, shortly before."""

    next_us: int
    to_us: int

    @property
    def client_key(self) -> str:
        """The same in every process that sees this gap, so that it is skipped once."""
        return f"warp:{self.next_us}"


def gap_ahead(replica: Replica, horizon_us: int, wall_us: int) -> Gap | None:
    """The gap that a playing run stands before, or None. The caller holds the replica's lock."""
    clock = replica.log.clock
    rate = clock.segment(wall_us).rate
    if rate == 0 or rate != clock.rate or not clock.skip_gaps or replica.reached_us < horizon_us:
        return None
    if replica.busy_until_us + int(LINGER_WALL_US * rate) > horizon_us:
        return None
    next_us = replica.ahead()
    if next_us is None or next_us - horizon_us < max(GAP_US, int(GAP_WALL_US * rate)):
        return None
    return Gap(next_us, next_us - int(LEAD_IN_WALL_US * rate))
