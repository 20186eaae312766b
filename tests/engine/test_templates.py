"""Templates: references and nothing else, bounded."""

import pytest
from pydantic import BaseModel, ValidationError

from simulator.engine import Template, TooLarge, Unresolved, fill, references

SCOPE = {
    "event": {
        "body": '{"amount": 120, "lines": [{"n": 1}, {"n": 2}], "inner": "{\\"deep\\": true}"}',
        "headers": {"x-a": "b"},
        "list": [10, 20],
        "nothing": None,
    },
    "n": 7,
}


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("{$.n}", 7),
        ("{$.event.headers}", {"x-a": "b"}),
        ("{$.event.headers.x-a}", "b"),
        ("{$.event.list[1]}", 20),
        ("{$.event.nothing}", None),
        ("{$.event.body.amount}", 120),
        ("{$.event.body.lines[1].n}", 2),
        ("{$.event.body.inner.deep}", True),
        ("no {$.n}, {$.event.nothing}, {$.event.list}", "no 7, null, [10,20]"),
        ("{n} {} ${$.n}", "{n} {} $7"),
        ({"a": ["{$.n}", 1, None, True], "b": "plain"}, {"a": [7, 1, None, True], "b": "plain"}),
        (12, 12),
    ],
)
def test_references_are_replaced(template, filled):
    assert fill(template, SCOPE) == filled


@pytest.mark.parametrize(
    "path",
    [
        "missing",
        "event.headers.y",
        "event.list[2]",
        "event.list.n",
        "n.x",
        "event.nothing.x",
        "event.body.x[0]",
    ],
)
def test_what_is_not_there_is_unresolved(path):
    with pytest.raises(Unresolved, match="is not there"):
        fill(f"a {{$.{path}}}", SCOPE)


def test_a_text_that_is_no_json_or_too_deep_is_not_opened():
    for text in ("no json", "[" * 600 + "]" * 600, "1" * 5000):
        with pytest.raises(Unresolved):
            fill("{$.text.a}", {"text": text})


def test_a_template_can_not_grow_without_end():
    scope = {"text": "x" * 100_000}
    with pytest.raises(TooLarge):
        fill("{$.text}" * 20, scope)
    with pytest.raises(TooLarge):
        fill(["{$.text}"] * 20, scope)
    deep = []
    for _ in range(300):
        deep = [deep]
    with pytest.raises(TooLarge, match="levels"):
        fill("{$.deep}", {"deep": deep})


@pytest.mark.parametrize(
    "written", ["{$.}", "{$.a..b}", "{$.a[x]}", "{$.a b}", "{$.a[-1]}", ["ok", {"k": "{$.9}"}]]
)
def test_a_malformed_reference_is_an_error_of_the_document(written):
    class Holder(BaseModel):
        template: Template

    with pytest.raises(ValidationError, match="is not a reference"):
        Holder(template=written)


def test_references_are_found_everywhere():
    template = {"a": ["{$.x} and {$.y[0]}", {"b": "{$.z.w}"}], "c": 1}
    assert list(references(template)) == ["x", "y[0]", "z.w"]
