"""The DOT text that Graphviz lays out, and the reading of its answer.

Graphviz is asked for one thing: where each plate stands across the direction of travel. It gets topology
and sizes under names of our own (`n3`, `d7_2`), never an author's text: nothing has to be escaped, and a
changed title finds its layout in the cache. Tracks are ours, because Graphviz's orthogonal ones leave
plates wherever they like.

A track that passes ranks gets a small stop (`d<edge>_<rank>`) in each, so that it has a lane of its own
there.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise

import graphviz

from simulator.diagrams.model import DiagramError, DiagramModel, Direction
from simulator.diagrams.plates import CROWD, Plate, plate, sheet
from simulator.diagrams.ranks import Ranks, rank

_INCH = 72.0
_STOP = 2.0
_SEPARATION = 8.0


@dataclass(frozen=True)
class Plan:
    """Everything about a drawing that is known before Graphviz is asked."""

    model: DiagramModel
    direction: Direction
    ranks: Ranks
    plates: dict[str, Plate]

    def gap(self, rank_index: int) -> float:
        """The room between plates that stand in one rank: a track must fit beside a store."""
        figures = sheet(self.direction)
        return figures.across if len(self.ranks.order[rank_index]) >= CROWD else figures.beside

    def stops(self, edge_index: int) -> list[int]:
        """The ranks that a track passes without stopping, in rising order."""
        edge = self.model.edges[edge_index]
        ends = sorted((self.ranks.rank_of[edge.source], self.ranks.rank_of[edge.target]))
        return list(range(ends[0] + 1, ends[1]))


def plan(model: DiagramModel, direction: Direction) -> Plan:
    """Decide ranks and plate sizes."""
    ranks = rank(model, direction)
    # A plate of the main line that has its rank for itself need not be narrow because others are.
    across = {
        node: 1 if len(ids) == 1 and node not in ranks.last else ranks.across
        for ids in ranks.order
        for node in ids
    }
    plates = {node.id: plate(node.plate, direction, across[node.id]) for node in model.nodes}
    return Plan(model, direction, ranks, plates)


def stop_name(edge_index: int, rank_index: int) -> str:
    """The DOT name of the place where a track passes a rank."""
    return f"d{edge_index}_{rank_index}"


def dot_text(drawing: Plan) -> str:
    """The DOT source of a plan; the same plan gives the same bytes."""
    dot = graphviz.Digraph("signalbox")
    dot.attr("graph", rankdir=drawing.direction, splines="none", ranksep="0.4", nodesep=_inches(_SEPARATION))
    dot.attr("node", shape="box", fixedsize="true", label="")
    dot.attr("edge", dir="none")
    names = {node.id: f"n{index}" for index, node in enumerate(drawing.model.nodes)}
    for rank_index, ids in enumerate(drawing.ranks.order):
        _write_rank(dot, drawing, rank_index, [names[node] for node in ids])
    for edge_index in range(len(drawing.model.edges)):
        _write_edge(dot, drawing, edge_index, names)
    return str(dot.source)


def _write_rank(dot: graphviz.Digraph, drawing: Plan, rank_index: int, names: list[str]) -> None:
    gap = drawing.gap(rank_index) - _SEPARATION
    with dot.subgraph() as group:
        group.attr(rank="same")
        for name, node in zip(names, drawing.ranks.order[rank_index], strict=True):
            size = drawing.plates[node]
            # The gap is part of the box, so that tracks may pass closer than another plate may stand.
            w, h = (size.w, size.h + gap) if drawing.direction == "LR" else (size.w + gap, size.h)
            group.node(name, width=_inches(w), height=_inches(h))
        for edge_index in range(len(drawing.model.edges)):
            if rank_index in drawing.stops(edge_index):
                group.node(stop_name(edge_index, rank_index), width=_inches(_STOP), height=_inches(_STOP))
    # Weight 1 (0 would be ignored) holds the order of the rank.
    for one, next_one in pairwise(names):
        dot.edge(one, next_one, weight="1")


def _write_edge(dot: graphviz.Digraph, drawing: Plan, edge_index: int, names: dict[str, str]) -> None:
    edge = drawing.model.edges[edge_index]
    ends = sorted((edge.source, edge.target), key=lambda node: drawing.ranks.rank_of[node])
    if drawing.ranks.rank_of[ends[0]] == drawing.ranks.rank_of[ends[1]]:
        return  # the order of the rank already holds them together
    passed = [stop_name(edge_index, rank_index) for rank_index in drawing.stops(edge_index)]
    chain = [names[ends[0]], *passed, names[ends[1]]]
    for one, next_one in pairwise(chain):
        dot.edge(one, next_one, weight=_weight(drawing, ends[1], one in passed, next_one in passed))


def _weight(drawing: Plan, target: str, from_stop: bool, to_stop: bool) -> str:
    """How much a piece of track wants to be straight: stops most, then the main line, then what ends a
    line.
    """
    if from_stop and to_stop:
        return "24"
    if from_stop or to_stop:
        return "2"
    return "3" if target in drawing.ranks.last else "12"


def _inches(pixels: float) -> str:
    return f"{pixels / _INCH:.4f}"


def read_positions(layout: bytes, drawing: Plan) -> dict[str, float]:
    """Where each plate (by node id) and each stop (by DOT name) lies across the direction of travel, in
    pixels.

    Raises DiagramError when the answer is not a layout of this plan.
    """
    try:
        objects = json.loads(layout)["objects"]
        centres = {item["name"]: item["pos"].split(",") for item in objects if "pos" in item}
        across = {
            name: -float(y) if drawing.direction == "LR" else float(x) for name, (x, y) in centres.items()
        }
        found = {node.id: across.pop(f"n{index}") for index, node in enumerate(drawing.model.nodes)}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DiagramError(
            "Graphviz answered with something that is not a layout; try another version."
        ) from error
    return {**across, **found}
