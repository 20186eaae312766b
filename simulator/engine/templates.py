"""Plain templates: JSON with references such as ``{$.event.body.amount}``, filled without running any code.

A string that is one whole reference takes the value with its JSON type; a reference inside a longer string
becomes text. A path is names and indexes (``$.event.Records[0].body``). Where a path goes on into a string,
the string is read as JSON first, because queues and HTTP carry bodies as text. What cannot be found is
`Unresolved`; what would grow beyond the payload limit is `TooLarge`. Both are for the asking service to
report as modelled trouble.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Annotated, Any

from pydantic import AfterValidator

from .limits import limit

_REFERENCE = re.compile(r"\{\$\.([^{}]*)\}")
_PATH = re.compile(r"[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*|\[\d{1,5}\])*")
_SEGMENT = re.compile(r"\[(\d+)\]|([A-Za-z_][\w-]*)")
_DEPTH_MAX = 200  # levels of a filled template
_CONTAINERS_MAX = 500  # of a JSON text that is opened on the way: bounds its depth on every machine


class Unresolved(LookupError):
    """A reference leads nowhere. `path` is what was asked for."""

    def __init__(self, path: str) -> None:
        super().__init__(f"$.{path} is not there")
        self.path = path


class TooLarge(ValueError):
    """A filled template would be larger than a payload may be."""


def fill(template: Any, scope: dict[str, Any]) -> Any:
    """`template` with every reference replaced from `scope`; raises Unresolved or TooLarge."""
    return _Filler(scope).fill(template)


def references(template: Any) -> Iterator[str]:
    """The paths that a template refers to, without the leading ``$.``."""
    if isinstance(template, str):
        yield from _REFERENCE.findall(template)
    elif isinstance(template, Mapping):
        for value in template.values():
            yield from references(value)
    elif isinstance(template, list):
        for value in template:
            yield from references(value)


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def json_text(value: Any) -> str:
    """`value` as compact JSON, as services put it on the wire."""
    return _encode(value)


class _Filler:
    """One filling: its scope, and how many characters it may still produce."""

    def __init__(self, scope: dict[str, Any]) -> None:
        self.scope = scope
        self.left = limit("payload_bytes")

    def fill(self, template: Any) -> Any:
        if isinstance(template, str):
            return self._text(template)
        if isinstance(template, dict):
            return {key: self.fill(value) for key, value in template.items()}
        if isinstance(template, list):
            return [self.fill(value) for value in template]
        return template

    def _text(self, template: str) -> Any:
        path, plain = _read(template)
        if path is not None:
            found = _at(self.scope, path)
            self._spend(found)
            return found
        self._spend(template)
        return template if plain else _REFERENCE.sub(self._inner, template)

    def _inner(self, reference: re.Match[str]) -> str:
        found = _at(self.scope, reference[1])
        self._spend(found)
        return found if isinstance(found, str) else json_text(found)

    def _spend(self, value: Any) -> None:
        """Count what `value` will weigh, and stop in time."""
        if isinstance(value, str) and self.left >= len(value) + 2:  # what most values are
            self.left -= len(value) + 2
            return
        level: list[Any] = [value]
        for _ in range(_DEPTH_MAX):
            below: list[Any] = []
            for one in level:
                self.left -= len(one) + 2 if isinstance(one, str) else 2
                if isinstance(one, dict):  # plain data; asking for any Mapping would be most of the work
                    below.extend(one)
                    below.extend(one.values())
                elif isinstance(one, list):
                    below.extend(one)
            if self.left < 0:
                raise TooLarge(f"a payload is at most {limit('payload_bytes')} bytes")
            if not below:
                return
            level = below
        raise TooLarge(f"a payload nests at most {_DEPTH_MAX} levels")


@lru_cache(maxsize=1024)
def _read(template: str) -> tuple[str | None, bool]:
    """The path, where a text is one whole reference; else whether it holds none at all."""
    whole = _REFERENCE.fullmatch(template)
    return (whole[1], False) if whole else (None, not _REFERENCE.search(template))


@lru_cache(maxsize=1024)
def _segments(path: str) -> tuple[str | int, ...]:
    return tuple(int(index) if index else name for index, name in _SEGMENT.findall(path))


def _at(scope: dict[str, Any], path: str) -> Any:
    """The value at `path`."""
    value: Any = scope
    for segment in _segments(path):
        if isinstance(value, str):
            value = _opened(value, path)
        if isinstance(segment, int):
            if not isinstance(value, list) or segment >= len(value):
                raise Unresolved(path)
        elif not isinstance(value, dict) or segment not in value:
            raise Unresolved(path)
        value = value[segment]
    return value


def _opened(text: str, path: str) -> Any:
    """The JSON value that a text holds."""
    if text.count("[") + text.count("{") > _CONTAINERS_MAX:
        raise Unresolved(path)
    try:
        return json.loads(text)
    except ValueError:
        raise Unresolved(path) from None


def _checked(template: Any) -> Any:
    for path in references(template):
        if not _PATH.fullmatch(path):
            raise ValueError(
                f"{{$.{path}}} is not a reference; write names and indexes, such as {{$.event.body.amount}}"
            )
    return template


#: Any JSON value with references in its strings; a malformed reference is an error of the document.
Template = Annotated[Any, AfterValidator(_checked)]
