"""A REST API in front of functions, as API Gateway documents it: routes, throttle, proxy integration, timeouts.

A request passes `STAGES` in order; each lets it through or names the exit by which it leaves. Then the integration
is asked, and its answer is judged by the proxy rules.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal, NamedTuple
from urllib.parse import parse_qsl

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from simulator.engine import (
    Context,
    Duration,
    EntryKind,
    FaultKind,
    Gauge,
    Latency,
    Link,
    Notice,
    Rate,
    Service,
    ServiceConfig,
)
from simulator.engine.quantities import MILLISECOND, SECOND

BODY_BYTES_MAX = 10 * 1024 * 1024
PRICE_PUSD = 3_500_000  # 3.50 USD per million calls of a REST API
TOKEN_US = SECOND  # one token in the bucket's unit: rate x microseconds
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


@dataclass(slots=True)
class Open:
    """A request on its way: who asked, by which route, and the way back's share of the overhead."""

    notice: Notice
    route: Route | None
    parameters: dict[str, str]
    rest_us: int
    entry: int
    timer: int | None = None
    asked_us: int = 0


@dataclass(slots=True)
class ApiState:
    """Requests on their way, by number, and the token bucket (tokens x 1,000,000, lazily filled)."""

    open: dict[int, Open] = field(default_factory=dict)
    requests: int = 0
    bucket: int | None = None
    filled_us: int = 0
    counted: dict[str, int] = field(default_factory=dict)

    def count(self, name: str, amount: int = 1) -> None:
        self.counted[name] = self.counted.get(name, 0) + amount


class Exit(NamedTuple):
    """A gateway response: the status, the message in its body, the documented error type."""

    status: int
    message: str
    error_type: str


MISSING_TOKEN = Exit(403, "Missing Authentication Token", "MissingAuthenticationTokenException")
TOO_MANY = Exit(429, "Too Many Requests", "TooManyRequestsException")
TOO_LARGE = Exit(413, "Request Too Long", "RequestTooLargeException")
UNAVAILABLE = Exit(503, "Service Unavailable", "ServiceUnavailableException")
TIMED_OUT = Exit(504, "Endpoint request timed out", "InternalServerErrorException")
MALFORMED = Exit(502, "Internal server error", "InternalServerErrorException")
NOT_INVOKED = Exit(500, "Internal server error", "InternalServerErrorException")

_IN: dict[str, int | str] = {"requests": 1, "open": 1, "bill": "cost"}

ENTRIES: dict[str, EntryKind] = {
    "request_received": EntryKind(
        "{node} got {message}: {method} {path}.",
        "{node} is looking at {message}: {method} {path}.",
        place="waiting",
        gauges=_IN,
        tone="moving",
    ),
    "function_invoked": EntryKind(
        "{node} invokes {to} for {message} and waits for its answer.",
        "{message} waits in {node} for {to} to answer, until {until_us:clock} at the latest.",
        place="waiting",
        tone="moving",
    ),
    "request_answered": EntryKind(
        "{node} answered {message} with {status}.",
        "{node} answered {message} with {status}.",
        place="gone",
        gauges={"open": -1, "answered": 1},
        sets={"last_integration_us": "integration_us"},
        tone="done",
    ),
    "request_rejected": EntryKind(
        "{node} turned {message} away with {status} {reason}.",
        "{node} turned {message} away with {status} {reason}; no function saw it.",
        place="gone",
        gauges={"open": -1, "errors_4xx": 1},
        interest="bookmark",
        tone="trouble",
    ),
    "integration_failed": EntryKind(
        "{node} answered {message} with {status} {reason}: {cause_text}",
        "{node} answered {message} with {status}: {cause_text}",
        place="gone",
        gauges={"open": -1, "errors_5xx": 1},
        interest="bookmark",
        tone="trouble",
    ),
    "integration_timed_out": EntryKind(
        "{node} waited {waited_us:duration} for {function_node} and answered {message} with 504; "
        "the function runs on.",
        "{node} answered {message} with 504, because {function_node} took longer than {waited_us:duration}.",
        place="gone",
        gauges={"open": -1, "errors_5xx": 1},
        interest="bookmark",
        tone="trouble",
    ),
    "answer_too_late": EntryKind(
        "{function_node} answered {message} after {node} had given up on it.", tone="trouble"
    ),
}

GAUGES: dict[str, Gauge] = {
    "requests": Gauge("Requests", "requests", headline=True, balance="in"),
    "open": Gauge("On their way", "requests", balance="now"),
    "answered": Gauge("Answered", "requests", balance="out"),
    "errors_4xx": Gauge("4xx errors", "requests", balance="out"),
    "errors_5xx": Gauge("5xx errors", "requests", balance="out"),
    "last_integration_us": Gauge("Last integration latency", "us"),
    "bill": Gauge("Bill", "pUSD"),
}


class Api(Service):
    """A REST API with Lambda proxy integrations."""

    kind = "api_gateway"
    title = "API"
    plate = "switchboard"
    Config = ApiConfig
    State = ApiState
    ENTRIES = ENTRIES
    GAUGES = GAUGES
    FAULTS = {"unavailable": FaultKind("API unavailable", "Every request is answered with 503.")}

    @classmethod
    def links(cls, config: ApiConfig) -> Iterable[Link]:
        """The functions of the routes."""
        for index, route in enumerate(config.routes):
            label = f"{route.method} {route.path}"
            yield Link(route.function, "Invoke", label, ("routes", index, "function"))

    def on_HttpRequest(self, state: ApiState, notice: Notice, ctx: Context) -> None:
        """Body: ``{method, path, headers, body, bytes?, trace?, network_us?}``; answers status, headers, body."""
        state.requests += 1
        state.count("requests")
        state.count("bill", PRICE_PUSD)
        overhead_us = ctx.latency_us("overhead", ctx.config.overhead)
        detail = {"method": notice.body["method"], "path": notice.body["path"], "cost": PRICE_PUSD}
        entry = ctx.record("request_received", notice.message, detail)
        rest_us = overhead_us - overhead_us // 2
        state.open[state.requests] = Open(notice, None, {}, rest_us, entry)
        ctx.schedule(overhead_us // 2, "pipeline", notice.message, state.requests)

    def on_pipeline(self, state: ApiState, notice: Notice, ctx: Context) -> None:
        """The request has passed half of the API's own time: send it through the stages."""
        number = notice.body
        request = state.open[number]
        for stage in STAGES:
            way_out = stage(state, request, ctx)
            if way_out is not None:
                detail = {"status": way_out.status, "reason": way_out.message}
                entry = "request_rejected" if way_out.status < 500 else "integration_failed"
                if way_out.status >= 500:
                    detail["cause_text"] = "the API is not available."
                self._leave(state, number, way_out, entry, detail, ctx)
                return
        self._invoke(state, number, request, ctx)

    def _invoke(self, state: ApiState, number: int, request: Open, ctx: Context) -> None:
        route, asked = request.route, request.notice.body
        assert route is not None
        timeout_us = route.timeout_us or ctx.config.timeout_us
        request.asked_us = ctx.now_us
        request.timer = ctx.schedule(timeout_us, "integration_timeout", request.notice.message, number)
        request.entry = ctx.send(
            route.function,
            "Invoke",
            after_us=ctx.latency_us("network", ctx.config.network),
            entry="function_invoked",
            message=request.notice.message,
            body={
                "payload": proxy_event(request, ctx.node, number),
                "trace": asked.get("trace", {}),
                "network_us": ctx.latency_us("network", ctx.config.network),
            },
            detail={"until_us": ctx.now_us + timeout_us},
            token=number,
        )

    def on_reply(self, state: ApiState, notice: Notice, ctx: Context) -> None:
        """A function answered."""
        request = state.open.get(notice.token)
        if request is None:
            ctx.record("answer_too_late", notice.message, {"function_node": notice.sender})
            return
        assert request.timer is not None
        ctx.cancel(request.timer)
        answer = notice.body
        if not answer["ok"]:
            way_out = MALFORMED if answer.get("function_error") else NOT_INVOKED
            self._fail(state, notice.token, way_out, f"{answer['error']} in the function.", ctx)
            return
        response = proxy_response(answer.get("payload"))
        if isinstance(response, str):
            self._fail(state, notice.token, MALFORMED, response, ctx)
            return
        detail = {"status": response["status"], "integration_us": ctx.now_us - request.asked_us}
        state.counted["last_integration_us"] = detail["integration_us"]
        state.count("answered")
        self._send_back(state, notice.token, response, "request_answered", detail, ctx)

    def _fail(self, state: ApiState, number: int, way_out: Exit, why: str, ctx: Context) -> None:
        detail = {"status": way_out.status, "reason": way_out.message, "cause_text": why}
        self._leave(state, number, way_out, "integration_failed", detail, ctx)

    def on_integration_timeout(self, state: ApiState, notice: Notice, ctx: Context) -> None:
        """The function took too long; it runs on, and is billed."""
        request = state.open[notice.body]
        assert request.route is not None
        detail = {
            "status": TIMED_OUT.status,
            "waited_us": ctx.now_us - request.asked_us,
            "function_node": request.route.function,
        }
        self._leave(state, notice.body, TIMED_OUT, "integration_timed_out", detail, ctx)

    def _leave(
        self, state: ApiState, number: int, way_out: Exit, entry: str, detail: dict[str, Any], ctx: Context
    ) -> None:
        """Answer with a gateway response of the API's own."""
        state.count("errors_4xx" if way_out.status < 500 else "errors_5xx")
        response = {
            "status": way_out.status,
            "headers": {"Content-Type": "application/json", "x-amzn-ErrorType": way_out.error_type},
            "body": json.dumps({"message": way_out.message}, separators=(",", ":")),
        }
        self._send_back(state, number, response, entry, detail, ctx)

    def _send_back(
        self,
        state: ApiState,
        number: int,
        response: dict[str, Any],
        entry: str,
        detail: dict[str, Any],
        ctx: Context,
    ) -> None:
        request = state.open.pop(number)
        response["headers"] = {"x-amzn-RequestId": request_id(ctx.node, number), **response["headers"]}
        after_us = request.rest_us + request.notice.body.get("network_us", 0)
        ctx.reply(request.notice, {"ok": True, **response}, after_us=after_us, entry=entry, detail=detail)

    def counts(self, state: ApiState) -> dict[str, int]:
        """The gauges, read off the open requests and the counters."""
        return {**{name: state.counted.get(name, 0) for name in GAUGES}, "open": len(state.open)}


# ---- the stages: each lets a request through (None) or names its exit ----------------------------


def find_route(state: ApiState, request: Open, ctx: Context) -> Exit | None:
    """A literal part beats {param}, which beats {proxy+}; the method beats ANY. A miss is 403, not 404."""
    asked = request.notice.body
    path = asked["path"].partition("?")[0]
    best: tuple[list[int], Route, dict[str, str]] | None = None
    for route in ctx.config.routes:
        matched = match_path(route.path, path)
        if matched is None or route.method not in ("ANY", asked["method"]):
            continue
        rank = [*matched[0], route.method == "ANY"]
        if best is None or rank < best[0]:
            best = (rank, route, matched[1])
    if best is None:
        return MISSING_TOKEN
    request.route, request.parameters = best[1], best[2]
    return None


def throttle(state: ApiState, request: Open, ctx: Context) -> Exit | None:
    """Take a token from the bucket, filled up for the time since it was last looked at."""
    config = ctx.config
    rate = config.throttle.rate if config.throttle_rate is None else config.throttle_rate
    size = config.throttle.burst * TOKEN_US
    if state.bucket is None:
        state.bucket = size
    flowed_in = int((ctx.now_us - state.filled_us) * round(rate * 1000) // 1000)
    state.bucket, state.filled_us = min(size, state.bucket + flowed_in), ctx.now_us
    if state.bucket < TOKEN_US:
        return TOO_MANY
    state.bucket -= TOKEN_US
    return None


def limit_body(state: ApiState, request: Open, ctx: Context) -> Exit | None:
    """At most 10 MB."""
    asked = request.notice.body
    size = asked.get("bytes") or len((asked.get("body") or "").encode())
    return TOO_LARGE if size > BODY_BYTES_MAX else None


def be_available(state: ApiState, request: Open, ctx: Context) -> Exit | None:
    """The fault `unavailable`."""
    return UNAVAILABLE if "unavailable" in ctx.faults else None


Stage = Callable[[ApiState, Open, Context], Exit | None]
STAGES: tuple[Stage, ...] = (be_available, find_route, throttle, limit_body)


@lru_cache(maxsize=512)
def _parts(path: str) -> tuple[str, ...]:
    return tuple(path.strip("/").split("/")) if path.strip("/") else ()


def match_path(pattern: str, path: str) -> tuple[list[int], dict[str, str]] | None:
    """How well `path` fits `pattern` (a rank for each part, lower is better) and the parameters; None if not."""
    wanted, given = _parts(pattern), _parts(path)
    rank: list[int] = []
    parameters: dict[str, str] = {}
    for index, part in enumerate(wanted):
        if index >= len(given):
            return None
        if part.endswith("+}"):
            parameters[part[1:-2]] = "/".join(given[index:])
            return [*rank, 2], parameters
        if part.startswith("{"):
            parameters[part[1:-1]] = given[index]
            rank.append(1)
        elif part == given[index]:
            rank.append(0)
        else:
            return None
    return (rank, parameters) if len(wanted) == len(given) else None


# ---- the proxy integration's event and answer ----------------------------------------------------


def request_id(node: str, number: int) -> str:
    """The id that an answer carries as x-amzn-RequestId."""
    return f"{node}-{number}"


def proxy_event(request: Open, node: str, number: int) -> dict[str, Any]:
    """The event that a function gets for a request (payload format 1.0)."""
    asked, route = request.notice.body, request.route
    assert route is not None
    path, _, query = asked["path"].partition("?")
    return {
        "resource": route.path,
        "path": path,
        "httpMethod": asked["method"],
        "headers": dict(asked.get("headers") or {}),
        "queryStringParameters": dict(parse_qsl(query)) or None,
        "pathParameters": request.parameters or None,
        "requestContext": {"requestId": request_id(node, number), "resourcePath": route.path, "apiId": node},
        "body": asked.get("body"),
        "isBase64Encoded": False,
    }


_ANSWER_KEYS = {"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"}


def proxy_response(payload: Any) -> dict[str, Any] | str:
    """Status, headers and body of a function's answer, or why the answer is malformed (a 502)."""
    if not isinstance(payload, Mapping):
        return "the function's answer is not an object."
    unknown = sorted(set(payload) - _ANSWER_KEYS)
    if unknown:
        return f"the function's answer has a key that a proxy answer can't have: {unknown[0]}."
    status = _status(payload.get("statusCode", 200))
    if status is None:
        return "the function's statusCode is not a number."
    headers = _headers(payload.get("headers") or {}, payload.get("multiValueHeaders") or {})
    if headers is None:
        return "the function's headers are malformed."
    body = payload.get("body")
    if body is not None and not isinstance(body, str):
        return "the function's body is not text."
    return {"status": status, "headers": headers, "body": body or ""}


def _status(given: Any) -> int | None:
    if isinstance(given, bool):
        return None
    if isinstance(given, str) and given.isascii() and given.isdigit() and len(given) <= 3:
        given = int(given)
    return given if isinstance(given, int) and 100 <= given <= 599 else None


def _headers(single: Any, multi: Any) -> dict[str, str] | None:
    """One value a name; several values of a name are joined, those of multiValueHeaders first."""
    if not isinstance(single, Mapping) or not isinstance(multi, Mapping):
        return None
    joined: dict[str, list[str]] = {}
    for name, values in multi.items():
        if not isinstance(values, list):
            return None
        joined.setdefault(name, []).extend(_header_text(value) for value in values)
    for name, value in single.items():
        joined.setdefault(name, []).append(_header_text(value))
    return {name: ",".join(values) for name, values in joined.items()}


def _header_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
