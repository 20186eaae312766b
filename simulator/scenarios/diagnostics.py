"""Diagnostics: what is wrong with a document, where, and what to write instead.

An author's mistake is never an exception: it is one of these, with a position, the same in the editor, on the
command line and in tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

Severity = Literal["error", "warning"]
Path = tuple[str | int, ...]

LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # what YAML's reader counts as the end of a line
_SHOWN_MAX = 120
_KNOWN_MAX = 200  # names that a wrong one is compared with
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\ufeff]")


@dataclass(frozen=True)
class Diagnostic:
    """One mistake. `line` and `column` count from 1; `length` is how many characters of the line it covers.

    `path` is the place in the document as an author would say it (``services.sales-queue.redrive``),
    `message` what is wrong, `hint` what to do about it (may be empty). Errors refuse the document, warnings
    do not.
    """

    severity: Severity
    file: str
    line: int
    column: int
    path: str
    message: str
    hint: str = ""
    length: int = 1

    def __str__(self) -> str:
        place = f" [{self.path}]" if self.path else ""
        hint = f" {self.hint}" if self.hint else ""
        return f"{self.file}:{self.line}:{self.column}: {self.severity}: {self.message}{hint}{place}"


def path_text(path: Iterable[str | int]) -> str:
    """A path as an author says it: ``services.sales.steps[2].to``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def shown(value: object, longest: int = 60) -> str:
    """A value as a message may quote it: in quotes when it is text, one line, not too long."""
    text = repr(value)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """A sentence that suggests what is known: the closest word, or the whole list when it is short."""
    names = list(dict.fromkeys(known))[:_KNOWN_MAX]
    close = get_close_matches(str(word)[:80], names, n=1, cutoff=0.6)
    if close:
        return f"Did you mean {close[0]!r}?"
    if not names:
        return ""
    if len(names) <= 12:
        return f"There {'is' if len(names) == 1 else 'are'}: {', '.join(names)}."
    return f"There are: {', '.join(names[:12])} and {len(names) - 12} more."


def lines_of(text: str) -> list[str]:
    """The lines of a document, broken where YAML breaks them."""
    return LINE_BREAK.split(text)


def render(diagnostics: Sequence[Diagnostic], text: str) -> str:
    """All diagnostics for a terminal, each with its line and a caret under the place."""
    lines = lines_of(text)
    return "\n\n".join(_rendered(diagnostic, lines) for diagnostic in diagnostics)


def _rendered(diagnostic: Diagnostic, lines: Sequence[str]) -> str:
    place = f"{diagnostic.file}:{diagnostic.line}:{diagnostic.column}"
    rows = [f"{place}: {diagnostic.severity}: {diagnostic.message}"]
    if 0 < diagnostic.line <= len(lines):
        line, column = _window(lines[diagnostic.line - 1], diagnostic.column)
        gutter = f"{diagnostic.line:5} | "
        caret = "^" * max(1, min(diagnostic.length, len(line) - column + 1))
        rows += [gutter + line, " " * (len(gutter) - 2) + "| " + " " * (column - 1) + caret]
    if diagnostic.path:
        rows.append(f"      at {diagnostic.path}")
    if diagnostic.hint:
        rows.append(f"      {diagnostic.hint}")
    return "\n".join(rows)


def _window(line: str, column: int) -> tuple[str, int]:
    """The part of a long line around `column`, without control characters, and the column in it."""
    line = _CONTROL.sub("�", line.replace("\t", "→"))
    if len(line) <= _SHOWN_MAX:
        return line, column
    start = max(0, min(column - _SHOWN_MAX // 2, len(line) - _SHOWN_MAX))
    lead = "…" if start else ""
    return lead + line[start : start + _SHOWN_MAX], column - start + len(lead)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Every diagnostic once, in the order of the document."""
    return tuple(sorted(dict.fromkeys(diagnostics), key=lambda d: (d.line, d.column, d.path, d.message)))
