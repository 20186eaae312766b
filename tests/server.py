"""The production application in a thread of this process, for tests that need a real server."""

import asyncio
import threading
import time

from config.server import Server, address, listen
from simulator.runs import hub


class ServerThread(threading.Thread):
    """The production application in a thread of its own, with a loop of its own."""

    def __init__(self) -> None:
        super().__init__(name="live-server", daemon=True)
        self.listener = listen("127.0.0.1", 0)
        self.url = address(self.listener).rstrip("/")
        self.ready = threading.Event()
        self.server = Server(started=self._hear_started)
        self.loop: asyncio.AbstractEventLoop | None = None
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self.server.run(sockets=[self.listener])
        except BaseException as error:  # a server that can't start must not hang the test that waits
            self.error = error
        finally:
            self.ready.set()

    def _hear_started(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.ready.set()

    def settle(self, seconds: float = 5) -> None:
        """Let requests and sockets end."""
        state, end = self.server.server_state, time.monotonic() + seconds
        while (state.tasks or state.connections) and time.monotonic() < end:
            time.sleep(0.01)

    def drain(self, seconds: float = 5) -> None:
        """Let requests, sockets and the hub end, so that none writes into the next test's database."""
        self.settle(seconds)
        assert self.loop is not None
        asyncio.run_coroutine_threadsafe(stop_hub(), self.loop).result(seconds)


async def stop_hub() -> None:
    """The running loop's hub forgets its runs; its next viewer starts it again."""
    await hub().stop()
