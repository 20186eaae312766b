"""What a function does: its declared steps in order, for the caller or for each message of a batch."""

from __future__ import annotations

from typing import Any

from simulator.engine import (
    Context,
    Notice,
    TooLarge,
    Unresolved,
    fill,
    json_text,
    keyed_latency_us,
    keyed_uniform,
)

from .config import (
    CallStep,
    RaiseStep,
    ReadStep,
    ReturnStep,
    SendStep,
    WorkStep,
    WriteStep,
)
from .invocations import Invocations
from .state import FunctionState, Invocation

CONFLICT = "ConditionalCheckFailedException"


class Steps(Invocations):
    """The steps of an invocation. Between two of them nothing but time passes, or another service answers."""

    def run_pass(self, state: FunctionState, invocation: Invocation, ctx: Context) -> None:
        """Begin the steps, for the caller or for the next message of the batch."""
        invocation.record += 1
        batch = invocation.batch
        if batch is not None:
            if invocation.record >= len(batch.records):
                self._end_of_batch(state, invocation, ctx)
                return
            invocation.trace = batch.records[invocation.record]["trace"]
        invocation.step, invocation.results = -1, {}
        invocation.fails = self._drawn_to_fail(invocation, ctx)
        ctx.cause = invocation.entry
        if ctx.config.extra_latency_us:
            self._wait(invocation, ctx.config.extra_latency_us, "ready", ctx)
        else:
            self._first_step(state, invocation, ctx)

    def on_ready(self, state: FunctionState, notice: Notice, ctx: Context) -> None:
        """The extra latency is over."""
        invocation = state.running[notice.body]
        invocation.planned = None
        self._first_step(state, invocation, ctx)

    def _first_step(self, state: FunctionState, invocation: Invocation, ctx: Context) -> None:
        if invocation.fails and not any(isinstance(step, WorkStep) for step in ctx.config.steps):
            self._fail_by_chance(state, invocation, ctx)
        else:
            self._next_step(state, invocation, ctx)

    def _wait(self, invocation: Invocation, after_us: int, kind: str, ctx: Context) -> None:
        invocation.planned = ctx.schedule(after_us, kind, invocation.message, invocation.number)

    def _next_step(self, state: FunctionState, invocation: Invocation, ctx: Context) -> None:
        invocation.step += 1
        if invocation.step >= len(ctx.config.steps):
            self._end_of_pass(state, invocation, None, ctx)
            return
        step = ctx.config.steps[invocation.step]
        try:
            self._run_step(state, invocation, step, ctx)
        except (Unresolved, TooLarge) as error:
            reason = f"step {ctx.config.step_label(invocation.step)}: {error}."
            self._fail_pass(state, invocation, ("Runtime.TemplateError", reason), ctx)

    def _run_step(self, state: FunctionState, invocation: Invocation, step: Any, ctx: Context) -> None:
        if isinstance(step, WorkStep):
            self._wait(invocation, self._work_us(invocation, step, ctx), "worked", ctx)
            return
        scope = self._scope(invocation, ctx)
        if isinstance(step, ReturnStep):
            answer = fill(step.return_, scope)
            if self._step_ended(state, invocation, answer, ctx):
                self._end_of_pass(state, invocation, answer, ctx)
        elif isinstance(step, RaiseStep):
            reason = fill(step.message, scope)
            text = reason if isinstance(reason, str) else json_text(reason)
            self._fail_pass(state, invocation, (step.raise_, text), ctx)
        else:
            self._ask(invocation, step, scope, ctx)

    def _work_us(self, invocation: Invocation, step: WorkStep, ctx: Context) -> int:
        """How long this step works: from the tape, if the payment is of one, or from this function's
        draws.
        """
        key = self._tape_key(invocation, ctx)
        if key is None:
            return ctx.latency_us(f"work {invocation.step}", step.work)
        return keyed_latency_us(step.work, *key, ctx.config.step_label(invocation.step))

    def _tape_key(self, invocation: Invocation, ctx: Context) -> tuple[str | int, ...] | None:
        trace = invocation.trace
        if "tape" not in trace:
            return None
        return ctx.seed, trace["tape"], trace["payment"], ctx.node, self._attempt(invocation)

    def _drawn_to_fail(self, invocation: Invocation, ctx: Context) -> bool:
        key = self._tape_key(invocation, ctx)
        if key is None:
            return ctx.stream("errors").chance(ctx.config.error_rate)
        return bool(keyed_uniform(*key, "fate") < ctx.config.error_rate)

    def on_worked(self, state: FunctionState, notice: Notice, ctx: Context) -> None:
        """A work step is over."""
        invocation = state.running[notice.body]
        invocation.planned = None
        if invocation.fails and invocation.step == self._first_work(ctx):
            self._fail_by_chance(state, invocation, ctx)
        elif self._step_ended(state, invocation, {}, ctx):
            self._next_step(state, invocation, ctx)

    def _first_work(self, ctx: Context) -> int:
        return next(i for i, step in enumerate(ctx.config.steps) if isinstance(step, WorkStep))

    def _fail_by_chance(self, state: FunctionState, invocation: Invocation, ctx: Context) -> None:
        self._fail_pass(
            state, invocation, ("RandomError", "one of the errors that error_rate asks for."), ctx
        )

    def _step_ended(self, state: FunctionState, invocation: Invocation, result: Any, ctx: Context) -> bool:
        """Keep the result; False if the function crashes here."""
        step = ctx.config.steps[invocation.step]
        if step.name:
            invocation.results[step.name] = result
        crash = ctx.faults.get("crash")
        if crash is not None and "after_step" in crash:
            label = ctx.config.step_label(invocation.step)
            if crash["after_step"] in (label, invocation.step):
                self.crash(state, invocation, f"after its step {label}", ctx)
                return False
        return True

    # ---- asking others ---------------------------------------------------------------------------

    def _ask(self, invocation: Invocation, step: Any, scope: dict[str, Any], ctx: Context) -> None:
        """Fill the step's templates and send what it asks for; the answer comes to `on_step_reply`."""
        message = invocation.message
        shape, detail = "request", {}
        if isinstance(step, WriteStep):
            to, action, entry = step.write, "PutItem", "write_asked"
            body = {"key": key_text(step.key, scope), "item": fill(step.item, scope)}
            body["mode"] = "put" if step.mode == "append" and ctx.config.idempotent_writes else step.mode
            detail = {"key": body["key"]}
        elif isinstance(step, ReadStep):
            to, action, entry = step.read, "GetItem", "read_asked"
            body = {"key": key_text(step.key, scope)}
            detail = dict(body)
        elif isinstance(step, SendStep):
            to, action, entry, shape = step.send, "SendMessage", "message_sent", "message"
            filled = fill(step.body, scope)
            text = filled if isinstance(filled, str) else json_text(filled)
            body, message = {"body": text, "delay_us": step.delay_us}, ctx.new_message(message)
        else:
            assert isinstance(step, CallStep)
            to, action, entry = step.call, "Invoke", "function_called"
            body = {"payload": fill(step.payload, scope)}
        invocation.asked += 1
        network = ctx.config.network
        ctx.send(
            to,
            action,
            after_us=ctx.latency_us("network", network),
            entry=entry,
            message=message,
            body={**body, "trace": invocation.trace, "network_us": ctx.latency_us("network", network)},
            detail=detail,
            shape=shape,
            token=("step", invocation.number, invocation.asked),
        )

    def on_step_reply(self, state: FunctionState, notice: Notice, ctx: Context) -> None:
        """Another service answered a step. An answer to an invocation that has ended is of no use."""
        _, number, asked = notice.token
        invocation = state.running.get(number)
        if invocation is None or invocation.asked != asked:
            return
        step, answer = ctx.config.steps[invocation.step], notice.body
        if not answer["ok"] and not self._conflict_is_fine(step, answer):
            self._fail_pass(state, invocation, (answer["error"], answer["message"]), ctx)
        elif self._step_ended(state, invocation, result_of(step, answer), ctx):
            if not answer["ok"] and step.on_conflict == "return":
                self._end_of_pass(state, invocation, None, ctx)
            else:
                self._next_step(state, invocation, ctx)

    def _conflict_is_fine(self, step: Any, answer: dict[str, Any]) -> bool:
        return isinstance(step, WriteStep) and answer["error"] == CONFLICT and step.on_conflict != "raise"

    # ---- the end of a pass -----------------------------------------------------------------------

    def _end_of_pass(self, state: FunctionState, invocation: Invocation, answer: Any, ctx: Context) -> None:
        if invocation.batch is None:
            self.succeed(state, invocation, answer, ctx)
        else:
            self.run_pass(state, invocation, ctx)

    def _fail_pass(
        self, state: FunctionState, invocation: Invocation, error: tuple[str, str], ctx: Context
    ) -> None:
        """An error ends the invocation, unless its batch may report the failed message alone."""
        batch = invocation.batch
        if batch is not None and ctx.config.event_source_mappings[batch.mapping].report_batch_item_failures:
            batch.failed[str(invocation.message)] = error[0]
            self.run_pass(state, invocation, ctx)
        else:
            self.fail(state, invocation, error, ctx)

    def _end_of_batch(self, state: FunctionState, invocation: Invocation, ctx: Context) -> None:
        assert invocation.batch is not None
        failed = [{"itemIdentifier": message} for message in invocation.batch.failed]
        self.succeed(state, invocation, {"batchItemFailures": failed}, ctx)

    # ---- what templates may refer to -------------------------------------------------------------

    def _attempt(self, invocation: Invocation) -> int:
        if invocation.batch is None:
            return 1
        record = invocation.batch.records[invocation.record]
        return int(record["attributes"]["ApproximateReceiveCount"])

    def _scope(self, invocation: Invocation, ctx: Context) -> dict[str, Any]:
        deadline_us = invocation.begins_us + ctx.config.timeout_us
        scope: dict[str, Any] = {
            "event": invocation.event,
            "steps": invocation.results,
            "context": {
                "function_name": ctx.node,
                "request_id": f"{ctx.node}-{invocation.number}",
                "message": invocation.message,
                "attempt": self._attempt(invocation),
                "remaining_ms": max(deadline_us - ctx.now_us, 0) // 1000,
            },
        }
        if invocation.batch is not None:
            scope["record"] = invocation.event["Records"][invocation.record]
        return scope


def key_text(template: Any, scope: dict[str, Any]) -> str:
    """A row's key as text."""
    key = fill(template, scope)
    return key if isinstance(key, str) else json_text(key)


def result_of(step: Any, answer: dict[str, Any]) -> Any:
    """What later steps see as a step's result."""
    if isinstance(step, CallStep):
        return answer.get("payload")
    if isinstance(step, ReadStep):
        return {"found": answer["item"] is not None, "item": answer["item"]}
    return {key: value for key, value in answer.items() if key in ("key", "message_id", "error")}
