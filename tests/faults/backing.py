"""A PostgreSQL and a Redis of one's own, which may be stopped without harm to anyone."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from tests.faults.servers import free_port


def redis_program() -> str | None:
    return shutil.which("redis-server")


def postgres_folder() -> Path | None:
    """Where initdb and pg_ctl are."""
    on_path = shutil.which("pg_ctl")
    if on_path:
        return Path(on_path).resolve().parent
    if shutil.which("pg_config"):
        told = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=True)
        if (Path(told.stdout.strip()) / "initdb").exists():
            return Path(told.stdout.strip())
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def _opens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 0.5).close()
    except OSError:
        return False
    return True


class PrivateRedis:
    """Holds nothing on disk. `kill` and `start` it, or `freeze` and `thaw` it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> PrivateRedis:
        program = redis_program()
        assert program, "there is no redis-server on PATH"
        self.process = subprocess.Popen(
            [
                program,
                "--port",
                str(self.port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
                str(self.folder),
            ],
            stdout=subprocess.DEVNULL,
        )
        for _ in range(200):
            if _opens(self.port):
                return self
            time.sleep(0.05)
        raise AssertionError("Redis did not start")

    def kill(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait()
            self.process = None

    def freeze(self) -> None:
        """It takes connections and answers nothing, as behind a network that swallows."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    stop = kill


class PrivatePostgres:
    """A cluster in a folder that is removed with the rest; started as a user that PostgreSQL accepts."""

    def __init__(self, folder: Path) -> None:
        programs = postgres_folder()
        assert programs, "there is no PostgreSQL here (initdb, pg_ctl)"
        self.programs, self.port = programs, free_port()
        self.data = folder / "postgres"
        self.url = f"postgres://signalbox@127.0.0.1:{self.port}/postgres"
        self.data.mkdir()
        if os.getuid() == 0:
            for opened in (*folder.parents, folder):
                if opened == Path("/") or opened.parent == Path("/"):
                    continue
                opened.chmod(opened.stat().st_mode | 0o055)
            owner = pwd.getpwnam("postgres")
            os.chown(self.data, owner.pw_uid, owner.pw_gid)
        self._run("initdb", "-D", str(self.data), "-U", "signalbox", "-A", "trust", "-E", "UTF8", "--no-sync")

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.programs / program), *arguments]
        if os.getuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        answer = subprocess.run(
            command, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False
        )
        assert answer.returncode == 0, answer.stderr

    def start(self) -> PrivatePostgres:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        log = str(self.data / "log")
        self._run("pg_ctl", "-D", str(self.data), "-w", "-l", log, "-o", options, "start")
        return self

    def stop(self, mode: str = "immediate") -> None:
        """`fast` throws everyone out and writes down what is open; `immediate` is a crash."""
        if (self.data / "postmaster.pid").exists():
            self._run("pg_ctl", "-D", str(self.data), "-m", mode, "-w", "stop")
