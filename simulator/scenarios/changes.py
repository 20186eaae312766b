"""Other versions of a scenario: a setting, a service left out, a fault on."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from simulator.engine import service_kinds
from simulator.engine.service import first_reason

from .diagnostics import did_you_mean, shown
from .document import Change
from .scenario import Scenario, scenario_of, service_data
from .shape import Mistake


def changed(scenario: Scenario, change: Change) -> Scenario:
    """The scenario with what `change` sets and removes; `turn_on` is for whoever runs it.

    Mistake if a setting does not exist or its value does not fit, or if a service cannot be left out.
    """
    data = json.loads(scenario.canonical_json)
    for key, value in change.set.items():
        _set(data, key, value)
    for name in change.remove:
        _remove(data, name)
    try:
        return scenario_of(data)
    except ValidationError as error:
        raise Mistake(f"Changed like this it is no scenario: {first_reason(error)}") from error


def _set(data: dict[str, Any], key: str, value: Any) -> None:
    """Set ``node.setting``, or deeper: ``node.redrive.max_receive_count``, ``node.steps.counted.mode``."""
    node, *path = key.split(".")
    if node not in data["services"] or not path:
        raise Mistake(f"{shown(key)} is not a setting of a service.", "Write node.setting.")
    holder: Any = data["services"][node]
    if path[0] == "traffic" and node in data.get("traffic", {}):
        holder = {"traffic": data["traffic"][node]}
    for part in path[:-1]:
        holder = _inside(holder, part, key)
    if isinstance(holder, list):
        holder[_index(holder, path[-1], key)] = value
    elif isinstance(holder, dict):
        holder[path[-1]] = value
    else:
        raise Mistake(f"{shown(key)} leads into something that is no mapping.")
    reason = _misfit(data, node)
    if reason:
        raise Mistake(
            f"{key} cannot be set to {shown(value)}: {reason}.", _known_settings(data, node, path[0])
        )


def _inside(holder: Any, part: str, key: str) -> Any:
    if isinstance(holder, list):
        return holder[_index(holder, part, key)]
    if isinstance(holder, dict) and part in holder:
        return holder[part]
    raise Mistake(f"{shown(key)}: there is no {shown(part)} to go into.")


def _index(items: list[Any], part: str, key: str) -> int:
    """The place in a list that `part` means: a number from 0, or the name of an item."""
    for index, item in enumerate(items):
        if part == str(index) or (isinstance(item, dict) and part in (item.get("name"), item.get("id"))):
            return index
    raise Mistake(f"{shown(key)}: the list has no {shown(part)}.")


def _misfit(data: dict[str, Any], node: str) -> str:
    """Why a service's config is not sound; empty if it is."""
    kind, body = service_data(data, node)
    try:
        service_kinds()[str(kind)].Config.model_validate(body)
    except ValidationError as error:
        return first_reason(error)
    return ""


def _known_settings(data: dict[str, Any], node: str, setting: str) -> str:
    config = service_kinds()[str(data["services"][node]["kind"])].Config
    known = [field.alias or name for name, field in config.model_fields.items()]
    return "" if setting in known else did_you_mean(setting, known)


def _remove(data: dict[str, Any], name: str) -> None:
    """Leave a service out, and whatever in other services leads to it."""
    if name not in data["services"]:
        raise Mistake(f"There is no service {shown(name)} to remove.", did_you_mean(name, data["services"]))
    del data["services"][name]
    data.get("traffic", {}).pop(name, None)
    for other in data["services"]:
        while path := _leads_to(data, other, name):
            _cut(data, other, path)


def _leads_to(data: dict[str, Any], node: str, target: str) -> tuple[str | int, ...]:
    """The place in a service's config that names `target`; empty if none does."""
    kind, body = service_data(data, node)
    service = service_kinds()[str(kind)]
    links = service.links(service.Config.model_validate(body))
    return next((link.path for link in links if link.target == target), ())


def _cut(data: dict[str, Any], node: str, path: tuple[str | int, ...]) -> None:
    """Take out what is at `path`, or as much around it as leaves a sound config."""
    whole = data["services"][node]
    for length in range(len(path), 0, -1):
        data["services"][node] = _without(whole, path[:length])
        if not _misfit(data, node):
            return
    data["services"][node] = whole
    raise Mistake(f"{node!r} cannot do without what leads from {'.'.join(map(str, path))}.")


def _without(value: Any, path: tuple[str | int, ...]) -> Any:
    """A copy of `value` without what is at `path`."""
    first, rest = path[0], path[1:]
    if isinstance(value, list):
        kept = [_without(item, rest) if at == first and rest else item for at, item in enumerate(value)]
        return kept if rest else [item for at, item in enumerate(value) if at != first]
    if not rest:
        return {key: item for key, item in value.items() if key != first}
    return {key: _without(item, rest) if key == first else item for key, item in value.items()}
