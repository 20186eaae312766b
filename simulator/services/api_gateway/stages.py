"""The stages that a request passes before its function is asked.

Each stage lets the request through (None) or names the exit by which it leaves, a gateway response of the
API.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from simulator.engine import Context
from simulator.engine.quantities import SECOND

from .config import Route
from .state import ApiState, Open

BODY_BYTES_MAX = 10 * 1024 * 1024
TOKEN_US = SECOND  # one token, in the bucket's unit: rate x microseconds


class Exit(NamedTuple):
    """A gateway response: the status, the message in its body, the documented error type."""

    status: int
    message: str
    error_type: str


MISSING_TOKEN = Exit(403, "Missing Authentication Token", "MissingAuthenticationTokenException")
TOO_MANY = Exit(429, "Too Many Requests", "TooManyRequestsException")
TOO_LARGE = Exit(413, f"HTTP content length exceeded {BODY_BYTES_MAX} bytes.", "RequestTooLargeException")
UNAVAILABLE = Exit(503, "Service Unavailable", "ServiceUnavailableException")
TIMED_OUT = Exit(504, "Endpoint request timed out", "InternalServerErrorException")
MALFORMED = Exit(502, "Internal server error", "InternalServerErrorException")
NOT_INVOKED = Exit(500, "Internal server error", "InternalServerErrorException")


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
    """How well `path` fits `pattern` (a rank for each part, lower is better), and the parameters."""
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
