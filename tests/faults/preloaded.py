"""A process that has loaded the application and serves nothing: it makes server processes of itself.

`python -m tests.faults.preloaded` brings the database up to date, then reads lines `<port> <log file>` and
answers each with the number of a new process that serves there, ready in a tenth of the time and alive or dead
on its own.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys

from config.server import Server, listen


def load() -> None:
    """Everything that a server would load by itself, and no connection to anything."""
    import config.asgi
    import config.urls  # noqa: F401
    from simulator.scenarios import library

    library()


def migrate() -> None:
    """In a process of its own, so that no connection is left open here."""
    process = os.fork()
    if process == 0:
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        os._exit(0)
    assert os.waitpid(process, 0)[1] == 0, "the database could not be made"


def serve(port: int, log: str) -> None:
    """In the new process: be a server until killed."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for standard in (1, 2):
        os.dup2(file, standard)
    Server().run(sockets=[listen("127.0.0.1", port)])


def main() -> None:
    load()
    migrate()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    made = []
    for line in sys.stdin:
        port, log = line.split(maxsplit=1)
        process = os.fork()
        if process == 0:
            try:
                serve(int(port), log.strip())
            finally:
                os._exit(1)
        made.append(process)
        print(process, flush=True)
    for process in made:  # whoever asked for them is gone
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    os._exit(0)


if __name__ == "__main__":
    main()
