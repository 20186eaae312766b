"""A short, seeded schedule of real faults; `make faults` plays the long one (docs/fault-tests.md)."""

import asyncio

import pytest

from tests.conftest import missing
from tests.faults.backing import postgres_folder, redis_program
from tests.faults.halts import pause, slow
from tests.faults.kills import kill, one_of_two
from tests.faults.links import notice, postgres, redis

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def play(scenario) -> dict:
    """What the scenario found, when nothing was wrong."""
    verdict = asyncio.run(scenario).verdict
    assert verdict.wrong == [], verdict.figures.get("last words")
    assert verdict.figures["logs compared with a fresh replay"] > 0
    return verdict.figures


@pytest.fixture
def private_backing() -> None:
    """Faults stop these servers, so each scenario starts its own."""
    if postgres_folder() is None:
        missing("postgres", "Fault tests need PostgreSQL's programs (initdb, pg_ctl).")
    if redis_program() is None:
        missing("redis", "Fault tests need redis-server on PATH.")


def test_kill_9_in_the_middle_of_a_run():
    assert play(kill(5, seed=7))["kills"] == 5


def test_a_process_that_stands_still():
    play(pause(1, seed=7, halts_s=(6.5,)))


def test_pages_that_do_not_read_or_lose_their_network():
    play(slow(2, seed=7, deaf_s=4.0))


@pytest.mark.usefixtures("private_backing")
def test_kill_9_of_one_of_two_processes():
    assert play(one_of_two(3, seed=7))["kills"] == 3


@pytest.mark.usefixtures("private_backing")
def test_redis_goes_and_comes_back():
    play(redis(1, seed=7, away_s=3.0))


@pytest.mark.usefixtures("private_backing")
def test_postgresql_is_restarted():
    play(postgres(1, seed=7, away_s=(1.0,)))


@pytest.mark.usefixtures("private_backing")
def test_commands_show_in_both_processes_with_and_without_notices():
    play(notice(3, seed=7))
