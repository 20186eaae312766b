"""What a scenario says about an API: its routes, its throttle, its timeouts."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from simulator.engine import Duration, Latency, Rate, ServiceConfig
from simulator.engine.quantities import MILLISECOND, SECOND

_SEGMENT = re.compile(r"\{[A-Za-z_]\w*\+?\}|[^{}/]+")

Method = Literal["ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]


class Route(BaseModel):
    """A method and a path, and the function that answers them."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    method: Method = Field(default="ANY", title="Method")
    path: str = Field(
        max_length=200,
        title="Path",
        description="Parts between slashes; {name} takes any part, {name+} at the end all that follow.",
    )
    function: str = Field(title="Function", description="The function that is invoked (Lambda proxy).")
    timeout_us: Duration | None = Field(
        default=None,
        ge=50 * MILLISECOND,
        le=29 * SECOND,
        alias="timeout",
        title="Integration timeout",
        description="Instead of the API's own, 50 ms to 29 s.",
    )

    @field_validator("path")
    @classmethod
    def _well_formed(cls, path: str) -> str:
        parts = path[1:].split("/") if path != "/" else []
        if not path.startswith("/") or not all(_SEGMENT.fullmatch(part) for part in parts):
            raise ValueError("a path looks like /payments/{id}, with {rest+} at the end if it is greedy")
        if any(part.endswith("+}") for part in parts[:-1]):
            raise ValueError("only the last part of a path can be greedy")
        return path


class Throttle(BaseModel):
    """A token bucket: `rate` tokens a second flow in, at most `burst` lie in it, a request takes one."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    rate: Rate = Field(default=10_000.0, le=10_000, title="Rate", description="Requests a second on average.")
    burst: int = Field(default=5_000, ge=0, le=5_000, title="Burst", description="The size of the bucket.")


class ApiConfig(ServiceConfig):
    """A REST API."""

    routes: tuple[Route, ...] = Field(
        default=(), max_length=50, title="Routes", description="Methods and paths, and who answers them."
    )
    timeout_us: Duration = Field(
        default=29 * SECOND,
        ge=50 * MILLISECOND,
        le=29 * SECOND,
        alias="timeout",
        title="Integration timeout",
        description="How long a function may take before the client gets 504; 50 ms to 29 s.",
        json_schema_extra={"adjustable": True},
    )
    throttle: Throttle = Field(
        default=Throttle(), title="Throttle", description="The token bucket of the whole API."
    )
    throttle_rate: Rate | None = Field(
        default=None,
        le=10_000,
        title="Throttle rate",
        description="Overrides the throttle's rate; for a control.",
        json_schema_extra={"adjustable": True},
    )
    overhead: Latency = Field(
        default=Latency.model_validate({"p50": "15ms", "p99": "80ms"}),
        title="Overhead",
        description="What the API itself adds to an answer's time.",
    )
    network: Latency = Field(
        default=Latency.model_validate({"p50": "1ms", "p99": "4ms"}),
        title="Network",
        description="The way to a function and back, each.",
    )

    @model_validator(mode="after")
    def _no_route_twice(self) -> ApiConfig:
        seen: set[tuple[str, str]] = set()
        for route in self.routes:
            if (route.method, route.path) in seen:
                raise ValueError(f"two routes for {route.method} {route.path}")
            seen.add((route.method, route.path))
        return self
