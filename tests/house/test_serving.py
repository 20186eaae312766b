"""The server as it is started by hand: it says where it is, speaks websockets, and ends when asked."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.management import CommandError
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from config.management.commands.serve import port_number
from config.server import AddressTaken, address, listen
from tests.house.house import ROOT

pytestmark = pytest.mark.slow


@contextmanager
def started(*command: str, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server process, and the address that it printed."""
    unset = ("SIGNALBOX_", "SECRET", "DATABASE_", "DJANGO_", "PORT", "HOST")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(unset)}
    process = subprocess.Popen(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env={**clean, **environment, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        said = ""
        for line in process.stdout:
            said += line
            if found := re.search(r"http://\S+", line):
                break
        else:
            pytest.fail(f"it ended before it said where it is:\n{said}")
        yield process, found[0].rstrip("/")
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()


@pytest.fixture
def database(tmp_path) -> str:
    return f"sqlite:///{tmp_path / 'served.sqlite3'}"


def serves_pages_and_sockets(url: str) -> None:
    with urllib.request.urlopen(f"{url}/healthz", timeout=10) as answer:
        assert json.load(answer) == {"status": "ok"}
    with (
        pytest.raises(InvalidStatus) as refusal,
        connect(url.replace("http", "ws", 1) + "/no/such/socket/", origin=url),
    ):
        pass
    assert refusal.value.response.status_code == 403  # a socket that was refused, not a page that is missing


def test_serve_migrates_says_where_it_is_and_stops_when_asked(database):
    with started("serve", PORT="0", SIGNALBOX_ENV="development", DATABASE_URL=database) as (process, url):
        serves_pages_and_sockets(url)

        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=15)

    assert process.returncode == 0
    assert "Traceback" not in rest


def test_runserver_chooses_development_and_speaks_websockets(database):
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, cwd=ROOT, env={**os.environ, "DATABASE_URL": database}, check=True)

    with started("runserver", PORT="0", DATABASE_URL=database) as (_, url):
        serves_pages_and_sockets(url)


def test_a_taken_port_is_a_plain_sentence():
    with listen("127.0.0.1", 0) as first:
        first.listen()
        port = first.getsockname()[1]
        answer = subprocess.run(
            [sys.executable, "manage.py", "serve"],
            cwd=ROOT,
            env={**os.environ, "SIGNALBOX_ENV": "development", "PORT": str(port)},
            capture_output=True,
            text=True,
            check=False,
        )

    assert answer.returncode == 1
    assert (
        f"Port {port} is taken by another program. Choose another: make serve PORT={port + 1}"
        in answer.stderr
    )
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize("port", ["http", "70000", "-1", "8000.5", ""])
def test_a_port_that_is_none_is_a_plain_sentence(port):
    with pytest.raises(CommandError, match=f"PORT is '{re.escape(port)}'; it has to be a number"):
        port_number(port)


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(AddressTaken, match=r"Can't listen on 192\.0\.2\.1"):
        listen("192.0.2.1", 0)


def test_addresses_can_be_typed_into_a_browser():
    with listen("0.0.0.0", 0) as everywhere:
        assert address(everywhere) == f"http://localhost:{everywhere.getsockname()[1]}/"
    if socket.has_ipv6:
        with listen("::1", 0) as six:
            assert address(six) == f"http://[::1]:{six.getsockname()[1]}/"
