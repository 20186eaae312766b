"""Server processes as they are in production, one port each, to be killed, stopped and started again."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(database_url: str, redis_url: str = "") -> dict[str, str]:
    """What a server of this project is told, and nothing else of ours."""
    foreign = ("SIGNALBOX_", "SECRET", "DATABASE_", "REDIS_", "DJANGO_", "PORT", "HOST", "WEB_", "ALLOWANCE_")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return {
        **clean,
        "SIGNALBOX_ENV": "test",
        "SECRET_KEY": "only-for-fault-tests-" + "x" * 40,
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "LOG_LEVEL": "INFO",
        "ALLOWANCE_LEARNER": "100",  # counted as ever, but one learner does it all here
        "ALLOWANCE_ADDRESS": "100",
        "PYTHONUNBUFFERED": "1",
    }


class Preloaded:
    """Makes server processes quickly (tests/faults/preloaded.py)."""

    def __init__(self, variables: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.preloaded"],
            cwd=ROOT,
            env=variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def make(self, port: int, log: Path) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{port} {log}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def end(self) -> None:
        self._process.communicate()


class ServerProcess:
    """One process on a port of its own; the port stays the same when it is started again."""

    def __init__(self, name: str, source: Preloaded, folder: Path) -> None:
        self.name, self.source = name, source
        self.port = free_port()
        self.host = f"127.0.0.1:{self.port}"
        self.log = folder / f"{name}.log"
        self.process = 0

    def launch(self) -> None:
        self.process = self.source.make(self.port, self.log)

    @property
    def alive(self) -> bool:
        try:
            os.kill(self.process, 0)
        except ProcessLookupError:
            return False
        return self.process > 0

    async def answers(self, seconds: float = 60) -> None:
        """Wait until it serves."""
        async with asyncio.timeout(seconds):
            while not await asyncio.to_thread(self._healthy):
                assert self.alive, f"it ended:\n{self.log.read_text()[-3000:]}"
                await asyncio.sleep(0.05)

    def _healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://{self.host}/healthz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    async def start(self) -> ServerProcess:
        self.launch()
        await self.answers()
        return self

    def signal(self, number: int) -> None:
        os.kill(self.process, number)

    def kill(self) -> None:
        """As the kernel does it: nothing is said, nothing is written."""
        if self.process and self.alive:
            self.signal(signal.SIGKILL)
            while self.alive:
                time.sleep(0.001)
        self.process = 0

    def tracebacks(self) -> int:
        """How many errors its log holds."""
        return self.log.read_text().count("Traceback (most recent call last)") if self.log.exists() else 0
