"""The one thread of this process that writes runs to the database.

SQLite has one writer at a time and lets the others sleep; one persistent writer a process takes its slow tail
away. A caller that is inside a transaction of its own writes there, in its own thread.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

Answer = TypeVar("Answer")

_thread = ThreadPoolExecutor(1, thread_name_prefix="runs-writer")


def write(work: Callable[[], Answer]) -> Answer:
    """Do `work` (which opens its own transaction) on the writer's thread, and wait for its answer."""
    if connection.in_atomic_block:
        return work()
    return _thread.submit(_persistently, work).result()


def _persistently(work: Callable[[], Answer]) -> Answer:
    try:
        return work()
    finally:
        # SQLite's connection stays open unless it is broken; one that came from a pool goes back to it.
        if connection.vendor != "sqlite" or connection.errors_occurred:
            connection.close()


def close() -> None:
    """Let the writer's connection go, for a process that drops its database."""
    _thread.submit(lambda: connection.close()).result()
