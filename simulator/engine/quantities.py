"""Durations, sizes, rates and clocks, as people write them and as the engine counts them.

Virtual time is an integer count of microseconds; sizes are bytes; rates are events a second.
Content says ``30s`` and ``256KB``; it is converted once, here.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

MICROSECOND = 1
MILLISECOND = 1_000
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_DURATION_UNITS = {"us": MICROSECOND, "ms": MILLISECOND, "s": SECOND, "min": MINUTE, "h": HOUR, "d": DAY}
_SIZE_UNITS = {"B": 1, "KB": 1024, "MB": 1024**2, "GB": 1024**3}
_RATE_UNITS = {"s": 1.0, "min": 60.0, "h": 3600.0}
_NUMBER_UNIT = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?) ?([A-Za-z]{1,3})")
_RATE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?) ?/ ?([a-z]{1,3})")


def _scaled(number: str, unit: int) -> int:
    """`number` (decimal text) times `unit`, exactly, without a float on the way."""
    whole, _, fraction = number.partition(".")
    return int(whole) * unit + (int(fraction) * unit // 10 ** len(fraction) if fraction else 0)


def parse_duration(value: object) -> int:
    """Microseconds of ``"30s"``, ``"250ms"``, ``"1.5min"``, ``0``; ValueError says what is wrong."""
    if value == 0 and not isinstance(value, bool):
        return 0
    if isinstance(value, str) and (found := _NUMBER_UNIT.fullmatch(value.strip())):
        number, unit = found.groups()
        if unit in _DURATION_UNITS:
            return _scaled(number, _DURATION_UNITS[unit])
        raise ValueError(f"{unit!r} is not a unit of time; write us, ms, s, min, h or d")
    if isinstance(value, str) and value.strip().startswith("-"):
        raise ValueError(f"{value!r} is negative; a duration is zero or more")
    raise ValueError(f"{_shown(value)} is not a duration; write a number and a unit, such as 30s or 250ms")


def parse_size(value: object) -> int:
    """Bytes of ``"256KB"``, ``"1MB"``; ValueError says what is wrong."""
    if isinstance(value, str) and (found := _NUMBER_UNIT.fullmatch(value.strip())):
        number, unit = found.groups()
        if unit in _SIZE_UNITS:
            return _scaled(number, _SIZE_UNITS[unit])
        raise ValueError(f"{unit!r} is not a unit of size; write B, KB, MB or GB")
    raise ValueError(f"{_shown(value)} is not a size; write a number and a unit, such as 256KB")


def parse_rate(value: object) -> float:
    """Events a second of ``"2/s"``, ``"30/min"``, ``0``; ValueError says what is wrong."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e6:
        return float(value)
    if isinstance(value, str) and (found := _RATE.fullmatch(value.strip())):
        number, unit = found.groups()
        if unit in _RATE_UNITS:
            return float(number) / _RATE_UNITS[unit]
    raise ValueError(f"{_shown(value)} is not a rate; write a number a unit of time, such as 2/s or 30/min")


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def duration_text(us: int) -> str:
    """The shortest way to write a duration: ``30s``, ``1.5s``, ``250ms``, ``90min``."""
    for unit, size in (("d", DAY), ("h", HOUR), ("min", MINUTE), ("s", SECOND)):
        if us >= size and us % size == 0:
            return f"{us // size}{unit}"
    for unit, size in (("s", SECOND), ("ms", MILLISECOND)):
        if us >= size:
            text = f"{us / size:.3f}".rstrip("0").rstrip(".")
            return f"{text}{unit}"
    return f"{us}us" if us else "0s"


def exact_duration_text(us: int) -> str:
    """A duration as a document may hold it, without the rounding of `duration_text`."""
    text = duration_text(us)
    return text if parse_duration(text) == us else f"{us // SECOND}.{us % SECOND:06}s"


def size_text(size: int) -> str:
    """The shortest way to write a size: ``256KB``, ``900B``."""
    for unit, factor in (("GB", 1024**3), ("MB", 1024**2), ("KB", 1024)):
        if size >= factor and size % factor == 0:
            return f"{size // factor}{unit}"
    return f"{size}B"


def clock_text(us: int) -> str:
    """A virtual time since the start, as the transport bar shows it: ``0:41.250``, ``1:02:03.000``."""
    ms = us // MILLISECOND
    seconds, ms = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    lead = f"{hours}:{minutes:02}" if hours else str(minutes)
    return f"{lead}:{seconds:02}.{ms:03}"


def calendar_text(starts_at: str, us: int) -> str:
    """The calendar time `us` after `starts_at` (ISO 8601), in UTC with milliseconds and a ``Z``."""
    at = datetime.fromisoformat(starts_at).astimezone(UTC) + timedelta(microseconds=us)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"


def _duration_before(value: Any) -> int:
    return value if isinstance(value, _Counted) else parse_duration(value)


class _Counted(int):
    """An integer already in the engine's unit: lets code (not content) give microseconds or bytes."""


def microseconds(value: int) -> int:
    """Mark `value` as already counted in microseconds, for configs built in code."""
    return _Counted(value)


def _size_before(value: Any) -> int:
    return value if isinstance(value, _Counted) else parse_size(value)


#: A duration in microseconds, written ``30s`` in a document.
Duration = Annotated[
    int,
    BeforeValidator(_duration_before),
    PlainSerializer(exact_duration_text, return_type=str),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string", "pattern": r"^\d+(\.\d+)? ?(us|ms|s|min|h|d)$"}, {"const": 0}],
            "description": "A duration: a number and us, ms, s, min, h or d, such as 30s.",
        }
    ),
]

#: A size in bytes, written ``256KB`` in a document.
Size = Annotated[
    int,
    BeforeValidator(_size_before),
    PlainSerializer(size_text, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\d+(\.\d+)? ?(B|KB|MB|GB)$",
            "description": "A size: a number and B, KB, MB or GB, such as 256KB.",
        }
    ),
]

#: A rate in events a second, written ``2/s`` in a document.
Rate = Annotated[
    float,
    BeforeValidator(parse_rate),
    PlainSerializer(lambda rate: rate, return_type=float),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": r"^\d+(\.\d+)? ?/ ?(s|min|h)$"},
                {"type": "number", "minimum": 0},
            ],
            "description": "A rate: a number and /s, /min or /h, such as 2/s; a bare number counts a second.",
        }
    ),
]
