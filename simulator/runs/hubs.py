"""The hub: one a server process, in the server's loop, while somebody watches.

About ten times a second it lets each watched run's replica advance and hands one encoded frame to all of
the run's sockets here. It reads new commands when a notice comes, and every half second for all runs in one
query. Anything that may take long (the database, going back for a late command) happens in threads.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import weakref
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from channels.db import database_sync_to_async
from channels.layers import InMemoryChannelLayer, get_channel_layer
from django.db import DatabaseError
from django.db.models import Max

from simulator.runs import notices, tallies
from simulator.runs.clock import wall_now_us
from simulator.runs.commands import append_own, wake
from simulator.runs.frames import Cursor
from simulator.runs.log import log_of
from simulator.runs.marks import Seen, leave, mark_failed, mark_seen
from simulator.runs.models import Command
from simulator.runs.processes import Sight, shown
from simulator.runs.replicas import Copy, copy_of
from simulator.runs.room import Room
from simulator.runs.upkeep import EVERY_S, upkeep
from simulator.runs.viewer import Send, Viewer
from simulator.runs.writer import read

logger = logging.getLogger(__name__)

TICK_S = 0.1
READ_S = 0.5
MARK_S = 1.0
#: A reload is no leaving.
LEFT_WALL_US = 5_000_000
RUNS_A_QUERY = 200

Answer = TypeVar("Answer")

_threads = ThreadPoolExecutor(4, thread_name_prefix="runs-hub")


async def _in_thread(work: Callable[..., Answer], *args: Any, **named: Any) -> Answer:
    run = database_sync_to_async(work, thread_sensitive=False, executor=_threads)
    answer: Answer = await run(*args, **named)
    return answer


def read_logs(run_ids: list[str]) -> set[str]:
    """Read the new commands of these runs; which runs have some. One query asks for all of them."""
    changed = set()
    for start in range(0, len(run_ids), RUNS_A_QUERY):
        ours = Command.objects.filter(run_id__in=run_ids[start : start + RUNS_A_QUERY])
        for run_id, count in ours.values_list("run_id").annotate(Max("seq")).order_by():
            log = log_of(run_id)
            if count > len(log) and log.read():
                changed.add(run_id)
    return changed


class Hub:
    """All watched runs of this process, by id. Its methods belong to its loop, except `notice`."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.rooms: dict[str, Room] = {}
        self._opening: dict[str, asyncio.Lock] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._notified: set[str] = set()
        self._read_now = asyncio.Event()
        self._read_all_at = 0.0
        self._running = False
        self._due: float | None = None

    # ---- viewers

    async def join(self, run_id: str, cursor: Cursor, send: Send) -> Viewer:
        """A new viewer, who gets what is missing beyond `cursor` and then every frame, each by `send`.

        A run's first viewer gets it now, others with the next round. Raises RunNotFound.
        """
        self.start()
        async with self._opening.setdefault(run_id, asyncio.Lock()):
            room = self.rooms.get(run_id)
            if room is None:
                room = Room(await _in_thread(_opened, run_id))
                room.copy.watched = True
                self.rooms[run_id] = room
        viewer = Viewer(cursor, send)
        room.viewers.add(viewer)
        room.empty_since_us = None
        if room.told is None:  # a crowd that comes in is served in rounds, or each would cost a frame for all
            self._publish(room)
        return viewer

    def part(self, run_id: str, viewer: Viewer) -> None:
        """The viewer's socket has closed."""
        viewer.part()
        room = self.rooms.get(run_id)
        if room is None:
            return
        room.viewers.discard(viewer)
        if not room.viewers:
            room.empty_since_us = wall_now_us()

    def notice(self, run_id: str) -> None:
        """The run has a new command. From any thread."""
        self.loop.call_soon_threadsafe(self._notice, run_id)

    def _notice(self, run_id: str) -> None:
        if run_id in self.rooms:
            self._notified.add(run_id)
            self._read_now.set()

    # ---- the loops

    def start(self) -> None:
        """Begin its rounds. A server does so when it starts; else the first viewer does."""
        if self._running:
            return
        self._running = True
        notices.listeners.append(self.notice)
        for loop in (self._tick, self._read, self._mark, self._keep_up, self._listen):
            self._spawn(self._forever(loop))

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """End all work; viewers get nothing more."""
        if self.notice in notices.listeners:
            notices.listeners.remove(self.notice)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for room in self.rooms.values():
            room.copy.watched = False
            shown.pop(room.run_id, None)
        self.rooms.clear()
        self._running = False
        self._due = None

    async def _forever(self, round_: Callable[[], Coroutine[Any, Any, None]]) -> None:
        while True:
            try:
                await round_()
            except Exception:  # one bad round (the database was away) ends nobody's run
                logger.exception("a round of the hub failed", extra={"round": round_.__name__})
                await asyncio.sleep(READ_S)

    async def _tick(self) -> None:
        started = self.loop.time()
        if self._due is not None:
            tallies.lag(started - self._due)
        for room in list(self.rooms.values()):
            self._publish(room)
            await asyncio.sleep(0)
        self._due = max(started + TICK_S, self.loop.time())
        await asyncio.sleep(self._due - self.loop.time())

    async def _read(self) -> None:
        """Read the runs of which there was a notice at once, and all of them now and then."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._read_now.wait(), max(0.0, self._read_all_at - self.loop.time()))
        self._read_now.clear()
        wanted, self._notified = self._notified, set()
        if self.loop.time() >= self._read_all_at:
            self._read_all_at = self.loop.time() + READ_S
            wanted = set(self.rooms)
        run_ids = [run_id for run_id in wanted if run_id in self.rooms]
        if run_ids:
            for run_id in await asyncio.wrap_future(read(lambda: read_logs(run_ids))):
                if run_id in self.rooms:
                    self._publish(self.rooms[run_id])

    async def _mark(self) -> None:
        await asyncio.sleep(MARK_S)
        wall_us = wall_now_us()
        seen = {
            run_id: Seen(max(0, room.told.horizon_us if room.told else 0), len(room.viewers))
            for run_id, room in self.rooms.items()
            if room.viewers and not room.slept(wall_us)
        }
        if seen:
            await _in_thread(mark_seen, seen)
        for room in list(self.rooms.values()):
            left = room.empty_since_us
            if left is not None and wall_us - left >= LEFT_WALL_US:
                self._close(room)

    async def _keep_up(self) -> None:
        await asyncio.sleep(EVERY_S)
        await _in_thread(upkeep)

    async def _listen(self) -> None:
        """Notices of other processes; without a layer between processes there are none."""
        layer = get_channel_layer()
        if layer is None or isinstance(layer, InMemoryChannelLayer):
            await asyncio.Event().wait()
            return
        channel = await layer.new_channel()
        await layer.group_add(notices.GROUP, channel)
        while True:
            self._notice((await layer.receive(channel))["run"])

    # ---- one room

    def _publish(self, room: Room) -> None:
        if room.busy:
            return
        wall_us = wall_now_us()
        if room.slept(wall_us):
            room.busy = True
            self._spawn(self._rouse(room))
            return
        room.looked_us = wall_us
        done = room.publish(wall_us)
        if done and room.viewers and room.told is not None:
            shown[room.run_id] = Sight(max(0, room.told.horizon_us), wall_us)
        if not done:
            room.busy = True
            self._spawn(self._catch_up(room))
            lower = room.lower_rate(wall_us)
            if lower is not None:
                self._ask(room, "clock", {"rate": lower, "reason": "behind"}, "slower")
        if room.gap is not None:
            self._ask(room, "warp", {"to_us": room.gap.to_us}, room.gap.client_key)
        if room.copy.replica.failed and not room.failed:
            room.failed = True
            self._spawn(_in_thread(mark_failed, room.run_id))
        if room.copy.replica.ended and room.copy.replica.log.clock.rate > 0:
            self._ask(room, "clock", {"rate": 0, "reason": "ended"}, "ended")

    async def _rouse(self, room: Room) -> None:
        """This process stood still (a laptop slept): what it slept through is not simulated."""
        try:
            await _in_thread(_woken, room.run_id)
            room.looked_us = wall_now_us()
        finally:
            room.busy = False

    def _ask(self, room: Room, kind: str, body: dict[str, Any], key: str) -> None:
        """Append a command of the server's own, once for each state of the log."""
        known = room.copy.replica.fed
        key = key if kind == "warp" else f"{key}:{known + 1}"
        asked = f"{key}@{known}"
        if asked not in room.asked:
            room.asked = {asked}
            self._spawn(self._append(room, asked, kind, body, key, known))

    async def _append(
        self, room: Room, asked: str, kind: str, body: dict[str, Any], key: str, known: int
    ) -> None:
        try:
            await _in_thread(append_own, room.run_id, kind, body, key, known=known)
        except DatabaseError:  # it is away, and will be asked again
            logger.warning("a command of the server's own waits", extra={"run": room.run_id}, exc_info=True)
            await asyncio.sleep(READ_S)
            room.asked.discard(asked)

    async def _catch_up(self, room: Room) -> None:
        try:
            await self.loop.run_in_executor(_threads, _catch_up, room.copy)
        finally:
            room.busy = False
        self._publish(room)

    def _close(self, room: Room) -> None:
        room.copy.watched = False
        shown.pop(room.run_id, None)
        del self.rooms[room.run_id]
        self._opening.pop(room.run_id, None)
        self._spawn(self._leave(room.run_id))

    async def _leave(self, run_id: str) -> None:
        await _in_thread(leave, run_id)
        if run_id in self.rooms:  # somebody came in the meantime
            await _in_thread(wake, run_id)


#: A thread works on a replica for so long before viewers are told how far it is.
CATCH_UP_S = 0.25
#: The first viewer waits for so long, so that the first frame tells where the run is.
OPEN_S = 2.0


def _catch_up(copy: Copy, seconds: float | None = None) -> None:
    replica = copy.replica
    with replica.lock:
        horizon_us = replica.log.clock.horizon_us(wall_now_us())
        replica.catch_up(horizon_us, CATCH_UP_S if seconds is None else seconds)


def _opened(run_id: str) -> Copy:
    """The replica of a run whose first viewer comes: awake, and simulated to now."""
    copy = copy_of(run_id)
    if not copy.replica.ended:
        wake(run_id)
    copy.replica.log.read()
    _catch_up(copy, OPEN_S)
    return copy


def _woken(run_id: str) -> None:
    wake(run_id)
    log_of(run_id).read()


_hubs: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = weakref.WeakKeyDictionary()


def audience() -> tuple[int, int]:
    """How many runs are watched in this process, and by how many viewers. From any thread."""
    rooms = [room for hub in list(_hubs.values()) for room in list(hub.rooms.values())]
    return len(rooms), sum(len(room.viewers) for room in rooms)


def hub() -> Hub:
    """The hub of the running loop: a server has one, tests have one each."""
    loop = asyncio.get_running_loop()
    found = _hubs.get(loop)
    if found is None:
        found = _hubs[loop] = Hub(loop)
    return found
