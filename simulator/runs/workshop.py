"""The workshop: a few processes for heavy work, so that none is done where frames are sent.

Each piece of work has a bound on time and memory; at the bound its process is killed and the caller gets an
Undone, whose text is a sentence for people. The processes start when first needed.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import multiprocessing
import pickle
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from simulator.runs import tallies, workbench

Answer = TypeVar("Answer")

STARTING_S = 60.0
#: A process that has done so much is replaced, so that what leaks stays small.
PIECES_MAX = 200


class Undone(Exception):
    """The work was not done; the text says why, for the visitor. `retry_s`: when to try again, if ever."""

    says = "This work could not be done just now. Try again in a moment."
    retry_s: int | None = 10

    def __init__(self, says: str = "") -> None:
        super().__init__(says or self.says)


class TooLong(Undone):
    """It was stopped at the bound on time."""

    says = "This took longer than it may and was stopped. Try something smaller."
    retry_s = None


class TooLarge(Undone):
    """It was stopped at the bound on memory."""

    says = "This needed more memory than it may have and was stopped. Try something smaller."
    retry_s = None


class Busy(Undone):
    """Every process had other work for longer than the caller may wait."""

    says = "The server has too much heavy work at this moment. Try again in a few seconds."


class Lost(Undone):
    """The process ended in the middle of the work."""


class _Bench:
    """One process, and the pipe to it. Used by one thread at a time."""

    def __init__(self, memory_bytes: int) -> None:
        context = multiprocessing.get_context("spawn")  # a fork of a server with threads may hang
        self.pipe: Connection
        self.pipe, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(
            target=workbench.stand, args=(theirs, memory_bytes), name="signalbox-workbench", daemon=True
        )
        self.process.start()
        theirs.close()
        self.pieces = 0
        self.ready = False

    def do(self, asked: bytes, seconds: float) -> tuple[str, Any]:
        """Hand work over and wait for what comes back. Raises TooLong or Lost; then the bench is no more."""
        try:
            if not self.ready:
                self._receive(STARTING_S)
                self.ready = True
            self.pieces += 1
            self.pipe.send_bytes(asked)
            return self._receive(seconds)
        except (EOFError, OSError) as error:
            self.end()
            raise Lost from error
        except BaseException:
            self.end()
            raise

    def _receive(self, seconds: float) -> tuple[str, Any]:
        if not self.pipe.poll(seconds):
            raise TooLong
        kind, answer = pickle.loads(self.pipe.recv_bytes())  # noqa: S301  (from our own process)
        return kind, answer

    def end(self) -> None:
        """Kill the process and wait until it is gone."""
        self.process.kill()
        self.process.join(5)
        self.pipe.close()


class Workshop:
    """At most `processes` pieces of work at a time; others wait for at most `waiting_s`."""

    def __init__(self, *, processes: int, seconds: float, memory_bytes: int, waiting_s: float = 5.0) -> None:
        self.seconds = seconds
        self.memory_bytes = memory_bytes
        self.waiting_s = waiting_s
        self._free = threading.BoundedSemaphore(processes)
        self._idle: list[_Bench] = []
        self._lock = threading.Lock()
        self._all: set[_Bench] = set()

    def do(self, work: Callable[..., Answer], *args: Any, seconds: float | None = None) -> Answer:
        """`work(*args)` in a process of its own. `work` is a function of a module, args can be pickled.

        Raises an Undone, or whatever `work` raises.
        """
        asked = pickle.dumps((work, args))
        if not self._free.acquire(timeout=self.waiting_s):
            tallies.count("workshop_busy")
            raise Busy
        try:
            return self._do(asked, self.seconds if seconds is None else seconds)
        except Undone as undone:
            tallies.count(f"workshop_{type(undone).__name__.lower()}")
            raise
        finally:
            self._free.release()

    def _do(self, asked: bytes, seconds: float) -> Any:
        bench = self._take()
        try:
            kind, answer = bench.do(asked, seconds)
        except Undone:
            self._drop(bench)
            raise
        tallies.count("workshop_pieces")
        if kind == workbench.NO_MEMORY:
            self._drop(bench)
            raise TooLarge
        self._give_back(bench)
        if kind == workbench.RAISED:
            raise answer
        return answer

    def _take(self) -> _Bench:
        with self._lock:
            while self._idle:
                bench = self._idle.pop()
                if bench.process.is_alive():
                    return bench
                self._all.discard(bench)
        bench = _Bench(self.memory_bytes)
        with self._lock:
            self._all.add(bench)
        return bench

    def _give_back(self, bench: _Bench) -> None:
        if bench.pieces >= PIECES_MAX:
            self._drop(bench)
            return
        with self._lock:
            self._idle.append(bench)

    def _drop(self, bench: _Bench) -> None:
        bench.end()
        with self._lock:
            self._all.discard(bench)

    @property
    def process_ids(self) -> list[int]:
        """The processes that are there now."""
        with self._lock:
            return [bench.process.pid for bench in self._all if bench.process.pid is not None]

    def close(self) -> None:
        """End every process; work that is under way is Lost. New work starts new ones."""
        with self._lock:
            benches, self._idle, self._all = list(self._all), [], set()
        for bench in benches:
            with contextlib.suppress(OSError):
                bench.end()


@functools.cache
def workshop() -> Workshop:
    """This process's workshop, as settings bound it."""
    from django.conf import settings

    made = Workshop(
        processes=settings.WORKSHOP_PROCESSES,
        seconds=settings.WORKSHOP_SECONDS,
        memory_bytes=settings.WORKSHOP_MEMORY_MB * 2**20,
    )
    atexit.register(made.close)
    return made
