"""Who stands where in the order of a message's path: ranks, and the order within a rank.

A rank is the longest path from a source, so that every track leads onwards. Stores and dead-letter queues
stand *beside* what feeds them, in the same rank, where there is room: the main line stays straight and
short.

The order within a rank is that of the tree of first tracks in document order. It depends on nothing that
Graphviz decides, so that a service or track added after the others never makes them change places.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from simulator.diagrams.model import DiagramEdge, DiagramModel, Direction

_BESIDE_MAX = {"LR": 2, "TB": 1}
_ACROSS_MAX = {"LR": 8, "TB": 3}


@dataclass(frozen=True)
class Ranks:
    """`order[r]` are the node ids of rank r, first to last; `rank_of` is its inverse. `reading` is a
    topological order of all nodes. `backward` holds the ids of edges that lead back to an earlier rank,
    `last` the ids of the stores and dead-letter queues at which a line ends.
    """

    order: tuple[tuple[str, ...], ...]
    rank_of: dict[str, int]
    reading: tuple[str, ...]
    backward: frozenset[str]
    last: frozenset[str]

    @property
    def across(self) -> int:
        """How many plates the fullest rank holds."""
        return max(len(ids) for ids in self.order)


def rank(model: DiagramModel, direction: Direction) -> Ranks:
    """Give every node its rank and its place in it."""
    links = [edge for edge in model.edges if edge.source != edge.target]
    backward = _backward(model, links)
    forward = [edge for edge in links if edge.id not in backward]
    rank_of = _longest_paths(model, forward, {})
    keys = _tree_keys(model, forward, rank_of)
    owner_of = _owners(model, links)
    last = frozenset(owner_of)
    beside = _beside(owner_of, rank_of, _BESIDE_MAX[direction])
    standing = [edge for edge in forward if edge.target not in beside]
    rank_of = _within(model, standing, beside, keys, last, _ACROSS_MAX[direction])
    for leaf, owner in beside.items():
        rank_of[leaf] = rank_of[owner]
    # Taking stores out of their ranks can leave a rank empty.
    used = {old: new for new, old in enumerate(sorted(set(rank_of.values())))}
    rank_of = {node: used[old] for node, old in rank_of.items()}
    order = _order(model, rank_of, beside, keys)
    reading = tuple(node for ids in order for node in ids)
    return Ranks(order, rank_of, reading, frozenset(backward), last)


def _backward(model: DiagramModel, links: list[DiagramEdge]) -> set[str]:
    """The edges that close a circle, met depth first in document order (with a stack: no recursion limit)."""
    leaving: dict[str, list[DiagramEdge]] = {node.id: [] for node in model.nodes}
    for edge in links:
        leaving[edge.source].append(edge)
    entered = {edge.target for edge in links}
    starts = [node.id for node in model.nodes if node.id not in entered] + [node.id for node in model.nodes]
    state: dict[str, str] = {}
    found: set[str] = set()
    for start in starts:
        if start in state:
            continue
        state[start] = "open"
        stack = [(start, iter(leaving[start]))]
        while stack:
            node, rest = stack[-1]
            for edge in rest:
                if state.get(edge.target) == "open":
                    found.add(edge.id)
                elif edge.target not in state:
                    state[edge.target] = "open"
                    stack.append((edge.target, iter(leaving[edge.target])))
                    break
            else:
                state[node] = "done"
                stack.pop()
    return found


def _longest_paths(model: DiagramModel, forward: list[DiagramEdge], least: dict[str, int]) -> dict[str, int]:
    """Ranks by the longest path, and no lower than `least`."""
    waiting = Counter(edge.target for edge in forward)
    leaving: dict[str, list[str]] = {}
    for edge in forward:
        leaving.setdefault(edge.source, []).append(edge.target)
    rank_of = {node.id: least.get(node.id, 0) for node in model.nodes}
    ready = [node.id for node in model.nodes if not waiting[node.id]]
    while ready:
        node = ready.pop()
        for target in leaving.get(node, ()):
            rank_of[target] = max(rank_of[target], rank_of[node] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    return rank_of


def _within(
    model: DiagramModel,
    standing: list[DiagramEdge],
    beside: dict[str, str],
    keys: dict[str, tuple[int, ...]],
    last: frozenset[str],
    most: int,
) -> dict[str, int]:
    """Longest paths, with no rank fuller than `most`: what has no place moves on, ends of lines first."""
    least: dict[str, int] = {}
    rank_of = _longest_paths(model, standing, least)
    level = 0
    while level <= max(rank_of.values()):
        here = [node for node, rank in rank_of.items() if rank == level and node not in beside]
        here.sort(key=lambda node: (node in last, keys[node]))
        if here[most:]:
            least.update(dict.fromkeys(here[most:], level + 1))
            rank_of = _longest_paths(model, standing, least)
        level += 1
    return rank_of


def _owners(model: DiagramModel, links: list[DiagramEdge]) -> dict[str, str]:
    """Stores, and queues fed by a queue alone, that have one feeder and feed nobody: each with its feeder."""
    plate_of = {node.id: node.plate for node in model.nodes}
    feeders: dict[str, set[str]] = {}
    for edge in links:
        feeders.setdefault(edge.target, set()).add(edge.source)
    sources = {edge.source for edge in links}
    owner_of: dict[str, str] = {}
    for node in model.nodes:
        fed_by = feeders.get(node.id, set())
        if len(fed_by) == 1 and node.id not in sources:
            (owner,) = fed_by
            if node.plate == "rows" or node.plate == plate_of[owner] == "tickets":
                owner_of[node.id] = owner
    return owner_of


def _beside(owner_of: dict[str, str], rank_of: dict[str, int], most: int) -> dict[str, str]:
    """Which of them stand beside their feeder: those whose feeder has its rank for itself."""
    crowd = Counter(rank for node, rank in rank_of.items() if node not in owner_of)
    taken: Counter[str] = Counter()
    beside: dict[str, str] = {}
    for node_id, owner in owner_of.items():
        if crowd[rank_of[owner]] == 1 and taken[owner] < most:
            taken[owner] += 1
            beside[node_id] = owner
    return beside


def _tree_keys(
    model: DiagramModel, forward: list[DiagramEdge], rank_of: dict[str, int]
) -> dict[str, tuple[int, ...]]:
    """The path of document positions that leads to each node along first tracks."""
    position = {node.id: index for index, node in enumerate(model.nodes)}
    first: dict[str, str] = {}
    for edge in forward:
        first.setdefault(edge.target, edge.source)
    keys: dict[str, tuple[int, ...]] = {}
    for node_id in sorted(rank_of, key=rank_of.__getitem__):  # feeders come before those they feed
        before = keys[first[node_id]] if node_id in first else ()
        keys[node_id] = (*before, position[node_id])
    return keys


def _order(
    model: DiagramModel, rank_of: dict[str, int], beside: dict[str, str], keys: dict[str, tuple[int, ...]]
) -> tuple[tuple[str, ...], ...]:
    order: list[list[str]] = [[] for _ in range(max(rank_of.values()) + 1)]
    for node in model.nodes:
        order[rank_of[node.id]].append(node.id)

    def place(node_id: str) -> tuple[int, ...]:
        """A plate beside another comes right after it."""
        owner = beside.get(node_id)
        return keys[node_id] if owner is None else (*keys[owner], *keys[node_id])

    for ids in order:
        ids.sort(key=place)
    return tuple(tuple(ids) for ids in order)
