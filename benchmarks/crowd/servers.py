"""Server processes as they are started in earnest, and what the system says of them."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/")
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
SOCKETS_MAX = 8192


def memory_kb(pid: int | str = "self") -> int:
    """Resident memory of a process."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1])


class Server:
    """A process that listens on a port of this machine, with an environment that others can be given too."""

    def __init__(self, process: subprocess.Popen[str], port: int, env: dict[str, str]) -> None:
        self.process = process
        self.port = port
        self.env = env

    def cpu_s(self) -> float:
        """User and system time that the process has used, all threads, in seconds."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND

    def memory_kb(self) -> int:
        """Resident memory."""
        return memory_kb(self.process.pid)

    def told(self, module: str, *args: str) -> list[str]:
        """The lines that a module of ours prints in this server's environment."""
        command = [sys.executable, "-m", module, *args]
        done = subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True, check=True)
        return done.stdout.split()


@contextmanager
def signalbox(**given: str) -> Iterator[Server]:
    """Signalbox on a database of its own, started as `make serve` starts it, without its debugger.

    `given` is put into its environment in addition.
    """
    with TemporaryDirectory(prefix="signalbox-crowd-") as folder:
        env = {
            **os.environ,
            "SIGNALBOX_ENV": "development",  # production wants its static files collected
            "DEBUG": "false",
            "SECRET_KEY": "only-for-figures-" * 4,
            "ALLOWED_HOSTS": "127.0.0.1",
            "DATABASE_URL": f"sqlite:///{folder}/crowd.sqlite3",
            "ALLOWANCE_LEARNER": "0",
            "ALLOWANCE_ADDRESS": "0",
            "LOG_LEVEL": "WARNING",
            **given,
        }
        command = [sys.executable, "manage.py", "serve", "--host", "127.0.0.1", "--port", "0"]
        with _started(command, env) as server:
            yield server


@contextmanager
def bare(frames: Path) -> Iterator[Server]:
    """The `websockets` library alone, which broadcasts the recorded frames."""
    with _started([sys.executable, "-m", "benchmarks.crowd.bare", str(frames)], dict(os.environ)) as server:
        yield server


@contextmanager
def _started(command: list[str], env: dict[str, str]) -> Iterator[Server]:
    """The process, from when it says where it listens; ended afterwards."""
    allow_many_sockets()
    process = subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout
    try:
        address = next((found for line in process.stdout if (found := ADDRESS.search(line))), None)
        assert address, f"{command[1:3]} did not start"
        yield Server(process, int(address[1]), env)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def allow_many_sockets() -> None:
    """As many open files as this user may have, up to a few thousand, here and in what is started later."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = SOCKETS_MAX if hard == resource.RLIM_INFINITY else min(SOCKETS_MAX, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
