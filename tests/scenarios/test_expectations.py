"""Expectations, changes under which they must fail, challenges, and predictions."""

import pytest

from simulator.engine import trace_hash
from simulator.scenarios import (
    Mistake,
    Scenario,
    changed,
    check_challenge,
    check_unless,
    given_commands,
    load_text,
    measured_at_us,
    played,
    run_expectations,
    truth,
    truth_in,
)
from simulator.scenarios.document import Change
from tests.scenarios.documents import said, small

EXPECT = """\
expect:
  - at 20s, web.requests_sent == 0
  - id: packed
    given: send-one at 1s
    then: at 20s, parcels.rows == 1
    seeds: 3
  - id: crashed
    given: [crash at 0.5s, send-one at 1s, restore crash at 20s]
    then: at 80s, parcels.rows == 2 and orders.messages_deleted == 1
  - id: wrong
    given: send-one at 1s
    then:
      - at 20s, parcels.rows == 7
      - always, ledger.unbalanced == 0
    seeds: [a, b]
"""


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return small(EXPECT)


def test_every_line_is_run_with_every_seed(scenario: Scenario) -> None:
    results = run_expectations(scenario)

    assert [(c.expectation, c.seed, c.held) for c in results] == [
        ("expect-1", "1", True),
        ("packed", "1", True),
        ("packed", "2", True),
        ("packed", "3", True),
        ("crashed", "1", True),
        ("wrong", "a", False),
        ("wrong", "a", True),
        ("wrong", "b", False),
        ("wrong", "b", True),
    ]
    assert results[5].says == "at 20s, parcels.rows == 7: parcels.rows is 1 (at 20s)"


def test_commands_are_numbered_in_the_order_of_time(scenario: Scenario) -> None:
    commands = given_commands(
        scenario, ["restore crash at 3s", "set visibility to 5s at 2s", "crash at 1s", "send-one at 1s"]
    )

    assert [(c.seq, c.at_us, c.kind) for c in commands] == [
        (1, 1_000_000, "fault"),
        (2, 1_000_000, "send"),
        (3, 2_000_000, "configure"),
        (4, 3_000_000, "fault"),
    ]
    assert commands[0].body == {
        "node": "packer",
        "fault": "crash",
        "on": True,
        "parameters": {"after_step": "packed"},
    }
    assert commands[2].body == {"node": "orders", "setting": "visibility_timeout", "value": "5s"}
    assert commands[3].body["on"] is False


def test_the_same_seed_and_commands_play_the_same(scenario: Scenario) -> None:
    given = ["crash at 0.5s", "send-one at 1s"]

    once = played(scenario, "7", given, 60_000_000)
    again = played(Scenario.from_canonical(scenario.canonical_json), "7", given, 60_000_000)
    other = played(scenario, "8", given, 60_000_000)

    assert trace_hash(once.entries) == trace_hash(again.entries) != trace_hash(other.entries)


@pytest.mark.parametrize(
    ("change", "rows", "dead"),
    [
        (Change(), 2, 1),
        (Change(set={"orders.redrive.max_receive_count": 3}), 3, 1),
        (Change(set={"orders.visibility_timeout": "120s"}), 1, 0),
        (Change(set={"packer.steps.packed.mode": "put"}), 1, 1),
        (Change(set={"packer.steps.0.mode": "put"}), 1, 1),
        (Change(remove=("dead",)), 4, 0),
        (Change(remove=("parcels",)), 0, 0),
        (Change(remove=("packer",)), 0, 0),
        (Change(remove=("orders", "dead")), 0, 0),
        (Change(remove=("api",)), 0, 0),
    ],
)
def test_a_changed_scenario_runs(scenario: Scenario, change: Change, rows: int, dead: int) -> None:
    version = changed(scenario, change)
    at_once = (
        []
        if "web" not in version.services or version.node("web").config.calls is None
        else ["send-one at 1s"]
    )

    world = played(version, "1", ["crash at 0.5s", *at_once], 110_000_000)

    found = [e for e in world.entries if e.kind == "row_added"]
    moved = [e for e in world.entries if e.kind == "taken_in"]
    stored = {e.detail["key"] for e in found if e.detail}
    assert (len(stored), len(moved)) == (rows, dead)
    assert not set(change.remove) & set(version.services)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (Change(set={"orders.visibility_timeout": "30sec"}), "cannot be set to '30sec'"),
        (Change(set={"orders.visibilty_timeout": "3s"}), "cannot be set to '3s'"),
        (Change(set={"packer.steps.unpacked.mode": "put"}), "the list has no 'unpacked'"),
        (Change(set={"packer.redrive.limit": 3}), "there is no 'redrive' to go into"),
        (Change(set={"orders": 3}), "is not a setting"),
        (Change(set={"orders.redrive.max_receive_count.x": 3}), "is no mapping"),
        (Change(remove=("nobody",)), "There is no service 'nobody' to remove."),
    ],
)
def test_a_change_that_cannot_be_made_is_a_mistake(scenario: Scenario, change: Change, message: str) -> None:
    with pytest.raises(Mistake, match=message):
        changed(scenario, change)


def test_a_change_that_cannot_be_made_refuses_the_document() -> None:
    more = EXPECT + "unless: [{id: x, set: {orders.visibilty_timeout: 3s}, breaks: packed}]\n"
    found = load_text(small().source_text + more, "t")

    assert found.scenario is None
    assert "Did you mean 'visibility_timeout'?" in said(found)[0]


def test_unless_tells_empty_expectations_from_others() -> None:
    more = """\
unless:
  - {id: nobody-reads, set: {packer.polling: false}, breaks: [packed, expect-1]}
  - {id: still-crashed, turn_on: crash at 0s, breaks: crashed}
"""
    found = check_unless(small(EXPECT + more))

    assert [(b.change, b.expectation, b.failed) for b in found] == [
        ("nobody-reads", "packed", True),
        ("nobody-reads", "expect-1", False),
        ("still-crashed", "crashed", False),
    ]


CHALLENGE = """\
challenge:
  ask: Let every order be packed once although the packer crashes.
  may_change: [packer.steps.packed.mode]
  goals:
    - given: [crash at 0.5s, send-one at 1s]
      then: at 80s, parcels.rows == 1
  answer: {set: {packer.steps.packed.mode: put}}
"""


def test_a_challenge_needs_an_answer_and_one_that_works() -> None:
    assert check_challenge(small()) == ()
    assert check_challenge(small(CHALLENGE)) == ()
    assert check_challenge(small(CHALLENGE.replace("rows == 1", "rows >= 1"))) == (
        "The challenge is won without doing anything.",
    )
    assert "misses a goal" in check_challenge(small(CHALLENGE.replace(": put", ": append")))[0]


PREDICTIONS = """\
predictions:
  - id: rows
    ask: How many rows?
    given: [crash at 0.5s, send-one at 1s]
    measure: parcels.rows
    measure_at: 80s
    choices:
      - {id: one, label: One, value: 1, reason: r}
      - {id: two, label: Two, value: 2, reason: r}
      - {id: many, label: More, value: "> 2", reason: r}
  - id: quick
    ask: How long is the answer?
    given: send-one at 1s
    measure: web.last_answer_us at 9s
    choices:
      - {id: short, label: Short, value: "< 2s", reason: r}
      - {id: long, label: Long, value: ">= 2s", reason: r}
"""


def test_the_truth_is_computed() -> None:
    scenario = small(PREDICTIONS)
    rows, quick = scenario.predictions

    assert truth(scenario, rows).choice == "two"
    assert truth(scenario, rows, "99").value == 2
    assert truth(scenario, quick).choice == "short"
    assert truth(scenario, quick).text.endswith("ms")
    assert measured_at_us(rows) == 80_000_000


def test_a_prediction_is_compared_with_the_run_that_was_made() -> None:
    scenario = small(PREDICTIONS)
    rows = scenario.predictions[0]
    without_crash = played(scenario, "1", ["send-one at 1s"], 80_000_000)

    assert truth_in(scenario, rows, without_crash.entries).choice == "one"
    assert truth_in(scenario, rows, []).choice is None
