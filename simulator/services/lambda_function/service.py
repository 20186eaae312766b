"""A function, as Lambda documents it: invocations in environments, declared steps, queues that feed it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from simulator.engine import Context, FaultKind, Link

from .config import CallStep, FunctionConfig, ReadStep, SendStep, WriteStep
from .pollers import Pollers
from .state import FunctionState
from .tables import ENTRIES, GAUGES


class Function(Pollers):
    """A function."""

    kind = "lambda_function"
    title = "Function"
    plate = "lamps"
    Config = FunctionConfig
    State = FunctionState
    ENTRIES = ENTRIES
    GAUGES = GAUGES
    FAULTS = {
        "crash": FaultKind(
            "Crash",
            "Every invocation ends in Runtime.ExitError: at its start, or after the step that `after_step` "
            "names. With `times` only so many.",
            ("after_step", "times"),
        ),
        "throttle": FaultKind("Throttle", "Every invocation is refused, as if the concurrency were used up."),
    }

    @classmethod
    def links(cls, config: FunctionConfig) -> Iterable[Link]:
        """The tables, queues and functions of its steps, and the queues that feed it."""
        for index, step in enumerate(config.steps):
            if isinstance(step, WriteStep):
                yield Link(step.write, "PutItem", "writes", ("steps", index, "write"))
            elif isinstance(step, ReadStep):
                yield Link(step.read, "GetItem", "reads", ("steps", index, "read"))
            elif isinstance(step, SendStep):
                yield Link(step.send, "SendMessage", "sends", ("steps", index, "send"))
            elif isinstance(step, CallStep):
                yield Link(step.call, "Invoke", "calls", ("steps", index, "call"))
        for index, source in enumerate(config.event_source_mappings):
            label = f"batches of {source.batch_size}"
            path = ("event_source_mappings", index, "queue")
            yield Link(source.queue, "ReceiveMessage", label, path, flow="in")

    def fault_changed(self, state: FunctionState, name: str, on: bool, ctx: Context) -> None:
        """A crash that was put on counts its times from here."""
        state.crashes = 0

    def check_command(self, kind: str, body: Mapping[str, Any], config: FunctionConfig) -> None:
        """Beyond the base's checks: what a crash's parameters may be."""
        super().check_command(kind, body, config)
        if kind != "fault":
            return
        parameters = body.get("parameters") or {}
        times = parameters.get("times", 1)
        if not isinstance(times, int) or isinstance(times, bool) or times < 1:
            raise ValueError("times is a whole number from 1.")
        labels = [config.step_label(index) for index in range(len(config.steps))]
        step = parameters.get("after_step")
        if step is not None and step not in labels and step not in range(len(labels)):
            raise ValueError(f"There is no step {str(step)[:40]!r}; there are: {', '.join(labels)}.")

    def counts(self, state: FunctionState) -> dict[str, int]:
        """The gauges, read off the running invocations and the counters."""
        counted = {name: state.counted.get(name, 0) for name in GAUGES}
        return {**counted, "concurrent": len(state.running), "idle_environments": len(state.idle)}
