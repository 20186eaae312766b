"""Processes learn of commands early, late and in any order; there is one trace, and every viewer has it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine import trace_bytes
from simulator.runs import Refused, append, create_run
from simulator.runs.clock import Clock, Logged
from simulator.runs.commands import Stale
from simulator.runs.frames import encode
from simulator.runs.log import Log, log_of
from simulator.runs.models import Command
from simulator.runs.replica import Identity, Replica
from simulator.runs.replicas import copy_of, forget
from tests.runs.mirror import Mirror
from tests.runs.test_frames import KINDS, OTHERS, WORLD_COMMANDS, given_at, view_of
from tests.runs.toys import SECOND, page_model, toy, world_of

WALL = 1_700_000_000 * SECOND
PROCESSES = 3
#: wall time passes; a command may be given; some processes read the log, some look at their replica
STEPS = st.lists(
    st.tuples(
        st.integers(0, 2 * SECOND),
        st.one_of(st.none(), WORLD_COMMANDS, OTHERS),
        st.sets(st.integers(0, PROCESSES - 1)),
        st.sets(st.integers(0, PROCESSES - 1)),
    ),
    min_size=2,
    max_size=14,
)


def replica_of(log: list[Logged]) -> Replica:
    replica = Replica(world_of(), Log("r"), KINDS, Identity("r", "toy", "1"))
    replica.log.extend(log)
    return replica


class Story:
    """Some processes with a replica each, over one log that grows."""

    def __init__(self) -> None:
        self.log = [Logged(1, 0, "clock", {"rate": 1, "wall_us": WALL})]
        self.clock = Clock.of(self.log)
        self.wall_us = WALL
        self.replicas = [replica_of(self.log) for _ in range(PROCESSES)]

    def step(self, wait_us, command, readers, lookers):
        self.wall_us += wait_us
        if command is not None:
            self.log.append(given_at(self.clock, self.wall_us, len(self.log) + 1, *command))
            self.clock.add(self.log[-1])
        for number in readers:
            self.replicas[number].log.extend(self.log)
        return {number: view_of(self.replicas[number], self.wall_us) for number in lookers}

    def end(self):
        self.wall_us += SECOND
        for replica in self.replicas:
            replica.log.extend(self.log)
        return [view_of(replica, self.wall_us) for replica in self.replicas]


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_all_processes_come_to_the_trace_of_the_log(steps):
    story = Story()
    for step in steps:
        story.step(*step)
    views = story.end()

    fresh = replica_of(story.log)
    horizon_us = story.clock.horizon_us(story.wall_us)
    fresh.catch_up(horizon_us)
    for view in views:
        assert view.horizon_us == horizon_us
        assert trace_bytes(view.entries[: view.count]) == trace_bytes(fresh.entries)


@settings(max_examples=60, deadline=None)
@given(STEPS, st.data())
def test_a_viewer_that_goes_from_process_to_process_has_it_too(steps, data):
    """A process ends, or a network does: the next one goes on from the viewer's cursor, whatever it knows."""
    story, viewer = Story(), Mirror(page_model())
    for step in steps:
        views = story.step(*step)
        if views:
            number = data.draw(st.sampled_from(sorted(views)))
            viewer.take(encode(views[number], viewer.cursor))
    for view in data.draw(st.permutations(story.end())):
        viewer.take(encode(view, viewer.cursor))

        fresh = Mirror(page_model())
        fresh.take(encode(view))
        assert viewer.state == fresh.state


# ---- what changes nothing

COMMANDS = [
    Logged(1, 0, "clock", {"rate": 1, "wall_us": WALL}),
    Logged(2, SECOND, "send", {"node": "bell", "count": 3}),
    Logged(3, 2 * SECOND, "fault", {"node": "desk", "fault": "asleep", "on": True}),
]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 6 * SECOND)), max_size=6))
def test_commands_that_come_again_even_changed_change_nothing(repeats):
    fresh, replica = replica_of(COMMANDS), replica_of(COMMANDS)
    fresh.catch_up(6 * SECOND)
    for which, now_us in repeats:
        forged = COMMANDS[which]._replace(at_us=now_us, kind="send", body={"node": "bell", "count": 50})
        assert not replica.log.extend([COMMANDS[which]])
        assert not replica.log.extend([forged])
        replica.catch_up(now_us)
    replica.catch_up(6 * SECOND)

    assert trace_bytes(replica.entries) == trace_bytes(fresh.entries)


@pytest.fixture
def run(db):
    run = create_run(toy(), owner_id=None, rate=0)
    append(run.id, "warp", {"to_us": 3 * SECOND}, "w")
    append(run.id, "send", {"node": "bell", "count": 2}, "a")
    return run


def state(run):
    rows = Command.objects.filter(run_id=run.id).order_by("seq")
    forget(run.id)  # as a process that knows nothing yet
    copy = copy_of(run.id)
    copy.replica.log.read()
    copy.replica.catch_up(10 * SECOND)
    return list(rows.values_list("seq", "at_us", "kind", "body", "client_key")), trace_bytes(
        copy.replica.entries
    )


@pytest.mark.parametrize(
    ("kind", "body", "key", "options"),
    [
        ("send", {"node": "bell", "count": 2}, "a", {}),
        ("send", {"node": "bell", "count": 200}, "a", {}),
        ("clock", {"rate": 1000}, "a", {}),
        ("warp", {"to_us": 3600 * SECOND}, "start:1", {}),
        ("send", {"node": "bell", "count": 1}, "b", {"known": 1}),
        ("send", {"node": "bell", "count": 1}, "b", {"known": 99}),
        ("send", {"node": "nobody", "count": 1}, "b", {}),
        ("send", {"node": "bell", "count": 10**9}, "b", {}),
        ("boom", {"node": "bell"}, "b", {}),
        ("clock", {"rate": -1}, "b", {}),
        ("warp", {"to_us": SECOND}, "b", {}),
        ("send", {"node": "bell", "count": 1}, "", {}),
    ],
)
def test_a_forged_repeated_or_stale_command_changes_nothing(run, kind, body, key, options):
    before = state(run)
    try:
        number = append(run.id, kind, body, key, **options)
    except (Refused, Stale):
        pass
    else:
        assert number in (1, 3)  # the number of the command that had this key first

    assert state(run) == before


def test_what_a_post_claims_about_its_place_is_not_believed(run):
    body = {"rate": 0, "wall_us": 1, "at_us": 5, "seq": 1, "reason": "left", "run": "another"}
    number = append(run.id, "clock", body, "b")

    row = Command.objects.get(run_id=run.id, seq=number)
    assert number == 4
    assert set(row.body) == {"rate", "wall_us"}
    assert row.body["wall_us"] > 1_000_000_000 * SECOND
    assert row.at_us >= log_of(run.id).clock.segments[-2].at_us
