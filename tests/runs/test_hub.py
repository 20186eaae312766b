"""The hub: viewers of one run get the same frames; slow ones a keyframe; commands come by notice or by reading."""

import asyncio
from dataclasses import replace

import pytest
import pytest_asyncio
from channels.db import database_sync_to_async
from django.db import OperationalError

from simulator.runs import RunNotFound, append, commands, create_run, hub, notices
from simulator.runs.clock import wall_now_us
from simulator.runs.frames import NOTHING, Cursor
from simulator.runs.models import Command, Run, Watch
from simulator.runs.processes import Sight, shown
from simulator.runs.replicas import forget
from simulator.runs.viewer import FRAMES_WAITING, Viewer, message_of
from tests.runs.mirror import Mirror
from tests.runs.toys import SECOND, page_model, toy

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("written")]
SEND = {"node": "bell", "count": 3}


@pytest_asyncio.fixture
async def watched():
    yield
    await hub().stop()


async def in_thread(work, *args, **named):
    return await database_sync_to_async(work, thread_sensitive=False)(*args, **named)


async def new_run(rate=0.0, **bell):
    return await in_thread(create_run, toy(**bell), owner_id=None, rate=rate)


async def take(viewer, mirror, until, seconds=5):
    """Take frames until something is so."""
    async with asyncio.timeout(seconds):
        while not until(mirror):
            mirror.take(await viewer.next_frame())


class Ear:
    """A socket whose buffer holds one frame: a second one waits until the first is read."""

    def __init__(self):
        self._buffer = asyncio.Queue(1)
        self.send = self._buffer.put

    async def next_frame(self):
        return (await self._buffer.get())["text"]


async def listen(run, cursor):
    ear = Ear()
    ear.viewer = await hub().join(run.id, cursor, ear.send)
    return ear


async def join(run, cursor=NOTHING):
    viewer, mirror = await listen(run, cursor), Mirror(page_model())
    mirror.take(await asyncio.wait_for(viewer.next_frame(), 2))
    return viewer, mirror


async def test_two_viewers_see_the_same(watched):
    run = await new_run()
    await in_thread(append, run.id, "warp", {"to_us": SECOND}, "w")
    viewers = [await join(run) for _ in range(2)]

    await in_thread(append, run.id, "send", SEND, "a")
    await in_thread(append, run.id, "warp", {"to_us": 5 * SECOND}, "b")
    for viewer, mirror in viewers:
        await take(viewer, mirror, lambda m: m.frame["horizon_us"] == 5 * SECOND)

    (_, one), (_, other) = viewers
    assert one.state == other.state
    assert one.keyframes == 1
    assert len(one.entries) > 10


async def test_a_command_shows_soon(watched):
    run = await new_run()
    viewer, mirror = await join(run)
    started = asyncio.get_running_loop().time()

    await in_thread(append, run.id, "send", SEND, "a")
    await take(viewer, mirror, lambda m: m.entries)

    assert asyncio.get_running_loop().time() - started < 0.4


async def test_a_lost_notice_costs_half_a_second(watched, monkeypatch):
    run = await new_run()
    viewer, mirror = await join(run)
    monkeypatch.setattr(notices, "listeners", [])

    await in_thread(append, run.id, "send", SEND, "a")
    await take(viewer, mirror, lambda m: m.entries, seconds=1.5)


async def test_a_playing_run_moves(watched):
    run = await new_run(rate=20.0)
    viewer, mirror = await join(run)
    await take(viewer, mirror, lambda m: m.frame["horizon_us"] > 10 * SECOND)

    assert mirror.keyframes == 1
    assert mirror.entries[-1][1] <= mirror.frame["horizon_us"]


async def test_a_viewer_who_knows_a_part_gets_the_rest(watched):
    run = await new_run()
    await in_thread(append, run.id, "warp", {"to_us": 5 * SECOND}, "b")
    _, mirror = await join(run)
    cursor = Cursor(mirror.cursor.commands, 4)

    viewer = await listen(run, cursor)
    mirror.entries = mirror.entries[:4]
    frame = mirror.take(await asyncio.wait_for(viewer.next_frame(), 2))
    assert frame["type"] == "frame"
    assert frame["first"] == 4


async def test_a_late_command_rewrites(watched):
    """Another process gave a command for a time that this one has already simulated."""
    run = await new_run(rate=1.0)
    viewer, mirror = await join(run)
    await take(viewer, mirror, lambda m: len(m.entries) > 6)
    at_us = mirror.entries[3][1]
    await Command.objects.acreate(run_id=run.id, seq=2, at_us=at_us, kind="send", body=SEND, client_key="x")
    await take(viewer, mirror, lambda m: m.frame["commands"] == 2)

    assert "truncate_after" in mirror.frame
    assert [e[3] for e in mirror.entries if e[1] == at_us].count("rang") >= 3
    fresh = Mirror(page_model())
    other = await listen(run, NOTHING)
    fresh.take(await other.next_frame())
    shared = min(len(fresh.entries), len(mirror.entries))
    assert fresh.entries[:shared] == mirror.entries[:shared]


async def test_a_slow_viewer_holds_nobody_and_gets_a_keyframe(watched):
    run = await new_run(rate=1.0)
    quick, mirror = await join(run)
    slow, late = await join(run)
    await take(quick, mirror, lambda m: m.frame["horizon_us"] > SECOND)

    late.take(await slow.next_frame())
    await take(slow, late, lambda m: m.keyframes == 2)
    await take(quick, mirror, lambda m: m.cursor.next >= late.cursor.next)
    assert mirror.entries[: len(late.entries)] == late.entries


async def test_so_many_frames_wait_and_no_more():
    ear = Ear()
    viewer = Viewer(NOTHING, ear.send)
    viewer.offer(message_of("before it was told anything"))
    assert viewer.wants_first

    viewer.begin(message_of("in the buffer"))
    for n in range(1 + FRAMES_WAITING):
        viewer.offer(message_of(str(n)))
    viewer.offer(message_of("one too many"))
    assert not viewer.wants_first  # one send is under way; there is no use in a keyframe yet

    assert await ear.next_frame() == "in the buffer"
    assert await ear.next_frame() == "0"
    await asyncio.sleep(0)
    assert viewer.wants_first
    viewer.begin(message_of("keyframe"))
    assert await ear.next_frame() == "keyframe"


async def test_frames_that_waited_come_in_order():
    ear = Ear()
    viewer = Viewer(NOTHING, ear.send)
    viewer.begin(message_of("0"))
    for n in range(1, 4):
        viewer.offer(message_of(str(n)))

    assert [await ear.next_frame() for _ in range(4)] == ["0", "1", "2", "3"]
    viewer.offer(message_of("4"))
    assert await ear.next_frame() == "4"


@pytest.mark.parametrize("waits", [False, True])
async def test_a_socket_that_closes_under_us_gets_nothing_more(waits):
    tried = []

    async def send(message):
        tried.append(message)
        if waits:
            await asyncio.sleep(0)
        raise ConnectionError

    viewer = Viewer(NOTHING, send)
    viewer.begin(message_of("first"))
    await asyncio.sleep(0.01)
    viewer.offer(message_of("second"))
    assert [message["text"] for message in tried] == ["first"]
    assert not viewer.wants_first


async def test_who_has_left_gets_nothing_more():
    ear = Ear()
    viewer = Viewer(NOTHING, ear.send)
    viewer.begin(message_of("first"))
    viewer.offer(message_of("waits"))
    viewer.part()
    await asyncio.sleep(0.01)
    viewer.offer(message_of("later"))

    assert await ear.next_frame() == "first"
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(ear.next_frame(), 0.02)


async def test_idle_gaps_are_skipped_once(watched):
    run = await new_run(rate=1.0, every_us=60 * SECOND)
    viewers = [await join(run) for _ in range(2)]
    for viewer, mirror in viewers:
        await take(viewer, mirror, lambda m: m.warps)
        await take(viewer, mirror, lambda m: m.frame["horizon_us"] > 60 * SECOND)

    ((from_us, to_us),) = mirror.warps
    assert from_us < 3 * SECOND
    assert to_us == 60 * SECOND - 400_000
    assert await Command.objects.filter(run_id=run.id, kind="warp").acount() == 1


async def test_gaps_are_left_when_asked(watched):
    run = await new_run(every_us=60 * SECOND)
    await in_thread(append, run.id, "clock", {"rate": 1, "warp": False}, "a")
    viewer, mirror = await join(run)
    await take(viewer, mirror, lambda m: m.frame["horizon_us"] > 1.5 * SECOND)

    assert mirror.warps == []


async def test_nothing_ahead_is_no_gap(watched):
    run = await new_run(rate=1.0, every_us=10**15)
    viewer, mirror = await join(run)
    await take(viewer, mirror, lambda m: m.frame["horizon_us"] > 1.5 * SECOND)

    assert mirror.warps == []
    assert mirror.frame["next_us"] is None


async def test_marks_are_written(watched):
    run = await new_run(rate=1.0)
    await join(run)
    await asyncio.sleep(1.5)

    seen = await Run.objects.aget(pk=run.id)
    assert seen.seen_us > 0.5 * SECOND
    assert (await Watch.objects.aget(run_id=run.id)).viewers == 1


async def test_a_run_without_viewers_is_paused(watched, monkeypatch):
    monkeypatch.setattr("simulator.runs.hubs.LEFT_WALL_US", 100_000)
    run = await new_run(rate=1.0)
    viewer, _ = await join(run)
    hub().part(run.id, viewer.viewer)
    hub().part(run.id, viewer.viewer)
    async with asyncio.timeout(4):
        while not await Command.objects.filter(run_id=run.id, body__reason="left").aexists():
            await asyncio.sleep(0.05)

    assert hub().rooms == {}
    viewer, mirror = await join(run)
    await take(viewer, mirror, lambda m: m.frame["clock"]["reason"] == "The run waited for you.")
    assert mirror.frame["clock"]["rate"] == 1


async def test_a_reload_is_no_leaving(watched):
    run = await new_run(rate=1.0)
    viewer, _ = await join(run)
    hub().part(run.id, viewer.viewer)
    await asyncio.sleep(1.2)
    await join(run)

    assert await Command.objects.filter(run_id=run.id).acount() == 1


async def test_a_run_that_ended_is_paused_and_says_why(watched):
    run = await new_run(rate=1.0, boom_at_us=SECOND // 2)
    viewer, mirror = await join(run)
    await take(viewer, mirror, lambda m: m.frame["ended"])
    await take(viewer, mirror, lambda m: m.frame["clock"]["rate"] == 0)

    assert "error of ours" in mirror.frame["ended"]
    assert (await Run.objects.aget(pk=run.id)).state == Run.State.FAILED


async def test_what_the_process_slept_through_is_not_simulated(watched):
    """A laptop sleeps with server and page; two hours later both are awake."""
    run = await new_run(rate=1.0)
    viewer, mirror = await join(run)
    await take(viewer, mirror, lambda m: m.frame["horizon_us"] > SECOND // 2)
    before_us = mirror.frame["horizon_us"]
    two_hours = 7200 * SECOND
    room = hub().rooms[run.id]
    await Run.objects.filter(pk=run.id).aupdate(seen_us=before_us, seen_wall=wall_now_us() - two_hours)
    segments = room.copy.replica.log.clock.segments
    segments[-1] = replace(segments[-1], wall_us=segments[-1].wall_us - two_hours)
    room.looked_us = wall_now_us() - two_hours
    shown[run.id] = Sight(before_us, room.looked_us)
    await take(viewer, mirror, lambda m: m.frame["commands"] == 2)
    await take(viewer, mirror, lambda m: m.frame["horizon_us"] > before_us + SECOND // 2)

    assert mirror.frame["horizon_us"] < before_us + 3 * SECOND
    assert mirror.frame["clock"]["reason"] == "The run waited for you."


async def test_where_time_was_set_back_nothing_beyond_it_is_shown(watched):
    """Another process took us for vanished; its viewers and ours see the same."""
    run = await new_run(rate=1.0)
    viewer, mirror = await join(run)
    await take(viewer, mirror, lambda m: m.frame["horizon_us"] > 2 * SECOND)
    body = {"rate": 0, "reason": "waited", "wall_us": wall_now_us()}
    await Command.objects.acreate(
        run_id=run.id, seq=2, at_us=SECOND, kind="clock", body=body, client_key="wake:2"
    )
    await take(viewer, mirror, lambda m: m.frame["commands"] == 2)

    assert mirror.frame["horizon_us"] == SECOND
    assert all(entry[1] <= SECOND for entry in mirror.entries)
    _, fresh = await join(run)
    assert fresh.entries == mirror.entries


async def test_a_command_of_the_servers_own_is_asked_for_again(watched, monkeypatch):
    """The database is away just when a gap could be skipped."""
    tries = []

    def append_own(*args, **named):
        tries.append(args)
        if len(tries) == 1:
            raise OperationalError("the database is away")
        return commands.append_own(*args, **named)

    monkeypatch.setattr("simulator.runs.hubs.append_own", append_own)
    run = await new_run(rate=1.0, every_us=60 * SECOND)
    viewer, mirror = await join(run)
    await take(viewer, mirror, lambda m: m.warps)
    assert len(tries) == 2


async def test_nothing_is_taken_from_a_page_that_comes_back(watched, monkeypatch):
    """The process was just started; making the run again takes it longer than it may hold anyone."""
    run = await new_run()
    await in_thread(append, run.id, "warp", {"to_us": 100 * SECOND}, "w")
    _, mirror = await join(run)
    known = len(mirror.entries)
    await hub().stop()
    await in_thread(forget, run.id)
    monkeypatch.setattr("simulator.runs.hubs.OPEN_S", 0.0)
    monkeypatch.setattr("simulator.runs.hubs.CATCH_UP_S", 0.0)
    monkeypatch.setattr("simulator.runs.room.WORK_S", 0.0)
    monkeypatch.setattr("simulator.runs.replica.NOTICES_A_SLICE", 8)
    returning = await listen(run, mirror.cursor)

    async with asyncio.timeout(20):
        frame = mirror.take(await returning.next_frame())
    assert known > 500
    assert (frame["type"], frame["first"]) == ("frame", known)


async def test_nobody_joins_a_run_that_is_not(watched):
    with pytest.raises(RunNotFound):
        await hub().join("nobody-knows-it", NOTHING, Ear().send)
    assert hub().rooms == {}


async def test_a_process_that_falls_behind_plays_more_slowly(watched, monkeypatch):
    monkeypatch.setattr("simulator.runs.room.BEHIND_WALL_US", 200_000)
    monkeypatch.setattr("simulator.runs.room.WORK_S", 0.0)
    monkeypatch.setattr("simulator.runs.hubs.CATCH_UP_S", 0.0)
    monkeypatch.setattr("simulator.runs.replica.NOTICES_A_SLICE", 2)
    run = await new_run(rate=1000.0)
    viewer, mirror = await join(run)
    await take(
        viewer, mirror, lambda m: "could not keep up" in (m.frame["clock"]["reason"] or ""), seconds=40
    )

    assert mirror.frame["clock"]["rate"] < 1000
