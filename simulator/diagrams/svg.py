"""The drawing as a document: a title and a description for the whole, every service a button, every track
named.

No style attribute, colour or font: only classes, for the page's style sheet. Ids begin with the
direction, since a page holds both drawings; `data-node` and `data-edge` are the same in both.
"""

from __future__ import annotations

from simulator.diagrams.geometry import Point, arrowhead, number, rounded_path, shortened
from simulator.diagrams.labels import Label, place_labels
from simulator.diagrams.lettering import escape, fit, kind_name, plain, width_px
from simulator.diagrams.model import DiagramEdge, DiagramNode, Direction
from simulator.diagrams.plates import Box, Plate, Sheet, sheet
from simulator.diagrams.source import Plan
from simulator.diagrams.tracks import Routed

_NEARLY_FULL = 0.8


def compose(drawing: Plan, routed: Routed) -> tuple[str, float, float]:
    """The SVG text, and the width and height of its viewBox in pixels."""
    figures = sheet(drawing.direction)
    tracks = [list(track) for track in routed.tracks]
    boxes = _boxes(drawing, routed)
    labels = place_labels(
        [edge.label for edge in drawing.model.edges],
        tracks,
        list(boxes.values()),
        figures.label_px,
        figures.arrow,
    )
    shift, width, height = _bounds(boxes, tracks, labels, figures)
    position = {node: index for index, node in enumerate(drawing.ranks.reading)}
    by_id = {node.id: node for node in drawing.model.nodes}
    titles = {node.id: plain(node.title) or node.id for node in drawing.model.nodes}
    order = sorted(range(len(tracks)), key=lambda index: position[drawing.model.edges[index].source])
    lines = _opening(drawing, width, height)
    lines.append('<g class="edges">')
    for index in order:
        edge = drawing.model.edges[index]
        name = f"{titles[edge.source]} to {titles[edge.target]}"
        label = _moved_label(labels[index], shift)
        lines += _edge(drawing.direction, edge, name, _moved(tracks[index], shift), label)
    lines += ["</g>", '<g class="nodes">']
    for node_id in drawing.ranks.reading:
        box = boxes[node_id]
        corner = Point(box.x + shift.x, box.y + shift.y)
        lines += _node(drawing, by_id[node_id], drawing.plates[node_id], corner, figures)
    lines += ["</g>", '<g class="tokens" data-tokens="" aria-hidden="true"></g>', "</svg>"]
    return "\n".join(lines) + "\n", width, height


def _boxes(drawing: Plan, routed: Routed) -> dict[str, Box]:
    boxes: dict[str, Box] = {}
    for node, placed in routed.plates.items():
        size = drawing.plates[node]
        x, y = (placed.u, placed.v) if drawing.direction == "LR" else (placed.v, placed.u)
        boxes[node] = Box(x - size.w / 2, y - size.h / 2, size.w, size.h)
    return boxes


def _bounds(
    boxes: dict[str, Box], tracks: list[list[Point]], labels: list[Label | None], figures: Sheet
) -> tuple[Point, float, float]:
    """How far to move everything so that it starts at the margin, and the size of the whole."""
    xs = [x for box in boxes.values() for x in (box.x, box.x + box.w)]
    ys = [y for box in boxes.values() for y in (box.y, box.y + box.h)]
    for track in tracks:
        xs += [point.x for point in track]
        ys += [point.y for point in track]
    for label in labels:
        if label is not None:
            ys += [label.at.y - figures.label_px, label.at.y + 2]
            box = label.box(figures.label_px)
            xs += [box.x, box.x + box.w]
    shift = Point(figures.margin - min(xs), figures.margin - min(ys))
    return shift, round(max(xs) + shift.x + figures.margin, 1), round(max(ys) + shift.y + figures.margin, 1)


def _moved(points: list[Point], by: Point) -> list[Point]:
    return [Point(point.x + by.x, point.y + by.y) for point in points]


def _moved_label(label: Label | None, by: Point) -> Label | None:
    if label is None:
        return None
    return Label(label.text, Point(label.at.x + by.x, label.at.y + by.y), label.anchor, label.room)


def _opening(drawing: Plan, width: float, height: float) -> list[str]:
    side = drawing.direction
    size = f'viewBox="0 0 {number(width)} {number(height)}" width="{number(width)}" height="{number(height)}"'
    return [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="diagram diagram-{side.lower()}" '
            f'id="{side}-diagram" data-direction="{side}" {size} '
            f'preserveAspectRatio="xMidYMin meet" role="group" '
            f'aria-labelledby="{side}-diagram-title" aria-describedby="{side}-diagram-desc">'
        ),
        f'<title id="{side}-diagram-title">{escape(drawing.model.title)}</title>',
        f'<desc id="{side}-diagram-desc">{escape(drawing.model.description)}</desc>',
    ]


def _edge(
    direction: Direction, edge: DiagramEdge, name: str, points: list[Point], label: Label | None
) -> list[str]:
    figures = sheet(direction)
    if plain(edge.label):
        name += f": {plain(edge.label)}"
    says = f"{name}. {edge.description}".strip()
    track = rounded_path(shortened(points, figures.arrow), figures.radius)
    lines = [
        (
            f'<g class="edge" id="{direction}-edge-{edge.id}" data-edge="{edge.id}" '
            f'data-source="{edge.source}" data-target="{edge.target}" role="img" aria-label="{escape(says)}">'
        ),
        f"<title>{escape(name)}</title><desc>{escape(edge.description)}</desc>",
        f'<path class="track" data-track="" fill="none" d="{track}"/>',
        f'<path class="arrow" d="{arrowhead(points, figures.arrow)}"/>',
    ]
    if label is not None:
        at = f'x="{number(label.at.x)}" y="{number(label.at.y)}" text-anchor="{label.anchor}"'
        held = _held(label.text, figures.label_px, label.room)
        lines.append(f'<text class="edge-label" {at}{held}>{escape(label.text)}</text>')
    return [*lines, "</g>"]


def _node(drawing: Plan, node: DiagramNode, size: Plate, corner: Point, figures: Sheet) -> list[str]:
    title = plain(node.title) or node.id
    kind = kind_name(node.kind)
    says = f"{title}, {kind}. {node.description}".strip()
    title_room = size.w - size.title_x - figures.inset
    shown = fit(title, figures.title_px, title_room)
    return [
        (
            f'<g class="node node-{node.plate}" id="{drawing.direction}-node-{node.id}" '
            f'data-node="{node.id}" data-kind="{node.kind}" data-plate="{node.plate}" '
            f'transform="translate({number(corner.x)} {number(corner.y)})" tabindex="0" role="button" '
            f'aria-label="{escape(says)}">'
        ),
        f"<title>{escape(title)}</title><desc>{escape(node.description)}</desc>",
        f'<rect class="plate plate-{node.plate}" width="{number(size.w)}" height="{number(size.h)}" rx="4"/>',
        f'<use class="glyph" href="#glyph-{node.kind}" {_place(size.glyph)}/>',
        (
            f'<text class="node-title" x="{number(size.title_x)}" y="{number(size.title_y)}"'
            f"{_held(shown, figures.title_px, title_room)}>{escape(shown)}</text>"
        ),
        (
            f'<text class="node-kind" x="{number(size.kind_x)}" y="{number(size.kind_y)}">'
            f"{escape(fit(kind, figures.kind_px, size.kind_w))}</text>"
        ),
        f'<g class="plate-content" data-content="" {_data(size.content)}></g>',
        (
            f'<text class="node-figure" data-figure="" data-w="{number(size.figure_w)}" '
            f'x="{number(size.figure_x)}" y="{number(size.figure_y)}" '
            f'text-anchor="{size.figure_anchor}"></text>'
        ),
        "</g>",
    ]


def _held(text: str, size_px: float, room: float) -> str:
    """Hold a text that nearly fills its room to its measured width, since the reader's font may be a
    wider one.
    """
    wide = width_px(text, size_px)
    if wide <= room * _NEARLY_FULL:
        return ""
    return f' textLength="{number(wide)}" lengthAdjust="spacingAndGlyphs"'


def _place(box: Box) -> str:
    return f'x="{number(box.x)}" y="{number(box.y)}" width="{number(box.w)}" height="{number(box.h)}"'


def _data(box: Box) -> str:
    return (
        f'data-x="{number(box.x)}" data-y="{number(box.y)}" data-w="{number(box.w)}" data-h="{number(box.h)}"'
    )
