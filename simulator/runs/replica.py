"""A run's replica: a world, the commands fed to it, and checkpoints to go back to.

A command that lies at or before what was already simulated is late: the replica goes back to the last
checkpoint before it and simulates again, so that it does not matter when a process learned of a command.
"""

from __future__ import annotations

import logging
import threading
import time
from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from simulator.engine import Checkpoint, Entry, EntryKind, World, WorldCommand, limit
from simulator.runs import tallies
from simulator.runs.clock import Logged
from simulator.runs.log import Log

logger = logging.getLogger(__name__)

ENTRIES_A_CHECKPOINT = 400
#: A large state is taken more rarely, so that checkpoints stay a small part of all work.
BYTES_A_CHECKPOINT_ENTRY = 128
VIRTUAL_A_CHECKPOINT_US = 60_000_000
CHECKPOINTS_MAX = 24
NOTICES_A_SLICE = 128
AHEAD_US = 24 * 3_600_000_000
#: What an entry weighs in memory, measured; and what a replica without any does.
ENTRY_BYTES = 460
EMPTY_BYTES = 100_000
#: What is said when the engine met a bug of ours. The log says where.
FAILED = (
    "This run met an error of ours and stopped; it was written down. Reset it, or fork an earlier moment."
)

Wanted = Callable[[EntryKind], bool]


def normal(kind: EntryKind) -> bool:
    """Whether entries of this kind keep time from being skipped."""
    return kind.interest != "idle"


def bookmark(kind: EntryKind) -> bool:
    """Whether entries of this kind are moments worth returning to."""
    return kind.interest == "bookmark"


class _Mark(NamedTuple):
    """A checkpoint, with what of the log and of time was behind it."""

    checkpoint: Checkpoint
    commands: int
    reached_us: int
    touched_us: int


class _Outlook(NamedTuple):
    """What a look ahead found: when the next wanted entry comes, and up to when that answer holds."""

    wanted: Wanted
    found_us: int | None
    holds_until_us: int


@dataclass(frozen=True)
class Identity:
    """What names a run in an error report: with these, its trace can be made again."""

    run_id: str
    revision: str
    seed: str


class Replica:
    """Advance with `advance`, after `feed`. Whoever uses it holds `lock`.

    `reached_us` is the virtual time up to which (inclusive) everything has happened, -1 at first; at
    `touched_us` at least something has. A `refusal` is said instead of running anything.
    """

    def __init__(
        self,
        world: World,
        log: Log,
        kinds: Mapping[str, Mapping[str, EntryKind]],
        identity: Identity,
        refusal: str | None = None,
    ) -> None:
        self.world = world
        self.log = log
        self.kinds = kinds
        self.identity = identity
        self.lock = threading.RLock()
        self.fed = 0
        self.reached_us = self.touched_us = -1
        self.busy_until_us = 0
        self._scanned = 0
        self._failed = refusal
        self._late: int | None = None
        self._marks = [self._mark_here()]
        self._ahead: _Outlook | None = None

    @property
    def entries(self) -> list[Entry]:
        """What happened so far, in order."""
        return self.world.entries

    @property
    def failed(self) -> bool:
        """Whether an error of ours stopped it."""
        return self._failed == FAILED

    @property
    def ended(self) -> str | None:
        """Why the run stopped for good, in a sentence, or None."""
        return self._failed or self.world.ended

    @property
    def weight_bytes(self) -> int:
        """About how much memory it holds. May be asked without the lock."""
        marks = sum(len(mark.checkpoint.data) for mark in tuple(self._marks))
        return EMPTY_BYTES + marks + ENTRY_BYTES * len(self.entries)

    def feed(self) -> bool:
        """Take the log's new commands. True if one was late, so that `rebuild` has to be called."""
        for command in self.log.commands[self.fed :]:
            if command.reaches_world and self._late is None:
                if command.at_us <= self.touched_us:
                    self._late = command.at_us
                else:
                    self._add(command)
            self.fed = command.seq
        return self._late is not None

    def _add(self, command: Logged) -> None:
        self.world.add_command(WorldCommand(command.seq, command.at_us, command.kind, command.body))
        self._ahead = None

    def rebuild(self) -> None:
        """Go back before the late command and feed the log again from there; `advance` does the rest."""
        late_us, self._late = self._late, None
        if late_us is None:
            return
        tallies.count("rebuilds")
        while self._marks[-1].touched_us >= late_us:
            self._marks.pop()
        self._restore(self._marks[-1])
        for command in self.log.commands[self._marks[-1].commands : self.fed]:
            if command.reaches_world:
                self._add(command)

    def _restore(self, mark: _Mark) -> None:
        self.world.restore(mark.checkpoint)
        self.reached_us, self.touched_us = mark.reached_us, mark.touched_us
        self._scanned = self.busy_until_us = 0
        self._failed = self._ahead = None

    def catch_up(self, until_us: int, seconds: float = 3600.0) -> bool:
        """Feed what the log has, go back where a command was late, and advance. True when it is done."""
        if self.feed():
            self.rebuild()
        return self.advance(until_us, seconds)

    def advance(self, until_us: int, seconds: float = 3600.0) -> bool:
        """Let everything up to `until_us` happen, for about `seconds` of work. True when it is done."""
        stop_at = time.perf_counter() + seconds
        while self.reached_us < until_us and self.ended is None:
            done = self._slice(until_us)
            if not done and time.perf_counter() >= stop_at:
                break
        self._scan()
        return self.reached_us >= until_us or self.ended is not None

    def _slice(self, until_us: int) -> bool:
        try:
            done = self.world.run_until(until_us, NOTICES_A_SLICE)
        except Exception:  # a bug of ours stops this run only
            self._failed = FAILED
            logger.exception("run stopped by an error", extra=self._where())
            return True
        self.touched_us = self.world.now_us
        self.reached_us = max(self.reached_us, until_us if done else self.world.now_us - 1)
        self._mark()
        return done

    def _where(self) -> dict[str, object]:
        """With these, the error can be made again."""
        return {
            "run": self.identity.run_id,
            "revision": self.identity.revision,
            "seed": self.identity.seed,
            "command": self.fed,
            "at_us": self.world.now_us,
            "entries": len(self.entries),
        }

    def _mark_here(self) -> _Mark:
        return _Mark(self.world.checkpoint(), self.fed, self.reached_us, self.touched_us)

    def _mark(self) -> None:
        last = self._marks[-1]
        grown = len(self.entries) - last.checkpoint.entries
        enough = max(ENTRIES_A_CHECKPOINT, len(last.checkpoint.data) // BYTES_A_CHECKPOINT_ENTRY)
        if grown < enough and self.reached_us - last.reached_us < VIRTUAL_A_CHECKPOINT_US:
            return
        self._marks.append(self._mark_here())
        if len(self._marks) > CHECKPOINTS_MAX:  # the older half thins out; the first always stays
            half = CHECKPOINTS_MAX // 2
            self._marks = [*self._marks[:half:2], *self._marks[half:]]

    def _scan(self) -> None:
        """Until when something worth seeing goes on: entries that are not idle, and hops on their way."""
        kinds, busy_us = self.kinds, self.busy_until_us
        for entry in self.entries[self._scanned :]:
            if kinds[entry.node][entry.kind].interest == "idle":
                continue
            ends_us = entry.detail.get("arrives_us", entry.at_us) if entry.detail else entry.at_us
            if ends_us > busy_us:
                busy_us = ends_us
        self._scanned, self.busy_until_us = len(self.entries), busy_us

    def ahead(self, wanted: Wanted = normal, notices: int = 4_000) -> int | None:
        """When the next entry of a wanted kind will happen if no further command comes; None if none is near.

        Looks by simulating on and going back; the answer is kept until a command for the world comes or its
        time is past.
        """
        known = self._ahead
        if known is not None and known.wanted == wanted and known.holds_until_us > self.reached_us:
            return known.found_us
        if self.ended is not None or self._late is not None:
            return None
        self._ahead = _Outlook(wanted, *self._look(wanted, notices))
        return self._ahead.found_us

    def _look(self, wanted: Wanted, notices: int) -> tuple[int | None, int]:
        """The time of the next wanted entry, if it was found, and up to when that answer holds."""
        world, known = self.world, len(self.entries)
        here = world.checkpoint()
        until_us = min(self.reached_us + AHEAD_US, limit("simulated_us"))
        try:
            for _ in range(0, notices, 16):
                done = world.run_until(until_us, 16)
                for entry in world.entries[known:]:
                    if wanted(self.kinds[entry.node][entry.kind]) and entry.at_us > self.reached_us:
                        return entry.at_us, entry.at_us
                known = len(world.entries)
                if done:
                    break
        except Exception:
            logger.warning("looking ahead met an error", extra={"run": self.identity.run_id}, exc_info=True)
        finally:
            looked_us = world.now_us
            world.restore(here)
        return None, looked_us

    def count_at(self, at_us: int) -> int:
        """How many entries lie before `at_us`."""
        return bisect_left(self.entries, at_us, key=lambda entry: entry.at_us)
