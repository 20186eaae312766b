"""The law: keyframe at t = keyframe at s + frames s..t, for a viewer who plays by the format's rules."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.service import WORLD_ENTRIES
from simulator.runs.clock import Clock, Logged
from simulator.runs.frames import NOTHING, Cursor, View, encode, kept
from simulator.runs.log import Log
from simulator.runs.replica import Identity, Replica
from simulator.runs.revisions import Blueprint
from tests.runs.mirror import Mirror
from tests.runs.toys import SECOND, Bell, Desk, page_model, world_of

BLUEPRINT = Blueprint("toy", "toy", None, page_model(), world_of)
KINDS = {"bell": {**WORLD_ENTRIES, **Bell.ENTRIES}, "desk": {**WORLD_ENTRIES, **Desk.ENTRIES}}
WALL = 1_700_000_000 * SECOND

WORLD_COMMANDS = st.sampled_from(
    [
        ("send", {"node": "bell", "count": 2}),
        ("fault", {"node": "desk", "fault": "asleep", "on": True}),
        ("fault", {"node": "desk", "fault": "asleep", "on": False}),
        ("configure", {"node": "desk", "setting": "pace", "value": 3.0}),
    ]
)
OTHERS = st.one_of(
    st.tuples(st.just("clock"), st.sampled_from([{"rate": 0}, {"rate": 1}, {"rate": 10}])),
    st.tuples(st.just("warp"), st.integers(1, 5 * SECOND).map(lambda by: {"by": by})),
)
#: wall time passes, a command is given (known to the replica at once or only later), a frame is taken
HISTORIES = st.lists(
    st.tuples(st.integers(0, 2 * SECOND), st.one_of(st.none(), WORLD_COMMANDS, OTHERS), st.booleans()),
    min_size=1,
    max_size=12,
)


def given_at(clock: Clock, wall_us: int, seq: int, kind: str, body: dict) -> Logged:
    at_us, reached_us = clock.next_command(wall_us)
    body = dict(body)
    if kind == "warp":
        body["to_us"] = at_us + body.pop("by")
    if kind in ("clock", "warp"):
        body["wall_us"] = reached_us
    return Logged(seq, at_us, kind, body)


def view_of(replica: Replica, wall_us: int) -> View:
    horizon_us = replica.log.clock.horizon_us(wall_us)
    replica.catch_up(horizon_us)
    return View(
        replica.log.commands[:],
        replica.entries[:],
        replica.count_at(horizon_us + 1),  # it may have gone on before it learned of a pause
        horizon_us,
        replica.log.clock.segment(wall_us),
        wall_us,
        replica.ahead(),
        replica.ended,
        BLUEPRINT.node_index,
        BLUEPRINT.kind_index,
    )


def views(history) -> list[View]:
    """A process that learns of some commands late, seen at each step."""
    replica = Replica(world_of(), Log("r"), KINDS, Identity("r", "toy", "1"))
    start = Logged(1, 0, "clock", {"rate": 1, "wall_us": WALL})
    replica.log.extend([start])
    truth, wall_us, seen, unheard = Clock.of([start]), WALL, [], []
    for wait_us, command, heard in history:
        wall_us += wait_us
        if command is not None:
            seq = len(replica.log) + len(unheard) + 1
            unheard.append(given_at(truth, wall_us, seq, *command))
            truth.add(unheard[-1])
        if heard:
            replica.log.extend(unheard)
            unheard.clear()
        seen.append(view_of(replica, wall_us))
    return seen


@settings(max_examples=60, deadline=None)
@given(HISTORIES, st.data())
def test_keyframe_plus_frames_is_a_keyframe(history, data):
    seen = views(history)
    begin = data.draw(st.integers(0, len(seen) - 1))
    viewer = Mirror(page_model())
    viewer.take(encode(seen[begin]))
    for view in seen[begin + 1 :]:
        if data.draw(st.booleans()):  # some frames are not taken at all: the next goes on from the cursor
            viewer.take(encode(view, viewer.cursor))
    viewer.take(encode(seen[-1], viewer.cursor))

    fresh = Mirror(page_model())
    fresh.take(encode(seen[-1]))
    assert viewer.state == fresh.state


def view(entries=(), log=(), horizon_us=SECOND) -> View:
    clock = Clock.of(log)
    indexes = BLUEPRINT.node_index, BLUEPRINT.kind_index
    return View(log, entries, len(entries), horizon_us, clock.segments[-1], WALL, None, None, *indexes)


def some_entries():
    world = world_of()
    world.run_until(3 * SECOND)
    return world.entries


def test_a_keyframe_is_as_documented():
    entries = some_entries()
    log = [
        Logged(1, 0, "clock", {"rate": 1, "wall_us": WALL}),
        Logged(2, 12, "warp", {"to_us": 40, "wall_us": WALL}),
    ]
    frame = json.loads(encode(view(entries, log)))

    assert frame["type"] == "keyframe"
    assert (frame["commands"], frame["first"], frame["next"]) == (2, 0, len(entries))
    assert frame["warps"] == [[12, 40]]
    assert frame["clock"] == {
        "rate": 1,
        "at_us": 40,
        "wall_us": WALL,
        "now_wall_us": WALL,
        "reason": None,
    }
    assert frame["settings"] == frame["faults"] == {}
    columns = frame["entries"]
    assert set(columns) == {"at", "node", "kind", "message", "cause", "detail"}
    assert sum(columns["at"]) == entries[-1].at_us
    model = page_model()
    assert [model["kinds"][k]["name"] for k in columns["kind"]] == [e.kind for e in entries]
    assert [model["nodes"][n]["id"] for n in columns["node"]] == [e.node for e in entries]


def test_a_frame_goes_on_from_the_entry_before():
    entries = some_entries()
    frame = json.loads(encode(view(entries), Cursor(0, 4)))

    assert (frame["type"], frame["first"], frame["next"]) == ("frame", 4, len(entries))
    assert frame["entries"]["at"][0] == entries[4].at_us - entries[3].at_us
    assert "settings" not in frame
    assert "truncate_after" not in frame


def test_a_late_command_truncates():
    entries = some_entries()
    late = Logged(1, entries[5].at_us, "send", {"node": "bell", "count": 1})
    frame = json.loads(encode(view(entries, [late]), Cursor(0, len(entries))))

    cut = next(i for i, e in enumerate(entries) if e.at_us == late.at_us)
    assert (frame["truncate_after"], frame["first"]) == (cut - 1, cut)
    assert frame["settings"] == {}


def test_a_viewer_who_knows_more_than_we_do_begins_anew():
    entries = some_entries()

    assert kept(view(entries), Cursor(0, len(entries) + 1)) == 0
    assert kept(view(entries), Cursor(3, 2)) == 0
    assert json.loads(encode(view(entries), Cursor(3, 2)))["type"] == "keyframe"
    assert kept(view(entries), NOTHING) == 0


def test_a_view_differs_when_there_is_something_to_tell():
    entries = some_entries()

    assert view(entries).differs(None)
    assert not view(entries).differs(view(entries))
    assert view(entries).differs(view(entries[:-1]))
    assert view(entries, horizon_us=2 * SECOND).differs(view(entries))


def test_columns_are_small():
    entries = some_entries()
    rows = json.dumps([{f: getattr(e, f) for f in e.__struct_fields__} for e in entries])

    assert len(encode(view(entries))) < 0.6 * len(rows)
