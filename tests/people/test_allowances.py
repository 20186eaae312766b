"""Allowances: token buckets by learner and by address, kept in the cache, and without it in the process."""

import pytest
from django.core.cache import cache

from people import allowances
from people.allowances import ALLOWANCES, Allowance, Bucket, TooMuch, address_of, learner_in, spend_as

HOME = "address:192.0.2.1"


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    cache.clear()
    allowances._own.clear()
    table = {**ALLOWANCES, "tea": Allowance(Bucket(3, 0.5), Bucket(8, 100), "That is a lot of tea.")}
    monkeypatch.setattr(allowances, "ALLOWANCES", table)
    monkeypatch.setattr(allowances, "_away_until", 0.0)
    yield
    cache.clear()


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands until it is moved."""
    now = [1_700_000_000.0]
    monkeypatch.setattr(allowances.time, "time", lambda: now[0])

    def move(seconds: float) -> None:
        now[0] += seconds

    return move


def drink(times: int, learner: str | None = "ada", address: str = HOME) -> None:
    for _ in range(times):
        spend_as("tea", learner, address)


def test_so_many_at_once_and_then_a_sentence_with_a_time(clock):
    drink(3)
    with pytest.raises(TooMuch, match=r"^That is a lot of tea\. Wait a moment, then try again\.$") as refusal:
        drink(1)

    assert refusal.value.retry_s == 2


def test_there_is_more_after_a_while(clock):
    drink(3)
    clock(2.0)
    drink(1)
    with pytest.raises(TooMuch):
        drink(1)
    clock(60)
    drink(3)
    with pytest.raises(TooMuch):
        drink(1)


def test_a_refusal_takes_nothing_from_others(clock):
    drink(3)
    for _ in range(50):
        with pytest.raises(TooMuch):
            drink(1)

    drink(3, "grace")
    drink(2, None)
    with pytest.raises(TooMuch):
        drink(1, None)


def test_an_address_is_bounded_whoever_asks(clock):
    for learner in "abcdefgh":
        drink(1, learner)
    with pytest.raises(TooMuch):
        drink(1, "i")
    drink(1, "i", "address:192.0.2.2")


def test_factors_are_for_classes_behind_one_address(clock, settings):
    settings.ALLOWANCE_ADDRESS = 2.0
    drink(16, None)
    with pytest.raises(TooMuch):
        drink(1, None)
    settings.ALLOWANCE_ADDRESS = 0.0
    drink(100, None)
    settings.ALLOWANCE_LEARNER = 0.0
    drink(100)


def test_long_waits_are_said_in_minutes():
    assert str(TooMuch("No.", 600)) == "No. Wait 10 minutes, then try again."
    assert str(TooMuch("No.", 30)) == "No. Wait 30 seconds, then try again."


def test_refusals_are_counted(clock):
    before = allowances.refused["tea"]
    drink(3)
    with pytest.raises(TooMuch):
        drink(1)

    assert allowances.refused["tea"] == before + 1


def test_without_the_cache_each_process_counts_for_itself(clock, monkeypatch, caplog):
    class Away:
        asked = 0

        def get_many(self, *args):
            self.asked += 1
            raise ConnectionError("no Redis")

        set_many = get_many

    away = Away()
    monkeypatch.setattr(allowances, "cache", away)
    drink(3)
    with pytest.raises(TooMuch):
        drink(1)

    assert away.asked == 1, "it is left alone for a while"
    assert caplog.text.count("the cache is away") == 1


def test_a_question_is_one_reading_and_one_writing(monkeypatch):
    asked = []

    class Counted:
        def __getattr__(self, name):
            asked.append(name)
            return getattr(cache, name)

    monkeypatch.setattr(allowances, "cache", Counted())
    drink(1)

    assert asked == ["get_many", "set_many"]


@pytest.mark.parametrize(
    ("given", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001-db8-1-2--"),
        ("2001:db8:1:2:ffff::1", "2001-db8-1-2--"),
        ("", "unknown"),
        (None, "unknown"),
        ("a host\n", "unknown"),
    ],
)
def test_addresses(given, counted):
    assert address_of(given).removeprefix("address").lstrip(":-") == counted


def test_who_asks():
    assert learner_in({}) is None
    assert learner_in({"learner": "x"}) == "learner:x"
    assert learner_in({"learner": "x", "_auth_user_id": "7"}) == "learner:7"
