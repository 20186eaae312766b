"""The sizes of plates and their parts: fixed for each plate style and direction, so that nothing jumps.

All figures are pixels of the drawing (units of its viewBox). The sizes of letters are those that the
style sheet gives the classes `node-title`, `node-kind`, `node-figure` and `edge-label`; a change there is
a change here.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.diagrams.model import Direction


@dataclass(frozen=True)
class Box:
    """A rectangle; x and y are its upper left corner."""

    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True)
class Plate:
    """A plate's size and the places of its parts, from the plate's upper left corner."""

    w: float
    h: float
    glyph: Box
    title_x: float
    title_y: float
    kind_x: float
    kind_y: float
    kind_w: float
    figure_x: float
    figure_y: float
    figure_w: float
    figure_anchor: str
    content: Box


@dataclass(frozen=True)
class Sheet:
    """What all plates of one drawing share: letters, gaps and margins."""

    title_px: float
    kind_px: float
    figure_px: float
    label_px: float
    inset: float
    margin: float
    channel: float
    channel_max: float
    lane: float
    lead_out: float
    lead_in: float
    beside: float
    across: float
    port: float
    radius: float
    arrow: float


_WIDE = Sheet(15, 11, 13, 11, 12, 16, 56, 104, 12, 14, 22, 48, 32, 16, 14, 8)
_NARROW = Sheet(13, 10, 11, 9, 8, 8, 20, 20, 9, 7, 13, 44, 14, 14, 7, 6)

_WIDE_WIDTHS = {"tickets": 192.0, "lamps": 192.0, "rows": 192.0, "switchboard": 176.0, "person": 152.0}
_NARROW_HEIGHTS = {"tickets": 76.0, "lamps": 76.0, "rows": 76.0, "switchboard": 58.0, "person": 40.0}
_NARROW_WIDTH = 140.0
_CROWDED_WIDTH = 100.0
CROWD = 3


def sheet(direction: Direction) -> Sheet:
    """The shared figures of a direction."""
    return _WIDE if direction == "LR" else _NARROW


def plate(style: str, direction: Direction, across: int) -> Plate:
    """The plate of a style. `across` is how many stand side by side in the fullest rank (1 for a plate
    alone in its own): 3 or more get narrow plates in a top-down drawing, because a telephone is 340
    pixels wide.
    """
    if direction == "LR":
        return _wide(_WIDE_WIDTHS[style])
    if across >= CROWD:
        # Too narrow for a kind and a figure in one line, so there are no low plates here.
        return _narrow(_CROWDED_WIDTH, max(_NARROW_HEIGHTS[style], 54.0), low=False)
    return _narrow(_NARROW_WIDTH, _NARROW_HEIGHTS[style], low=style in ("switchboard", "person"))


def _wide(w: float) -> Plate:
    return Plate(
        w=w,
        h=104,
        glyph=Box(12, 11, 24, 24),
        title_x=44,
        title_y=22,
        kind_x=44,
        kind_y=36,
        kind_w=w - 56,
        figure_x=12,
        figure_y=93,
        figure_w=w - 24,
        figure_anchor="start",
        content=Box(12, 45, w - 24, 32),
    )


def _narrow(w: float, h: float, *, low: bool) -> Plate:
    """Title over the whole width; in a low plate the figure shares the kind's line."""
    below = 6.0 if low else 21.0
    return Plate(
        w=w,
        h=h,
        glyph=Box(8, 19, 12, 12),
        title_x=8,
        title_y=15,
        kind_x=23,
        kind_y=28,
        kind_w=w - 31 - (46 if low else 0),
        figure_x=w - 8 if low else 8,
        figure_y=28 if low else h - 8,
        figure_w=42 if low else w - 16,
        figure_anchor="end" if low else "start",
        content=Box(8, 34, w - 16, max(0.0, h - 34 - below)),
    )
