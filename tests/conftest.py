"""What every room's tests may use. Browser fixtures are in tests/browser/conftest.py."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import hypothesis
import pytest
from django.db import connection

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

    from tests.server import ServerThread

# A loaded machine is no finding: properties are judged by what they find, not by how long they take.
hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], print_blob=True
)
hypothesis.settings.load_profile("house")

REQUIRED = frozenset(filter(None, os.environ.get("SIGNALBOX_REQUIRE", "").split(",")))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: Playwright leaves a loop running in this thread, where no asyncio test can run."""
    items.sort(key=lambda item: "tests/browser/" in item.nodeid)


def missing(what: str, sentence: str) -> None:
    """Skip with `sentence`, or fail with it where SIGNALBOX_REQUIRE names `what`."""
    if what in REQUIRED:
        pytest.fail(f"{sentence} SIGNALBOX_REQUIRE asks for it.", pytrace=False)
    pytest.skip(sentence)


def answers(url: str, default_port: int) -> bool:
    address = urlsplit(url)
    try:
        socket.create_connection((address.hostname or "localhost", address.port or default_port), 1).close()
    except OSError:
        return False
    return True


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """A PostgreSQL where this user may create databases (SIGNALBOX_POSTGRES_URL)."""
    url = os.environ.get("SIGNALBOX_POSTGRES_URL", "")
    if not url:
        missing("postgres", "PostgreSQL tests need SIGNALBOX_POSTGRES_URL (postgres://user@host/database).")
    if not answers(url, 5432):
        missing("postgres", f"No PostgreSQL answers at {url}.")
    return url


@pytest.fixture(scope="session")
def redis_url() -> str:
    """A Redis whose contents don't matter (SIGNALBOX_REDIS_URL)."""
    url = os.environ.get("SIGNALBOX_REDIS_URL", "")
    if not url:
        missing("redis", "Redis tests need SIGNALBOX_REDIS_URL (redis://host:6379/9).")
    if not answers(url, 6379):
        missing("redis", f"No Redis answers at {url}.")
    return url


@pytest.fixture(scope="session")
def asgi_server(django_db_setup: None) -> Iterator[ServerThread]:
    from tests.server import ServerThread  # here, because settings must be there first

    thread = ServerThread()
    thread.start()
    if not thread.ready.wait(30) or thread.error or not thread.server.started:
        raise RuntimeError("the live server did not start") from thread.error
    yield thread
    thread.server.should_exit = True
    thread.join(10)
    thread.listener.close()


@pytest.fixture
def live(
    asgi_server: ServerThread, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ServerThread]:
    """The server over an empty database; `live.url` is where it is."""
    # Playwright's loop runs in this thread, and Django would refuse the test's own queries for it.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    yield asgi_server
    asgi_server.drain()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """PostgreSQL drops no database that a forgotten thread is still connected to: send it home first."""
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
