"""A fork has the same past, byte for byte, and a future of its own."""

import uuid

import pytest

from simulator.engine import trace_bytes
from simulator.runs import Refused, RunNotFound, append, create_run, fork, latest_run, replica_at
from simulator.runs import clock as clock_module
from simulator.runs.log import log_of
from simulator.runs.models import Command, Run
from tests.runs.toys import SECOND, toy

pytestmark = pytest.mark.django_db
SEND = {"node": "bell", "count": 3}


@pytest.fixture
def parent():
    """A run at ten seconds, with a past."""
    run = create_run(toy(), owner_id=None, rate=0)
    for n in range(1, 6):
        append(run.id, "warp", {"to_us": 2 * n * SECOND}, f"w{n}")
        append(run.id, "send", SEND, f"s{n}")
    return run


def test_the_past_is_the_same(parent):
    child = fork(parent.id, 7 * SECOND, None)

    mine, theirs = replica_at(parent.id, 7 * SECOND), replica_at(child.id)
    assert theirs.at_us == theirs.horizon_us == 7 * SECOND
    assert trace_bytes(mine.entries) == trace_bytes(theirs.entries)
    assert len(theirs.entries) > 10


def test_the_future_is_its_own(parent):
    child = fork(parent.id, 4 * SECOND, None)
    append(child.id, "fault", {"node": "desk", "fault": "asleep", "on": True}, "f")
    append(child.id, "warp", {"to_us": 10 * SECOND}, "w")

    mine, theirs = replica_at(parent.id), replica_at(child.id)
    assert trace_bytes(mine.entries) != trace_bytes(theirs.entries)
    assert theirs.faults == {"desk": ["asleep"]}
    assert mine.faults == {}


def test_it_says_where_it_comes_from(parent):
    owner = uuid.uuid4()
    child = fork(parent.id, 7 * SECOND, owner)

    assert child.title == "A bell and a desk, forked at 0:07"
    assert (child.parent_id, child.forked_at_us) == (parent.id, 7 * SECOND)
    assert child.owned
    assert child.id != parent.id


def test_its_log_is_a_prefix_and_a_clock(parent):
    child = fork(parent.id, 7 * SECOND, None)

    rows = list(Command.objects.filter(run_id=child.id).order_by("seq").values_list("seq", "at_us", "kind"))
    before = list(
        Command.objects.filter(run_id=parent.id).order_by("seq").values_list("seq", "at_us", "kind")
    )
    assert rows[:-1] == before[: len(rows) - 1]
    assert rows[-1] == (len(rows), 7 * SECOND, "clock")


def test_a_gap_that_was_skipped_can_be_forked_too(parent):
    child = fork(parent.id, 5 * SECOND, None)

    assert replica_at(child.id).horizon_us == 5 * SECOND
    append(child.id, "send", SEND, "s")
    assert replica_at(child.id).horizon_us == 5 * SECOND + 1


def test_it_may_play_on(parent):
    child = fork(parent.id, 7 * SECOND, None, rate=10)
    log = log_of(child.id)
    log.read()

    assert log.clock.rate == 10


def test_a_fork_of_a_fork(parent):
    grandchild = fork(fork(parent.id, 7 * SECOND, None).id, 3 * SECOND, None)

    mine, theirs = replica_at(parent.id, 3 * SECOND), replica_at(grandchild.id)
    assert trace_bytes(mine.entries) == trace_bytes(theirs.entries)


@pytest.mark.parametrize("at_us", [-1, 10**15, True, "5", None])
def test_times_that_can_not_be_forked(parent, at_us):
    with pytest.raises(Refused):
        fork(parent.id, at_us, None)


def test_a_rate_that_is_none(parent):
    with pytest.raises(ValueError, match="speed"):
        fork(parent.id, 0, None, rate=-5)


def test_an_unknown_run():
    with pytest.raises(RunNotFound):
        fork("nobody-knows-it", 0, None)


# ---- new runs


def test_a_reload_starts_no_second_hero():
    owner, scenario = uuid.uuid4(), toy()
    assert latest_run(scenario, owner_id=owner, purpose="hero") is None

    run = create_run(scenario, owner_id=owner, purpose="hero")
    assert latest_run(scenario, owner_id=owner, purpose="hero").id == run.id
    assert latest_run(scenario, owner_id=uuid.uuid4(), purpose="hero") is None

    Run.objects.update(engine_version="0")
    assert latest_run(scenario, owner_id=owner, purpose="hero") is None


def test_lab_runs_have_seeds_of_their_own():
    scenario = toy()

    assert create_run(scenario, owner_id=None).seed != create_run(scenario, owner_id=None).seed
    assert create_run(scenario, owner_id=None, seed="mine").seed == "mine"


def test_ids_are_not_guessed():
    run = create_run(toy(), owner_id=None)

    assert len(run.id) >= 20
    assert run.drive_key is None
    assert clock_module.wall_now_us() > 1_700_000_000 * SECOND
