"""What a diagram is made of, before anything is drawn, and the limits it must keep."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

Direction = Literal["LR", "TB"]
PLATES = ("tickets", "lamps", "rows", "switchboard", "person")
NODES_MAX = 60
EDGES_MAX = 150

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,199}")
_KIND = re.compile(r"[a-z][a-z0-9_]{0,59}")


class DiagramError(Exception):
    """The diagram cannot be drawn; the message says what is wrong and what to do about it."""


@dataclass(frozen=True)
class DiagramNode:
    """One service. `title` and `description` are an author's words and may hold any text."""

    id: str
    kind: str
    title: str
    description: str
    plate: str


@dataclass(frozen=True)
class DiagramEdge:
    """One track between two services; a request and its response share it.

    The id is `source--target`, with `--n` after it for the n-th track between the same two.
    """

    id: str
    source: str
    target: str
    label: str
    description: str


@dataclass(frozen=True)
class DiagramModel:
    """An architecture in document order, which decides the order on the page."""

    title: str
    description: str
    nodes: tuple[DiagramNode, ...]
    edges: tuple[DiagramEdge, ...]


def check(model: DiagramModel, direction: str) -> None:
    """Raise DiagramError for a model that cannot be drawn: too large, or ids that don't hold together."""
    if direction not in get_args(Direction):
        raise DiagramError(f"A diagram runs 'LR' or 'TB', not {direction!r}.")
    _check_size("services", len(model.nodes), NODES_MAX)
    _check_size("connections", len(model.edges), EDGES_MAX)
    if not model.nodes:
        raise DiagramError("There is nothing to draw: the diagram has no services.")
    _check_ids("service", (node.id for node in model.nodes))
    _check_ids("connection", (edge.id for edge in model.edges))
    _check_kinds(model.nodes)
    _check_ends(model)


def _check_size(what: str, count: int, limit: int) -> None:
    if count > limit:
        raise DiagramError(
            f"A diagram shows at most {limit} {what}; this one has {count}. Split it into two scenarios."
        )


def _check_ids(what: str, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in ids:
        if not _ID.fullmatch(name):
            raise DiagramError(
                f"The {what} id {name[:80]!r} can't be used in a page: start with a letter, "
                "then letters, digits, '-', '_' or '.'."
            )
        if name in seen:
            raise DiagramError(f"Two {what}s are called {name!r}; every id must be used once.")
        seen.add(name)


def _check_kinds(nodes: Iterable[DiagramNode]) -> None:
    for node in nodes:
        if node.plate not in PLATES:
            raise DiagramError(
                f"Service {node.id!r} asks for the plate {node.plate[:80]!r}; there are {', '.join(PLATES)}."
            )
        if not _KIND.fullmatch(node.kind):
            raise DiagramError(
                f"Service {node.id!r} has the kind {node.kind[:80]!r}; "
                "a kind is lower-case letters, digits and '_'."
            )


def _check_ends(model: DiagramModel) -> None:
    known = {node.id for node in model.nodes}
    for edge in model.edges:
        for end in (edge.source, edge.target):
            if end not in known:
                raise DiagramError(
                    f"Connection {edge.id!r} leads to {end[:80]!r}, which is not in the diagram."
                )
