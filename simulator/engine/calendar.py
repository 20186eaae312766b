"""The event calendar: what happens next, with one order of ties on every machine.

A heap of ``(at_us, class, seq, seat, notice)``. `class` 0 is a command of the run's log (its `seq` is the
command's number, so that it does not matter when a replica learned of it), class 1 a service's notice.
The first three are unique together, so neither seats nor notices are ever compared.
"""

from __future__ import annotations

from heapq import heappush
from typing import Any

import msgspec

COMMAND = 0
NOTICE = 1


class Notice(msgspec.Struct, gc=False):
    """One entry of the calendar: what reaches a service.

    `kind` is what is asked (``SendMessage``, ``Invoke``, ``reply``, a timer's name); `message` the message
    it is about; `cause` the id of the trace entry that led here; `sender` the asking node; `token` what a
    reply carries back so that the asker knows what was answered.
    """

    kind: str
    message: str | None = None
    body: Any = None
    cause: int | None = None
    sender: str | None = None
    token: Any = None


class Calendar:
    """Pending notices in the order in which they will happen."""

    __slots__ = ("cancelled", "heap", "next_seq")

    def __init__(self) -> None:
        self.heap: list[tuple[int, int, int, int, Notice]] = []
        self.next_seq = 0
        self.cancelled: set[int] = set()

    def add(self, at_us: int, seat: int, notice: Notice) -> int:
        """Plan `notice` for the node in `seat`; returns a number by which it can be cancelled."""
        seq = self.next_seq
        self.next_seq = seq + 1
        heappush(self.heap, (at_us, NOTICE, seq, seat, notice))
        return seq

    def add_command(self, at_us: int, number: int, seat: int, notice: Notice) -> None:
        """Plan command `number` of the run's log: before all notices of the same microsecond."""
        heappush(self.heap, (at_us, COMMAND, number, seat, notice))

    def cancel(self, seq: int) -> None:
        """Forget the notice that `add` numbered `seq`; it must not have happened yet."""
        self.cancelled.add(seq)

    def next_at_us(self) -> int | None:
        """When the next notice happens (a cancelled one counts), or None."""
        return self.heap[0][0] if self.heap else None
