"""The language of expectations, measures and timed commands."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.scenarios.grammar import (
    parse_command,
    parse_line,
    parse_measure,
    parse_outcome,
)
from simulator.scenarios.shape import Mistake


@pytest.mark.parametrize(
    ("text", "when", "until_us", "conditions"),
    [
        ("at 60s, sales-queue.messages_visible <= 10", "at", 60_000_000, 1),
        ("by 1.5min, a.b == 1 and c.d > 2", "by", 90_000_000, 2),
        ("always until 250ms, ledger.unbalanced == 0", "always", 250_000, 1),
        ("always, run.bill < 0.01", "always", None, 1),
        ("at 0s, a.b + c.d - 3 != e.f", "at", 0, 1),
    ],
)
def test_a_line_says_when_and_what(text: str, when: str, until_us: int | None, conditions: int) -> None:
    line = parse_line(text)

    assert (line.when, line.until_us, len(line.conditions)) == (when, until_us, conditions)


def test_values_are_sums_of_gauges_and_amounts() -> None:
    condition = parse_line("at 1s, a-b.c + d.e - 3 >= 2.5s").conditions[0]

    assert [(sign, term.text) for sign, term in condition.left.terms] == [(1, "a-b.c"), (1, "d.e"), (-1, "3")]
    assert condition.comparison == ">="
    assert condition.right.terms[0][1].number == 2_500_000  # type: ignore[union-attr]
    assert [gauge.text for gauge in condition.gauges] == ["a-b.c", "d.e"]


@pytest.mark.parametrize(
    ("parse", "text", "message", "hint", "meant"),
    [
        (parse_line, "att 3s, a.b == 1", "begins with at, by or always", "Did you mean 'at'?", "att"),
        (parse_line, "at 3s a.b == 1", "Here a comma belongs", "for example", "a.b"),
        (parse_line, "at 3, a.b == 1", "is not a duration", "Did you mean 3s?", "3"),
        (parse_line, "at 3sec, a.b == 1", "not a unit of time", "Did you mean 3s?", "3sec"),
        (parse_line, "at soon, a.b == 1", "Here a time is needed", "", "soon"),
        (parse_line, "at 3s, a.b = 1", "Here a comparison is needed", "write ==", "="),
        (parse_line, "at 3s, a.b == ", "Here a value is needed", "", ""),
        (parse_line, "at 3s, rows == 1", "'rows' is not a value", "node.gauge", "rows"),
        (parse_line, "at 3s, a.b == 1 adn c.d == 2", "not understood", "Did you mean 'and'?", "adn"),
        (parse_line, "at 3s, a.b == 1234567890123456", "too long", "", "1234567890123456"),
        (parse_line, "", "begins with at, by or always", "for example", ""),
        (parse_measure, "a.b att 3s", "not understood", "Did you mean 'at'?", "att"),
        (parse_command, "crash sales at 3s", "is not a timed command", "for example", None),
        (parse_command, "crash-sales at 3", "is not a duration", "Did you mean 3s?", "3"),
        (parse_command, "set visibility at 3s", "'set … to …'", "for example", None),
        (parse_command, "visibility to 3s at 3s", "'set … to …'", "for example", None),
        (parse_outcome, "about 3", "is not a value", "node.gauge", "about"),
        (parse_outcome, "> a.b", "compared with a number", ">= 4", None),
    ],
)
def test_what_is_not_understood_is_pointed_at(
    parse: Callable[[str], object], text: str, message: str, hint: str, meant: str | None
) -> None:
    with pytest.raises(Mistake) as raised:
        parse(text)

    assert message in raised.value.message
    assert hint in raised.value.hint
    start = raised.value.start
    found = None if start is None else text[start : start + raised.value.length]
    assert found == meant


@pytest.mark.parametrize(
    ("text", "verb", "name", "value", "at_us"),
    [
        ("crash-sales at 5s", "use", "crash-sales", None, 5_000_000),
        ("turn on crash-sales at 5s", "use", "crash-sales", None, 5_000_000),
        ("restore crash-sales at 1min", "restore", "crash-sales", None, 60_000_000),
        ("set visibility to 5s at 2s", "set", "visibility", "5s", 2_000_000),
        ("set rate to 0.5 at 2s", "set", "rate", 0.5, 2_000_000),
        ("set polling to false at 2s", "set", "polling", False, 2_000_000),
        ("set visibility to 5s at 0s", "set", "visibility", "5s", 0),
    ],
)
def test_a_timed_command(text: str, verb: str, name: str, value: object, at_us: int) -> None:
    command = parse_command(text)

    assert (command.verb, command.id, command.value, command.at_us) == (verb, name, value, at_us)


@pytest.mark.parametrize(
    ("value", "comparison", "number"),
    [(3, "==", 3), (2.5, "==", 2.5), ("2s", "==", 2_000_000), (">= 4", ">=", 4), ("< 250ms", "<", 250_000)],
)
def test_an_outcome(value: object, comparison: str, number: float) -> None:
    outcome = parse_outcome(value)

    assert (outcome.comparison, outcome.amount.number) == (comparison, number)


WORDS = st.sampled_from(
    [
        "at",
        "by",
        "always",
        "until",
        "60s",
        ",",
        "a.b",
        "==",
        "<=",
        "and",
        "+",
        "-",
        "1",
        "set",
        "to",
        "x",
        "µ",
        "\n",
    ]
)


@given(st.lists(WORDS, max_size=12).map(" ".join) | st.text(max_size=30))
@settings(max_examples=200, deadline=None)
def test_only_mistakes_come_out_of_any_text(text: str) -> None:
    for parse in (parse_line, parse_measure, parse_command, parse_outcome):
        with suppress(Mistake):
            assert parse(text)
