"""What a scenario says about a function: its steps, its limits, its queues."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    field_validator,
    model_validator,
)

from simulator.engine import Duration, Latency, ServiceConfig, Size, Template, references
from simulator.engine.quantities import HOUR, MILLISECOND, MINUTE, SECOND

MB = 1024 * 1024
ROOTS = ("event", "record", "steps", "context")


def _rooted(template: Template) -> Template:
    for path in references(template):
        root = path.partition(".")[0].partition("[")[0]
        if root not in ROOTS:
            raise ValueError(f"{{$.{path}}} begins with none of {', '.join(ROOTS)}")
    return template


Payload = Annotated[Template, AfterValidator(_rooted)]


class _Step(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    name: str = Field(
        default="",
        max_length=40,
        pattern=r"^([A-Za-z_][\w-]*)?$",
        title="Name",
        description="Later steps read its result as {$.steps.name}; faults name it.",
    )


class WorkStep(_Step):
    """Compute for a while."""

    work: Latency = Field(title="Work", description="How long it takes.")


class WriteStep(_Step):
    """Write a row. `insert` fails if the key is there, `append` adds a row in any case."""

    write: str = Field(title="Table")
    key: Payload = Field(title="Key")
    item: Payload = Field(default=None, title="Item")
    mode: Literal["put", "insert", "append"] = Field(default="put", title="Mode")
    on_conflict: Literal["raise", "continue", "return"] = Field(
        default="raise",
        title="If it is there",
        description="What an insert does that finds its key: fail, go on, or end as done already.",
    )


class ReadStep(_Step):
    """Read a row; the result is {found, item}."""

    read: str = Field(title="Table")
    key: Payload = Field(title="Key")


class SendStep(_Step):
    """Send a message to a queue; the result is {message_id}."""

    send: str = Field(title="Queue")
    body: Payload = Field(title="Body")
    delay_us: Duration | None = Field(
        default=None, le=15 * MINUTE, alias="delay", title="Delay", description="Instead of the queue's own."
    )


class CallStep(_Step):
    """Invoke another function and wait for its answer, which is the result."""

    call: str = Field(title="Function")
    payload: Payload = Field(default="{$.event}", title="Payload")


class ReturnStep(_Step):
    """End with an answer."""

    return_: Payload = Field(alias="return", title="Answer")


class RaiseStep(_Step):
    """End with an error."""

    raise_: str = Field(alias="raise", max_length=80, title="Error", description="The error's type.")
    message: Payload = Field(default="", title="Message")


VERBS = ("work", "write", "read", "send", "call", "return", "raise")


def _verb(step: Any) -> str | None:
    """Which kind of step this is: the verb that it has."""
    if isinstance(step, _Step):
        return type(step).__name__.removesuffix("Step").lower()
    return next((verb for verb in VERBS if isinstance(step, dict) and verb in step), None)


Step = Annotated[
    Annotated[WorkStep, Tag("work")]
    | Annotated[WriteStep, Tag("write")]
    | Annotated[ReadStep, Tag("read")]
    | Annotated[SendStep, Tag("send")]
    | Annotated[CallStep, Tag("call")]
    | Annotated[ReturnStep, Tag("return")]
    | Annotated[RaiseStep, Tag("raise")],
    Discriminator(
        _verb,
        custom_error_type="unknown_step",
        custom_error_message=f"a step has one of the verbs {', '.join(VERBS)}",
    ),
]


class EventSourceMapping(BaseModel):
    """A queue whose messages invoke the function, fetched by pollers in batches."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    queue: str = Field(title="Queue")
    batch_size: int = Field(default=10, ge=1, le=10_000, title="Batch size", description="Messages at most.")
    window_us: Duration = Field(
        default=0,
        le=5 * MINUTE,
        alias="window",
        title="Batch window",
        description="How long to gather a batch before the function is invoked, up to 5 minutes.",
    )
    report_batch_item_failures: bool = Field(
        default=False,
        title="Report batch item failures",
        description="Only the failed messages of a batch come back, instead of all.",
    )
    maximum_concurrency: int | None = Field(
        default=None, ge=2, le=1000, title="Maximum concurrency", description="Batches at a time at most."
    )
    enabled: bool = Field(default=True, title="Enabled")

    @model_validator(mode="after")
    def _window_for_large_batches(self) -> EventSourceMapping:
        if self.batch_size > 10 and self.window_us < SECOND:
            raise ValueError("a batch_size above 10 needs a window of at least 1s")
        return self


class FunctionConfig(ServiceConfig):
    """A function."""

    steps: tuple[Step, ...] = Field(
        default=(),
        max_length=30,
        title="Steps",
        description="What one invocation does, in order; for a queue's batch, once for each message.",
    )
    event_source_mappings: tuple[EventSourceMapping, ...] = Field(
        default=(), max_length=5, title="Event source mappings", description="Queues that it is fed from."
    )
    memory_bytes: Size = Field(
        default=128 * MB,
        ge=128 * MB,
        le=10_240 * MB,
        alias="memory",
        title="Memory",
        description="128 MB to 10,240 MB; the price of a second grows with it.",
    )
    timeout_us: Duration = Field(
        default=3 * SECOND,
        ge=SECOND,
        le=15 * MINUTE,
        alias="timeout",
        title="Function timeout",
        description="How long an invocation may take, 1 second to 15 minutes.",
        json_schema_extra={"adjustable": True},
    )
    reserved_concurrency: int | None = Field(
        default=None,
        ge=0,
        le=900,
        title="Reserved concurrency",
        description="Invocations at a time at most; without it, the account's 1,000. 0 stops the function.",
        json_schema_extra={"adjustable": True},
    )
    cold_start: Latency = Field(
        default=Latency.model_validate({"p50": "250ms", "p99": "900ms"}),
        title="Cold start",
        description="How long a new environment takes to start; it is billed.",
    )
    idle_life_us: Duration = Field(
        default=10 * MINUTE,
        le=24 * HOUR,
        alias="idle_life",
        title="Idle life",
        description="How long an unused environment is kept; the vendor promises nothing.",
    )
    overhead: Latency = Field(
        default=Latency.model_validate({"p50": "8ms", "p99": "40ms"}),
        title="Invoke overhead",
        description="From a call's arrival until a warm function runs; not billed.",
    )
    network: Latency = Field(
        default=Latency.model_validate({"p50": "1ms", "p99": "4ms"}),
        title="Network",
        description="The way to a table, a queue or another function and back, each.",
    )
    delivery: Latency = Field(
        default=Latency.model_validate({"p50": "16ms", "p99": "105ms"}),
        title="Delivery",
        description="From the queue to the running function, through an idle poller.",
    )
    error_rate: float = Field(
        default=0.0,
        ge=0.0,
        le=1.0,
        title="Error rate",
        description="Probability that a run of the steps fails after its first work step.",
        json_schema_extra={"adjustable": True},
    )
    extra_latency_us: Duration = Field(
        default=0,
        le=15 * MINUTE,
        alias="extra_latency",
        title="Extra latency",
        description="Added before the first step of every run.",
        json_schema_extra={"adjustable": True},
    )
    idempotent_writes: bool = Field(
        default=False,
        title="Idempotent writes",
        description="An append writes its row under the key instead: a second time changes nothing.",
        json_schema_extra={"adjustable": True},
    )
    polling: bool = Field(
        default=True,
        title="Polling",
        description="Whether its event source mappings fetch messages.",
        json_schema_extra={"adjustable": True},
    )

    @field_validator("steps")
    @classmethod
    def _results_exist(cls, steps: tuple[Any, ...]) -> tuple[Any, ...]:
        """Names are unique, and a reference to a step's result points backwards."""
        named: set[str] = set()
        for step in steps:
            for path in step_references(step):
                root, _, rest = path.partition(".")
                if root == "steps" and rest.partition(".")[0].partition("[")[0] not in named:
                    raise ValueError(f"{{$.{path}}} is not the result of an earlier step with a name")
            if step.name in named:
                raise ValueError(f"two steps are named {step.name}")
            if step.name:
                named.add(step.name)
        return steps

    def step_label(self, index: int) -> str:
        """What faults and entries call a step: its name, or its number from 0."""
        return self.steps[index].name or str(index)


def step_references(step: BaseModel) -> list[str]:
    """The paths that a step's templates refer to."""
    fields = ("key", "item", "body", "payload", "return_", "message")
    return [path for name in fields for path in references(getattr(step, name, None))]


#: A thousandth of a second, the unit that durations are billed in.
BILLED_UNIT_US = MILLISECOND
