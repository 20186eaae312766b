"""Virtual now: a pure fold over the log and the wall."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.runs.clock import LEAD_WALL_US, Clock, Logged, checked_rate, slower

SECOND = 1_000_000
WALL = 1_700_000_000 * SECOND


def given_at(clock: Clock, wall_us: int, kind: str, **body) -> Logged:
    """Append as the server does."""
    at_us, reached_us = clock.next_command(wall_us)
    if kind in ("clock", "warp"):
        body["wall_us"] = reached_us
    command = Logged(0, at_us, kind, body)
    clock.add(command)
    return command


def playing(rate: float = 1) -> Clock:
    return Clock.of([Logged(1, 0, "clock", {"rate": rate, "wall_us": WALL})])


def test_it_stands_at_zero_before_the_first_command():
    assert Clock().now_us(WALL) == 0
    assert Clock().horizon_us(WALL) == 0


def test_it_plays_at_its_rate():
    clock = playing(10)

    assert clock.now_us(WALL + SECOND) == 10 * SECOND
    assert clock.horizon_us(WALL + SECOND) == 10 * SECOND + 10 * LEAD_WALL_US


def test_a_pause_takes_effect_after_the_lead_and_not_before():
    clock = playing()
    pause = given_at(clock, WALL + SECOND, "clock", rate=0)

    assert pause.at_us == SECOND + LEAD_WALL_US + 1
    assert clock.now_us(WALL + SECOND + 50_000) == SECOND + 50_000
    assert clock.now_us(WALL + 3600 * SECOND) == pause.at_us
    assert clock.horizon_us(WALL + SECOND) <= pause.at_us


def test_a_command_to_a_paused_run_shows_at_once():
    clock = Clock()

    first = given_at(clock, WALL, "send", node="web", count=1)
    second = given_at(clock, WALL, "send", node="web", count=1)

    assert (first.at_us, second.at_us) == (1, 2)
    assert clock.now_us(WALL) == 2 == clock.horizon_us(WALL)


def test_play_begins_at_once():
    clock = Clock()
    given_at(clock, WALL, "clock", rate=1)

    assert clock.now_us(WALL + SECOND) == SECOND + 1


def test_a_warp_skips_and_goes_on():
    clock = playing()
    warp = given_at(clock, WALL + SECOND, "warp", to_us=40 * SECOND)

    assert clock.now_us(WALL + SECOND) == SECOND
    assert clock.now_us(WALL + SECOND + LEAD_WALL_US) == 40 * SECOND
    assert clock.now_us(WALL + 2 * SECOND) == 41 * SECOND - LEAD_WALL_US
    assert warp.at_us <= SECOND + LEAD_WALL_US + 1


def test_a_step_moves_a_run_that_stands_still():
    clock = Clock()
    given_at(clock, WALL, "warp", to_us=SECOND)

    assert clock.now_us(WALL) == clock.now_us(WALL + SECOND) == SECOND


def test_a_run_that_nobody_saw_goes_on_from_where_it_was_seen():
    clock = playing()
    two_hours_later = WALL + 7200 * SECOND

    assert clock.unseen(two_hours_later, WALL + 10 * SECOND)
    clock.add(Logged(2, 10 * SECOND, "clock", {"rate": 1, "wall_us": two_hours_later, "reason": "waited"}))

    assert clock.now_us(two_hours_later + SECOND) == 11 * SECOND
    assert not clock.unseen(two_hours_later + SECOND, WALL)


def test_a_paused_run_waits_for_nobody():
    assert not Clock().unseen(WALL, 0)


@pytest.mark.parametrize("rate", [0, 0.05, 0.1, 1, 2.5, 1000])
def test_rates_that_there_are(rate):
    assert checked_rate(rate) == rate


@pytest.mark.parametrize("rate", [-1, 0.01, 1001, float("nan"), float("inf"), True, "1", None, [1]])
def test_rates_that_there_are_not(rate):
    with pytest.raises(ValueError, match="speed"):
        checked_rate(rate)


def test_slower():
    assert slower(1000) == 500
    assert slower(0.0001) == 0.1


ACTIONS = st.lists(
    st.tuples(
        st.integers(0, 3 * SECOND),
        st.one_of(
            st.tuples(st.just("clock"), st.sampled_from([0, 0.1, 1, 10, 1000])),
            st.tuples(st.just("warp"), st.integers(1, 60 * SECOND)),
            st.tuples(st.just("send"), st.just(0)),
        ),
    ),
    max_size=20,
)


@given(ACTIONS)
def test_time_never_goes_back_and_commands_never_come_before_the_horizon(actions):
    clock, wall_us, commands, last_us = Clock(), WALL, [], 0
    horizon_us = 0
    for wait_us, (kind, value) in actions:
        wall_us += wait_us
        horizon_us = max(horizon_us, clock.horizon_us(wall_us))
        assert clock.now_us(wall_us) >= last_us
        last_us = clock.now_us(wall_us)
        body = {"rate": value} if kind == "clock" else {"to_us": clock.last_us + value + 1}
        command = given_at(clock, wall_us, kind, **body)
        assert command.at_us > horizon_us
        assert not commands or command.at_us >= commands[-1].at_us
        commands.append(command)

    assert Clock.of(commands) == clock
    samples = [clock.now_us(WALL + step * 50_000) for step in range(200)]
    assert samples == sorted(samples)
    assert all(clock.now_us(w) <= clock.horizon_us(w) for w in range(WALL, wall_us, SECOND // 3))
