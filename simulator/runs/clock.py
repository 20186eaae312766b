"""The run's clock: virtual time as a pure function of the log and a wall time.

The log is folded into segments. In a segment virtual time runs at one rate from `at_us`, which it had at
`wall_us`. A pending segment (its wall time has not come) holds the earlier one to its own beginning.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from simulator.engine import limit

#: Nothing can enter a playing run before now + this much wall time times the rate.
LEAD_WALL_US = 100_000
#: A playing run that nobody has marked as seen for this long stands still where it was last seen.
UNSEEN_WALL_US = 5_000_000
#: So soon where a process that had viewers, and marked the run every second, does so no more.
VANISHED_WALL_US = 2_500_000
RATE_MIN, RATE_MAX = 0.05, 1000.0
#: The speeds that a run may be slowed down to.
SPEEDS = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)


def wall_now_us() -> int:
    """The wall clock, in microseconds since 1970. The only place that asks it."""
    return time.time_ns() // 1000


class Logged(NamedTuple):
    """A command as replicas know it: the same in every process."""

    seq: int
    at_us: int
    kind: str
    body: Mapping[str, Any]

    @property
    def reaches_world(self) -> bool:
        """Whether it is the world's; the others only move the clock."""
        return self.kind not in ("clock", "warp")


@dataclass(frozen=True)
class Segment:
    """From `wall_us` on, virtual time is `at_us` + `rate` × the wall time since.

    It began at `from_us`: a warp has `from_us` < `at_us`. `reason` is why, where no driver asked for it: the
    run was left, came back, waited for its viewers, fell behind, or ended.
    """

    wall_us: int
    from_us: int
    at_us: int
    rate: float
    reason: str | None = None

    def now_us(self, wall_us: int) -> int:
        """Virtual time at `wall_us`, if this segment holds."""
        return self.at_us + int(self.rate * max(0, wall_us - self.wall_us))


STANDING = Segment(0, 0, 0, 0.0)


@dataclass
class Clock:
    """The fold over a log's commands, in their order. `skip_gaps` says whether idle gaps are warped over."""

    segments: list[Segment] = field(default_factory=lambda: [STANDING])
    warps: list[tuple[int, int, int]] = field(default_factory=list)
    skip_gaps: bool = True
    last_us: int = 0

    @classmethod
    def of(cls, commands: Iterable[Logged]) -> Clock:
        """The clock after `commands`."""
        clock = cls()
        for command in commands:
            clock.add(command)
        return clock

    def add(self, command: Logged) -> None:
        """Fold the next command of the log."""
        last = self.segments[-1]
        at_us = max(command.at_us, last.at_us)
        if command.kind == "clock":
            wall_us = max(command.body["wall_us"], last.wall_us)
            self.skip_gaps = command.body.get("warp", self.skip_gaps)
            rate, reason = float(command.body["rate"]), command.body.get("reason")
            self.segments.append(Segment(wall_us, at_us, at_us, rate, reason))
        elif command.kind == "warp":
            wall_us, to_us = max(command.body["wall_us"], last.wall_us), max(at_us, command.body["to_us"])
            self.warps.append((command.seq, at_us, to_us))
            self.segments.append(Segment(wall_us, at_us, to_us, last.rate))
        elif last.rate == 0 and at_us > last.at_us:  # given to a paused run: it shows at once
            self.segments[-1] = replace(last, at_us=at_us)
        self.last_us = max(self.last_us, at_us, self.segments[-1].at_us)

    def copy(self) -> Clock:
        """The same clock, to fold further commands into."""
        return Clock(list(self.segments), list(self.warps), self.skip_gaps, self.last_us)

    @property
    def rate(self) -> float:
        """The rate of the last segment, pending or not."""
        return self.segments[-1].rate

    def _index(self, wall_us: int) -> int:
        return max(0, bisect_right(self.segments, wall_us, key=lambda segment: segment.wall_us) - 1)

    def segment(self, wall_us: int) -> Segment:
        """The segment in force at `wall_us`."""
        return self.segments[self._index(wall_us)]

    def now_us(self, wall_us: int) -> int:
        """Virtual time at `wall_us`; it never goes back while `wall_us` grows."""
        index = self._index(wall_us)
        now_us = self.segments[index].now_us(wall_us)
        if index + 1 < len(self.segments):
            now_us = min(now_us, self.segments[index + 1].from_us)
        return min(now_us, limit("simulated_us"))

    def horizon_us(self, wall_us: int) -> int:
        """Nothing that is given at `wall_us` or later takes effect at or before this."""
        return self.now_us(wall_us + LEAD_WALL_US)

    def next_command(self, wall_us: int) -> tuple[int, int]:
        """For a command given at `wall_us`: its virtual time, and the wall time when that is reached."""
        at_us = max(self.last_us, self.horizon_us(wall_us) + 1)
        playing = self.segment(wall_us + LEAD_WALL_US).rate > 0
        reached_wall_us = wall_us + LEAD_WALL_US if playing else wall_us
        return at_us, max(reached_wall_us, self.segments[-1].wall_us)

    def unseen(self, wall_us: int, seen_wall_us: int, patience_us: int = UNSEEN_WALL_US) -> bool:
        """Whether the run plays though nobody has seen it for a while (a crash, a lost last viewer)."""
        last_sign_us = max(seen_wall_us, self.segments[-1].wall_us)
        return self.rate > 0 and wall_us - last_sign_us > patience_us


def slower(rate: float) -> float:
    """The greatest speed of the list below `rate`."""
    return max((speed for speed in SPEEDS if speed < rate), default=SPEEDS[0])


def checked_rate(value: object) -> float:
    """`value` as a rate; ValueError with a sentence if it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("A speed is a number: 0 to pause, or 0.05 to 1000.")
    if value != 0 and not RATE_MIN <= value <= RATE_MAX:
        raise ValueError(f"{value:.6g} is not a speed: 0 pauses, and a run plays at 0.05 to 1000.")
    return float(value)
