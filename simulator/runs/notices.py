"""The notice "run x has a new command": to this process's hubs, and by the channel layer to other processes.

A notice may be lost; the hubs read the log every half second without one. So nobody waits for one either:
a thread of its own hands them to the layer, which may be away, or take everything and answer nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import os
import threading
from collections.abc import Callable

from channels.layers import InMemoryChannelLayer, get_channel_layer

from simulator.runs import tallies

logger = logging.getLogger(__name__)

#: Every process that watches runs listens to this group.
GROUP = "runs"
#: A notice that takes longer than this is worth no more than the reading of the log.
SEND_S = 1.0

#: How a run's id reaches the hubs of this process, from any thread.
listeners: list[Callable[[str], None]] = []


def tell(run_id: str) -> None:
    """Tell everyone who may watch the run. Never fails, never waits: a lost notice costs half a second."""
    for listener in tuple(listeners):
        with contextlib.suppress(RuntimeError):  # its loop has ended
            listener(run_id)
    layer = get_channel_layer()
    if layer is not None and not isinstance(layer, InMemoryChannelLayer):
        _sender(os.getpid()).send(run_id)


def settle(seconds: float) -> None:
    """Wait until no notice is on its way."""
    _sender(os.getpid()).idle.wait(seconds)


class Sender:
    """A thread with a loop, and one sending at a time; runs that are told of meanwhile wait, each once."""

    def __init__(self) -> None:
        self.idle = threading.Event()
        self.idle.set()
        self._waiting: dict[str, None] = {}
        self._lock = threading.Lock()
        self._lost = False
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="runs-notices", daemon=True).start()

    def send(self, run_id: str) -> None:
        """Soon, and once, however often it is asked for until then."""
        with self._lock:
            self._waiting[run_id] = None
            if not self.idle.is_set():
                return
            self.idle.clear()
        asyncio.run_coroutine_threadsafe(self._send_all(), self._loop)

    def _taken(self) -> list[str]:
        with self._lock:
            taken, self._waiting = list(self._waiting), {}
            if not taken:
                self.idle.set()
            return taken

    async def _send_all(self) -> None:
        while runs := self._taken():
            try:
                async with asyncio.timeout(SEND_S):
                    for run_id in runs:
                        await get_channel_layer().group_send(GROUP, {"type": "run.notice", "run": run_id})
            except Exception as error:
                tallies.count("notices_lost", len(runs))
                self._say(lost=True, reason=repr(error))
            else:
                self._say(lost=False)

    def _say(self, *, lost: bool, reason: str = "") -> None:
        """Once when it begins, and once when it is over."""
        if lost and not self._lost:
            logger.warning("notices are lost", extra={"reason": reason})
        elif self._lost and not lost:
            logger.info("notices go out again")
        self._lost = lost


@functools.cache
def _sender(process_id: int) -> Sender:
    """This process's sender; a process that was forked has one of its own."""
    return Sender()
