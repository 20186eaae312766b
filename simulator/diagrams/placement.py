"""Every plate and stop in place: Graphviz's positions across, our own along the direction of travel.

Between two ranks runs a channel. It is as wide as its labels and lanes need, so the ranks are set out
here, when the lanes are known, and not by Graphviz.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.diagrams.geometry import Placed
from simulator.diagrams.source import Plan, stop_name


@dataclass(frozen=True)
class Across:
    """Positions across the direction of travel: plates by node id, stops by (edge index, rank)."""

    plates: dict[str, float]
    stops: dict[tuple[int, int], float]


def across(drawing: Plan, positions: dict[str, float]) -> Across:
    """Take Graphviz's positions, hold every rank to its own order, and straighten what is nearly straight."""
    plates: dict[str, float] = {}
    for ids in drawing.ranks.order:
        # The order is a promise, even if a version of Graphviz should not keep it.
        for node, value in zip(ids, sorted(positions[node] for node in ids), strict=True):
            plates[node] = round(value, 1)
    stops = {
        (edge_index, rank_index): round(positions[stop_name(edge_index, rank_index)], 1)
        for edge_index in range(len(drawing.model.edges))
        for rank_index in drawing.stops(edge_index)
    }
    return Across(plates, stops)


def extent(drawing: Plan, node: str) -> tuple[float, float]:
    """A plate's size along and across the direction of travel."""
    size = drawing.plates[node]
    return (size.w, size.h) if drawing.direction == "LR" else (size.h, size.w)


def depths(drawing: Plan) -> list[float]:
    """How long each rank is along the direction of travel."""
    return [max(extent(drawing, node)[0] for node in ids) for ids in drawing.ranks.order]


def place(drawing: Plan, positions: Across, channels: list[float]) -> dict[str, Placed]:
    """Set the ranks out with the given channel widths (channel r is the one after rank r)."""
    placed: dict[str, Placed] = {}
    at = 0.0
    for ids, depth, channel in zip(drawing.ranks.order, depths(drawing), channels, strict=True):
        for node in ids:
            du, dv = extent(drawing, node)
            placed[node] = Placed(at + depth / 2, positions.plates[node], du, dv)
        at += depth + channel
    return placed
