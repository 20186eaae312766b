"""Measures and lines, against traces written by hand."""

import pytest

from simulator.engine import Entry, Picture
from simulator.scenarios import Scenario, bill, evaluate
from simulator.scenarios.grammar import parse_line
from simulator.scenarios.measures import judge
from tests.scenarios.documents import small

S = 1_000_000


def row(number: int, at_us: int) -> Entry:
    return Entry(
        number, at_us, "parcels", "row_added", f"A.{number}", None, {"cost": 625_000, "since_request_us": 7}
    )


def sent(number: int, at_us: int) -> Entry:
    return Entry(number, at_us, "orders", "sent", f"A.{number}", None, {"cost": 400_000})


TRACE = [row(0, 1 * S), sent(1, 2 * S), sent(2, 2 * S), row(3, 5 * S)]


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return small()


@pytest.mark.parametrize(
    ("measure", "at_us", "value"),
    [
        ("parcels.rows at 0s", None, 0),
        ("parcels.rows at 1s", None, 1),
        ("parcels.rows at 4.999s", None, 1),
        ("parcels.rows", 5 * S, 2),
        ("parcels.rows", None, 2),
        ("orders.messages_visible + parcels.rows - 1 at 9s", None, 3),
        ("orders.oldest_age at 6s", None, 4 * S),
        ("orders.oldest_age at 1s", None, 0),
        ("parcels.last_completion_us at 9s", None, 7),
        ("ledger.unbalanced at 9s", None, 0),
        ("run.bill at 9s", None, (2 * 625_000 + 2 * 400_000) / 10**12),
        ("nobody.rows at 9s", None, 0),
    ],
)
def test_a_measure_has_its_value_at_its_moment(
    scenario: Scenario, measure: str, at_us: int | None, value: float
) -> None:
    assert evaluate(measure, scenario, TRACE, at_us) == value


def test_nothing_has_happened_in_an_empty_trace(scenario: Scenario) -> None:
    assert evaluate("parcels.rows", scenario, []) == 0
    assert bill(Picture.of(scenario.services), scenario.services) == 0


@pytest.mark.parametrize(
    ("line", "held"),
    [
        ("at 1s, parcels.rows == 1", True),
        ("at 0.9s, parcels.rows == 1", False),
        ("by 5s, parcels.rows == 2", True),
        ("by 4s, parcels.rows == 2", False),
        ("by 9s, parcels.rows == 1", True),
        ("by 9s, orders.messages_visible == 1", False),  # both were sent in one instant
        ("always until 4s, parcels.rows <= 1", True),
        ("always until 5s, parcels.rows <= 1", False),
        ("always, parcels.rows <= 2", True),
        ("always until 9s, orders.oldest_age <= 7s", True),
        ("always until 9s, orders.oldest_age <= 6.9s", False),
        ("always until 4.5s, orders.oldest_age < 2.5s", False),
        ("by 4s, orders.oldest_age >= 1.5s", True),
        ("at 9s, parcels.rows == 2 and orders.messages_visible == 3", False),
        ("at 9s, parcels.rows == orders.messages_visible", True),
    ],
)
def test_a_line_holds_or_not(scenario: Scenario, line: str, held: bool) -> None:
    assert judge(parse_line(line), scenario, TRACE, 9 * S).held is held


def test_a_verdict_says_what_was_found_where(scenario: Scenario) -> None:
    missed = judge(parse_line("always until 9s, orders.oldest_age <= 1s"), scenario, TRACE, 9 * S)
    dear = judge(parse_line("at 9s, run.bill == 0"), scenario, TRACE, 9 * S)

    assert missed.says == "always until 9s, orders.oldest_age <= 1s: orders.oldest_age is 3s (at 5s)"
    assert dear.says == "at 9s, run.bill == 0: run.bill is $0.00000205 (at 9s)"


def test_what_does_not_balance_is_counted(scenario: Scenario) -> None:
    from_nowhere = Entry(0, S, "orders", "expired", "A.1", None, {})

    assert evaluate("ledger.unbalanced", scenario, [from_nowhere]) == 1
    assert not judge(parse_line("always, ledger.unbalanced == 0"), scenario, [from_nowhere], S).held
