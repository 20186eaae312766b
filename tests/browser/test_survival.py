"""A page survives: its server is killed, stands still or is not to be reached, and it goes on by itself."""

import asyncio
import json
import re
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.lab import SLOW
from tests.faults.proxy import Wire
from tests.faults.servers import Preloaded, ServerProcess, environment

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
SLOWLY = 2 * SLOW
BROKE = "The connection broke; what is here stays. Connecting again."
CAME_BACK = "Reconnected; nothing was missed."
REPEATED_MAX_US = 2_000_000


@dataclass
class Away:
    """A server of its own on a port of its own, a wire to it, and a loop that serves the wire."""

    server: ServerProcess
    loop: asyncio.AbstractEventLoop
    wire: Wire

    def do(self, work):
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    def start(self) -> None:
        self.server.launch()
        self.do(self.server.answers())

    def call(self, work) -> None:
        self.loop.call_soon_threadsafe(work)


@pytest.fixture
def away(tmp_path: Path) -> Iterator[Away]:
    variables = environment(f"sqlite:///{tmp_path / 'runs.sqlite3'}")
    source = Preloaded(variables)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = ServerProcess("one", source, tmp_path)
    away = Away(server, loop, Wire(server.host))
    away.do(away.wire.start())
    away.start()
    yield away
    away.do(away.wire.stop())
    server.kill()
    source.end()
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)
    loop.close()


@pytest.fixture
def tab(away: Away, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(base_url=f"http://{away.wire.host}")
    context.set_default_timeout(SLOWLY)
    page = context.new_page()
    begin(page)
    yield page
    context.close()


def begin(page: Page) -> str:
    """A run that plays, with a payment a second."""
    page.goto("/style/")
    headers = json.loads(page.locator("body").get_attribute("hx-headers") or "{}")
    headers |= {"Accept": "application/json", "Referer": page.url}
    made = page.request.post(
        "/runs/", form={"scenario": "payment-queue", "purpose": "lab", "seed": "1"}, headers=headers
    )
    run = str(made.json()["run"])
    body = json.dumps({"node": "web", "setting": "rate", "value": "1/s"})
    form = {"kind": "configure", "body": body, "client_key": "test:rate"}
    assert page.request.post(f"/runs/{run}/commands/", form=form, headers=headers).status == 204
    page.goto(f"/runs/{run}/")
    known(page, 60)
    return run


def data(page: Page, name: str) -> str:
    return page.locator("[data-player]").get_attribute(f"data-{name}") or ""


def known(page: Page, more_than: int) -> None:
    """Wait until the page shows more than so many entries."""
    end = time.monotonic() + SLOWLY / 1000
    while int(data(page, "entries") or 0) <= more_than:
        assert time.monotonic() < end, f"{data(page, 'entries')} entries, {data(page, 'state')}"
        page.wait_for_timeout(50)


def state(page: Page, name: str) -> None:
    expect(page.locator("[data-player]")).to_have_attribute("data-state", name, timeout=SLOWLY)


def says(page: Page, words: str) -> None:
    expect(page.locator("[data-notice]")).to_contain_text(words, timeout=SLOWLY)


def rows(page: Page, selector: str) -> list[list[str]]:
    return page.evaluate(
        """(selector) => [...document.querySelectorAll(selector)].map((row) => [row.dataset.entry, row.textContent])""",
        selector,
    )


def sentences(page: Page) -> list[list[str]]:
    return rows(page, "[data-transcript] > li[data-entry]")


def nothing_twice(page: Page) -> None:
    """No entry stands twice in the transcript or in the table, and all are in order."""
    for selector in ("[data-transcript] > li[data-entry]", "[data-events] [data-entry]"):
        numbers = [int(number) for number, _ in rows(page, selector)]
        assert len(numbers) == len(set(numbers)), selector
        assert numbers in (sorted(numbers), sorted(numbers, reverse=True)), selector


def same_as_the_server(page: Page) -> None:
    """Paused, the page's lines stand in the server's transcript, one after the other, none missing."""
    page.locator("[data-act=play]").click()
    expect(page.locator("[data-player]")).to_have_attribute("data-rate", "0", timeout=SLOWLY)
    page.wait_for_timeout(1_000)
    nothing_twice(page)
    text = page.request.get(f"/runs/{data(page, 'run')}/transcript/").text()
    told = [line for line in text.splitlines() if re.match(r"\s*\d+:\d\d", line)]
    mine = [words for _, words in sentences(page)]
    assert len(mine) > 30
    assert any(
        all(says_the_same(line, words) for line, words in zip(told[first:], mine, strict=False))
        for first in range(len(told) - len(mine) + 1)
    ), (told[-3:], mine[-3:])


def says_the_same(line: str, words: str) -> bool:
    """Whether a line of the server's transcript is what the page's line says."""
    squeezed = re.sub(r"\W+", "", words.partition(".")[2])
    return squeezed[4:] in re.sub(r"\W+", "", line)


def test_the_server_is_killed_and_comes_back(away: Away, tab: Page) -> None:
    before, us = sentences(tab), int(data(tab, "playhead-us"))
    away.server.kill()
    says(tab, BROKE)
    state(tab, "reconnecting")
    stood_us = int(data(tab, "playhead-us"))
    shown = sentences(tab)
    assert stood_us >= us
    assert shown[: len(before)] == before  # what is here stays

    tab.wait_for_timeout(6_000)  # longer than a server's patience: the downtime is not simulated
    away.start()
    state(tab, "live")
    says(tab, f"{CAME_BACK} The run waited for you.")
    assert -REPEATED_MAX_US <= int(data(tab, "playhead-us")) - stood_us <= 4_000_000
    known(tab, len(shown) + 40)
    again = dict(map(tuple, sentences(tab)))
    assert all(again.get(number, words) == words for number, words in shown)
    nothing_twice(tab)
    same_as_the_server(tab)


def test_two_tabs_survive_and_still_show_each_others_commands(away: Away, tab: Page) -> None:
    other = tab.context.new_page()
    other.goto(f"/runs/{data(tab, 'run')}/")
    state(other, "live")
    away.server.kill()
    for page in (tab, other):
        says(page, BROKE)
    away.start()
    for page in (tab, other):
        says(page, CAME_BACK)
    other.locator("[data-control=crash-sales]").click()
    for page in (tab, other):
        expect(page.locator("[data-bookmarks] [aria-label*='Sales crashed']").first).to_be_attached()
        nothing_twice(page)
    same_as_the_server(tab)


def test_a_network_that_goes_silent_is_noticed_and_left_behind(away: Away, tab: Page) -> None:
    """No end of the connection is told: a laptop changed its network, or slept."""
    away.call(away.wire.flows.clear)
    says(tab, BROKE)
    state(tab, "reconnecting")
    entries = int(data(tab, "entries"))
    away.call(away.wire.cut)
    away.call(away.wire.flows.set)
    says(tab, CAME_BACK)
    state(tab, "live")
    known(tab, entries + 40)
    same_as_the_server(tab)


def test_a_machine_that_sleeps_with_its_server_goes_on_where_it_was(away: Away, tab: Page) -> None:
    away.server.signal(signal.SIGSTOP)
    tab.wait_for_timeout(500)
    stood_us = int(data(tab, "playhead-us"))
    tab.wait_for_timeout(8_000)
    away.server.signal(signal.SIGCONT)
    says(tab, "The run waited for you.")
    state(tab, "live")
    assert int(data(tab, "playhead-us")) - stood_us < 4_000_000
    same_as_the_server(tab)


def test_a_paused_page_notices_that_its_command_went_unseen(away: Away, tab: Page) -> None:
    """While a run stands, silence says nothing; a command that was taken and does not show does."""
    tab.locator("[data-act=play]").click()
    expect(tab.locator("[data-player]")).to_have_attribute("data-rate", "0", timeout=SLOWLY)
    tab.wait_for_timeout(7_000)
    state(tab, "live")
    tab.evaluate(
        """() => {  // a socket that is open and hears nothing any more
             const { feed } = document.querySelector('[data-player]').player;
             const dead = new EventTarget();
             dead.close = () => {};
             feed.socket.close();
             feed.socket = dead;
           }"""
    )
    entries = int(data(tab, "entries"))
    tab.locator("[data-control=send-one]").click()
    says(tab, CAME_BACK)
    known(tab, entries)
    nothing_twice(tab)
