"""A standard queue, as SQS documents it: at least once, best-effort order, visibility timeouts, redrive.

The rules of the message states are in `store`; here they meet time, consumers and the trace.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from simulator.engine import Context, FaultKind, Link, Notice, Service
from simulator.engine.quantities import SECOND

from .config import QueueConfig
from .store import QueueStore, StoredMessage
from .tables import ENTRIES, GAUGES

IN_FLIGHT_MAX = 120_000
RECEIVE_MAX = 10
WAIT_MAX_US = 20 * SECOND
VISIBILITY_MAX_US = 12 * 3600 * SECOND
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
        problem = self._send_problem(asked, ctx)
        if problem:
            error, reason = problem
            cost = self._charge(state, 1)
            state.count("sends_refused")
            ctx.record(
                "send_refused",
                notice.message,
                {"error": error, "reason": f"{reason.rstrip('.')}.", "cost": cost},
            )
            self._answer(notice, ctx, {"ok": False, "error": error, "message": reason})
            return
        message = self._stored(state, notice, ctx)
        self._accept(state, message, asked.get("delay_us") or ctx.config.delay_us, ctx)
        self._answer(notice, ctx, {"ok": True, "message_id": message.id})
        self._serve(state, ctx)

    def _send_problem(self, asked: dict[str, Any], ctx: Context) -> tuple[str, str] | None:
        if "unavailable" in ctx.faults:
            return "ServiceUnavailable", "The queue is not available."
        if not asked["body"]:
            return "MissingParameter", "The request must contain the parameter MessageBody."
        size = message_bytes(asked["body"], asked.get("attributes") or {})
        if size > ctx.config.max_message_bytes:
            limit = ctx.config.max_message_bytes
            return (
                "InvalidParameterValue",
                f"One or more parameters are invalid. Reason: Message must be shorter than {limit} bytes.",
            )
        return None

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
        if "unavailable" in ctx.faults:
            cost = self._charge(state, 1)
            ctx.record("receive_refused", None, {"by_node": notice.sender, "cost": cost})
            error = {"ok": False, "error": "ServiceUnavailable", "message": "The queue is not available."}
            self._answer(notice, ctx, error)
            return
        if self._give(state, notice, ctx):
            return
        wait_us = min(notice.body.get("wait_us", ctx.config.receive_wait_us), WAIT_MAX_US)
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
        at_most = min(asked.get("max_messages", 1), RECEIVE_MAX)
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
        )
        message.timer = ctx.schedule(
            message.until_us - ctx.now_us,
            "visibility_ended",
            message.id,
        )

    def on_visibility_ended(self, state: QueueState, notice: Notice, ctx: Context) -> None:
        """A message was received and not deleted in time."""
        message = state.store.messages[str(notice.message)]
        detail = {"receive_count": message.receive_count, "by_node": message.consumer}
        message.entry = ctx.record("visible_again", message.id, detail, message.entry)
        state.store.show(message)
        self._serve(state, ctx)

    # ---- deleting, changing ----------------------------------------------------------------------

    def on_DeleteMessage(self, state: QueueState, notice: Notice, ctx: Context) -> None:
        """Body: ``{receipt_handle, network_us?}``."""
        self._delete_all(state, [notice.body["receipt_handle"]], notice, ctx)

    def on_DeleteMessageBatch(self, state: QueueState, notice: Notice, ctx: Context) -> None:
        """Body: ``{receipt_handles: up to ten, network_us?}``; one request, whatever their number."""
        self._delete_all(state, notice.body["receipt_handles"], notice, ctx)

    def _delete_all(self, state: QueueState, receipts: list[str], notice: Notice, ctx: Context) -> None:
        cost = self._charge(state, 1)
        if "unavailable" in ctx.faults:
            ctx.record("delete_refused", None, {"by_node": notice.sender, "cost": cost})
            error = {"ok": False, "error": "ServiceUnavailable", "message": "The queue is not available."}
            self._answer(notice, ctx, error)
            return
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
            message.spare_copy = False
            return
        late = message.where == "visible"
        ctx.record("deleted_late" if late else "deleted", message.id, detail, notice.cause)
        state.count("messages_deleted")
        self._take_out(state, message, ctx)

    def on_ChangeMessageVisibility(self, state: QueueState, notice: Notice, ctx: Context) -> None:
        """Body: ``{receipt_handle, visibility_timeout_us, network_us?}``; from now, 12 hours in all."""
        message = state.store.by_receipt(notice.body["receipt_handle"])
        cost = self._charge(state, 1)
        until_us = ctx.now_us + notice.body["visibility_timeout_us"]
        detail = {"by_node": notice.sender, "cost": cost, "until_us": until_us}
        refusal = change_problem(message, notice.body["receipt_handle"], until_us)
        if refusal or message is None:
            detail["reason"] = f"{refusal.rstrip('.')}."
            ctx.record("change_refused", None, detail)
            self._answer(notice, ctx, {"ok": False, "error": "InvalidParameterValue", "message": refusal})
            return
        message.entry = ctx.record("visibility_changed", message.id, detail)
        assert message.timer is not None
        ctx.cancel(message.timer)
        message.until_us = until_us
        message.timer = ctx.schedule(until_us - ctx.now_us, "visibility_ended", message.id)
        self._answer(notice, ctx, {"ok": True})

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
        message.consumer, message.receipt, message.spare_copy = "", "", False
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


def message_bytes(body: str, attributes: dict[str, Any]) -> int:
    """A message's size: its body, and the names, types and values of its attributes, in UTF-8."""
    parts = [body]
    for name, attribute in attributes.items():
        parts += [name, str(attribute.get("type", "String")), str(attribute.get("value", ""))]
    return sum(len(part.encode()) for part in parts)


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


def change_problem(message: StoredMessage | None, receipt: str, until_us: int) -> str:
    """Why the visibility of a message can't be changed; empty if it can."""
    if message is None or message.receipt != receipt or message.where != "in_flight":
        return "Message does not exist or is not available for visibility timeout change."
    if until_us - message.received_us > VISIBILITY_MAX_US:
        return "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]"
    return ""
