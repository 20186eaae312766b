"""What lies in a queue: messages, their places and receipts, as plain data. Knows no notices and no clock.

    delayed ──▶ visible ──▶ in flight ──▶ (deleted)
                   ▲            │
                   └────────────┘ visibility timeout ended

Any place may end in "expired"; a visible message may end in "moved" (to the dead-letter queue).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any, Literal

Where = Literal["delayed", "visible", "in_flight"]


@dataclass(slots=True)
class StoredMessage:
    """One message. `until_us` ends its delay or its invisibility; `timer` is the planned notice of that end.

    `order` is its place in the queue: a message that becomes visible again stands before those sent after it.
    """

    id: str
    body: str
    attributes: dict[str, Any]
    size: int
    sent_us: int
    order: int
    trace: dict[str, Any]
    receive_count: int = 0
    first_received_us: int | None = None
    where: Where = "visible"
    until_us: int = 0
    received_us: int = 0
    receipt: str = ""
    timer: int | None = None
    consumer: str = ""
    source: str = ""
    entry: int | None = None  # the last trace entry about it: what comes next follows from that
    spare_copy: bool = False  # one of its stored copies will miss the delete
    missed: bool = False  # the delete came, and was missed


@dataclass(slots=True)
class QueueStore:
    """All messages of one queue, by id, and the visible ones in order."""

    messages: dict[str, StoredMessage] = field(default_factory=dict)
    visible: int = 0
    in_flight: int = 0
    delayed: int = 0
    next_order: int = 0
    receipts: int = 0
    _line: list[tuple[int, str]] = field(default_factory=list)

    def place(self) -> int:
        """The next place in the order of sending."""
        self.next_order += 1
        return self.next_order

    def add(self, message: StoredMessage, where: Where, until_us: int = 0) -> None:
        """Store a new message."""
        assert message.id not in self.messages, "a message is in a queue once"
        self.messages[message.id] = message
        message.where, message.until_us = where, until_us
        self._count(where, 1)
        if where == "visible":
            heappush(self._line, (message.order, message.id))

    def show(self, message: StoredMessage) -> None:
        """Make a delayed or in-flight message visible."""
        self._count(message.where, -1)
        message.where, message.until_us, message.timer = "visible", 0, None
        self.visible += 1
        heappush(self._line, (message.order, message.id))

    def next_visible(self, skip: int = 0) -> StoredMessage | None:
        """The visible message at the head of the line, or up to `skip` places behind it, or None."""
        passed: list[tuple[int, str]] = []
        found: StoredMessage | None = None
        while self._line and len(passed) <= skip:
            place = heappop(self._line)
            message = self.messages.get(place[1])
            if message is not None and message.where == "visible" and place not in passed[-1:]:
                passed.append(place)
                found = message
        for place in passed:
            heappush(self._line, place)
        return found

    def hide(self, message: StoredMessage, consumer: str, now_us: int, until_us: int) -> None:
        """Hand a visible message out: in flight until `until_us`, under a receipt of its own."""
        assert message.where == "visible"
        self._count("visible", -1)
        self._count("in_flight", 1)
        self.receipts += 1
        message.where, message.until_us, message.received_us = "in_flight", until_us, now_us
        message.receive_count += 1
        message.receipt = f"{message.id}#{self.receipts}"
        message.consumer = consumer
        if message.first_received_us is None:
            message.first_received_us = now_us

    def remove(self, message: StoredMessage) -> None:
        """Take a message out for good."""
        self._count(message.where, -1)
        del self.messages[message.id]

    def by_receipt(self, receipt: str) -> StoredMessage | None:
        """The message of a receipt handle, also when it has a newer receipt; None if it is gone."""
        return self.messages.get(receipt.rpartition("#")[0])

    def oldest_sent_us(self) -> int | None:
        """When the oldest message was sent."""
        return min((message.sent_us for message in self.messages.values()), default=None)

    def sent_before(self, sent_us: int) -> list[StoredMessage]:
        """The messages sent at or before a time, in order."""
        return sorted((m for m in self.messages.values() if m.sent_us <= sent_us), key=lambda m: m.order)

    def _count(self, where: Where, change: int) -> None:
        if where == "visible":
            self.visible += change
        elif where == "in_flight":
            self.in_flight += change
        else:
            self.delayed += change
