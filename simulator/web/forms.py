"""What posts and addresses may say. Everything wrong is a Refused with a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
from django.http import HttpRequest

from simulator.engine import limit
from simulator.runs import Cursor, Refused

POST_BYTES_MAX = 16 * 1024
SEED_LENGTH_MAX = 40
NUMBER_LENGTH_MAX = 16
PURPOSES = ("lab", "hero", "lesson")


@dataclass(frozen=True)
class CommandPost:
    """A command as it was posted. `playhead_us` is where the driver was looking, if that was told."""

    kind: str
    body: dict[str, Any]
    client_key: str
    fork: bool
    playhead_us: int | None


def command_post(request: HttpRequest) -> CommandPost:
    """A posted command, from a form whose `body` is JSON text, or from a JSON object."""
    fields = _fields(request)
    return CommandPost(
        kind=_text(fields, "kind"),
        body=_body(fields.get("body", {})),
        client_key=_text(fields, "client_key"),
        fork=str(fields.get("fork", "")) in ("1", "true", "True"),
        playhead_us=_optional_us(fields.get("playhead_us")),
    )


@dataclass(frozen=True)
class RunPost:
    """What new run is asked for."""

    scenario: str
    purpose: str
    seed: str | None


def run_post(request: HttpRequest) -> RunPost:
    """A posted wish for a run."""
    fields = _fields(request)
    purpose = _text(fields, "purpose") or "lab"
    if purpose not in PURPOSES:
        raise Refused(f"A run's purpose is one of {', '.join(PURPOSES)}.")
    seed = _text(fields, "seed").strip()
    if len(seed) > SEED_LENGTH_MAX or not seed.isprintable():
        raise Refused(f"A seed is at most {SEED_LENGTH_MAX} plain characters.")
    return RunPost(_text(fields, "scenario"), purpose, seed or None)


@dataclass(frozen=True)
class ForkPost:
    """Where a run is to be forked, and at which rate the fork goes on (it stands still without one)."""

    at_us: int
    rate: float | None


def fork_post(request: HttpRequest) -> ForkPost:
    """A posted wish for a fork."""
    fields = _fields(request)
    rate = fields.get("rate")
    try:
        going_on = None if rate in (None, "") else float(str(rate)[:20])
    except ValueError:
        raise Refused("rate is a number: 0 to pause, or the speed at which the fork goes on.") from None
    return ForkPost(us(fields.get("at_us")), going_on)


def asked_us(request: HttpRequest) -> int | None:
    """The `at_us` of an address, if it has one."""
    return _optional_us(request.GET.get("at_us"))


def asked_cursor(commands: str | None, next_: str | None) -> Cursor:
    """What a viewer says it knows. Nonsense counts as knowing nothing."""
    try:
        return Cursor(_number(commands or "0"), _number(next_ or "0"))
    except ValueError:
        return Cursor()


def us(value: object) -> int:
    """A virtual time."""
    try:
        return min(_number(str(value)), limit("simulated_us"))
    except ValueError:
        raise Refused("at_us is a virtual time in whole microseconds, zero or more.") from None


def _optional_us(value: object) -> int | None:
    return None if value in (None, "") else us(value)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= NUMBER_LENGTH_MAX):
        raise ValueError
    return int(text)


def _fields(request: HttpRequest) -> dict[str, Any]:
    if int(request.META.get("CONTENT_LENGTH") or 0) > POST_BYTES_MAX:
        raise Refused(f"A post is at most {POST_BYTES_MAX // 1024} KB.")
    if request.content_type != "application/json":
        return request.POST.dict()
    fields = _json(request.body)
    if not isinstance(fields, dict):
        raise Refused("The post is a JSON object.")
    return fields


def _json(text: str | bytes) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError, ValueError):
        raise Refused("This is not JSON that we can read.") from None


def _body(value: object) -> dict[str, Any]:
    decoded = _json(value) if isinstance(value, str) else value
    if not isinstance(decoded, dict):
        raise Refused("A command's body is a JSON object.")
    return decoded


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name, "")
    if not isinstance(value, str):
        raise Refused(f"{name} is a text.")
    return value
