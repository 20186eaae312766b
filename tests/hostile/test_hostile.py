"""Each attack of the list gets a clear answer, and hurts neither the server nor the run."""

import pytest

from tests.hostile.case import Case
from tests.hostile.everything import CASES


@pytest.mark.timeout(60)
@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_an_attack(case: Case, results) -> None:
    got = results.of(case)

    assert got.what.startswith(case.must), got
    assert case.says.lower() in got.says.lower(), got
