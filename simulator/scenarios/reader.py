"""YAML with positions: text in, plain data and the place of every key and value out.

YAML 1.2's core schema decides what a plain word is: ``on`` and ``no`` are text, ``010`` is ten, ``12:30:45``
is text, ``1e3`` is a number. Duplicate keys, aliases, tags of other schemas, several documents and numbers
that no JSON can hold are mistakes. The reader walks the parser's events with a stack of its own, so that
neither depth nor size of a document can hurt it, and reports every mistake that it can reach.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from simulator.engine.limits import LIMITS, limit

from .diagnostics import LINE_BREAK, Diagnostic, Path, Severity, lines_of, path_text, shown

_NULL = re.compile(r"~|null|Null|NULL|")
_BOOL = re.compile(r"true|True|TRUE|false|False|FALSE")
_INT = re.compile(r"[-+]?[0-9]+")
_OCTAL_OR_HEX = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NO_NUMBER = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_CORE_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "map", "seq")}
_TEXT_TAGS = ("!", "tag:yaml.org,2002:str")
_FORBIDDEN = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_EXACT_MAX = 2**53  # beyond it JSON readers disagree about an integer

_PLAINLY = {  # what the parser says: what it means, what to do
    "mapping values are not allowed in this context": (
        "A ':' stands where no key can be.",
        "Put text that holds ': ' in quotes, and give keys of one mapping the same indentation.",
    ),
    "could not find expected ':'": ("A key without ':' after it.", "Write 'key: value'."),
    "did not find expected key": (
        "Here a key of the mapping was expected.",
        "Check the indentation: keys of one mapping start in the same column.",
    ),
    "did not find expected '-' indicator": (
        "Here an item of the list was expected.",
        "Check the indentation: the '-' of one list stand in the same column.",
    ),
    "did not find expected ',' or ']'": ("A '[' is not closed.", "Add ',' between items and ']' at the end."),
    "did not find expected ',' or '}'": ("A '{' is not closed.", "Add ',' between items and '}' at the end."),
    "found unexpected end of stream": ("The text ends inside quotes.", "Close them."),
    "found unknown escape character": (
        "An escape that double quotes do not know.",
        "Use single quotes, in which a backslash is only a backslash.",
    ),
}


@dataclass(frozen=True)
class Place:
    """Where a key or a value stands: line and column from 1, length in characters on that line."""

    line: int
    column: int
    length: int = 1


@dataclass
class Read:
    """A document as read. `data` is plain JSON-like data, None when nothing could be read.

    `keys` holds where each mapping key stands (for a list's item: where the item starts), `values` where each
    value stands, both by path. `complete` is False when reading had to stop before the end, so that what is
    missing from `data` may stand in the text. `moved` says, by its first three parts, where a path is written
    that is looked at elsewhere.
    """

    file: str
    text: str
    data: Any = None
    complete: bool = False
    keys: dict[Path, Place] = field(default_factory=dict)
    values: dict[Path, Place] = field(default_factory=dict)
    moved: dict[Path, Path] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    _said: set[str] = field(default_factory=set)

    def report(
        self, path: Path, message: str, hint: str = "", *, on_key: bool = False, severity: Severity = "error"
    ) -> None:
        """Note a mistake at `path`: at its value, its key, or what of the path there is in the document."""
        path = self._written(path)
        self._note(severity, self._place(path, on_key), path, message, hint)

    def report_at(self, place: Place, path: Path, message: str, hint: str = "") -> None:
        """Note an error at a place that no value has."""
        self._note("error", place, path, message, hint)

    def _note(self, severity: Severity, place: Place, path: Path, message: str, hint: str) -> None:
        where = path_text(path)
        self._said.add(where)
        self.diagnostics.append(
            Diagnostic(severity, self.file, place.line, place.column, where, message, hint, place.length)
        )

    def report_within(self, path: Path, start: int, length: int, message: str, hint: str = "") -> None:
        """Note an error at some characters of the text value at `path`, where they can be told apart."""
        path = self._written(path)
        place, value = self._place(path, on_key=False), self._value(path)
        quotes = (place.length - len(value)) // 2 if isinstance(value, str) else -1
        if quotes in (0, 1) and place.length == len(value) + 2 * quotes:
            place = Place(place.line, place.column + quotes + start, max(1, length))
        self.report_at(place, path, message, hint)

    def _written(self, path: Path) -> Path:
        """Where `path` is written: what was moved, and what an author wrote shorter, as text."""
        moved = self.moved.get(path[:3])
        path = path if moved is None else (*moved, *path[3:])
        for length in range(len(path)):
            if isinstance(self._value(path[:length]), str):
                return path[:length]
        return path

    def _value(self, path: Path) -> Any:
        data = self.data
        for part in path:
            if isinstance(data, list) and isinstance(part, int):
                data = data[part] if part < len(data) else None
            else:
                data = data.get(part) if isinstance(data, dict) else None
        return data

    def flagged(self, path: Path) -> bool:
        """Whether something wrong was already said about this very place."""
        return path_text(self._written(path)) in self._said

    def _place(self, path: Path, on_key: bool) -> Place:
        while path:
            first, second = (self.keys, self.values) if on_key else (self.values, self.keys)
            if place := first.get(path) or second.get(path):
                return place
            path, on_key = path[:-1], True  # what is missing is missing from the mapping: show that one's key
        return Place(1, 1)

    @property
    def broken(self) -> bool:
        """Whether something was found that refuses the document."""
        return any(d.severity == "error" for d in self.diagnostics)


def read(text: str, file: str) -> Read:
    """Read YAML text; never raises, whatever `text` is."""
    found = Read(file, text)
    if _acceptable(found):
        _Reader(found).run()
    return found


def _acceptable(found: Read) -> bool:
    """Whether the text may be given to the parser: not too large, and all characters allowed."""
    size = len(found.text.encode("utf-8", "surrogatepass"))
    if size > limit("document_bytes"):
        found.report((), LIMITS["document_bytes"].sentence, f"This one has {size:,} bytes.")
        return False
    for position in _first(_FORBIDDEN.finditer(found.text), 20):
        place = _place_of(found.text, position.start())
        found.report_at(
            place,
            (),
            f"The character U+{ord(position.group()):04X} is not allowed in YAML.",
            "Remove it, or write it as an escape in double quotes.",
        )
    return not found.broken


def _first(matches: Iterator[re.Match[str]], count: int) -> Iterator[re.Match[str]]:
    for match, _ in zip(matches, range(count), strict=False):
        yield match


def _place_of(text: str, index: int) -> Place:
    breaks = [found.end() for found in LINE_BREAK.finditer(text, 0, index)]
    return Place(len(breaks) + 1, index - (breaks[-1] if breaks else 0) + 1)


@dataclass
class _Open:
    """A collection that is being read."""

    data: dict[str, Any] | list[Any]
    path: Path
    key: str | None = None  # the mapping's key whose value comes next
    skip: bool = False  # the value belongs to a key that can't be used
    waits: bool = False  # a mapping: the key is read, its value comes next
    seen: dict[str, Place] = field(default_factory=dict)


class _Reader:
    """One pass over the parser's events."""

    def __init__(self, found: Read) -> None:
        self.found = found
        self.stack: list[_Open] = []
        self.values = 0
        self.documents = 0
        self.unwanted = 0  # depth inside something that is read over, such as a key that is no text

    def run(self) -> None:
        """Read everything; on return `found` is complete."""
        parser = yaml.CLoader(self.found.text)  # for its events only: nothing is constructed
        try:
            while (event := parser.get_event()) is not None:
                if not self._take(event):
                    break
            else:
                self.found.complete = bool(self.documents)
        except yaml.MarkedYAMLError as error:
            self._syntax(error)
        except yaml.YAMLError as error:  # the reader's own, without a mark
            self.found.report((), "This is not YAML.", f"The reader says: {str(error)[:200]}.")
        finally:
            parser.dispose()
        if not self.documents and not self.found.broken:
            self.found.report((), "The document is empty.")

    def _syntax(self, error: yaml.MarkedYAMLError) -> None:
        mark = error.problem_mark or error.context_mark
        place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
        problem = str(error.problem or "it cannot be read")
        lines = lines_of(self.found.text)
        line = lines[place.line - 1] if place.line <= len(lines) else ""
        if "\t" in line[: max(place.column, len(line) - len(line.lstrip()))] and "token" in problem:
            message, hint = "A tab is used for indentation.", "YAML is indented with spaces only."
        elif "cannot start any token" in problem:
            message, hint = "This character cannot begin a value.", "Put the value in quotes."
        else:
            message, hint = _PLAINLY.get(problem, (f"This is not YAML: {problem}.", ""))
        path = self.stack[-1].path if self.stack else ()
        self.found.report_at(place, path, message, hint)

    def _take(self, event: yaml.Event) -> bool:
        """Handle one event; False stops reading."""
        match event:
            case yaml.DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    self.found.report_at(
                        _place(event), (), "A second document begins here.", "Keep one document to a file."
                    )
                    return False
            case yaml.AliasEvent():
                return self._alias(event)
            case yaml.ScalarEvent():
                return self._counted(event) and self._scalar(event)
            case yaml.CollectionStartEvent():
                return self._counted(event) and self._start(event)
            case yaml.CollectionEndEvent():
                self._end(event)
        return True

    def _counted(self, event: yaml.NodeEvent) -> bool:
        self.values += 1
        if self.values > limit("document_nodes"):
            self.found.report_at(_place(event), (), LIMITS["document_nodes"].sentence)
            return False
        if event.anchor is not None:
            self.found.report_at(
                _place(event), self._path(), "Anchors (&) are not used here.", "Write the value out."
            )
        return True

    def _path(self) -> Path:
        """Where the next value belongs."""
        if not self.stack:
            return ()
        top = self.stack[-1]
        if isinstance(top.data, list):
            return (*top.path, len(top.data))
        return (*top.path, top.key) if top.key is not None else top.path

    def _alias(self, event: yaml.AliasEvent) -> bool:
        self.values += 1
        self.found.report_at(
            _place(event),
            self._path(),
            f"The alias *{str(event.anchor)[:40]} is not resolved here.",
            "Write the value out again.",
        )
        if self._expects_key():
            self._unusable_key()
        else:
            self._put(None, _place(event))
        return True

    def _expects_key(self) -> bool:
        return (
            bool(self.stack)
            and isinstance(self.stack[-1].data, dict)
            and not self.stack[-1].waits
            and not self.unwanted
        )

    def _unusable_key(self) -> None:
        top = self.stack[-1]
        top.waits, top.skip, top.key = True, True, None

    def _start(self, event: yaml.CollectionStartEvent) -> bool:
        if len(self.stack) + self.unwanted >= limit("document_depth"):
            self.found.report_at(_place(event), self._path(), LIMITS["document_depth"].sentence)
            return False
        if self.unwanted or self._expects_key() or (self.stack and self.stack[-1].skip):
            if not self.unwanted and self._expects_key():
                self.found.report_at(
                    _place(event), self._path(), "A key must be text, not a list or a mapping."
                )
            self.unwanted += 1
            return True
        self._check_tag(event)
        path = self._path()
        data: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
        self._put(data, _place(event))
        self.stack.append(_Open(data, path))
        return True

    def _end(self, event: yaml.Event) -> None:
        if self.unwanted:
            self.unwanted -= 1
            if self.unwanted:
                return
            if self.stack[-1].waits:
                self._put(None, _place(event))
            else:
                self._unusable_key()
            return
        self.stack.pop()

    def _scalar(self, event: yaml.ScalarEvent) -> bool:
        if self.unwanted:
            return True
        if self._expects_key():
            self._key(event)
        else:
            self._put(self._resolved(event), _place(event))
        return True

    def _key(self, event: yaml.ScalarEvent) -> None:
        top, place, key = self.stack[-1], _place(event), event.value
        assert isinstance(top.data, dict)
        resolved = self._resolved(event)
        if not isinstance(resolved, str):
            self.found.report_at(
                place,
                self._path(),
                f"A key must be text, and {shown(key)} is read as {_named(resolved)}.",
                f'Write "{key[:40]}" in quotes if it is a name.',
            )
            self._unusable_key()
            return
        if key in top.seen:
            first = top.seen[key]
            self.found.report_at(
                place,
                (*top.path, key),
                f"The key {shown(key)} is here twice; the first is in line {first.line}.",
                "Keep one of them.",
            )
            self._unusable_key()
            return
        top.seen[key] = place
        top.key, top.waits, top.skip = key, True, False
        self.found.keys[(*top.path, key)] = place

    def _put(self, value: Any, place: Place) -> None:
        """Store a value where it belongs. The value of an unusable key is read, and left out."""
        if not self.stack:
            self.found.data = value
            self.found.values[()] = place
            return
        top, path = self.stack[-1], self._path()
        if isinstance(top.data, list):
            self.found.keys.setdefault(path, place)
            self.found.values[path] = place
            top.data.append(value)
            return
        if not top.skip:
            assert top.key is not None
            self.found.values[path] = place
            top.data[top.key] = value
        top.key, top.waits, top.skip = None, False, False

    def _check_tag(self, event: yaml.NodeEvent) -> None:
        tag = getattr(event, "tag", None)
        if tag is not None and tag != "!" and tag not in _CORE_TAGS:
            self.found.report_at(
                _place(event), self._path(), f"The tag {shown(tag)} is not known here.", "Remove it."
            )

    def _resolved(self, event: yaml.ScalarEvent) -> Any:
        """The value of a scalar by YAML 1.2's core schema; a mistake is noted and gives text."""
        self._check_tag(event)
        text: str = event.value
        if "\0" in text:  # written as an escape; no database and no drawing can hold it
            self.found.report_at(
                _place(event), self._path(), "A text cannot hold the character U+0000.", "Remove it."
            )
        if event.tag in _TEXT_TAGS or (event.tag is None and not event.implicit[0]):
            return text
        if _NULL.fullmatch(text):
            return None
        if _BOOL.fullmatch(text):
            return text.lower() == "true"
        if _NO_NUMBER.fullmatch(text):
            return self._no_number(event, "is not a number that can be counted with")
        if _INT.fullmatch(text) or _OCTAL_OR_HEX.fullmatch(text):
            return self._integer(event, text)
        if _FLOAT.fullmatch(text):
            number = float(text)
            return number if math.isfinite(number) else self._no_number(event, "is too large")
        return text

    def _integer(self, event: yaml.ScalarEvent, text: str) -> Any:
        if len(text) > 20:
            return self._no_number(event, "is too large")
        base = {"0o": 8, "0x": 16}.get(text[:2], 10)
        number = int(text, base)
        return number if abs(number) <= _EXACT_MAX else self._no_number(event, "is too large")

    def _no_number(self, event: yaml.ScalarEvent, why: str) -> str:
        self.found.report_at(
            _place(event), self._path(), f"{shown(event.value)} {why}.", "Put it in quotes if it is text."
        )
        return str(event.value)


def _place(event: yaml.Event) -> Place:
    start, end = event.start_mark, event.end_mark
    assert start is not None, "the parser marks every event"
    assert end is not None, "the parser marks every event"
    length = end.column - start.column if end.line == start.line else 1
    return Place(start.line + 1, start.column + 1, max(1, length))


def _named(value: object) -> str:
    names = {type(None): "nothing (null)", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(value), "something else")
