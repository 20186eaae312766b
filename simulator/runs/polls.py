"""Frames for viewers whose network lets no socket through: the same bytes, one request at a time."""

from __future__ import annotations

import threading

from simulator.runs.clock import UNSEEN_WALL_US, wall_now_us
from simulator.runs.commands import append_own, wake
from simulator.runs.frames import Cursor, encode
from simulator.runs.idle import gap_ahead
from simulator.runs.marks import Seen, mark_seen
from simulator.runs.replicas import Copy, copy_of

#: Work on one answer; a long run comes in several.
WORK_S = 1.0
REMAKE_S = 5.0
MARK_WALL_US = 1_000_000

_marked: dict[str, int] = {}
_lock = threading.Lock()


def poll(run_id: str, known: Cursor) -> str:
    """The frame that brings a viewer from `known` to now; polling counts as viewing. Raises RunNotFound."""
    copy = copy_of(run_id)
    replica = copy.replica
    replica.log.read()
    wall_us = wall_now_us()
    if _mark_is_due(run_id, wall_us):
        if not replica.ended:
            wake(run_id, UNSEEN_WALL_US)  # polls may be far apart
        mark_seen({run_id: Seen(replica.log.clock.now_us(wall_us), 1)})
    with replica.lock:
        replica.log.read()
        horizon_us = replica.log.clock.horizon_us(wall_us)
        gap = None
        done = replica.catch_up(horizon_us, WORK_S)
        if not done and len(replica.entries) < known.next:  # nothing is taken from a page that knows more
            done = replica.catch_up(horizon_us, REMAKE_S)
        if done:
            gap = gap_ahead(replica, horizon_us, wall_us)
        frame = encode(copy.view(horizon_us, wall_us, _next_us(copy)), known)
    if gap is not None:
        append_own(run_id, "warp", {"to_us": gap.to_us}, gap.client_key, known=replica.fed)
    return frame


def _next_us(copy: Copy) -> int | None:
    replica = copy.replica
    return replica.ahead() if replica.reached_us >= replica.busy_until_us else None


def _mark_is_due(run_id: str, wall_us: int) -> bool:
    with _lock:
        if wall_us - _marked.get(run_id, 0) < MARK_WALL_US:
            return False
        if len(_marked) > 1000:
            _marked.clear()
        _marked[run_id] = wall_us
        return True
