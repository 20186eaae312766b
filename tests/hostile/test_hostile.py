"""Each attack of the list gets a clear answer, and hurts neither the server nor the run."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hostile.case import Case, Got
from tests.hostile.everything import CASES
from tests.hostile.listing import listing

PAGE = Path(__file__).resolve().parents[2] / "docs" / "hostile-input.md"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_an_attack(case: Case, result_of: Callable[[Case], Got]) -> None:
    got = result_of(case)

    assert got.what.startswith(case.must), got
    assert case.says.lower() in got.says.lower(), got


def test_there_are_enough() -> None:
    assert len(CASES) >= 130


@pytest.mark.timeout(600)
def test_the_golden_listing(result_of: Callable[[Case], Got]) -> None:
    page = listing(CASES, {case.id: result_of(case) for case in CASES})

    if os.environ.get("SIGNALBOX_GOLDEN") == "rewrite":
        PAGE.write_text(page, encoding="utf-8")
    assert page == PAGE.read_text(encoding="utf-8"), (
        "read the difference, then: make golden ARGS=tests/hostile"
    )
