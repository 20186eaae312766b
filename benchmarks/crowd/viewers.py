"""Many viewers in one process, as lean as they can be: they read frames, check their order, and count."""

from __future__ import annotations

import asyncio
import base64
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from struct import unpack_from

HEAD = re.compile(rb'\{"type":"(key)?frame","commands":(\d+),"first":(\d+),"next":(\d+)')
TEXT, CLOSE, PING = 1, 8, 9
OPENING_AT_ONCE = 50
OPENING_S = 60.0


@dataclass
class Tally:
    """What all viewers of a crowd have got since the last `clear`."""

    frames: int = 0
    bytes: int = 0
    lost: int = 0
    begun_anew: int = 0
    between_s: list[float] = field(default_factory=list)

    def clear(self) -> None:
        self.frames = self.bytes = self.lost = self.begun_anew = 0
        self.between_s = []


class Viewer(asyncio.Protocol):
    """One socket. `known` is the number of entries that it has been sent."""

    def __init__(self, request: bytes, tally: Tally, kept: list[tuple[float, bytes]] | None) -> None:
        self.request, self.tally, self.kept = request, tally, kept
        self.loop = asyncio.get_running_loop()
        self.open: asyncio.Future[None] = self.loop.create_future()
        self.transport: asyncio.Transport
        self.known: int | None = None
        self.last_s: float | None = None
        self.closed = False
        self._buffer = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self.request)

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        if not self.open.done():
            self.open.set_exception(ConnectionError("the server hung up"))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self.open.done() and not self._opened():
            return
        while self._frame():
            pass

    def _opened(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        if not self._buffer.startswith(b"HTTP/1.1 101"):
            self.open.set_exception(ConnectionError(self._buffer[:40].decode("latin-1")))
            return False
        del self._buffer[: end + 4]
        self.open.set_result(None)
        return True

    def _frame(self) -> bool:
        """Take one frame off the buffer, if it is there whole."""
        buffer = self._buffer
        if len(buffer) < 2:
            return False
        length, start = buffer[1] & 127, 2
        if length == 126 and len(buffer) >= 4:
            length, start = unpack_from("!H", buffer, 2)[0], 4
        elif length == 127 and len(buffer) >= 10:
            length, start = unpack_from("!Q", buffer, 2)[0], 10
        elif length > 125:
            return False
        if len(buffer) < start + length:
            return False
        kind, payload = buffer[0] & 15, bytes(buffer[start : start + length])
        del buffer[: start + length]
        if kind == TEXT:
            self._take(payload)
        elif kind == PING:
            self.transport.write(bytes((0x8A, 0x80 | length)) + b"\0\0\0\0" + payload)
        elif kind == CLOSE:
            self.transport.close()
        return True

    def _take(self, payload: bytes) -> None:
        now_s, tally = self.loop.time(), self.tally
        tally.frames += 1
        tally.bytes += len(payload)
        if self.last_s is not None:
            tally.between_s.append(now_s - self.last_s)
        self.last_s = now_s
        self._check(payload)
        if self.kept is not None:
            self.kept.append((now_s, payload))

    def _check(self, payload: bytes) -> None:
        head = HEAD.match(payload)
        assert head, payload[:80]
        if head[1] and self.known is not None:
            self.tally.begun_anew += 1
        if self.known is not None and int(head[3]) > self.known:
            self.tally.lost += 1
        self.known = int(head[4])


class Crowd:
    """Viewers of runs, each at an address of its own; use it as a context."""

    def __init__(self, port: int, addresses: Iterable[str]) -> None:
        self.port = port
        self.addresses = list(addresses)
        self.tally = Tally()
        #: Each frame of the first viewer, with the time when it came.
        self.kept: list[tuple[float, bytes]] = []
        self.viewers: list[Viewer] = []

    async def __aenter__(self) -> Crowd:
        for start in range(0, len(self.addresses), OPENING_AT_ONCE):
            part = self.addresses[start : start + OPENING_AT_ONCE]
            self.viewers += await asyncio.gather(
                *(self._opened(address, first=start + number == 0) for number, address in enumerate(part))
            )
        return self

    async def __aexit__(self, *trouble: object) -> None:
        for viewer in self.viewers:
            viewer.transport.abort()
        await asyncio.sleep(0.2)

    @property
    def closed(self) -> int:
        """How many the server has hung up on."""
        return sum(viewer.closed for viewer in self.viewers)

    async def _opened(self, address: str, *, first: bool) -> Viewer:
        loop = asyncio.get_running_loop()
        _, viewer = await loop.create_connection(
            lambda: Viewer(self._request(address), self.tally, self.kept if first else None),
            "127.0.0.1",
            self.port,
        )
        await asyncio.wait_for(viewer.open, OPENING_S)
        return viewer

    def _request(self, address: str) -> bytes:
        key = base64.b64encode(os.urandom(16)).decode()
        return (
            f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nOrigin: http://127.0.0.1:{self.port}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\n\r\n"
        ).encode()


def socket_of(run_id: str) -> str:
    """The address at which a run is watched."""
    return f"/ws/runs/{run_id}/?commands=0&next=0"
