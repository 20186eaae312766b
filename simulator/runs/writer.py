"""The one thread of this process that writes runs to the database, and the one that reads their logs.

SQLite has one writer at a time and lets the others sleep; one persistent writer a process takes its slow tail
away. A caller that is inside a transaction of its own writes there, in its own thread. The reader keeps its
connection too: opening one costs more than the query that each process asks twice a second.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

Answer = TypeVar("Answer")

_thread = ThreadPoolExecutor(1, thread_name_prefix="runs-writer")
_reader = ThreadPoolExecutor(1, thread_name_prefix="runs-reader")


def write(work: Callable[[], Answer]) -> Answer:
    """Do `work` (which opens its own transaction) on the writer's thread, and wait for its answer."""
    if connection.in_atomic_block:
        return work()
    return _thread.submit(_persistently, work).result()


def read(work: Callable[[], Answer]) -> Future[Answer]:
    """Do `work`, which reads, on the reader's thread."""
    return _reader.submit(_persistently, work)


def _persistently(work: Callable[[], Answer]) -> Answer:
    try:
        return work()
    finally:
        # SQLite's connection stays open unless it is broken; one that came from a pool goes back to it.
        if connection.vendor != "sqlite" or connection.errors_occurred:
            connection.close()


def close() -> None:
    """Let both connections go, for a process that drops its database."""
    for thread in (_thread, _reader):
        thread.submit(lambda: connection.close()).result()
