"""One watched run in one process: its replica, its viewers, and what they have been sent."""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.runs import tallies
from simulator.runs.clock import UNSEEN_WALL_US, slower
from simulator.runs.frames import Cursor, View, encode
from simulator.runs.idle import LINGER_WALL_US, Gap, gap_ahead
from simulator.runs.replicas import Copy
from simulator.runs.viewer import Message, Viewer, message_of

#: A room that stays behind for this much wall time plays on more slowly.
BEHIND_WALL_US = 1_500_000
#: Work on one run in one tick; the rest waits for the next.
WORK_S = 0.006


@dataclass(eq=False)
class Room:
    """`publish` is called on the hub's loop ten times a second, and holds the loop for a few milliseconds."""

    copy: Copy
    viewers: set[Viewer] = field(default_factory=set)
    told: View | None = None
    empty_since_us: int | None = None
    #: When the hub last looked after it (wall).
    looked_us: int | None = None
    behind_since: tuple[int, int] | None = None
    gap: Gap | None = None
    #: A thread works on the replica (opening it, going back for a late command, catching up).
    busy: bool = False
    asked: set[str] = field(default_factory=set)
    failed: bool = False

    @property
    def run_id(self) -> str:
        """The run's id."""
        return self.copy.run_id

    @property
    def late(self) -> bool:
        """Feed the log's new commands; whether one was late, so that `rebuild` is needed in a thread."""
        return self.copy.replica.feed()

    def slept(self, wall_us: int) -> bool:
        """Whether this process stood still while the run played, for so long that nobody can have seen it."""
        if self.looked_us is None or self.copy.replica.log.clock.rate == 0:
            return False
        return wall_us - self.looked_us > UNSEEN_WALL_US

    def publish(self, wall_us: int) -> bool:
        """Advance and tell the viewers. False when there is more work than fits: a thread should catch up.

        Nothing happens while another thread holds the replica; the next tick is near.
        """
        replica = self.copy.replica
        if self.busy or not replica.lock.acquire(blocking=False):
            return True
        try:
            if replica.feed():
                return False
            horizon_us = replica.log.clock.horizon_us(wall_us)
            done = replica.advance(horizon_us, WORK_S)
            self._watch_pace(horizon_us, wall_us, done)
            self.gap = gap_ahead(replica, horizon_us, wall_us) if done else None
            self._send(self.copy.view(horizon_us, wall_us, self._next_us(done)), done)
            return done
        finally:
            replica.lock.release()

    def _next_us(self, done: bool) -> int | None:
        replica = self.copy.replica
        linger_us = int(LINGER_WALL_US * replica.log.clock.rate)  # looking ahead costs more than a frame
        return replica.ahead() if done and replica.reached_us >= replica.busy_until_us + linger_us else None

    def _send(self, view: View, done: bool) -> None:
        known = self.told.cursor if self.told else None
        if known is not None and view.differs(self.told):
            frame = message_of(encode(view, known))
            tallies.count("frames")
            for viewer in self.viewers:
                viewer.offer(frame)
        self.told = view
        first: dict[Cursor, Message] = {}
        for viewer in self.viewers:
            # A page that came back may know more than a replica that is still being made; it keeps that.
            if viewer.wants_first and (done or viewer.cursor.next <= view.count):
                if viewer.cursor not in first:
                    first[viewer.cursor] = message_of(encode(view, viewer.cursor))
                viewer.begin(first[viewer.cursor])

    def _watch_pace(self, horizon_us: int, wall_us: int, done: bool) -> None:
        if done:
            self.behind_since = None
        elif self.behind_since is None:
            self.behind_since = wall_us, self.copy.replica.reached_us

    def lower_rate(self, wall_us: int) -> float | None:
        """A rate that this process can keep up with, when it has been behind for too long."""
        clock = self.copy.replica.log.clock
        if self.behind_since is None or clock.rate == 0 or clock.segment(wall_us) != clock.segments[-1]:
            return None
        since_wall_us, since_us = self.behind_since
        if wall_us - since_wall_us < BEHIND_WALL_US:
            return None
        kept_up = max(0, self.copy.replica.reached_us - since_us) / (wall_us - since_wall_us)
        self.behind_since = None
        lower = slower(max(min(clock.rate, kept_up), 0.0001))
        return lower if lower < clock.rate else None
