"""One viewer: frames are handed to its socket at once while it takes them; a slow one waits alone."""

from __future__ import annotations

import asyncio
import types
from collections import deque
from collections.abc import Callable, Coroutine, Generator
from struct import pack
from typing import Any

from simulator.runs import tallies
from simulator.runs.frames import Cursor

#: So many frames wait for a slow viewer; then it gets a keyframe instead.
FRAMES_WAITING = 3

#: A frame as an ASGI server takes it, made once for all viewers.
Message = dict[str, Any]
Send = Callable[[Message], Coroutine[Any, Any, Any]]


def message_of(frame: str) -> Message:
    """The frame as text, and for a server that knows `wire` also as the bytes of a WebSocket text frame."""
    data = frame.encode()
    length = len(data)
    if length < 126:
        head = pack("!BB", 0x81, length)
    elif length < 1 << 16:
        head = pack("!BBH", 0x81, 126, length)
    else:
        head = pack("!BBQ", 0x81, 127, length)
    return {"type": "websocket.send", "text": frame, "wire": head + data}


class Viewer:
    """One socket. The room puts frames in and never waits.

    `send` is begun at once, without a task: an ASGI server takes a frame without waiting while its buffer has
    room, and a task for each frame and viewer would cost a third of the delivery. Only a send that has to
    wait goes on in a task; what comes meanwhile is kept here, in order.
    """

    __slots__ = ("_frames", "_gone", "_lagging", "_send", "_sending", "cursor", "live")

    def __init__(self, cursor: Cursor, send: Send) -> None:
        self.cursor = cursor
        self.live = False
        self._send = send
        self._frames: deque[Message] = deque()
        self._lagging = self._gone = False
        self._sending: asyncio.Task[None] | None = None

    @property
    def wants_first(self) -> bool:
        """Whether it needs a frame of its own: it is new, or was too slow and has caught its breath."""
        return not self._gone and (not self.live or (self._lagging and self._sending is None))

    def begin(self, frame: Message) -> None:
        """The frame that brings it to where the others are."""
        self.live, self._lagging = True, False
        self._put(frame)

    def offer(self, frame: Message) -> None:
        """One more frame for everyone. A viewer that has too many waiting loses them and gets a keyframe."""
        if not self.live or self._lagging or self._gone:
            return
        if len(self._frames) >= FRAMES_WAITING:
            self._frames.clear()
            self._lagging, self.cursor = True, Cursor()
            tallies.count("slow_viewers")
            return
        self._put(frame)

    def part(self) -> None:
        """It has left: nothing more is sent."""
        self._gone = True
        self._frames.clear()
        if self._sending is not None:
            self._sending.cancel()

    def _put(self, frame: Message) -> None:
        if self._sending is not None:
            self._frames.append(frame)
            return
        sending = self._send(frame)
        try:
            waits_for = sending.send(None)
        except StopIteration:
            return
        except Exception:  # the socket has closed under us: its viewer is leaving
            self._gone = True
            return
        self._sending = asyncio.get_running_loop().create_task(self._go_on(sending, waits_for))

    async def _go_on(self, sending: Coroutine[Any, Any, Any], waits_for: Any) -> None:
        """Finish a send that has to wait, and send what has come meanwhile."""
        try:
            await _rest(sending, waits_for)
            while self._frames:
                await self._send(self._frames.popleft())
        except Exception:  # closed under us, as above
            self._gone = True
        finally:
            self._sending = None


@types.coroutine
def _rest(begun: Coroutine[Any, Any, Any], waits_for: Any) -> Generator[Any, Any, None]:
    """The rest of a coroutine that has already begun, and waits for something now."""
    try:
        while True:
            try:
                answer = yield waits_for
            except BaseException as error:
                waits_for = begun.throw(error)
            else:
                waits_for = begun.send(answer)
    except StopIteration:
        return
