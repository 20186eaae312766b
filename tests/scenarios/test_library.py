"""Every scenario of the library does what it says, and its expectations are not empty."""

import json

import pytest

from simulator.scenarios import (
    Scenario,
    check_challenge,
    check_unless,
    library,
    library_files,
    load_text,
    page_model,
    run_expectations,
    topology,
    truth,
)

SCENARIOS = sorted(library())


def test_there_are_the_hero_and_the_use_case() -> None:
    assert {"first-payment", "payment-queue"} <= set(SCENARIOS)
    assert [path.stem for path in library_files()] == SCENARIOS


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_checker_has_nothing_to_say(name: str) -> None:
    assert load_text(library()[name].source_text, name).diagnostics == ()


@pytest.mark.parametrize("name", SCENARIOS)
def test_what_is_expected_happens(name: str) -> None:
    results = run_expectations(library()[name])

    assert results
    assert [checked.says for checked in results if not checked.held] == []


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_change_breaks_what_it_says(name: str) -> None:
    assert [f"{b.change}: {b.says}" for b in check_unless(library()[name]) if not b.failed] == []


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_expectation_is_empty(name: str) -> None:
    scenario = library()[name]
    broken = {expectation for unless in scenario.document.unless for expectation in unless.breaks}

    # The ledger is the engine's promise: no document can break it.
    assert set(scenario.expect) - broken <= {"ledger"}


@pytest.mark.parametrize("name", SCENARIOS)
def test_challenges_are_sound(name: str) -> None:
    assert check_challenge(library()[name]) == ()


@pytest.mark.parametrize(
    ("name", "prediction"), [(name, p.id) for name in SCENARIOS for p in library()[name].predictions]
)
def test_exactly_one_choice_says_what_really_happens(name: str, prediction: str) -> None:
    scenario = library()[name]
    asked = next(p for p in scenario.predictions if p.id == prediction)

    assert truth(scenario, asked).choice is not None


def test_a_crash_after_the_row_makes_three_rows_of_one_payment() -> None:
    scenario = library()["payment-queue"]
    asked = next(p for p in scenario.predictions if p.id == "rows-after-crash")

    for seed in ("1", "2", "3"):
        assert truth(scenario, asked, seed).value == 3


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_fault_control_is_proved_by_an_expectation_or_prediction(name: str) -> None:
    scenario = library()[name]
    given = [text for group in scenario.expect.values() for text in group.given]

    for control in scenario.controls:
        if control.type == "fault":
            assert any(control.id in text for text in given), control.id


@pytest.mark.parametrize("name", SCENARIOS)
def test_it_can_be_stored_and_read_again(name: str) -> None:
    scenario = library()[name]

    again = Scenario.from_canonical(scenario.canonical_json)

    assert again == scenario
    assert again.digest == scenario.digest
    assert page_model(again) == page_model(scenario)
    assert topology(again) == topology(scenario)
    assert json.loads(json.dumps(page_model(scenario))) == page_model(scenario)
