"""Points, plates in place, and polylines with rounded corners.

Layout and routing think in `u` (along the direction of travel) and `v` (across it), so that one code
serves both directions; a Frame turns them into x and y.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from simulator.diagrams.model import Direction

# A quarter of a circle as a cubic: the distance of the control points, as a part of the radius.
_QUARTER = 0.5523


class Point(NamedTuple):
    """A place on the page, in pixels."""

    x: float
    y: float


@dataclass(frozen=True)
class Placed:
    """A plate in place: its centre and size in u and v."""

    u: float
    v: float
    du: float
    dv: float

    @property
    def start(self) -> float:
        return self.u - self.du / 2

    @property
    def end(self) -> float:
        return self.u + self.du / 2


@dataclass(frozen=True)
class Frame:
    """Turns (u, v) into (x, y)."""

    direction: Direction

    def point(self, u: float, v: float) -> Point:
        return Point(u, v) if self.direction == "LR" else Point(v, u)


def number(value: float) -> str:
    """A coordinate with at most one decimal, the same on every machine; never '-0'."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def straightened(points: list[Point]) -> list[Point]:
    """Without doubled points and points in the middle of a straight run."""
    kept: list[Point] = []
    for point in points:
        if kept and abs(kept[-1].x - point.x) < 0.05 and abs(kept[-1].y - point.y) < 0.05:
            continue
        if len(kept) >= 2 and _in_line(kept[-2], kept[-1], point):
            kept[-1] = point
        else:
            kept.append(point)
    return kept


def _in_line(a: Point, b: Point, c: Point) -> bool:
    return (abs(a.x - b.x) < 0.05 and abs(b.x - c.x) < 0.05) or (
        abs(a.y - b.y) < 0.05 and abs(b.y - c.y) < 0.05
    )


def rounded_path(points: list[Point], radius: float) -> str:
    """One path of cubic pieces along the points, corners rounded. Needs two points or more."""
    parts = [f"M{_pair(points[0])}"]
    here = points[0]
    for index in range(1, len(points) - 1):
        before, corner, after = points[index - 1], points[index], points[index + 1]
        reach = min(radius, _distance(before, corner) / 2, _distance(corner, after) / 2)
        into, out = _towards(corner, before, reach), _towards(corner, after, reach)
        parts.append(_line(here, into))
        parts.append(
            _cubic(_towards(into, corner, reach * _QUARTER), _towards(out, corner, reach * _QUARTER), out)
        )
        here = out
    parts.append(_line(here, points[-1]))
    return "".join(parts)


def _line(a: Point, b: Point) -> str:
    third = Point((b.x - a.x) / 3, (b.y - a.y) / 3)
    return _cubic(Point(a.x + third.x, a.y + third.y), Point(b.x - third.x, b.y - third.y), b)


def _cubic(one: Point, two: Point, end: Point) -> str:
    return f"C{_pair(one)} {_pair(two)} {_pair(end)}"


def _pair(point: Point) -> str:
    return f"{number(point.x)},{number(point.y)}"


def _distance(a: Point, b: Point) -> float:
    return float(((a.x - b.x) ** 2 + (a.y - b.y) ** 2) ** 0.5)


def _towards(a: Point, b: Point, by: float) -> Point:
    length = _distance(a, b)
    if length == 0:
        return a
    return Point(a.x + (b.x - a.x) * by / length, a.y + (b.y - a.y) * by / length)


def shortened(points: list[Point], by: float) -> list[Point]:
    """The same run, ended a little earlier: an arrowhead covers the rest."""
    return [*points[:-1], _towards(points[-1], points[-2], by)]


def arrowhead(points: list[Point], size: float) -> str:
    """A closed triangle whose tip is the last point."""
    tip, before = points[-1], points[-2]
    base = _towards(tip, before, size)
    along = Point((tip.x - base.x) * 0.5, (tip.y - base.y) * 0.5)
    left = Point(base.x - along.y, base.y + along.x)
    right = Point(base.x + along.y, base.y - along.x)
    return f"M{_pair(left)}L{_pair(tip)}L{_pair(right)}Z"
