"""What a viewer is sent: keyframes and frames, in columns, encoded once for all viewers.

Pure: a `View` says what is known at one moment, a `Cursor` what a viewer knows already.
Law: keyframe at t = keyframe at s + frames s..t. docs/architecture.md describes the format.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from simulator.engine import Entry
from simulator.runs.clock import Logged, Segment
from simulator.runs.levers import LEVERS, levers


class Cursor(NamedTuple):
    """How much a viewer knows: the log's first `commands`, and the entries before `next`."""

    commands: int = 0
    next: int = 0


NOTHING = Cursor()

#: What viewers are told when the server itself moved the clock, and for how long.
REASONS = {
    "waited": "The run waited for you.",
    "back": "The run waited for you.",
    "left": "Nobody was watching, so the run stopped here.",
    "behind": "The server could not keep up, so the run plays more slowly now.",
}
NEWS_WALL_US = 10_000_000


@dataclass(frozen=True)
class View:
    """What is known of a run at one moment. `count` entries of `entries` belong to it (the list may grow)."""

    log: Sequence[Logged]
    entries: Sequence[Entry]
    count: int
    horizon_us: int
    segment: Segment
    wall_us: int
    next_us: int | None
    ended: str | None
    node_index: Mapping[str, int]
    kind_index: Mapping[str, Mapping[str, int]]

    @property
    def cursor(self) -> Cursor:
        """What a viewer knows after it was sent this."""
        return Cursor(len(self.log), self.count)

    def differs(self, other: View | None) -> bool:
        """Whether a viewer who knows `other` has to be told anything."""
        return other is None or self._told() != other._told()

    def _told(self) -> tuple[object, ...]:
        return self.cursor, self.horizon_us, self.segment, self.next_us, self.ended


_encoder = msgspec.json.Encoder()


def encode(view: View, known: Cursor = NOTHING) -> str:
    """The frame that brings a viewer from `known` to `view`: a keyframe where nothing of use is known."""
    first = kept(view, known)
    return _encoder.encode(_frame(view, known, first) if first else _keyframe(view)).decode()


def kept(view: View, known: Cursor) -> int:
    """How many of the entries that the viewer knows still hold, after the commands that it did not know."""
    if known.next > view.count or known.commands > len(view.log):
        return 0
    for command in view.log[known.commands :]:
        if command.reaches_world:  # times never fall: the first of them lies earliest
            cut = bisect_left(view.entries, command.at_us, hi=view.count, key=lambda entry: entry.at_us)
            return min(known.next, cut)
    return known.next


def _keyframe(view: View) -> dict[str, Any]:
    settings, faults = levers(view.entries[: view.count])
    return {
        "type": "keyframe",
        **_moment(view, 0),
        "warps": _warps(view.log),
        "entries": _columns(view, 0),
        "settings": settings,
        "faults": faults,
    }


def _frame(view: View, known: Cursor, first: int) -> dict[str, Any]:
    frame = {"type": "frame", **_moment(view, first), "entries": _columns(view, first)}
    warps = _warps(view.log[known.commands :])
    truncated = first < known.next
    if truncated:
        frame["truncate_after"] = first - 1
        last_us = view.entries[first - 1].at_us  # the viewer forgets the warps after it, too
        forgotten = [warp for warp in _warps(view.log[: known.commands]) if warp[0] > last_us]
        warps = forgotten + warps
    if warps:
        frame["warps"] = warps
    if truncated or any(entry.kind in LEVERS for entry in view.entries[first : view.count]):
        frame["settings"], frame["faults"] = levers(view.entries[: view.count])
    return frame


def _moment(view: View, first: int) -> dict[str, Any]:
    segment = view.segment
    return {
        "commands": len(view.log),
        "first": first,
        "next": view.count,
        "horizon_us": view.horizon_us,
        "clock": {
            "rate": int(segment.rate) if segment.rate.is_integer() else segment.rate,
            "at_us": segment.at_us,
            "wall_us": segment.wall_us,
            "now_wall_us": view.wall_us,
            "reason": _said_reason(view),
        },
        "next_us": view.next_us,
        "ended": view.ended,
    }


def _said_reason(view: View) -> str | None:
    """Why the clock was changed, while it is news."""
    if view.wall_us - view.segment.wall_us > NEWS_WALL_US:
        return None
    return REASONS.get(view.segment.reason or "")


def _warps(commands: Sequence[Logged]) -> list[tuple[int, int]]:
    return [(command.at_us, command.body["to_us"]) for command in commands if command.kind == "warp"]


def _columns(view: View, first: int) -> dict[str, Any]:
    entries = view.entries[first : view.count]
    before_us = view.entries[first - 1].at_us if first else 0
    at: list[int] = []
    for entry in entries:
        at.append(entry.at_us - before_us)
        before_us = entry.at_us
    return {
        "at": at,
        "node": [view.node_index[entry.node] for entry in entries],
        "kind": [view.kind_index[entry.node][entry.kind] for entry in entries],
        "message": [entry.message for entry in entries],
        "cause": [entry.cause for entry in entries],
        "detail": [entry.detail for entry in entries],
    }
