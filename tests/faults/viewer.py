"""A page without a screen: it keeps a log of frames, and connects again by itself with what it knows."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Origin

from tests.faults.log import Log

#: As static/js/player/socket.js waits, but never longer than this, so that a hundred rounds end.
WAITS_S = (0.3, 0.7, 1.0)
HANDSHAKE_S = 4.0
#: A playing run sends ten frames a second; after this silence the page takes the connection for dead.
SILENCE_S = 5.0


def wall_us() -> int:
    return time.time_ns() // 1000


class Seen(NamedTuple):
    """One frame as it came."""

    wall_us: int
    type: str
    horizon_us: int
    known: int
    version: int
    connection: int


class Viewer:
    """Watches a run at the first of `hosts` that answers, and goes on to the next when it breaks."""

    def __init__(self, name: str, run: str, model: dict[str, Any], hosts: list[str]) -> None:
        self.name, self.run, self.hosts = name, run, list(hosts)
        self.log = Log(model)
        self.seen: list[Seen] = []
        self.connections = self.begun_anew = 0
        self.deaf = asyncio.Event()  # set while it reads
        self.deaf.set()
        self._from_start = False
        self._socket: ClientConnection | None = None
        self._changed = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> Viewer:
        self._task = asyncio.create_task(self._watch())
        return self

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def until(self, holds: Callable[[Viewer], bool], seconds: float = 30) -> None:
        """Wait until something is so of this viewer; TimeoutError says of whom."""
        try:
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(lambda: holds(self))
        except TimeoutError:
            raise TimeoutError(f"viewer {self.name} waited {seconds} s; it {self.state}") from None

    def hang_up(self) -> None:
        """The network goes; it will come again by itself."""
        if self._socket is not None:
            self._socket.transport.abort()

    @property
    def state(self) -> str:
        log = self.log
        return (
            f"knows {log.commands} commands and {len(log)} entries to {log.horizon_us} µs, "
            f"rate {log.clock.get('rate')}, {self.connections} connections"
        )

    async def _watch(self) -> None:
        failures = 0
        while True:
            with contextlib.suppress(OSError, TimeoutError, WebSocketException):
                async with self._connect() as socket:
                    self.connections, self._socket = self.connections + 1, socket
                    while True:
                        self._take(json.loads(await self._next(socket)))
                        failures = 0
                        async with self._changed:
                            self._changed.notify_all()
            failures += 1
            self.hosts.append(self.hosts.pop(0))
            await asyncio.sleep(WAITS_S[min(failures, len(WAITS_S)) - 1])

    def _connect(self) -> connect:
        address, origin = self._address(), Origin(f"http://{self.hosts[0]}")
        return connect(address, origin=origin, open_timeout=HANDSHAKE_S, max_size=None, proxy=None)

    async def _next(self, socket: ClientConnection) -> str:
        await self.deaf.wait()
        playing = bool(self.log.clock.get("rate")) and not self.log.ended
        try:
            async with asyncio.timeout(SILENCE_S if playing else None):
                return str(await socket.recv())
        except ConnectionClosed:
            raise ConnectionError from None

    def _address(self) -> str:
        known = (0, 0) if self._from_start else (self.log.commands, len(self.log))
        self._from_start = False
        return f"ws://{self.hosts[0]}/ws/runs/{self.run}/?commands={known[0]}&next={known[1]}"

    def _take(self, frame: dict[str, Any]) -> None:
        now_us = wall_us()
        if not self.log.merge(frame, now_us):
            self._from_start = True
            self.begun_anew += 1
            raise ConnectionError("the frame does not connect")
        log = self.log
        self.seen.append(Seen(now_us, frame["type"], log.horizon_us, len(log), log.version, self.connections))
