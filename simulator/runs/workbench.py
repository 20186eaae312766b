"""A process of the workshop, from inside: take a piece of work, do it within the bounds, hand it over.

Knows no Django and no database, so that it starts quickly and can touch nothing.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import sys
import threading
from multiprocessing import parent_process
from multiprocessing.connection import Connection

#: Work stands behind frames: viewers of other runs must not notice it.
NICER_BY = 5

READY, DONE, RAISED, NO_MEMORY = "ready", "done", "raised", "no memory"


def stand(connection: Connection, memory_bytes: int) -> None:
    """Work until the other end closes. After MemoryError this process ends; nothing of it can be trusted."""
    with contextlib.suppress(ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's to answer
    threading.Thread(target=_end_with_server, daemon=True).start()
    _bound(memory_bytes)
    connection.send((READY, None))
    with contextlib.suppress(EOFError, OSError):
        while True:
            answer = _answer(connection.recv_bytes())
            connection.send_bytes(answer)
            if answer == _NO_MEMORY:
                return


def _end_with_server() -> None:
    """A server that was killed leaves nobody who would stop this work."""
    server = parent_process()
    if server is not None:
        server.join()
        os._exit(1)


_NO_MEMORY = pickle.dumps((NO_MEMORY, None))


def _answer(asked: bytes) -> bytes:
    try:
        work, args = pickle.loads(asked)  # noqa: S301  (from the process that started this one)
        return pickle.dumps((DONE, work(*args)))
    except MemoryError:
        return _NO_MEMORY
    except Exception as error:
        return _told(error)


def _told(error: Exception) -> bytes:
    """The error itself where it survives the way, else one that says what it was."""
    try:
        written = pickle.dumps((RAISED, error))
        pickle.loads(written)  # noqa: S301
        return written
    except Exception:
        return pickle.dumps((RAISED, RuntimeError(f"{type(error).__name__}: {error}"[:500])))


def _bound(memory_bytes: int) -> None:
    """Bound what this process may allocate, and step behind the server. What a system can't do is left out.

    On Linux RLIMIT_DATA counts what is really writable; the address space does not tell, since WebAssembly
    reserves gigabytes of it and uses little.
    """
    with contextlib.suppress(AttributeError, OSError):
        os.nice(NICER_BY)
    if sys.platform == "win32":
        return
    import resource

    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
