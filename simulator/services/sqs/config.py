"""What a scenario says about a queue."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from simulator.engine import Duration, Latency, ServiceConfig, Size
from simulator.engine.quantities import DAY, HOUR, MINUTE, SECOND

KB = 1024


class Redrive(BaseModel):
    """Where messages go that were received too often."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    dead_letter_queue: str = Field(title="Dead-letter queue", description="The queue that takes them.")
    max_receive_count: int = Field(
        default=10,
        ge=1,
        le=1000,
        title="Receives at most",
        description="A receive that would exceed this number moves the message instead.",
    )


class QueueConfig(ServiceConfig):
    """A standard queue."""

    visibility_timeout_us: Duration = Field(
        default=30 * SECOND,
        le=12 * HOUR,
        alias="visibility_timeout",
        title="Visibility timeout",
        description="How long a received message stays hidden from other consumers, 0 to 12 hours.",
        json_schema_extra={"adjustable": True},
    )
    delay_us: Duration = Field(
        default=0,
        le=15 * MINUTE,
        alias="delay",
        title="Delivery delay",
        description="How long a new message stays invisible, up to 15 minutes.",
        json_schema_extra={"adjustable": True},
    )
    retention_us: Duration = Field(
        default=4 * DAY,
        ge=MINUTE,
        le=14 * DAY,
        alias="retention",
        title="Retention",
        description="How long a message is kept at all, 1 minute to 14 days.",
    )
    receive_wait_us: Duration = Field(
        default=0,
        le=20 * SECOND,
        alias="receive_wait",
        title="Receive wait time",
        description="How long a receive waits for a message when the call names no time; 0 is a short poll.",
    )
    redrive: Redrive | None = Field(
        default=None,
        title="Redrive policy",
        description="When and where messages go that could not be processed.",
    )
    max_message_bytes: Size = Field(
        default=1024 * KB,
        ge=KB,
        le=1024 * KB,
        alias="max_message_size",
        title="Largest message",
        description="Body and attributes together, 1 KB to 1 MB.",
    )
    duplicates: float = Field(
        default=0.0,
        ge=0.0,
        le=1.0,
        title="Duplicates",
        description="Probability per receive that one stored copy will miss the delete and come back.",
        json_schema_extra={"adjustable": True},
    )
    disorder: float = Field(
        default=0.0,
        ge=0.0,
        le=1.0,
        title="Disorder",
        description="Probability that a receive takes one of the next nine messages instead of the oldest.",
        json_schema_extra={"adjustable": True},
    )
    latency: Latency = Field(
        default=Latency.model_validate({"p50": "6ms", "p99": "32ms"}),
        title="Latency",
        description="From a call's arrival until the queue answers.",
    )
