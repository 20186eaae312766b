"""Event source mappings: pollers fetch messages in batches, invoke the function, delete what is done.

A mapping starts with five pollers. While none of them is free, it adds 300 a minute, up to 1,250 or its
maximum concurrency. A poller whose long poll comes back empty leaves while there are more than five; below
that, after three empty polls, down to two.
"""

from __future__ import annotations

from typing import Any

from simulator.engine import Context, Notice
from simulator.engine.quantities import MILLISECOND, SECOND

from .config import MB, EventSourceMapping
from .invocations import concurrency_limit, messages_text
from .state import Batch, FunctionState, Poller, Polling
from .steps import Steps

POLLERS_AT_START = 5
POLLERS_MIN = 2
POLLERS_MAX = 1250
SCALE_EVERY_US = 200 * MILLISECOND  # 300 a minute
EMPTY_BEFORE_LEAVING = 3
LONG_POLL_US = 20 * SECOND
RECEIVE_MAX = 10
BATCH_BYTES_MAX = 6 * MB
BACK_OFF_US = SECOND  # after a throttle, or when the queue is not available


class Pollers(Steps):
    """The pollers of a function's event source mappings."""

    def start(self, state: FunctionState, ctx: Context) -> None:
        """Start the pollers of every mapping."""
        state.mappings = [Polling() for _ in ctx.config.event_source_mappings]
        for mapping in range(len(state.mappings)):
            self._start_pollers(state, mapping, ctx)

    def _may_poll(self, mapping: int, ctx: Context) -> bool:
        return bool(ctx.config.polling and ctx.config.event_source_mappings[mapping].enabled)

    def _start_pollers(self, state: FunctionState, mapping: int, ctx: Context) -> None:
        if not self._may_poll(mapping, ctx):
            return
        polling = state.mappings[mapping]
        wanted = min(POLLERS_AT_START, pollers_max(ctx.config.event_source_mappings[mapping]))
        if len(polling.pollers) >= wanted:
            return
        while len(polling.pollers) < wanted:
            self._add_poller(state, mapping, ctx)
        self._record_pollers(state, ctx)

    def _add_poller(self, state: FunctionState, mapping: int, ctx: Context) -> None:
        polling = state.mappings[mapping]
        polling.made += 1
        polling.pollers[polling.made] = Poller()
        self._poll(state, mapping, polling.made, ctx)

    def _remove_poller(self, state: FunctionState, mapping: int, number: int, ctx: Context) -> None:
        del state.mappings[mapping].pollers[number]
        self._record_pollers(state, ctx)

    def _record_pollers(self, state: FunctionState, ctx: Context) -> None:
        pollers = sum(len(polling.pollers) for polling in state.mappings)
        state.counted["pollers"] = pollers
        ctx.record("pollers_changed", None, {"pollers": pollers})

    def configuration_changed(self, state: FunctionState, setting: str, ctx: Context) -> None:
        """Polling switched on begins at once; switched off, each poller leaves when its call comes back."""
        if setting == "polling":
            for mapping in range(len(state.mappings)):
                self._start_pollers(state, mapping, ctx)

    # ---- fetching --------------------------------------------------------------------------------

    def _poll(self, state: FunctionState, mapping: int, number: int, ctx: Context) -> None:
        source = ctx.config.event_source_mappings[mapping]
        poller = state.mappings[mapping].pollers[number]
        poller.polling = True
        wait_us = LONG_POLL_US
        if poller.closes_us is not None:
            wait_us = min(wait_us, max(poller.closes_us - ctx.now_us, 0))
        ctx.cause = None
        ctx.ask(
            source.queue,
            "ReceiveMessage",
            after_us=ctx.latency_us("network", ctx.config.network),
            body={
                "max_messages": min(RECEIVE_MAX, source.batch_size - len(poller.held)),
                "wait_us": wait_us,
                "network_us": ctx.latency_us("delivery", ctx.config.delivery),
            },
            token=("poll", mapping, number),
        )

    def on_poll_again(self, state: FunctionState, notice: Notice, ctx: Context) -> None:
        """A poller's back-off is over."""
        mapping, number = notice.body
        self._go_on(state, mapping, number, ctx)

    def _go_on(self, state: FunctionState, mapping: int, number: int, ctx: Context) -> None:
        """A poller is free: it polls again, or leaves if polling was switched off."""
        if state.mappings[mapping].pollers[number].held:
            self._consider(state, mapping, number, ctx)
        elif self._may_poll(mapping, ctx):
            self._poll(state, mapping, number, ctx)
        else:
            self._remove_poller(state, mapping, number, ctx)

    def on_poll_reply(self, state: FunctionState, notice: Notice, ctx: Context) -> None:
        """A long poll came back."""
        _, mapping, number = notice.token
        poller = state.mappings[mapping].pollers[number]
        if not notice.body["ok"]:
            ctx.schedule(BACK_OFF_US, "poll_again", body=(mapping, number))
        elif notice.body["messages"] or poller.held:
            poller.empty = 0
            self._gather(mapping, poller, notice.body["messages"], ctx)
            self._consider(state, mapping, number, ctx)
        else:
            self._came_empty(state, mapping, number, ctx)

    def _came_empty(self, state: FunctionState, mapping: int, number: int, ctx: Context) -> None:
        pollers = state.mappings[mapping].pollers
        pollers[number].empty += 1
        many = len(pollers) > POLLERS_AT_START
        idle = len(pollers) > POLLERS_MIN and pollers[number].empty >= EMPTY_BEFORE_LEAVING
        if many or idle:
            self._remove_poller(state, mapping, number, ctx)
        else:
            self._go_on(state, mapping, number, ctx)

    def _gather(self, mapping: int, poller: Poller, messages: list[dict[str, Any]], ctx: Context) -> None:
        source = ctx.config.event_source_mappings[mapping]
        if messages and not poller.held and source.window_us:
            poller.closes_us = ctx.now_us + source.window_us
        poller.held += messages
        if poller.closes_us is not None:
            for message in messages:
                ctx.record("record_gathered", message["message_id"], {"until_us": poller.closes_us})

    def _consider(self, state: FunctionState, mapping: int, number: int, ctx: Context) -> None:
        """Close the batch by size, window or weight, or go on gathering."""
        source = ctx.config.event_source_mappings[mapping]
        poller = state.mappings[mapping].pollers[number]
        full = len(poller.held) >= source.batch_size or weight(poller.held) >= BATCH_BYTES_MAX
        if full or poller.closes_us is None or ctx.now_us >= poller.closes_us:
            self._close_batch(state, mapping, number, ctx)
        else:
            self._poll(state, mapping, number, ctx)

    # ---- invoking --------------------------------------------------------------------------------

    def _close_batch(self, state: FunctionState, mapping: int, number: int, ctx: Context) -> None:
        poller = state.mappings[mapping].pollers[number]
        records, poller.held = split(poller.held)
        poller.polling = False
        if not poller.held:
            poller.closes_us = None
        batch = Batch(mapping, number, records)
        if self.is_full(state, ctx):
            self._throttled(state, batch, ctx)
            return
        source = ctx.config.event_source_mappings[mapping]
        event = {"Records": [event_record(record, source.queue) for record in records]}
        self.start_invocation(state, ctx, None, batch, event, {}, 0)
        self._plan_scaling(state, mapping, ctx)

    def _throttled(self, state: FunctionState, batch: Batch, ctx: Context) -> None:
        """The batch goes back: its messages come into sight when their visibility timeout ends."""
        state.count("throttles")
        queue = ctx.config.event_source_mappings[batch.mapping].queue
        limit = concurrency_limit(ctx)
        detail = {"messages": messages_text(batch.records), "queue_node": queue, "limit": limit}
        refused = ctx.record("batch_throttled", None, detail)
        for record in batch.records:
            self._record_ended(state, batch, record["message_id"], "throttled", refused, ctx)
        ctx.schedule(BACK_OFF_US, "poll_again", body=(batch.mapping, batch.poller))

    def batch_ended(
        self, state: FunctionState, batch: Batch, done: list[dict[str, Any]], ctx: Context
    ) -> None:
        """Delete what is done, ten at a time, and let the poller go on."""
        queue = ctx.config.event_source_mappings[batch.mapping].queue
        for first in range(0, len(done), RECEIVE_MAX):
            receipts = [record["receipt_handle"] for record in done[first : first + RECEIVE_MAX]]
            ctx.ask(
                queue,
                "DeleteMessageBatch",
                after_us=ctx.latency_us("network", ctx.config.network),
                body={"receipt_handles": receipts},
                token=("delete",),
            )
        self._go_on(state, batch.mapping, batch.poller, ctx)

    def on_reply(self, state: FunctionState, notice: Notice, ctx: Context) -> None:
        """Something that was asked for is answered. That a delete was heard changes nothing here."""
        if notice.token[0] == "step":
            self.on_step_reply(state, notice, ctx)
        elif notice.token[0] == "poll":
            self.on_poll_reply(state, notice, ctx)

    # ---- scaling ---------------------------------------------------------------------------------

    def _plan_scaling(self, state: FunctionState, mapping: int, ctx: Context) -> None:
        polling = state.mappings[mapping]
        if all_busy(polling) and not polling.scaling and self._may_poll(mapping, ctx):
            self._start_pollers(state, mapping, ctx)
            polling.scaling = True
            ctx.schedule(SCALE_EVERY_US, "scale", body=mapping)

    def on_scale(self, state: FunctionState, notice: Notice, ctx: Context) -> None:
        """If still no poller is free, there is one more now."""
        mapping, polling = notice.body, state.mappings[notice.body]
        polling.scaling = False
        most = pollers_max(ctx.config.event_source_mappings[mapping])
        if all_busy(polling) and len(polling.pollers) < most and self._may_poll(mapping, ctx):
            self._add_poller(state, mapping, ctx)
            self._record_pollers(state, ctx)


def all_busy(polling: Polling) -> bool:
    """Whether no poller waits at the queue."""
    return not any(poller.polling for poller in polling.pollers.values())


def pollers_max(source: EventSourceMapping) -> int:
    """How many pollers a mapping may have: one batch each at a time."""
    return source.maximum_concurrency or POLLERS_MAX


def weight(records: list[dict[str, Any]]) -> int:
    """Bytes of messages together."""
    return sum(record["size"] for record in records)


def split(held: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The messages that fit into one batch's 6 MB (at least one), and the rest."""
    size = 0
    for index, record in enumerate(held):
        size += record["size"]
        if size > BATCH_BYTES_MAX and index:
            return held[:index], held[index:]
    return held, []


def event_record(record: dict[str, Any], queue: str) -> dict[str, Any]:
    """A message as a function finds it in its event's Records."""
    return {
        "messageId": record["message_id"],
        "receiptHandle": record["receipt_handle"],
        "body": record["body"],
        "attributes": record["attributes"],
        "messageAttributes": record["message_attributes"],
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:us-east-1:000000000000:{queue}",
        "awsRegion": "us-east-1",
    }
