"""What a drawing is: a well-formed document with every name in it, in the order of a message's path."""

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from simulator.diagrams import DiagramModel, dot_source, draw
from tests.diagrams.examples import circle, edges, fanout, node, payment, tangle

SVG = "{http://www.w3.org/2000/svg}"
GOLDEN = Path(__file__).parents[1] / "golden" / "diagrams"
DIRECTIONS = ("LR", "TB")
EVERY = [(model, direction) for model in (payment, fanout, tangle, circle) for direction in DIRECTIONS]


def tree(model, direction):
    return ET.fromstring(draw(model, direction=direction).svg)


def groups(root, name):
    return [group for group in root.iter(f"{SVG}g") if name in group.get("class", "").split()]


def boxes(root):
    found = {}
    for group in groups(root, "node"):
        x, y = map(float, re.findall(r"[-\d.]+", group.get("transform")))
        plate = group.find(f"{SVG}rect")
        found[group.get("data-node")] = (x, y, float(plate.get("width")), float(plate.get("height")))
    return found


def points(path):
    """The corners and control points of a track."""
    numbers = [float(value) for value in re.findall(r"-?[\d.]+", path)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def structure(element):
    """Names, classes, roles and data of a drawing, without coordinates."""
    kept = {
        key: value
        for key, value in element.attrib.items()
        if key in {"class", "id", "role", "tabindex", "aria-label", "href"}
        or (key.startswith("data-") and key not in {"data-x", "data-y", "data-w", "data-h"})
    }
    inner = [structure(child) for child in element]
    return {"tag": element.tag.removeprefix(SVG), **kept, "text": (element.text or "").strip(), "in": inner}


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_the_structure_is_the_agreed_one(direction):
    found = structure(tree(payment, direction))

    assert found == json.loads((GOLDEN / f"payment-{direction}.json").read_text())


@pytest.mark.parametrize(("model", "direction"), EVERY)
def test_everything_has_a_name_and_a_description(model, direction):
    root = tree(model, direction)

    named = [root, *groups(root, "node"), *groups(root, "edge")]
    assert len(named) == 1 + len(model.nodes) + len(model.edges)
    for element in named:
        assert element.find(f"{SVG}title").text
        assert element.find(f"{SVG}desc").text
        assert element.get("aria-label") or element.get("aria-labelledby")


@pytest.mark.parametrize("model", [payment, tangle, circle])
def test_ids_are_unique_in_a_page_with_both_drawings(model):
    ids = [e.get("id") for direction in DIRECTIONS for e in tree(model, direction).iter() if e.get("id")]

    assert len(ids) == len(set(ids))
    assert f"LR-edge-{model.edges[0].id}" in ids
    assert f"TB-node-{model.nodes[0].id}" in ids


@pytest.mark.parametrize(("model", "direction"), EVERY)
def test_only_classes_dress_the_drawing(model, direction):
    for element in tree(model, direction).iter():
        assert not {"style", "stroke", "color", "font-family", "font-size"} & set(element.attrib)
        assert element.get("fill") in (None, "none")


def test_nodes_stand_in_the_order_of_a_message():
    order = [group.get("data-node") for group in groups(tree(payment, "LR"), "node")]

    for edge in payment.edges:
        assert order.index(edge.source) < order.index(edge.target)


@pytest.mark.parametrize(("model", "direction"), EVERY)
def test_tracks_join_their_plates_and_cross_no_other(model, direction):
    root = tree(model, direction)
    plates = boxes(root)
    for group in groups(root, "edge"):
        path = group.find(f"{SVG}path[@data-track]").get("d")
        assert re.fullmatch(r"M[-\d.]+,[-\d.]+(C[-\d.]+,[-\d.]+( [-\d.]+,[-\d.]+){2})+", path)
        track = points(path)
        assert on_the_edge(track[0], plates[group.get("data-source")], 0.3)
        assert on_the_edge(track[-1], plates[group.get("data-target")], 8.3)
        for name, plate in plates.items():
            assert not any(inside(point, plate) for point in track), (group.get("data-edge"), name)


def on_the_edge(point, plate, near):
    (x, y), (left, top, w, h) = point, plate
    across = min(abs(x - left), abs(x - left - w)) <= near and top <= y <= top + h
    along = min(abs(y - top), abs(y - top - h)) <= near and left <= x <= left + w
    return across or along


def inside(point, plate):
    (x, y), (left, top, w, h) = point, plate
    return left + 1 < x < left + w - 1 and top + 1 < y < top + h - 1


@pytest.mark.parametrize(("model", "direction"), EVERY)
def test_plates_keep_apart_and_within_the_drawing(model, direction):
    drawing = draw(model, direction=direction)
    plates = list(boxes(ET.fromstring(drawing.svg)).values())
    for index, (x, y, w, h) in enumerate(plates):
        assert x >= 0
        assert y >= 0
        assert x + w <= drawing.width
        assert y + h <= drawing.height
        for other_x, other_y, other_w, other_h in plates[:index]:
            apart_x = x >= other_x + other_w + 8 or other_x >= x + w + 8
            apart_y = y >= other_y + other_h + 8 or other_y >= y + h + 8
            assert apart_x or apart_y


def test_the_payment_fits_a_telephone_and_a_stage():
    narrow, wide = draw(payment, direction="TB"), draw(payment, direction="LR")

    assert narrow.width <= 340
    assert narrow.height <= 430
    assert wide.width <= 1280
    assert wide.height <= 300


def test_the_main_line_is_straight_and_stores_hang_below():
    plates = boxes(tree(payment, "LR"))
    middle = {name: y + h / 2 for name, (_, y, _, h) in plates.items()}
    main = ["web", "api", "customer", "sales-queue", "sales"]

    assert len({middle[name] for name in main}) == 1
    for name, owner in (
        ("customer-store", "customer"),
        ("sales-dlq", "sales-queue"),
        ("sales-store", "sales"),
    ):
        assert middle[name] > middle[owner]
        assert plates[name][0] == plates[owner][0]


def test_same_style_same_size():
    sizes = {}
    for group in groups(tree(tangle, "LR"), "node"):
        plate = group.find(f"{SVG}rect")
        sizes.setdefault(group.get("data-plate"), set()).add((plate.get("width"), plate.get("height")))

    assert all(len(found) == 1 for found in sizes.values())


def test_a_second_track_and_a_loop_are_drawn():
    ids = {group.get("data-edge") for group in groups(tree(circle, "LR"), "edge")}

    assert {"stock--ledger", "stock--ledger--2", "stock--stock"} <= ids


def test_one_service_alone():
    drawing = draw(DiagramModel("One", "Alone.", (node("a", "sqs"),), ()), direction="TB")

    assert 'data-node="a"' in drawing.svg
    assert drawing.width < 200


def test_two_islands():
    model = DiagramModel(
        "Two", "Apart.", tuple(node(name, "sqs") for name in "abcd"), edges(("a", "b", ""), ("c", "d", ""))
    )

    assert len(boxes(tree(model, "LR"))) == 4


def test_the_dot_text_has_places_for_all_and_nobodys_words():
    source = dot_source(payment, "LR")

    assert source.count("width=") == len(payment.nodes)
    assert "rankdir=LR" in source
    assert "Sales" not in source
