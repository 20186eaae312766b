"""A real server and a real browser.

One server thread in this process (tests/server.py), a SQLite in a file, and Debian's Chromium. A test that takes
`page` fails when the page logs an error, throws, breaks the content security policy or asks for something it
doesn't get.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

from tests.conftest import missing
from tests.server import ServerThread

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""


@pytest.fixture(scope="session")
def base_url(asgi_server: ServerThread) -> str:
    """So that `page.goto("/lessons/")` needs no host."""
    return asgi_server.url


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    if not CHROMIUM:
        missing("browser", "Browser tests need Chromium on PATH (Debian: apt install chromium).")
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": ["--no-sandbox"]}


class Console:
    """Everything of a page that a learner would never see and that must not be there.

    A test that means to provoke trouble takes it away by name: `console.forgive("status of 404")`.
    """

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.troubles: list[str] = []
        self.forgiven: list[str] = []

    def forgive(self, *parts: str) -> None:
        """Troubles whose text contains one of `parts` are expected, before and after this call."""
        self.forgiven.extend(parts)

    def watch(self, page: Page) -> None:
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.troubles.append(f"uncaught: {error}"))
        page.on("requestfailed", self._on_request_failed)
        page.on("response", self._on_response)
        page.on("request", self._on_request)

    def unexpected(self) -> list[str]:
        return [t for t in self.troubles if not any(part in t for part in self.forgiven)]

    def _on_console(self, message: ConsoleMessage) -> None:
        # Chromium reports violations of the content security policy here, as errors.
        if message.type in ("error", "warning"):
            self.troubles.append(f"console {message.type}: {message.text} ({message.location['url']})")

    def _on_request_failed(self, request: Request) -> None:
        # Leaving a page ends its requests; that is no failure.
        if request.failure != "net::ERR_ABORTED":
            self.troubles.append(f"request failed: {request.url} {request.failure}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400:
            self.troubles.append(f"{response.status}: {response.request.method} {response.url}")

    def _on_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        host = f"{address.scheme}://{address.netloc}"
        if address.scheme in ("http", "https") and host != self.origin:
            self.troubles.append(f"asks another host: {request.url}")


@pytest.fixture
def console(live: ServerThread) -> Iterator[Console]:
    """Watches every page of the test's contexts; the test fails at its end if there was trouble."""
    console = Console(live.url)
    yield console
    assert console.unexpected() == [], "the browser's console is not clean"


@pytest.fixture
def context(console: Console, context: BrowserContext) -> BrowserContext:
    """A browser of its own, watched. Closes before the console is judged and the database is emptied."""
    context.on("page", console.watch)
    return context


@pytest.fixture
def page(context: BrowserContext, page: Page) -> Page:
    return page


@pytest.fixture
def axe_clean() -> Any:
    """`axe_clean(page)` asserts that axe finds nothing, and otherwise shows its report."""
    axe = Axe()

    def check(page: Page, **options: Any) -> None:
        results = axe.run(page, **options)
        assert results.violations_count == 0, results.generate_report()

    return check


@pytest.fixture
def screenshots(request: pytest.FixtureRequest) -> Path:
    """A folder for pictures that a failing test leaves behind."""
    folder = Path(request.config.rootpath) / "test-results"
    folder.mkdir(exist_ok=True)
    return folder
