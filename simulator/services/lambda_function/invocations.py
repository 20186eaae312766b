"""How an invocation begins and ends: concurrency, environments, timeout, crash, the bill."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from simulator.engine import Context, Notice, Service

from .config import BILLED_UNIT_US, MB, FunctionConfig
from .state import Batch, FunctionState, Invocation

ACCOUNT_CONCURRENCY = 1000
PRICE_INVOCATION_PUSD = 200_000  # 0.20 USD per million
PRICE_GB_SECOND_PUSD = 16_666_700  # 0.0000166667 USD
#: An error of the function itself, not of the service: callers of an API see 502, not 500.
UNHANDLED = "Unhandled"


class Invocations(Service):
    """The life of an invocation. What happens in it is `run_pass`, what follows it `batch_ended`."""

    @abstractmethod
    def run_pass(self, state: FunctionState, invocation: Invocation, ctx: Context) -> None:
        """Begin the steps, for the caller or for the next message of the batch."""

    @abstractmethod
    def batch_ended(
        self, state: FunctionState, batch: Batch, done: list[dict[str, Any]], ctx: Context
    ) -> None:
        """A batch's invocation is over; `done` are the messages to delete."""

    # ---- beginning -------------------------------------------------------------------------------

    def on_Invoke(self, state: FunctionState, notice: Notice, ctx: Context) -> None:
        """Body: ``{payload, trace?, network_us?}``.

        Answers ``{ok, payload}``, or ``{ok: false, error, message, function_error?}``:
        TooManyRequestsException when throttled, the error's type with `function_error` when the function
        itself failed.
        """
        if self.is_full(state, ctx):
            state.count("throttles")
            limit = concurrency_limit(ctx)
            reserved = ctx.config.reserved_concurrency is not None
            answer = {
                "ok": False,
                "error": "TooManyRequestsException",
                "message": "Rate Exceeded.",
                "reason": "ReservedFunctionConcurrentInvocationLimitExceeded"
                if reserved
                else "ConcurrentInvocationLimitExceeded",
            }
            back_us = notice.body.get("network_us", 0)
            ctx.reply(notice, answer, after_us=back_us, entry="throttled", detail={"limit": limit})
            return
        overhead_us = ctx.latency_us("overhead", ctx.config.overhead)
        body = notice.body
        self.start_invocation(state, ctx, notice, None, body["payload"], body.get("trace") or {}, overhead_us)

    def is_full(self, state: FunctionState, ctx: Context) -> bool:
        """Whether one more invocation would exceed the concurrency that the function may use."""
        return "throttle" in ctx.faults or len(state.running) >= concurrency_limit(ctx)

    def start_invocation(
        self,
        state: FunctionState,
        ctx: Context,
        caller: Notice | None,
        batch: Batch | None,
        event: Any,
        trace: dict[str, Any],
        overhead_us: int,
    ) -> None:
        """Take an environment, or start one, and plan the run's beginning."""
        init_us = self._cold_start_us(state, ctx) if not state.idle else 0
        if not init_us:
            state.idle.pop()  # the one that was used last
        state.made += 1
        state.count("invocations")
        billed_from_us = ctx.now_us + overhead_us
        invocation = Invocation(
            state.made, caller, batch, event, trace, billed_from_us, billed_from_us + init_us
        )
        state.running[invocation.number] = invocation
        if batch is None:
            detail = {"init_us": init_us} if init_us else None
            ctx.record("invoked_cold" if init_us else "invoked", invocation.message, detail)
        else:
            self._record_batch(batch, init_us, ctx)
        invocation.entry = ctx.cause or 0
        invocation.planned = ctx.schedule(
            overhead_us + init_us, "begin", invocation.message, invocation.number
        )

    def _record_batch(self, batch: Batch, init_us: int, ctx: Context) -> None:
        queue = ctx.config.event_source_mappings[batch.mapping].queue
        detail: dict[str, Any] = {"messages": messages_text(batch.records), "queue_node": queue}
        if init_us:
            detail["init_us"] = init_us
        started = ctx.record("batch_started_cold" if init_us else "batch_started", None, detail)
        for record in batch.records:
            count = int(record["attributes"]["ApproximateReceiveCount"])
            ctx.record("record_started", record["message_id"], {"receive_count": count}, started)

    def _environment_waits(self, state: FunctionState, ctx: Context) -> None:
        """An environment is free again; it is kept for the next invocation until its idle life ends."""
        state.idle.append(ctx.now_us + ctx.config.idle_life_us)
        if not state.reaping:
            state.reaping = True
            ctx.schedule(ctx.config.idle_life_us, "idle_ended")

    def on_idle_ended(self, state: FunctionState, notice: Notice, ctx: Context) -> None:
        """The environment that waited longest may have reached the end of its idle life."""
        ended = sum(end_us <= ctx.now_us for end_us in state.idle)
        if ended:
            del state.idle[:ended]
            unused_us = ctx.config.idle_life_us
            ctx.record("environments_ended", None, {"ended": ended, "change": -ended, "unused_us": unused_us})
        state.reaping = bool(state.idle)
        if state.idle:
            ctx.schedule(state.idle[0] - ctx.now_us, "idle_ended")

    def _cold_start_us(self, state: FunctionState, ctx: Context) -> int:
        state.count("cold_starts")
        return max(1, ctx.latency_us("cold start", ctx.config.cold_start))

    def on_begin(self, state: FunctionState, notice: Notice, ctx: Context) -> None:
        """The environment is ready: the function's code runs, and its timeout with it."""
        invocation = state.running[notice.body]
        invocation.planned = None
        invocation.timeout = ctx.schedule(
            ctx.config.timeout_us, "timeout", invocation.message, invocation.number
        )
        crash = ctx.faults.get("crash")
        if crash is not None and "after_step" not in crash:
            self.crash(state, invocation, "at its start", ctx)
        else:
            self.run_pass(state, invocation, ctx)

    # ---- ending ----------------------------------------------------------------------------------

    def on_timeout(self, state: FunctionState, notice: Notice, ctx: Context) -> None:
        """The function ran too long. Its environment is lost, as after a crash."""
        invocation = state.running[notice.body]
        seconds = f"{ctx.config.timeout_us / 1e6:.2f}"
        self._end(
            state,
            invocation,
            "timed_out",
            error=("Sandbox.Timedout", f"Task timed out after {seconds} seconds"),
            ctx=ctx,
        )

    def crash(self, state: FunctionState, invocation: Invocation, where: str, ctx: Context) -> None:
        """The process is gone, and its environment with it. A crash with `times` puts itself out."""
        state.crashes += 1
        times = ctx.faults["crash"].get("times")
        error = ("Runtime.ExitError", "Runtime exited with error: exit status 1")
        self._end(state, invocation, "crashed", error=error, where=where, ctx=ctx)
        if times is not None and state.crashes >= times and "crash" in ctx.faults:
            ctx.set_fault("crash", False, {})
            label = self.FAULTS["crash"].label
            ctx.record("fault_cleared", None, {"fault": "crash", "fault_label": label})

    def fail(
        self, state: FunctionState, invocation: Invocation, error: tuple[str, str], ctx: Context
    ) -> None:
        """The function's code raised an error that nothing caught."""
        self._end(state, invocation, "failed", error=error, ctx=ctx)

    def succeed(self, state: FunctionState, invocation: Invocation, payload: Any, ctx: Context) -> None:
        """The function answered."""
        self._end(state, invocation, "returned", payload=payload, ctx=ctx)

    def _end(
        self,
        state: FunctionState,
        invocation: Invocation,
        outcome: str,
        *,
        ctx: Context,
        payload: Any = None,
        error: tuple[str, str] | None = None,
        where: str = "",
    ) -> None:
        for planned in (invocation.planned, invocation.timeout):
            if planned is not None and not (outcome == "timed_out" and planned == invocation.timeout):
                ctx.cancel(planned)
        del state.running[invocation.number]
        if outcome in ("returned", "failed"):
            self._environment_waits(state, ctx)
        detail = self._billed(state, invocation, ctx)
        if error is not None:
            detail["error"], detail["reason"] = error[0], f"{error[1].rstrip('.')}."
        if where:
            detail["where"] = where
        state.count("succeeded" if outcome == "returned" else "failed")
        if invocation.batch is None:
            self._answer(invocation, outcome, payload, error, detail, ctx)
        else:
            self._end_batch(state, invocation, outcome, error, detail, ctx)

    def _billed(self, state: FunctionState, invocation: Invocation, ctx: Context) -> dict[str, Any]:
        config: FunctionConfig = ctx.config
        billed_ms = -(-max(ctx.now_us - invocation.billed_from_us, 0) // BILLED_UNIT_US)
        cost = PRICE_INVOCATION_PUSD
        cost += billed_ms * (config.memory_bytes // MB) * PRICE_GB_SECOND_PUSD // (1000 * 1024)
        duration_us = ctx.now_us - invocation.begins_us
        state.count("billed_ms", billed_ms)
        state.count("bill", cost)
        state.counted["last_duration_us"] = duration_us
        return {"billed_ms": billed_ms, "cost": cost, "duration_us": duration_us}

    def _answer(
        self,
        invocation: Invocation,
        outcome: str,
        payload: Any,
        error: tuple[str, str] | None,
        detail: dict[str, Any],
        ctx: Context,
    ) -> None:
        caller = invocation.caller
        assert caller is not None
        answer: dict[str, Any] = {"ok": True, "payload": payload}
        if error is not None:
            answer = {"ok": False, "function_error": UNHANDLED, "error": error[0], "message": error[1]}
        ctx.reply(caller, answer, after_us=caller.body.get("network_us", 0), entry=outcome, detail=detail)

    def _end_batch(
        self,
        state: FunctionState,
        invocation: Invocation,
        outcome: str,
        error: tuple[str, str] | None,
        detail: dict[str, Any],
        ctx: Context,
    ) -> None:
        batch = invocation.batch
        assert batch is not None
        detail["messages"] = messages_text(batch.records)
        entry = "batch_done" if outcome == "returned" else f"batch_{outcome}"
        ended = ctx.record(entry, None, detail)
        done = []
        for record in batch.records:
            why = error[0] if error else batch.failed.get(record["message_id"])
            if why is None:
                done.append(record)
            self._record_ended(state, batch, record["message_id"], why, ended, ctx)
        ctx.cause = ended
        self.batch_ended(state, batch, done, ctx)

    def _record_ended(
        self, state: FunctionState, batch: Batch, message: str, why: str | None, ended: int, ctx: Context
    ) -> None:
        queue = ctx.config.event_source_mappings[batch.mapping].queue
        detail = {"queue_node": queue, "error": why or "no error"}
        if any(message in other.messages for other in state.running.values()):
            entry = "other_run_ended"
        else:
            entry = "record_left" if why else "record_done"
        ctx.record(entry, message, detail, ended)


def concurrency_limit(ctx: Context) -> int:
    """How many invocations the function may run at a time."""
    reserved = ctx.config.reserved_concurrency
    return ACCOUNT_CONCURRENCY if reserved is None else int(reserved)


def messages_text(records: list[dict[str, Any]]) -> str:
    """``A.1``, or ``3 messages``."""
    return str(records[0]["message_id"]) if len(records) == 1 else f"{len(records)} messages"
