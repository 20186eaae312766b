"""A replica comes to the same trace whenever it learns of its commands, and however it is advanced."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine import trace_hash
from simulator.runs import replica as replica_module
from simulator.runs.clock import Logged
from simulator.runs.log import Log
from simulator.runs.replica import FAILED, Identity, Replica, bookmark, normal
from tests.runs.toys import SECOND, Bell, Desk, world_of

KINDS = {
    "bell": {**Bell.ENTRIES},
    "desk": {**Desk.ENTRIES},
}


def replica_of(**bell) -> Replica:
    from simulator.engine.service import WORLD_ENTRIES

    kinds = {node: {**WORLD_ENTRIES, **entries} for node, entries in KINDS.items()}
    return Replica(world_of(**bell), Log("r"), kinds, Identity("r", "toy", "1"))


def numbered(*commands: tuple[int, str, dict]) -> list[Logged]:
    ordered = sorted(commands, key=lambda command: command[0])
    return [Logged(seq, *command) for seq, command in enumerate(ordered, 1)]


COMMANDS = numbered(
    (1 * SECOND, "send", {"node": "bell", "count": 3}),
    (2 * SECOND, "fault", {"node": "desk", "fault": "asleep", "on": True}),
    (2 * SECOND, "clock", {"rate": 2, "wall_us": 0}),
    (4 * SECOND, "configure", {"node": "desk", "setting": "pace", "value": 4.0}),
    (5 * SECOND, "fault", {"node": "desk", "fault": "asleep", "on": False}),
    (5 * SECOND, "send", {"node": "bell", "count": 20}),
)
END = 12 * SECOND


def known_early() -> str:
    replica = replica_of()
    replica.log.extend(COMMANDS)
    assert replica.catch_up(END)
    return trace_hash(replica.entries)


def test_a_trace_depends_on_the_log_alone():
    assert known_early() == known_early()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 2 * END), min_size=len(COMMANDS), max_size=len(COMMANDS)),
    st.lists(st.integers(1, END), max_size=8),
)
def test_commands_learned_late_give_the_same_trace(learned_at, stops):
    replica = replica_of()
    moments = sorted({*stops, *learned_at, END})
    for now_us in moments:
        due = [c for c, at in zip(COMMANDS, learned_at, strict=True) if at <= now_us]
        replica.log.extend(COMMANDS[: max((c.seq for c in due), default=0)])
        replica.catch_up(min(now_us, END))
    replica.log.extend(COMMANDS)
    replica.catch_up(END)

    assert trace_hash(replica.entries) == known_early()


def test_small_slices_and_many_checkpoints_change_nothing(monkeypatch):
    monkeypatch.setattr(replica_module, "NOTICES_A_SLICE", 1)
    monkeypatch.setattr(replica_module, "ENTRIES_A_CHECKPOINT", 1)
    replica = replica_of()
    replica.catch_up(END)
    replica.log.extend(COMMANDS)
    for now_us in range(0, END + 1, SECOND // 7):
        replica.catch_up(now_us, 0.0)
        replica.ahead()
    while not replica.catch_up(END, 0.0):
        pass

    assert trace_hash(replica.entries) == known_early()
    assert len(replica._marks) <= replica_module.CHECKPOINTS_MAX + 1


def test_a_command_of_an_instant_that_has_begun_is_late(monkeypatch):
    monkeypatch.setattr(replica_module, "NOTICES_A_SLICE", 1)
    early, late = replica_of(), replica_of()
    early.catch_up(2 * SECOND)
    at_us = next(e.at_us for e in early.entries if e.kind == "rang")
    command = Logged(1, at_us, "send", {"node": "bell", "count": 2})

    for replica, until_us in ((early, at_us), (late, at_us - 1)):
        replica.log.extend([] if replica is early else [command])
        replica.catch_up(until_us)
        replica.log.extend([command])
        replica.catch_up(3 * SECOND)

    assert trace_hash(early.entries) == trace_hash(late.entries)


def test_a_gap_in_the_log_is_refused():
    replica = replica_of()

    with pytest.raises(AssertionError):
        replica.log.extend(COMMANDS[2:])


def test_commands_that_are_known_are_passed_over():
    replica = replica_of()

    assert replica.log.extend(COMMANDS)
    assert not replica.log.extend(COMMANDS)
    assert len(replica.log) == len(COMMANDS)


def test_looking_ahead_leaves_no_trace():
    replica = replica_of(every_us=30 * SECOND)
    replica.catch_up(SECOND)
    before = trace_hash(replica.entries)

    assert replica.ahead() == 30 * SECOND
    assert replica.ahead(bookmark) > 30 * SECOND
    assert trace_hash(replica.entries) == before
    assert replica.world.now_us == SECOND

    replica.catch_up(40 * SECOND)
    assert next(e.at_us for e in replica.entries if normal(KINDS[e.node][e.kind])) == 30 * SECOND


def test_nothing_ahead_is_none_and_a_command_changes_that():
    replica = replica_of(every_us=10**15)
    replica.catch_up(SECOND)

    assert replica.ahead() is None

    replica.log.extend([Logged(1, 5 * SECOND, "send", {"node": "bell", "count": 1})])
    replica.catch_up(2 * SECOND)
    assert replica.ahead() == 5 * SECOND


def test_it_is_busy_while_a_message_travels():
    replica = replica_of()
    replica.catch_up(700_000)
    hop = replica.entries[-1]

    assert hop.kind == "rang"
    assert replica.busy_until_us == hop.detail["arrives_us"]


def test_an_error_of_ours_stops_this_run_and_says_where(caplog):
    replica = replica_of(boom_at_us=3 * SECOND)
    replica.log.extend(COMMANDS)

    assert replica.catch_up(END)

    assert replica.ended == FAILED
    assert replica.entries[-1].at_us <= 3 * SECOND
    record = caplog.records[-1]
    assert (record.run, record.revision, record.seed, record.command) == ("r", "toy", "1", len(COMMANDS))


def test_looking_ahead_survives_an_error():
    replica = replica_of(boom_at_us=3 * SECOND, every_us=10 * SECOND)
    replica.catch_up(SECOND)

    assert replica.ahead() is None
    assert replica.ended is None


def test_time_that_stands_still_ends_the_run():
    replica = replica_of(circles_at_us=SECOND)

    assert replica.catch_up(END)
    assert "Time stood still" in replica.ended


def test_who_catches_up_in_one_go_still_has_checkpoints_to_go_back_to():
    replica = replica_of(every_us=SECOND // 200)
    replica.catch_up(END)
    grown = len(replica.entries)
    assert grown > 3 * replica_module.ENTRIES_A_CHECKPOINT

    replica.log.extend([Logged(1, END - 1, "send", {"node": "bell", "count": 1})])
    replica.feed()
    replica.rebuild()

    most = replica_module.ENTRIES_A_CHECKPOINT + 2 * replica_module.NOTICES_A_SLICE
    assert grown - len(replica.entries) < most


def test_work_stops_soon_after_its_time():
    """A tick that has a whole run to catch up with must not hold the loop for all of it."""
    replica = replica_of(every_us=SECOND // 200)

    assert not replica.advance(END, seconds=0.0)
    begun = len(replica.entries)
    assert not replica.advance(END, seconds=0.0)

    assert len(replica.entries) - begun <= 2 * replica_module.NOTICES_A_SLICE


def test_a_look_ahead_is_kept_while_only_the_clock_changes(monkeypatch):
    replica = replica_of(every_us=3 * SECOND)
    replica.catch_up(SECOND)
    found_us = replica.ahead()
    looks = []
    monkeypatch.setattr(replica, "_look", lambda *asked: looks.append(asked) or (None, 0))

    replica.log.extend([Logged(1, SECOND, "clock", {"rate": 2, "wall_us": 0})])
    replica.catch_up(2 * SECOND)
    assert replica.ahead() == found_us
    assert looks == []

    replica.log.extend([Logged(2, 2 * SECOND + 1, "send", {"node": "bell", "count": 1})])
    replica.catch_up(2 * SECOND)
    assert replica.ahead() is None
    assert len(looks) == 1
