"""A step at the live edge: the run stands still, and moves on to the next thing that happens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.runs.commands import Draft, Refused, Stale, append
from simulator.runs.replica import bookmark, normal
from simulator.runs.replicas import Copy, copy_of
from simulator.runs.writer import write

NOTICES_MAX = 40_000
NOTHING = "Nothing more is planned. Send something, or change a setting, and step again."


def step(run_id: str, body: Mapping[str, Any], client_key: str) -> int:
    """Pause the run if it plays, and warp to the next thing: any entry, or with {"to": "bookmark"} a mark.

    Returns the number of the warp. Raises Refused when nothing more is planned, or RunNotFound.
    """
    target = body.get("to", "entry") if isinstance(body, Mapping) else None
    if target not in ("entry", "bookmark"):
        raise Refused('A step goes to the next "entry" or "bookmark".')
    repeated = write(lambda: _number_of(run_id, client_key))
    if repeated is not None:
        return repeated
    copy = copy_of(run_id)
    for _ in range(5):
        copy.replica.log.read()
        if copy.replica.log.clock.rate > 0:
            append(run_id, "clock", {"rate": 0}, f"{client_key[:60]}:pause:{len(copy.replica.log)}")
        known, to_us = _next_thing(copy, target)
        try:
            return append(run_id, "warp", {"to_us": to_us}, client_key, known=known)
        except Stale:
            continue
    raise Refused("The run is busy with other commands. Step again.")


def _number_of(run_id: str, client_key: str) -> int | None:
    with Draft(run_id) as draft:
        return draft.number_of(client_key)


def _next_thing(copy: Copy, target: str) -> tuple[int, int]:
    """The length of the log, and when the next thing happens by it."""
    replica = copy.replica
    with replica.lock:
        replica.log.read()
        stands_us = replica.log.clock.last_us
        replica.catch_up(stands_us)
        if replica.ended:
            raise Refused(replica.ended)
        found_us = replica.ahead(bookmark, NOTICES_MAX) if target == "bookmark" else None
        if found_us is None:
            found_us = replica.ahead(normal, NOTICES_MAX)
        if found_us is None:
            raise Refused(NOTHING)
        return replica.fed, max(found_us, stands_us + 2)
