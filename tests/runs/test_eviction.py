"""Replicas without viewers: bounded by number and by memory, the least used goes, a watched one never."""

import pytest

from simulator.runs import append, create_run, replica_at, replicas, tallies, upkeep
from simulator.runs.replicas import copy_of, forget_unwatched, kept
from tests.runs.toys import SECOND, toy

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def none_kept():
    replicas._copies.clear()
    yield
    replicas._copies.clear()


def runs(number: int) -> list[str]:
    return [create_run(toy(), owner_id=None, rate=0.0).id for _ in range(number)]


def here() -> list[str]:
    return list(replicas._copies)


def test_beyond_the_number_the_least_used_goes(settings):
    settings.REPLICAS_UNWATCHED_MAX = 2
    first, second, third = runs(3)
    copy_of(first), copy_of(second), copy_of(first), copy_of(third)

    assert here() == [first, third]


def test_a_watched_one_stays_and_does_not_count(settings):
    settings.REPLICAS_UNWATCHED_MAX = 1
    before = tallies.counted().get("evictions", 0)
    first, second, third = runs(3)
    copy_of(first).watched = True
    copy_of(second), copy_of(third)

    assert here() == [first, third]
    assert tallies.counted()["evictions"] == before + 1


def test_beyond_the_memory_too(settings):
    settings.REPLICAS_UNWATCHED_MB = 1
    first, second = runs(2)
    append(first, "warp", {"to_us": 3000 * SECOND}, "w")
    replica_at(first)
    assert kept()[1] > 2**20
    assert here() == [first]  # the latest stays in any case

    copy_of(second)
    assert here() == [second]


def test_one_that_was_forgotten_is_the_same_again():
    (run,) = runs(1)
    append(run, "send", {"node": "bell", "count": 3}, "s")
    append(run, "warp", {"to_us": 20 * SECOND}, "w")
    before = replica_at(run).entries
    replicas.forget(run)

    assert here() == []
    assert replica_at(run).entries == before


def test_upkeep_forgets_what_has_grown(settings):
    (first, second) = runs(2)
    copy_of(first), copy_of(second)
    settings.REPLICAS_UNWATCHED_MAX = 1

    assert forget_unwatched() == 1
    assert here() == [second]


def test_a_chore_that_fails_keeps_no_other(monkeypatch, caplog):
    done = []

    def fails():
        raise OSError("the database is away")

    monkeypatch.setattr(upkeep, "chores", [fails, lambda: done.append(1)])
    for _ in range(3):
        upkeep.upkeep()

    assert done == [1, 1, 1]
    assert caplog.text.count("a chore failed") == 1
