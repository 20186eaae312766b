"""Who stands where in the order of a message's path: ranks, and the order within a rank.

A rank is the longest path from a source, so that every track leads onwards. Stores and dead-letter queues stand
*beside* what feeds them, in the same rank, where there is room: the main line stays straight and short.

The order within a rank is that of the tree of first tracks in document order. It depends on nothing that Graphviz
decides, so that a service or track added after the others never makes them change places.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from simulator.diagrams.model import DiagramEdge, DiagramModel, Direction

_BESIDE_MAX = {"LR": 2, "TB": 1}


@dataclass(frozen=True)
class Ranks:
    """`order[r]` are the node ids of rank r, first to last; `rank_of` is its inverse. `reading` is a topological
    order of all nodes. `backward` holds the ids of edges that lead back to an earlier rank; `beside` the ids of nodes
    that stand beside what feeds them."""

    order: tuple[tuple[str, ...], ...]
    rank_of: dict[str, int]
    reading: tuple[str, ...]
    backward: frozenset[str]
    beside: frozenset[str]

    @property
    def across(self) -> int:
        """How many plates the fullest rank holds."""
        return max(len(ids) for ids in self.order)


def rank(model: DiagramModel, direction: Direction) -> Ranks:
    """Give every node its rank and its place in it."""
    links = [edge for edge in model.edges if edge.source != edge.target]
    backward = _backward(model, links)
    forward = [edge for edge in links if edge.id not in backward]
    rank_of = _longest_paths(model, forward)
    beside = _beside(model, links, rank_of, _BESIDE_MAX[direction])
    for leaf, owner in beside.items():
        rank_of[leaf] = rank_of[owner]
    keys = _tree_keys(model, forward, rank_of)
    # Taking stores out of their ranks can leave a rank empty.
    used = {old: new for new, old in enumerate(sorted(set(rank_of.values())))}
    rank_of = {node: used[old] for node, old in rank_of.items()}
    order = _order(model, rank_of, beside, keys)
    reading = tuple(node for ids in order for node in ids)
    return Ranks(order, rank_of, reading, frozenset(backward), frozenset(beside))


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
            edge = next(rest, None)
            if edge is None:
                state[node] = "done"
                stack.pop()
            elif state.get(edge.target) == "open":
                found.add(edge.id)
            elif edge.target not in state:
                state[edge.target] = "open"
                stack.append((edge.target, iter(leaving[edge.target])))
    return found


def _longest_paths(model: DiagramModel, forward: list[DiagramEdge]) -> dict[str, int]:
    waiting = Counter(edge.target for edge in forward)
    rank_of = {node.id: 0 for node in model.nodes}
    ready = [node.id for node in model.nodes if not waiting[node.id]]
    while ready:
        node = ready.pop()
        for edge in forward:
            if edge.source != node:
                continue
            rank_of[edge.target] = max(rank_of[edge.target], rank_of[node] + 1)
            waiting[edge.target] -= 1
            if not waiting[edge.target]:
                ready.append(edge.target)
    return rank_of


def _beside(model: DiagramModel, links: list[DiagramEdge], rank_of: dict[str, int], most: int) -> dict[str, str]:
    """Which nodes stand beside which: stores, and queues fed by a queue alone, under a node alone in its rank."""
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
    crowd = Counter(rank for node, rank in rank_of.items() if node not in owner_of)
    taken: Counter[str] = Counter()
    beside: dict[str, str] = {}
    for node_id, owner in owner_of.items():
        if crowd[rank_of[owner]] == 1 and owner not in owner_of and taken[owner] < most:
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
    for node_id in sorted(rank_of, key=lambda item: (rank_of[item], item in first and rank_of[first[item]])):
        chain = [node_id]
        while chain[-1] in first and chain[-1] not in keys:
            chain.append(first[chain[-1]])
        for link in reversed(chain):
            keys.setdefault(link, (*keys.get(first.get(link, ""), ()), position[link]))
    return keys


def _order(
    model: DiagramModel, rank_of: dict[str, int], beside: dict[str, str], keys: dict[str, tuple[int, ...]]
) -> tuple[tuple[str, ...], ...]:
    order: list[list[str]] = [[] for _ in range(max(rank_of.values()) + 1)]
    for node in model.nodes:
        order[rank_of[node.id]].append(node.id)
    for ids in order:
        ids.sort(key=lambda item: (*keys[beside.get(item, item)], *(keys[item] if item in beside else ())))
    return tuple(tuple(ids) for ids in order)
