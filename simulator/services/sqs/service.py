"""A standard queue, as SQS documents it: at least once, best-effort order, visibility timeouts, redrive.

The rules of the message states are in `store`; here they meet time, consumers and the trace.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from simulator.engine import Context, FaultKind, Link, Notice, Service

from .config import QueueConfig
from .rules import (
    UNAVAILABLE,
    Refusal,
    change_refusal,
    message_bytes,
    receipt_refusal,
    receive_refusal,
    send_refusal,
)
from .store import QueueStore, StoredMessage
from .tables import ENTRIES, GAUGES

IN_FLIGHT_MAX = 120_000
PRICED_BYTES = 64 * 1024
PRICE_PUSD = 400_000  # 0.40 USD per million requests, in millionths of a millionth of a dollar
BODY_SHOWN_MAX = 1000  # characters of a body that the trace repeats


@dataclass(slots=True)
class Waiting:
    """A long poll that has not been answered. `timer` is the planned notice of its end."""

    notice: Notice
    timer: int


@dataclass(slots=True)
class QueueState:
    """The store, who waits at it, and what was counted."""

    store: QueueStore = field(default_factory=QueueStore)
    waiting: dict[int, Waiting] = field(default_factory=dict)
    polls: int = 0
    expiry_timer: int | None = None
    expiry_at_us: int = 0
    counted: dict[str, int] = field(default_factory=dict)

    def count(self, name: str, amount: int = 1) -> None:
        self.counted[name] = self.counted.get(name, 0) + amount


class Queue(Service):
    """A standard queue."""

    kind = "sqs"
    title = "Queue"
    plate = "tickets"
    Config = QueueConfig
    State = QueueState
    ENTRIES = ENTRIES
    GAUGES = GAUGES
    FAULTS = {
        "unavailable": FaultKind(
            "Queue unavailable",
            "Every call is answered with ServiceUnavailable; what is stored stays stored.",
        ),
    }

    @classmethod
    def links(cls, config: QueueConfig) -> Iterable[Link]:
        """The dead-letter queue."""
        if config.redrive:
            label = f"after {config.redrive.max_receive_count} receives"
            yield Link(
                config.redrive.dead_letter_queue, "DeadLetter", label, ("redrive", "dead_letter_queue")
            )

    # ---- sending ---------------------------------------------------------------------------------

    def on_SendMessage(self, state: QueueState, notice: Notice, ctx: Context) -> None:
        """Body: ``{body: text, attributes?, delay_us?, trace?, network_us?}``; answers the message's id."""
        asked = notice.body
        refusal = self._unavailable(ctx) or send_refusal(asked, ctx.config.max_message_bytes)
        if refusal:
            state.count("sends_refused")
            self._refuse(state, notice, "send_refused", refusal, ctx)
            return
        message = self._stored(state, notice, ctx)
        delay_us = asked.get("delay_us")
        self._accept(state, message, ctx.config.delay_us if delay_us is None else delay_us, ctx)
        self._answer(notice, ctx, {"ok": True, "message_id": message.id})
        self._serve(state, ctx)

    def _stored(self, state: QueueState, notice: Notice, ctx: Context) -> StoredMessage:
        asked = notice.body
        attributes = asked.get("attributes") or {}
        return StoredMessage(
            id=notice.message or ctx.new_message(),
            body=asked["body"],
            attributes=attributes,
            size=message_bytes(asked["body"], attributes),
            sent_us=ctx.now_us,
            order=state.store.place(),
            trace=asked.get("trace") or {},
        )

    def _accept(self, state: QueueState, message: StoredMessage, delay_us: int, ctx: Context) -> None:
        cost = self._charge(state, message.size)
        state.count("messages_sent")
        detail = {"size": message.size, "body": message.body[:BODY_SHOWN_MAX], "cost": cost}
        if delay_us:
            until_us = ctx.now_us + delay_us
            message.entry = ctx.record("sent_delayed", message.id, {**detail, "until_us": until_us})
            message.timer = ctx.schedule(delay_us, "delay_ended", message.id)
            state.store.add(message, "delayed", until_us)
        else:
            message.entry = ctx.record("sent", message.id, detail)
            state.store.add(message, "visible")
        self._plan_expiry(state, ctx)

    def on_delay_ended(self, state: QueueState, notice: Notice, ctx: Context) -> None:
        """A delayed message's time has come."""
        message = state.store.messages[str(notice.message)]
        message.entry = ctx.record("delay_ended", message.id)
        state.store.show(message)
        self._serve(state, ctx)

    # ---- receiving -------------------------------------------------------------------------------

    def on_ReceiveMessage(self, state: QueueState, notice: Notice, ctx: Context) -> None:
        """Body: ``{max_messages?, wait_us?, visibility_timeout_us?, network_us?}``.

        Answers ``{ok, messages: [{message_id, receipt_handle, body, attributes, size, trace}]}``. The hops
        of the messages to the asker are drawn, the answer itself is not.
        """
        refusal = self._unavailable(ctx) or receive_refusal(notice.body)
        if refusal:
            self._refuse(state, notice, "receive_refused", refusal, ctx)
            return
        if self._give(state, notice, ctx):
            return
        wait_us = notice.body.get("wait_us", ctx.config.receive_wait_us)
        if wait_us:
            state.polls += 1
            timer = ctx.schedule(wait_us, "poll_ended", body=state.polls)
            state.waiting[state.polls] = Waiting(notice, timer)
        else:
            self._give_nothing(state, notice, ctx)

    def on_poll_ended(self, state: QueueState, notice: Notice, ctx: Context) -> None:
        """A long poll waited its time in vain."""
        self._give_nothing(state, state.waiting.pop(notice.body).notice, ctx)

    def _give_nothing(self, state: QueueState, poll: Notice, ctx: Context) -> None:
        cost = self._charge(state, 1)
        state.count("empty_receives")
        ctx.record("empty_receive", None, {"by_node": poll.sender, "cost": cost})
        self._answer(poll, ctx, {"ok": True, "messages": []})

    def _serve(self, state: QueueState, ctx: Context) -> None:
        """Answer long polls, the longest waiting first, while there is something to give."""
        while state.store.visible and state.waiting and "unavailable" not in ctx.faults:
            number = next(iter(state.waiting))
            waiting = state.waiting[number]
            if not self._give(state, waiting.notice, ctx):
                return
            ctx.cancel(waiting.timer)
            del state.waiting[number]

    def _give(self, state: QueueState, poll: Notice, ctx: Context) -> bool:
        """Answer a poll with what is visible; False if that is nothing."""
        asked = poll.body
        at_most = asked.get("max_messages", 1)
        taken: list[StoredMessage] = []
        while len(taken) < at_most and (message := self._next(state, ctx)) is not None:
            taken.append(message)
            self._hide(state, message, poll, ctx)
        if not taken:
            return False
        cost = self._charge(state, sum(message.size for message in taken))
        for message in taken:
            self._record_received(message, poll, ctx, cost)
            cost = 0
        ctx.answer(poll, {"ok": True, "messages": [delivered(m) for m in taken]}, after_us=network_us(poll))
        for message in taken:
            if message.until_us == ctx.now_us:
                self._show_again(message, state, ctx)
        return True

    def _next(self, state: QueueState, ctx: Context) -> StoredMessage | None:
        """The next message to hand out; those that were received too often are moved on the way."""
        store = state.store
        while store.in_flight < IN_FLIGHT_MAX:
            skip = 0
            if ctx.config.disorder and ctx.stream("disorder").chance(ctx.config.disorder):
                skip = 1 + int(ctx.stream("disorder").uniform() * 9)
            message = store.next_visible(skip)
            redrive = ctx.config.redrive
            if message is None or redrive is None or message.receive_count < redrive.max_receive_count:
                return message
            self._dead_letter(state, message, ctx)
        return None

    def _hide(self, state: QueueState, message: StoredMessage, poll: Notice, ctx: Context) -> None:
        hidden_us = poll.body.get("visibility_timeout_us", ctx.config.visibility_timeout_us)
        state.store.hide(message, str(poll.sender), ctx.now_us, ctx.now_us + hidden_us)
        state.count("receives")
        if ctx.config.duplicates:
            message.spare_copy = ctx.stream("duplicates").chance(ctx.config.duplicates)

    def _record_received(self, message: StoredMessage, poll: Notice, ctx: Context, cost: int) -> None:
        message.entry = ctx.record(
            "received",
            message.id,
            {
                "to": poll.sender,
                "arrives_us": ctx.now_us + network_us(poll),
                "shape": "message",
                "receive_count": message.receive_count,
                "until_us": message.until_us,
                "cost": cost,
            },
            message.entry,
        )
        self._plan_visible(message, ctx)

    def _plan_visible(self, message: StoredMessage, ctx: Context) -> None:
        """Plan the end of a message's invisibility, unless that is now."""
        if message.until_us > ctx.now_us:
            after_us = message.until_us - ctx.now_us
            message.timer = ctx.schedule(after_us, "visibility_ended", message.id)

    def on_visibility_ended(self, state: QueueState, notice: Notice, ctx: Context) -> None:
        """A message was received and not deleted in time."""
        self._show_again(state.store.messages[str(notice.message)], state, ctx)
        self._serve(state, ctx)

    def _show_again(self, message: StoredMessage, state: QueueState, ctx: Context) -> None:
        detail = {"receive_count": message.receive_count, "by_node": message.consumer}
        entry = "copy_visible" if message.missed else "visible_again"
        message.entry = ctx.record(entry, message.id, detail, message.entry)
        message.missed = False
        state.store.show(message)

    # ---- deleting, changing ----------------------------------------------------------------------

    def on_DeleteMessage(self, state: QueueState, notice: Notice, ctx: Context) -> None:
        """Body: ``{receipt_handle, network_us?}``."""
        self._delete_all(state, [notice.body["receipt_handle"]], notice, ctx)

    def on_DeleteMessageBatch(self, state: QueueState, notice: Notice, ctx: Context) -> None:
        """Body: ``{receipt_handles: up to ten, network_us?}``; one request, whatever their number."""
        self._delete_all(state, notice.body["receipt_handles"], notice, ctx)

    def _delete_all(self, state: QueueState, receipts: list[str], notice: Notice, ctx: Context) -> None:
        refusal = self._unavailable(ctx) or next(filter(None, map(receipt_refusal, receipts)), None)
        if refusal:
            self._refuse(state, notice, "delete_refused", refusal, ctx)
            return
        cost = self._charge(state, 1)
        for receipt in receipts:
            self._delete(state, receipt, notice, ctx, cost)
            cost = 0
        self._answer(notice, ctx, {"ok": True})

    def _delete(self, state: QueueState, receipt: str, notice: Notice, ctx: Context, cost: int) -> None:
        detail = {"by_node": notice.sender, "cost": cost}
        message = state.store.by_receipt(receipt)
        if message is None or message.receipt != receipt:
            ctx.record("delete_without_effect", receipt.rpartition("#")[0], detail, notice.cause)
            return
        if message.spare_copy:
            detail["until_us"] = message.until_us
            message.entry = ctx.record("delete_missed_a_copy", message.id, detail, notice.cause)
            message.spare_copy, message.missed = False, True
            return
        late = message.where == "visible"
        ctx.record("deleted_late" if late else "deleted", message.id, detail, notice.cause)
        state.count("messages_deleted")
        self._take_out(state, message, ctx)

    def on_ChangeMessageVisibility(self, state: QueueState, notice: Notice, ctx: Context) -> None:
        """Body: ``{receipt_handle, visibility_timeout_us, network_us?}``; from now, 12 hours in all."""
        asked = notice.body
        message = state.store.by_receipt(asked["receipt_handle"])
        refusal = self._unavailable(ctx) or change_refusal(message, asked, ctx.now_us)
        if refusal or message is None:
            assert refusal is not None
            self._refuse(state, notice, "change_refused", refusal, ctx)
            return
        assert message.timer is not None
        ctx.cancel(message.timer)
        message.until_us = ctx.now_us + asked["visibility_timeout_us"]
        detail = {"by_node": notice.sender, "cost": self._charge(state, 1), "until_us": message.until_us}
        message.entry = ctx.record("visibility_changed", message.id, detail)
        self._plan_visible(message, ctx)
        self._answer(notice, ctx, {"ok": True})
        if message.until_us == ctx.now_us:
            self._show_again(message, state, ctx)
            self._serve(state, ctx)

    # ---- leaving the queue otherwise -------------------------------------------------------------

    def _dead_letter(self, state: QueueState, message: StoredMessage, ctx: Context) -> None:
        redrive = ctx.config.redrive
        state.count("messages_dead_lettered")
        state.store.remove(message)
        ctx.send(
            redrive.dead_letter_queue,
            "DeadLetter",
            after_us=ctx.latency_us("latency", ctx.config.latency),
            entry="dead_lettered",
            message=message.id,
            body={"message": message, "source": ctx.node},
            detail={"receive_count": message.receive_count},
            shape="message",
            cause=message.entry,
        )

    def on_DeadLetter(self, state: QueueState, notice: Notice, ctx: Context) -> None:
        """Another queue moves a message here: id, attributes, sent time and receive count stay."""
        message: StoredMessage = notice.body["message"]
        message.order, message.source = state.store.place(), notice.body["source"]
        message.consumer, message.receipt = "", ""
        message.spare_copy = message.missed = False
        detail = {"from_node": message.source, "receive_count": message.receive_count, "size": message.size}
        message.entry = ctx.record("taken_in", message.id, detail)
        state.count("messages_taken_in")
        state.store.add(message, "visible")
        self._plan_expiry(state, ctx)
        self._serve(state, ctx)

    def _plan_expiry(self, state: QueueState, ctx: Context) -> None:
        """Keep one notice planned for the moment when the oldest message expires."""
        oldest_us = state.store.oldest_sent_us() if state.expiry_timer is None else None
        if oldest_us is None:
            return
        after_us = max(oldest_us + ctx.config.retention_us - ctx.now_us, 0)
        state.expiry_timer = ctx.schedule(after_us, "retention_ended")

    def on_retention_ended(self, state: QueueState, notice: Notice, ctx: Context) -> None:
        """The oldest message may have reached the end of its retention."""
        state.expiry_timer = None
        for message in state.store.sent_before(ctx.now_us - ctx.config.retention_us):
            places = {where: -int(message.where == where) for where in ("visible", "in_flight", "delayed")}
            ctx.record("expired", message.id, places, message.entry)
            state.count("messages_expired")
            self._take_out(state, message, ctx)
        self._plan_expiry(state, ctx)

    def _take_out(self, state: QueueState, message: StoredMessage, ctx: Context) -> None:
        if message.timer is not None:
            ctx.cancel(message.timer)
        state.store.remove(message)

    # ---- the rest --------------------------------------------------------------------------------

    def fault_changed(self, state: QueueState, name: str, on: bool, ctx: Context) -> None:
        """When the queue is back, long polls that waited get what came meanwhile."""
        if not on:
            self._serve(state, ctx)

    def _unavailable(self, ctx: Context) -> Refusal | None:
        return UNAVAILABLE if "unavailable" in ctx.faults else None

    def _refuse(self, state: QueueState, notice: Notice, entry: str, refusal: Refusal, ctx: Context) -> None:
        """Record that a call was refused, and answer so. A refused call is billed, too."""
        detail = {
            "error": refusal.error,
            "reason": refusal.message,
            "by_node": notice.sender,
            "cost": self._charge(state, 1),
        }
        ctx.record(entry, notice.message, detail)
        self._answer(notice, ctx, {"ok": False, "error": refusal.error, "message": refusal.message})

    def _charge(self, state: QueueState, size: int) -> int:
        """One request's price: every started 64 KB counts as one more."""
        cost = PRICE_PUSD * max(1, -(-size // PRICED_BYTES))
        state.count("bill", cost)
        return cost

    def _answer(self, notice: Notice, ctx: Context, body: dict[str, Any]) -> None:
        after_us = ctx.latency_us("latency", ctx.config.latency) + network_us(notice)
        ctx.answer(notice, body, after_us=after_us)

    def counts(self, state: QueueState) -> dict[str, int]:
        """The gauges, read off the store and the counters."""
        store = state.store
        counted = {name: state.counted.get(name, 0) for name in GAUGES}
        return {
            **counted,
            "messages_visible": store.visible,
            "messages_not_visible": store.in_flight,
            "messages_delayed": store.delayed,
        }


def network_us(notice: Notice) -> int:
    """The way back to the asker, which the asker drew."""
    return int(notice.body.get("network_us", 0))


def delivered(message: StoredMessage) -> dict[str, Any]:
    """A message as a consumer gets it. Times are milliseconds since the run began."""
    system = {
        "ApproximateReceiveCount": str(message.receive_count),
        "SentTimestamp": str(message.sent_us // 1000),
        "ApproximateFirstReceiveTimestamp": str((message.first_received_us or 0) // 1000),
    }
    if message.source:
        system["DeadLetterQueueSourceArn"] = message.source
    return {
        "message_id": message.id,
        "receipt_handle": message.receipt,
        "body": message.body,
        "attributes": system,
        "message_attributes": message.attributes,
        "size": message.size,
        "trace": message.trace,
    }
