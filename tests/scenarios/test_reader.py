"""YAML is read by the core schema of 1.2, every place is known, and nothing can hurt the reader."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.limits import limit
from simulator.scenarios.diagnostics import in_order, render
from simulator.scenarios.reader import Place, Read, read

ANYTHING = st.text(alphabet=st.characters(codec=None), max_size=60)
YAMLISH = st.text(alphabet="[]{}:,-?&*!|>'\"#%@ ab\n\t01", max_size=60)


def messages(text: str) -> list[str]:
    return [f"{d.line}:{d.column} {d.message}" for d in in_order(read(text, "t").diagnostics)]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("on", "on"),
        ("no", "no"),
        ("yes", "yes"),
        ("010", 10),
        ("0o17", 15),
        ("0x1F", 31),
        ("12:30:45", "12:30:45"),
        ("1e3", 1000.0),
        ("1_000", "1_000"),
        (".5", 0.5),
        ("-3", -3),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("2026-01-05", "2026-01-05"),
        ("'010'", "010"),
        ("!!str 010", "010"),
        ("30s", "30s"),
        ("a, b <= 3", "a, b <= 3"),
        ("|\n  two\n  lines\n", "two\nlines\n"),
    ],
)
def test_plain_words_follow_the_core_schema(written: str, value: object) -> None:
    found = read(f"a: {written}", "t")

    assert found.data == {"a": value}
    assert type(found.data["a"]) is type(value)
    assert found.complete
    assert not found.broken


def test_every_key_and_value_has_its_place() -> None:
    found = read("über:\n  - x: 1\n    y: [aa, 'b b']\n", "t")

    assert found.keys[("über",)] == Place(1, 1, 4)
    assert found.keys[("über", 0, "y")] == Place(3, 5, 1)
    assert found.values[("über", 0, "x")] == Place(2, 8, 1)
    assert found.values[("über", 0, "y", 0)] == Place(3, 9, 2)
    assert found.values[("über", 0, "y", 1)] == Place(3, 13, 5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3", ["3:1 The key 'a' is here twice; the first is in line 1."]),
        ("a: {b: 1, b: {b: [2]}}", ["1:11 The key 'b' is here twice; the first is in line 1."]),
        ("1: a", ["1:1 A key must be text, and '1' is read as a number."]),
        ("~: a", ["1:1 A key must be text, and '~' is read as nothing (null)."]),
        ("? [a]\n: b", ["1:3 A key must be text, not a list or a mapping."]),
        ("a: .inf", ["1:4 '.inf' is not a number that can be counted with."]),
        ("a: .NaN", ["1:4 '.NaN' is not a number that can be counted with."]),
        ("a: 1e999", ["1:4 '1e999' is too large."]),
        ("a: 9007199254740993", ["1:4 '9007199254740993' is too large."]),
        (f"a: {'9' * 5000}", [f"1:4 {('9' * 59)!r:.59}… is too large."]),
        ("a: &x 1", ["1:4 Anchors (&) are not used here."]),
        ("a: *x", ["1:4 The alias *x is not resolved here."]),
        ("a: !python/object:os.system 1", ["1:4 The tag '!python/object:os.system' is not known here."]),
        ("a: 1\n--- \nb: 2", ["2:1 A second document begins here."]),
        ("a:\n\tb: 1", ["2:1 A tab is used for indentation."]),
        ("a: b: c", ["1:5 A ':' stands where no key can be."]),
        ("a: [1, 2", ["2:1 A '[' is not closed."]),
        ("a: @b", ["1:4 This character cannot begin a value."]),
        ("", ["1:1 The document is empty."]),
        ("# nothing\n", ["1:1 The document is empty."]),
        ("a: x\x07", ["1:5 The character U+0007 is not allowed in YAML."]),
        ("ok: 1\na: \ud800", ["2:4 The character U+D800 is not allowed in YAML."]),
    ],
)
def test_what_is_refused_and_where(text: str, expected: list[str]) -> None:
    assert messages(text) == expected


def test_several_mistakes_come_together() -> None:
    assert len(messages("a: 1\na: 2\nb: .nan\n3: c\nd: *x\ne: &y 1\n")) == 5


def test_the_value_of_a_second_key_leaves_no_places_behind() -> None:
    found = read("a: {x: 1}\na: {x: {y: 2}}\nb: 3", "t")

    assert found.data == {"a": {"x": 1}, "b": 3}
    assert ("x",) not in found.keys
    assert found.values[("a", "x")].line == 1


def test_limits_are_kept() -> None:
    deep = "[" * 30
    wide = "[" + "1," * limit("document_nodes") + "]"
    long = "a: " + "x" * limit("document_bytes")

    assert "24 levels" in messages(deep)[0]
    assert "20,000 values" in messages(wide)[0]
    assert "256 KB" in messages(long)[0]
    assert not read(deep, "t").complete


@pytest.mark.parametrize(
    "text",
    ["[" * 250_000, "- " * 120_000, "{a: " * 60_000, "a: &a [*a,*a]\n", "? " * 100_000, "'" * 199_999],
    ids=["brackets", "dashes", "braces", "alias", "keys", "quotes"],
)
def test_bombs_are_refused_quickly(text: str) -> None:
    began = time.process_time()

    found = read(text, "t")

    assert found.broken
    assert time.process_time() - began < 2


@given(ANYTHING | YAMLISH)
@settings(max_examples=200, deadline=None)
def test_no_text_can_break_the_reader(text: str) -> None:
    found = read(text, "t")

    assert isinstance(found, Read)
    assert found.complete or found.diagnostics
    assert render(in_order(found.diagnostics), text) or not found.diagnostics


def test_carets_point_at_the_place() -> None:
    text = "a: 1\nb: .inf\n"

    assert render(in_order(read(text, "t.yaml").diagnostics), text) == (
        "t.yaml:2:4: error: '.inf' is not a number that can be counted with.\n"
        "    2 | b: .inf\n"
        "      |    ^^^^\n"
        "      at b\n"
        "      Put it in quotes if it is text."
    )
