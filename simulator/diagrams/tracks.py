"""The tracks: from each source to its target, right-angled, evenly set apart, never through a plate.

A track leaves at the end of its plate, crosses channels in lanes, passes ranks at its stops and enters at
the start of its target. A track back does the same the other way round. A store beside its function is
reached straight across, where nothing stands between.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.diagrams.geometry import Frame, Placed, Point, straightened
from simulator.diagrams.lanes import Crossing, lanes
from simulator.diagrams.placement import Across, depths, extent, place
from simulator.diagrams.plates import Sheet, sheet
from simulator.diagrams.source import Plan

# How far a stop may be moved to save a step in its track, in pixels: less than the air round plates.
_CALM = 9.0
# How far from the middle of its side a single track may arrive, in pixels, to be straight.
_NEAR = 26.0


@dataclass(frozen=True)
class Routed:
    """Plates in place and, for each edge in the model's order, the corners of its track from source to
    target.
    """

    plates: dict[str, Placed]
    tracks: tuple[tuple[Point, ...], ...]


@dataclass(frozen=True)
class _End:
    """One end of one track at one side of a plate: where it is heading tells its place among the others."""

    edge: int
    heading: float
    twice: int = 0


@dataclass
class _Yard:
    drawing: Plan
    positions: Across
    sheet: Sheet
    # Offsets from the plate's middle by (edge, end): end 0 is the one at the lower rank, 1 the other.
    ports: dict[tuple[int, int], float] = field(default_factory=dict)

    def rank(self, node: str) -> int:
        return self.drawing.ranks.rank_of[node]

    def ends(self, edge_index: int) -> tuple[str, str]:
        """The edge's nodes, the one at the lower rank first (the source, when they share a rank)."""
        edge = self.drawing.model.edges[edge_index]
        if self.rank(edge.source) <= self.rank(edge.target):
            return edge.source, edge.target
        return edge.target, edge.source

    def is_across(self, edge_index: int) -> bool:
        """Does this track run straight across to a plate beside its own?"""
        low, high = self.ends(edge_index)
        order = self.drawing.ranks.order[self.rank(low)]
        return high in order and order.index(high) == order.index(low) + 1

    def port_v(self, edge_index: int, end: int) -> float:
        node = self.ends(edge_index)[end]
        return self.positions.plates[node] + self.ports[edge_index, end]


def route(drawing: Plan, positions: Across, label_room: list[float]) -> Routed:
    """Lay all tracks. `label_room[r]` is what the labels in the channel after rank r would like, in
    pixels.
    """
    yard = _Yard(drawing, Across(positions.plates, dict(positions.stops)), sheet(drawing.direction))
    _give_ports(yard)
    crossings = _crossings(yard)
    lane_of: dict[tuple[int, int], int] = {}
    counts: list[int] = []
    for channel in crossings:
        found, count = lanes(channel)
        lane_of.update(found)
        counts.append(count)
    leads = _leads(yard)
    widths = [
        _channel_width(yard.sheet, count, room, lead)
        for count, room, lead in zip(counts, label_room, leads, strict=True)
    ]
    if not counts[-1]:
        widths[-1] = 0.0
    plates = place(drawing, positions, widths)
    starts = _channel_starts(drawing, widths)
    middle = [
        _first_lane(yard.sheet, width, count, lead)
        for width, count, lead in zip(widths, counts, leads, strict=True)
    ]
    lane_u = {
        (edge, rank): starts[rank] + middle[rank] + lane * yard.sheet.lane
        for (edge, rank), lane in lane_of.items()
    }
    corners = [_corners(yard, plates, lane_u, index) for index in range(len(drawing.model.edges))]
    return Routed(plates, tuple(tuple(points) for points in corners))


def _leads(yard: _Yard) -> list[float]:
    """The room before the first lane of each channel: more where arrowheads point back into the rank
    before.
    """
    leads = [yard.sheet.lead_out] * len(yard.drawing.ranks.order)
    for index, edge in enumerate(yard.drawing.model.edges):
        if yard.rank(edge.source) >= yard.rank(edge.target) and not yard.is_across(index):
            leads[yard.rank(edge.target)] = yard.sheet.lead_in
    return leads


def _channel_width(figures: Sheet, count: int, label_room: float, lead: float) -> float:
    needed = lead + figures.lead_in + max(0, count - 1) * figures.lane
    return max(figures.channel, min(label_room, figures.channel_max), needed if count else 0.0)


def _first_lane(figures: Sheet, width: float, count: int, lead: float) -> float:
    """Lanes stand in the middle of what the arrowheads leave of their channel."""
    spare = width - lead - figures.lead_in - max(0, count - 1) * figures.lane
    return lead + max(0.0, spare) / 2


def _channel_starts(drawing: Plan, widths: list[float]) -> list[float]:
    starts: list[float] = []
    at = 0.0
    for depth, width in zip(depths(drawing), widths, strict=True):
        starts.append(at + depth)
        at += depth + width
    return starts


def _give_ports(yard: _Yard) -> None:
    sides: dict[tuple[str, str], list[tuple[_End, int]]] = {}
    for index in range(len(yard.drawing.model.edges)):
        low, high = yard.ends(index)
        if yard.is_across(index):
            sides.setdefault((low, "across " + high), []).append((_End(index, 0.0), 0))
        elif yard.rank(low) == yard.rank(high):
            sides.setdefault((low, "end"), []).append((_End(index, yard.positions.plates[high]), 0))
            sides.setdefault((high, "end"), []).append((_End(index, yard.positions.plates[low], 1), 1))
        else:
            first, last = _next_stop(yard, index, 0), _next_stop(yard, index, 1)
            sides.setdefault((low, "end"), []).append((_End(index, first), 0))
            sides.setdefault((high, "start"), []).append((_End(index, last), 1))
    for (node, side), ends in sides.items():
        _spread(yard, node, ends, side)
    _calm_stops(yard)
    alone = {(end.edge, which) for ends in sides.values() if len(ends) == 1 for end, which in ends}
    for index in range(len(yard.drawing.model.edges)):
        _straighten(yard, index, alone)


def _straighten(yard: _Yard, edge_index: int, alone: set[tuple[int, int]]) -> None:
    """An end that has its side of a plate for itself moves to where its track runs straight, if that is
    near.
    """
    low, high = yard.ends(edge_index)
    if yard.rank(low) == yard.rank(high):
        return
    levels = _levels(yard, edge_index)
    steps = [levels[1] - levels[0], levels[-2] - levels[-1]]
    free = [(edge_index, end) in alone for end in (0, 1)]
    if len(levels) == 2 and all(free):
        steps = [step / 2 for step in steps]
    for end, node in enumerate((low, high)):
        if free[end] and abs(steps[end]) <= min(_NEAR, extent(yard.drawing, node)[1] / 4):
            yard.ports[edge_index, end] += steps[end]


def _calm_stops(yard: _Yard) -> None:
    """Move stops to the level of the ports they lead to, where they nearly are there already."""
    stops = yard.positions.stops
    for index in range(len(yard.drawing.model.edges)):
        ranks = yard.drawing.stops(index)
        for end, run in ((0, ranks), (1, ranks[::-1])):
            level = yard.port_v(index, end) if run else 0.0
            for rank in run:
                others = (v for (_, other), v in stops.items() if other == rank)
                crowd = sum(abs(v - level) < _CALM for v in others) > 1
                if abs(stops[index, rank] - level) > _CALM or crowd:
                    break
                stops[index, rank] = level


def _next_stop(yard: _Yard, edge_index: int, end: int) -> float:
    """Where a track is heading from this end: its first stop, or the plate at the other end."""
    stops = yard.drawing.stops(edge_index)
    if stops:
        return yard.positions.stops[edge_index, stops[0] if end == 0 else stops[-1]]
    return yard.positions.plates[yard.ends(edge_index)[1 - end]]


def _spread(yard: _Yard, node: str, ends: list[tuple[_End, int]], side: str) -> None:
    """Set the ends at one side of a plate apart. A track that can run straight on has the middle."""
    along, over = extent(yard.drawing, node)
    size = along if side.startswith("across") else over
    ends.sort(key=lambda item: (item[0].heading, item[0].edge, item[0].twice))
    middle = yard.positions.plates[node]
    straight = [index for index, (end, _) in enumerate(ends) if abs(end.heading - middle) < 0.5]
    centre = straight[0] if straight and side != "across" else (len(ends) - 1) / 2
    reach = max(centre, len(ends) - 1 - centre)
    step = min(yard.sheet.port, (size / 2 - yard.sheet.radius) / reach) if reach else 0.0
    for index, (end, which) in enumerate(ends):
        yard.ports[end.edge, which] = (index - centre) * step


def _crossings(yard: _Yard) -> list[list[Crossing]]:
    """All passages of all tracks through each channel."""
    channels: list[list[Crossing]] = [[] for _ in yard.drawing.ranks.order]
    for index in range(len(yard.drawing.model.edges)):
        low, high = yard.ends(index)
        if yard.is_across(index):
            continue
        if yard.rank(low) == yard.rank(high):
            rank = yard.rank(low)
            turn = Crossing((index, rank), yard.port_v(index, 0), yard.port_v(index, 1), turns=True)
            channels[rank].append(turn)
            continue
        levels = _levels(yard, index)
        for offset, rank in enumerate(range(yard.rank(low), yard.rank(high))):
            channels[rank].append(Crossing((index, rank), levels[offset], levels[offset + 1]))
    return channels


def _levels(yard: _Yard, edge_index: int) -> list[float]:
    """Where a track lies across the direction of travel: at its port, at each stop, at its other port."""
    stops = [yard.positions.stops[edge_index, rank] for rank in yard.drawing.stops(edge_index)]
    return [yard.port_v(edge_index, 0), *stops, yard.port_v(edge_index, 1)]


def _corners(
    yard: _Yard, plates: dict[str, Placed], lane_u: dict[tuple[int, int], float], edge_index: int
) -> list[Point]:
    edge = yard.drawing.model.edges[edge_index]
    low, high = yard.ends(edge_index)
    frame = Frame(yard.drawing.direction)
    if yard.is_across(edge_index):
        u = plates[low].u + yard.ports[edge_index, 0]
        one, two = plates[low], plates[high]
        return [frame.point(u, one.v + one.dv / 2), frame.point(u, two.v - two.dv / 2)]
    rank = yard.rank(low)
    if rank == yard.rank(high):
        u, v_in, v_out = lane_u[edge_index, rank], yard.port_v(edge_index, 0), yard.port_v(edge_index, 1)
        turn = [(plates[low].end, v_in), (u, v_in), (u, v_out), (plates[high].end, v_out)]
        return straightened([frame.point(*corner) for corner in turn])
    levels = _levels(yard, edge_index)
    corners = [(plates[low].end, levels[0])]
    for offset, between in enumerate(range(rank, yard.rank(high))):
        lane = lane_u.get((edge_index, between))
        if lane is not None:
            corners += [(lane, levels[offset]), (lane, levels[offset + 1])]
        else:
            # Nearly in line: keep one level, so that no track has a kink that nobody can see a reason for.
            levels[offset + 1] = levels[offset]
    corners.append((plates[high].start, levels[-1]))
    points = straightened([frame.point(*corner) for corner in corners])
    return points if edge.source == low else points[::-1]
