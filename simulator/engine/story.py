"""Sentences from the trace: the transcript, and the answer to "Why?".

A template holds ``{field}`` or ``{field:form}``. Fields are the entry's own (`node`, `message`, `at_us`) and
its details. Forms: ``clock`` (a virtual time), ``duration``, ``money``, ``name`` (a node's title; the
default for `node`, `to` and fields ending in ``_node``). static/js/player/story.js tells the same sentences;
a test holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from .quantities import clock_text, duration_text
from .trace import Entry, EntryKind

_FIELD = re.compile(r"\{([a-z_]+)(?::([a-z]+))?\}")


def short_clock(us: int) -> str:
    """``0:41.25``: a clock without trailing zeros, as sentences say it."""
    return clock_text(us).rstrip("0").rstrip(".")


def money(usd: float) -> str:
    """Dollars with as many places as a price of millionths needs."""
    return f"${usd:.8f}".rstrip("0").ljust(6, "0")


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


_FORMS: dict[str, Callable[..., str]] = {"clock": short_clock, "duration": duration_text, "money": money}


def tell(template: str, entry: Entry, titles: Mapping[str, str]) -> str:
    """The sentence of one entry; an unknown field becomes a dash."""
    fields = {"node": entry.node, "message": entry.message, "at_us": entry.at_us, **(entry.detail or {})}

    def put(found: re.Match[str]) -> str:
        name, form = found.groups()
        value = fields.get(name)
        if value is None:
            return "–"
        if form in _FORMS:
            return _FORMS[form](value)
        if form == "name" or name in ("node", "to") or name.endswith("_node"):
            return titles.get(str(value), str(value))
        return _plain(value)

    return _FIELD.sub(put, template)


Kinds = Mapping[str, Mapping[str, EntryKind]]


def why(
    entries: Sequence[Entry],
    kinds: Kinds,
    titles: Mapping[str, str],
    *,
    message: str,
    node: str | None,
    until_us: int,
) -> tuple[str, list[Entry]]:
    """Why `message` is where it is at `until_us` (at `node`, or anywhere): one sentence, and its cause chain.

    The sentence is the `state` of the last entry about the message that has one. The chain runs from that
    entry back to the first cause.
    """
    last = None
    for entry in entries:
        if entry.at_us > until_us:
            break
        if (
            entry.message == message
            and (node is None or entry.node == node)
            and kinds[entry.node][entry.kind].state
        ):
            last = entry
    if last is None:
        return f"Nothing has happened to {message} yet.", []
    return tell(kinds[last.node][last.kind].state, last, titles), chain(entries, last)


def chain(entries: Sequence[Entry], entry: Entry, longest: int = 100) -> list[Entry]:
    """The entry, its cause, that one's cause, and so on back to the first."""
    found = [entry]
    while (cause := found[-1].cause) is not None and len(found) < longest:
        found.append(entries[cause])
    return found


def biography(entries: Sequence[Entry], message: str, until_us: int | None = None) -> list[Entry]:
    """Everything that happened to a message, in order."""
    return [e for e in entries if e.message == message and (until_us is None or e.at_us <= until_us)]
