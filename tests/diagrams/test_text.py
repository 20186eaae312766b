"""Authors' words: any text, shown as text, never as markup, never wider than its plate."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.diagrams import DiagramEdge, DiagramModel, DiagramNode, dot_source, draw
from simulator.diagrams.lettering import escape, fit, kind_name, plain, width_px
from tests.diagrams.test_drawing import SVG, groups

HOSTILE = [
    'He said "no"; it\'s',
    "C:\\new\\table \\N \\G \\l",
    "<script>alert(1)</script>",
    "</title></svg><img src=x onerror=alert(1)>",
    "]]> &amp; &#0; <!-- --",
    "a\nb\r\nc\td",
    "x" * 500,
    "price\u202egnp.exe",
    "\u2066left\u2069 \u200fright",
    "Überweisung nach São Tomé · 支付队列 · مدفوعات",
    "👩‍👩‍👧‍👦 " * 20,
    "e\u0301" * 60,
    'n0 [label="x", shape=none]; n9 -> n8; }',
    "nul \x00 bell \x07 escape \x1b del \x7f",
    "half \ud800 pair",
    "\ufffe\uffff",
    "",
    "   ",
]


def model_of(text):
    return DiagramModel(
        text,
        text,
        (
            DiagramNode("a", "lambda_function", text, text, "lamps"),
            DiagramNode("b", "sqs", text, text, "tickets"),
        ),
        (DiagramEdge("a--b", "a", "b", text, text),),
    )


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_any_text_is_only_text(text, direction):
    root = ET.fromstring(draw(model_of(text), direction=direction).svg)

    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "title", "desc", "g", "path", "rect", "use", "text"}
    first = groups(root, "node")[0]
    assert first.find(f"{SVG}title").text == (plain(text) or "a")
    assert first.get("aria-label").startswith(plain(text) or "a")
    assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") & set("".join(root.itertext()))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_reaches_graphviz(text):
    assert dot_source(model_of(text), "LR") == dot_source(model_of("plain"), "LR")


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=80))
def test_any_text_at_all_is_well_formed(text):
    ET.fromstring(draw(model_of(text), direction="LR").svg)


@given(st.text(max_size=60), st.floats(0, 300))
def test_a_cut_text_fits(text, room):
    assert width_px(fit(text, 13, room), 13) <= max(room, 0)


def test_a_cut_text_ends_in_an_ellipsis_and_breaks_no_letter():
    assert fit("Sales dead letters", 15, 90).endswith("…")
    assert fit("Sales", 15, 90) == "Sales"
    assert fit("Sales", 15, 3) == ""
    for room in range(20, 200, 3):
        cut = fit("👩‍👩‍👧‍👦" * 8, 13, room).removesuffix("…")
        assert not cut.endswith("\u200d")
        assert cut.replace("👩‍👩‍👧‍👦", "") == ""


def test_the_whole_title_is_kept_where_the_drawing_cuts_it():
    title = "The queue of all sales that were ever made"
    root = ET.fromstring(draw(model_of(title), direction="TB").svg)

    node = groups(root, "node")[0]
    assert node.find(f"{SVG}text[@class='node-title']").text.endswith("…")
    assert node.find(f"{SVG}title").text == title


def test_attributes_are_escaped():
    assert escape("\"'<&>") == "&quot;&#39;&lt;&amp;&gt;"


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("lambda_function", "Lambda function"),
        ("sqs", "SQS"),
        ("api_gateway", "API gateway"),
        ("table", "Table"),
    ],
)
def test_kinds_have_names(kind, name):
    assert kind_name(kind) == name
