"""Sentences, reasons and quantities."""

import pytest

from simulator.engine import biography, chain, tell, why
from simulator.engine.quantities import (
    calendar_text,
    clock_text,
    duration_text,
    parse_duration,
    parse_rate,
    parse_size,
    size_text,
)
from simulator.engine.story import money
from simulator.engine.trace import Entry
from tests.engine.toys import talk

TITLES = {"asker": "The asker", "answerer": "The answerer"}


def test_a_sentence_names_things_by_their_titles():
    entry = Entry(
        3, 41_250_000, "asker", "x", "A.1", None, {"to": "answerer", "cost": 0.0000004, "left": 28_400_000}
    )
    told = tell(
        "{node} sent {message} to {to} at {at_us:clock} for {cost:money}, {left:duration}, {nothing}.",
        entry,
        TITLES,
    )
    assert told == "The asker sent A.1 to The answerer at 0:41.25 for $0.0000004, 28.4s, –."


def test_why_is_the_state_that_holds_and_its_chain_of_causes():
    world = talk()
    world.run_until(300_000)
    kinds = {node.id: node.service.ENTRIES for node in world.nodes}
    heard = next(e for e in world.entries if e.kind == "heard")
    sentence, causes = why(world.entries, kinds, TITLES, message="A", node=None, until_us=heard.at_us)
    assert sentence == "A is being answered."
    assert [e.kind for e in causes] == ["heard", "asked"]
    assert why(world.entries, kinds, TITLES, message="ZZZ", node=None, until_us=10)[0].startswith(
        "Nothing has happened"
    )


def test_a_biography_is_everything_about_one_message():
    world = talk()
    world.run_until(300_000)
    assert [e.kind for e in biography(world.entries, "A")] == ["asked", "heard", "said", "answered"]
    last = biography(world.entries, "A")[-1]
    assert [e.kind for e in chain(world.entries, last)] == ["answered", "said", "heard", "asked"]


@pytest.mark.parametrize(
    ("text", "us"),
    [("30s", 30_000_000), ("250ms", 250_000), ("1.5min", 90_000_000), ("2 h", 7_200_000_000), (0, 0)],
)
def test_durations_are_read_exactly(text, us):
    assert parse_duration(text) == us


@pytest.mark.parametrize("text", ["30", "-3s", "1e3s", "s", "30 parsecs", None, True, 5, "1.1234567s", "٣s"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ValueError):
        parse_duration(text)


def test_quantities_are_written_as_people_do():
    assert [duration_text(us) for us in (0, 1, 250_000, 28_400_000, 5_400_000_000)] == [
        "0s",
        "1us",
        "250ms",
        "28.4s",
        "90min",
    ]
    assert [size_text(n) for n in (900, 256 * 1024, 1024**2)] == ["900B", "256KB", "1MB"]
    assert [clock_text(us) for us in (0, 41_250_000, 3_723_004_000)] == [
        "0:00.000",
        "0:41.250",
        "1:02:03.004",
    ]
    assert calendar_text("2026-01-05T09:00:00Z", 61_500_000) == "2026-01-05T09:01:01.500Z"
    assert (parse_size("256KB"), parse_rate("30/min"), parse_rate(2)) == (262_144, 0.5, 2.0)
    assert [money(usd) for usd in (0.0, 1.5, 0.0000004)] == ["$0.000", "$1.500", "$0.0000004"]
