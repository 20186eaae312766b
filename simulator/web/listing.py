"""A scenario's source with line numbers, and what its checker says about it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from pygments import lex  # type: ignore[import-untyped]
from pygments.lexers.data import YamlLexer  # type: ignore[import-untyped]
from pygments.token import Comment, Literal, Name, Number, String, _TokenType  # type: ignore[import-untyped]

from simulator.runs import Blueprint
from simulator.runs.heavy import checked
from simulator.runs.workshop import workshop
from simulator.scenarios import Diagnostic, Scenario, library

_CLASSES = (
    (Comment, "source-comment"),
    (Name.Tag, "json-key"),
    (Number, "json-number"),
    (String, "json-string"),
    (Literal, "json-string"),
    (Name, "json-string"),
)


@dataclass(frozen=True)
class SourceLine:
    """One line, coloured, and the worst that the checker says about it."""

    html: SafeString
    severity: str = ""


@dataclass(frozen=True)
class Listing:
    """The source of a scenario. `lines` is empty when only the stored document is known."""

    lines: tuple[SourceLine, ...]
    diagnostics: tuple[Diagnostic, ...]
    services: int
    connections: int


def listing_of(blueprint: Blueprint) -> Listing:
    """The source of a run's revision. Raises an Undone where checking it takes more than it may."""
    return _listing(blueprint.source, len(blueprint.model["nodes"]), len(blueprint.model["edges"]))


def listing_of_scenario(scenario: Scenario, connections: int) -> Listing:
    """The source of a scenario of the library."""
    return _listing(scenario.source_text, len(scenario.nodes), connections)


@lru_cache(maxsize=128)
def _listing(text: str, services: int, connections: int) -> Listing:
    if not text:
        return Listing((), (), services, connections)
    ours = any(scenario.source_text == text for scenario in library().values())
    diagnostics = checked(text) if ours else workshop().do(checked, text)
    worst: dict[int, str] = {}
    for diagnostic in diagnostics:
        if worst.get(diagnostic.line) != "error":
            worst[diagnostic.line] = diagnostic.severity
    lines = tuple(SourceLine(html, worst.get(n, "")) for n, html in enumerate(_coloured(text), 1))
    return Listing(lines, diagnostics, services, connections)


def _coloured(text: str) -> list[SafeString]:
    lines: list[list[str]] = [[]]
    for token, piece in lex(text.rstrip("\n"), YamlLexer()):
        for number, part in enumerate(piece.split("\n")):
            if number:
                lines.append([])
            if part:
                lines[-1].append(_span(token, part))
    while len(lines) > 1 and not lines[-1]:
        lines.pop()
    return [mark_safe("".join(parts)) for parts in lines]  # noqa: S308  (each part was escaped)


def _span(token: _TokenType, part: str) -> str:
    for kind, name in _CLASSES:
        if token in kind:
            return format_html('<span class="{}">{}</span>', name, part)
    return escape(part)
