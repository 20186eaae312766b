"""Settings that a control may change, as a slider or switch sees them: a unit, a range, a step, a value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from simulator.engine import Duration, Latency, Node, Rate, Service, Size, adjustable_fields
from simulator.engine.quantities import parse_duration, parse_rate, parse_size

from .diagnostics import did_you_mean, shown
from .document import SettingControl
from .shape import Mistake, unit_hint

Kind = Literal["duration", "latency", "size", "rate", "number", "whole", "switch"]
Number = int | float

_MARKS: dict[Kind, Any] = {"duration": Duration, "size": Size, "rate": Rate}
_UNITS: dict[str, int] = {"us": 1, "ms": 1_000, "s": 1_000_000, "min": 60_000_000, "h": 3_600_000_000}
_UNIT_OF = re.compile(r"[a-zA-Z]+$")
_DEFAULT_MAX: dict[Kind, Number] = {
    "duration": 60_000_000,
    "latency": 5_000_000,
    "size": 1024 * 1024,
    "rate": 10,
    "number": 1,
    "whole": 100,
}


@dataclass(frozen=True)
class Range:
    """What a control shows. Numbers count `unit`: a unit of time, ``B``, ``/s``, ``bool`` or nothing."""

    unit: str
    min: Number
    max: Number
    step: Number
    value: Number | bool


def kind_of(field: FieldInfo) -> Kind | None:
    """What kind of quantity a config's field holds; None if no slider can show it."""
    for member, metadata in _members(field.annotation, tuple(field.metadata)):
        for kind, quantity in _MARKS.items():
            if get_args(quantity)[1] in metadata:
                return kind
        if member is Latency:
            return "latency"
        if member is bool:
            return "switch"
        if member in (int, float):
            return "whole" if member is int else "number"
    return None


def _members(annotation: Any, metadata: tuple[Any, ...]) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """The alternatives of a type, each with what is annotated around it."""
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *around = get_args(annotation)
        yield from _members(inner, (*metadata, *around))
    elif origin in (Union, UnionType):
        for member in get_args(annotation):
            yield from _members(member, metadata)
    else:
        yield annotation, metadata


def range_of(control: SettingControl, node: Node) -> Range:
    """The range of a setting control at its node; Mistake if the setting or a bound does not fit."""
    field = _field(control, node.service)
    kind = kind_of(field)
    if kind is None:
        raise Mistake(f"{control.setting!r} is not a number, a duration or a switch; no control can show it.")
    value = _current(node.config, control.setting, field)
    if kind == "switch":
        return Range("bool", 0, 1, 1, bool(value))
    if value is None:
        raise Mistake(
            f"{control.setting!r} has no value in this scenario, so a control has nothing to show.",
            "Give the service a value for it.",
        )
    number = _as_number(value)
    low = _bound(control.min, kind, "min", _declared(field, "ge", 0))
    high = _bound(control.max, kind, "max", _declared(field, "le", max(_DEFAULT_MAX[kind], number)))
    step = _bound(control.step, kind, "step", 0)
    if not low <= number <= high:
        raise Mistake(
            f"The setting's own value lies outside of what {control.id!r} shows.",
            "Widen min and max, or change the setting.",
        )
    unit, size = _unit(kind, control, step)
    step = step or (1 if kind == "whole" else size if kind in ("duration", "size") else (high - low) / 100)
    return Range(unit, *(_in_unit(n, size) for n in (low, high, step, number)))


def _field(control: SettingControl, service: Service) -> FieldInfo:
    fields = adjustable_fields(service.Config)
    if control.setting not in fields:
        raise Mistake(
            f"{control.setting!r} cannot be changed while a run goes on.",
            did_you_mean(control.setting, fields) or f"A {service.title} has no setting that can.",
        )
    return fields[control.setting]


def _current(config: Any, setting: str, field: FieldInfo) -> Any:
    for name, candidate in type(config).model_fields.items():
        if candidate is field or setting in (name, candidate.alias):
            return getattr(config, name)
    raise AssertionError("an adjustable field is a field of the config")


def _as_number(value: Any) -> Number:
    if isinstance(value, Latency):
        return value.p50_us
    return value if isinstance(value, int | float) else 0


def _declared(field: FieldInfo, bound: str, otherwise: Number) -> Number:
    """The bound that the config's field declares itself."""
    for mark in field.metadata:
        if isinstance(value := getattr(mark, bound, None), int | float):
            return value
    return otherwise


def _bound(written: Any, kind: Kind, name: str, otherwise: Number) -> Number:
    if written is None:
        return otherwise
    try:
        if kind in ("duration", "latency"):
            return parse_duration(written)
        if kind == "size":
            return parse_size(written)
        if kind == "rate":
            return parse_rate(written)
    except ValueError as error:
        raise Mistake(f"{name}: {error}.", unit_hint(str(error), written)) from error
    if isinstance(written, bool) or not isinstance(written, int | float):
        raise Mistake(f"{name}: {shown(written)} is not a number.")
    return written


def _unit(kind: Kind, control: SettingControl, step: Number) -> tuple[str, Number]:
    """The unit that a control counts in, and how many of the engine's units one is."""
    if kind in ("duration", "latency"):
        for written in (control.step, control.max, control.min):
            found = _UNIT_OF.search(written.strip()) if isinstance(written, str) else None
            if found and found.group() in _UNITS:
                return found.group(), _UNITS[found.group()]
        return "s", _UNITS["s"]
    return {"size": "B", "rate": "/s"}.get(kind, ""), 1


def _in_unit(number: Number, size: Number) -> Number:
    counted = number / size
    return int(counted) if float(counted).is_integer() else round(counted, 6)
