"""What a scenario says about a client: where it sends, what, and when."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from simulator.engine import Duration, Latency, Rate, ServiceConfig, Size, Template, limit, references
from simulator.engine.quantities import HOUR, MILLISECOND, SECOND

RATE_MAX = limit("rate_per_s")
COUNT_MAX = limit("messages_per_send")

#: What a request's templates may refer to.
KNOWN = ("n", "message", "request_id", "size")


def _known(template: Template) -> Template:
    for path in references(template):
        if path not in KNOWN:
            raise ValueError(f"{{$.{path}}} is not known here; these are: {', '.join(KNOWN)}")
    return template


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Request(_Part):
    """What is sent. `n` counts this client's requests from 1, `message` is the letter on the token."""

    method: Literal["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"] = Field(
        default="POST", title="Method"
    )
    path: Annotated[str, AfterValidator(_known)] = Field(
        default="/", max_length=500, title="Path", description="May use {$.n} and the like."
    )
    headers: dict[str, str] = Field(default_factory=dict, max_length=50, title="Headers")
    body: Annotated[Template, AfterValidator(_known)] = Field(
        default=None, title="Body", description="JSON; may use {$.n}, {$.message}, {$.request_id}, {$.size}."
    )


class _Open(_Part):
    rate: Rate = Field(default=1.0, le=RATE_MAX, title="Rate", description="Requests a second on average.")
    starts_us: Duration = Field(default=0, alias="starts", title="Starts")
    stops_us: Duration | None = Field(default=None, alias="stops", title="Stops")


class Poisson(_Open):
    """Open arrivals, each independent of the others."""

    arrivals: Literal["poisson"]


class Steady(_Open):
    """Open arrivals at equal distances."""

    arrivals: Literal["steady"]


class Burst(_Part):
    """Many at once, or spread evenly over a while."""

    arrivals: Literal["burst"]
    count: int = Field(ge=1, le=COUNT_MAX, title="Count")
    at_us: Duration = Field(default=0, alias="at", title="At")
    spread_us: Duration = Field(default=0, le=HOUR, alias="spread", title="Spread")


class Closed(_Part):
    """Users who wait for their answer, think, and ask again."""

    arrivals: Literal["closed"]
    users: int = Field(ge=1, le=COUNT_MAX, title="Users")
    think: Latency = Field(default=Latency.model_validate("1s"), title="Think time")
    starts_us: Duration = Field(default=0, alias="starts", title="Starts")
    stops_us: Duration | None = Field(default=None, alias="stops", title="Stops")

    @model_validator(mode="after")
    def _pausing(self) -> Closed:
        if self.think.p50_us < MILLISECOND:
            raise ValueError("users think for at least 1ms, or time would stand still")
        return self


class Tape(_Part):
    """The same payments for every architecture: arrivals and sizes depend on the seed and the tape's name
    alone.

    Functions take their work times and fates from the tape too, keyed by payment, step and attempt.
    """

    arrivals: Literal["tape"]
    name: str = Field(default="tape", min_length=1, max_length=40, title="Name")
    payments: int = Field(ge=1, le=10_000, title="Payments")
    rate: Rate = Field(gt=0, le=RATE_MAX, title="Rate", description="Requests a second on average.")
    starts_us: Duration = Field(default=0, alias="starts", title="Starts")
    size_min_bytes: Size = Field(default=1024, alias="size_min", title="Smallest")
    size_max_bytes: Size = Field(default=1024, alias="size_max", title="Largest")

    @model_validator(mode="after")
    def _ordered(self) -> Tape:
        if self.size_max_bytes < self.size_min_bytes:
            raise ValueError("size_max is below size_min")
        return self


Traffic = Annotated[Poisson | Steady | Burst | Closed | Tape, Field(discriminator="arrivals")]


class ClientConfig(ServiceConfig):
    """A client of an API."""

    calls: str | None = Field(default=None, title="Calls", description="The API that it sends requests to.")
    request: Request = Field(default=Request(), title="Request", description="What it sends.")
    network: Latency = Field(
        default=Latency.model_validate({"p50": "40ms", "p99": "160ms"}),
        title="Network",
        description="The way to the API and back, each.",
    )
    timeout_us: Duration = Field(
        default=30 * SECOND,
        ge=MILLISECOND,
        le=HOUR,
        alias="timeout",
        title="Client timeout",
        description="How long it waits for an answer before it gives up.",
        json_schema_extra={"adjustable": True},
    )
    rate: Rate | None = Field(
        default=None,
        le=RATE_MAX,
        title="Rate",
        description="Requests a second; overrides the first poisson or steady traffic, 0 stops it.",
        json_schema_extra={"adjustable": True},
    )
    traffic: tuple[Traffic, ...] = Field(
        default=(),
        max_length=20,
        title="Traffic",
        description="When requests are sent without being asked to.",
    )

    @model_validator(mode="after")
    def _has_someone_to_call(self) -> ClientConfig:
        if self.calls is None and (self.traffic or self.rate):
            raise ValueError("traffic needs someone to send it to: name an API in calls")
        return self
