"""Where the words along the tracks stand: beside their own track, on no plate, on no other track, on no
other word.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from simulator.diagrams.geometry import Point
from simulator.diagrams.lettering import fit, plain, width_px
from simulator.diagrams.plates import Box

_AIR = 4.0
_DESCENT = 0.2
_ROOM_MIN = 20.0
# A drawing of one column may be made this wide by its words, and no wider.
_REACH = 320.0


@dataclass(frozen=True)
class Label:
    """Words at a baseline point; `anchor` is SVG's text-anchor, `room` the pixels they may take."""

    text: str
    at: Point
    anchor: str
    room: float

    def box(self, size: float) -> Box:
        """What the words cover, when their letters have this size."""
        return _Spot(self.at, self.anchor, 0).box(width_px(self.text, size), size)


@dataclass(frozen=True)
class _Spot:
    """A place for words: the baseline point, how they hang from it and how much room there is."""

    at: Point
    anchor: str
    room: float

    def box(self, wide: float, size: float) -> Box:
        shift = {"start": 0.0, "middle": wide / 2, "end": wide}[self.anchor]
        return Box(self.at.x - shift, self.at.y - size * 0.8, wide, size)


@dataclass(frozen=True)
class _Page:
    """What a label has to respect: tracks, plates and words that stand, the size of letters and arrowheads,
    and how far words may reach left and right.
    """

    rails: list[Box]
    taken: list[Box]
    size: float
    arrow: float
    left: float
    right: float

    def is_free(self, box: Box) -> bool:
        return not any(_overlap(box, other) for other in self.taken) and not any(
            _hit(box, piece) for piece in self.rails
        )


def place_labels(
    words: list[str], tracks: list[list[Point]], plates: list[Box], size: float, arrow: float
) -> list[Label | None]:
    """For each track its label, cut to its room, or None where there is none to be had (or nothing to
    say).
    """
    left, right = min(box.x for box in plates), max(box.x + box.w for box in plates)
    reach = max(0.0, (_REACH - (right - left)) / 2)
    rails = [piece for track in tracks for piece in _pieces(track)]
    page = _Page(rails, list(plates), size, arrow, left - reach, right + reach)
    found: list[Label | None] = []
    for text, track in zip(words, tracks, strict=True):
        label = _best(plain(text), track, page) if plain(text) else None
        if label is not None:
            page.taken.append(label.box(size))
        found.append(label)
    return found


def _best(text: str, track: list[Point], page: _Page) -> Label | None:
    """The spot that shows most of the text; of equal ones the first."""
    best: Label | None = None
    for spot in _spots(track, width_px(text, page.size), page):
        shown = fit(text, page.size, spot.room)
        if not shown or (best is not None and len(shown) <= len(best.text)):
            continue
        if page.is_free(spot.box(width_px(shown, page.size), page.size)):
            best = Label(shown, spot.at, spot.anchor, spot.room)
    return best


def _spots(track: list[Point], wide: float, page: _Page) -> list[_Spot]:
    """Along each straight piece, the longest first: above and below a level one, beside a steep one."""
    pieces = list(pairwise(track))
    order = sorted(range(len(pieces)), key=lambda index: (-_length(pieces[index]), index))
    spots: list[_Spot] = []
    for index in order:
        a, b = pieces[index]
        arrow = page.arrow if index == len(pieces) - 1 else 0.0
        if abs(a.y - b.y) < 0.05:
            spots += _level_spots(a, b, _length((a, b)) - arrow, page.size, arrow)
        else:
            spots += _steep_spots(a, b, wide, page)
    return spots


def _level_spots(a: Point, b: Point, room: float, size: float, arrow: float) -> list[_Spot]:
    if room < _ROOM_MIN:
        return []
    x = (a.x + b.x) / 2 - (arrow / 2 if b.x > a.x else -arrow / 2)
    above, below = a.y - _AIR - size * _DESCENT, a.y + _AIR + size * 0.8
    return [_Spot(Point(x, y), "middle", room - 2) for y in (above, below)]


def _steep_spots(a: Point, b: Point, wide: float, page: _Page) -> list[_Spot]:
    if _length((a, b)) < page.size + 4:
        return []
    spots: list[_Spot] = []
    for part in (0.5, 0.35, 0.65):
        y = a.y + (b.y - a.y) * part + page.size * 0.3
        right, left = Point(a.x + _AIR + 2, y), Point(a.x - _AIR - 2, y)
        for room in (wide * 1.25, wide * 0.6):
            spots.append(_Spot(right, "start", min(room, page.right - right.x)))
            spots.append(_Spot(left, "end", min(room, left.x - page.left)))
    return spots


def _length(piece: tuple[Point, Point]) -> float:
    a, b = piece
    return abs(a.x - b.x) + abs(a.y - b.y)


def _overlap(one: Box, two: Box) -> bool:
    return (
        one.x < two.x + two.w + 1
        and two.x < one.x + one.w + 1
        and one.y < two.y + two.h + 1
        and two.y < one.y + one.h + 1
    )


def _hit(box: Box, piece: Box) -> bool:
    """Does a box without room to spare touch a straight piece of track?"""
    return (
        piece.x < box.x + box.w
        and piece.x + piece.w > box.x
        and piece.y < box.y + box.h
        and piece.y + piece.h > box.y
    )


def _pieces(track: list[Point]) -> list[Box]:
    return [Box(min(a.x, b.x), min(a.y, b.y), abs(a.x - b.x), abs(a.y - b.y)) for a, b in pairwise(track)]
