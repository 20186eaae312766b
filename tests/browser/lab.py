"""A lab page in a test's hands: a run of its own, the player's state, and what is seen of it in four ways."""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from simulator.engine.story import short_clock
from simulator.runs import append, replica_at

SLOW = 15_000  # milliseconds: two cores may be busy with other things


class Lab:
    """`open` makes a run and shows it. `data` are the attributes that the player updates ten times a second."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root = page.locator("[data-player]")

    def open(self, *, scenario: str = "payment-queue", seed: str = "lab", eventless: bool = False) -> Lab:
        """A new run of the scenario, paused, without payments but those that the test sends."""
        self.page.goto("/style/")
        headers = json.loads(self.page.locator("body").get_attribute("hx-headers") or "{}")
        answer = self.page.request.post(
            "/runs/",
            form={"scenario": scenario, "purpose": "lab", "seed": seed},
            headers={**headers, "Accept": "application/json", "Referer": self.page.url},
        )
        assert answer.ok, answer.text()
        run = answer.json()["run"]
        append(run, "clock", {"rate": 0}, "test:pause")
        if not eventless:
            append(run, "configure", {"node": "web", "setting": "rate", "value": 0}, "test:quiet")
        self.show(f"/runs/{run}/")
        self.settle()
        return self

    def show(self, address: str) -> None:
        self.page.goto(address)
        self.wait_state("live")

    # ---- state

    @property
    def run(self) -> str:
        return self.root.get_attribute("data-run") or ""

    def data(self, name: str) -> str:
        return self.root.get_attribute(f"data-{name}") or ""

    @property
    def us(self) -> int:
        return int(self.data("playhead-us"))

    @property
    def entries(self) -> int:
        return int(self.data("entries"))

    def wait_state(self, state: str) -> None:
        expect(self.root).to_have_attribute("data-state", state, timeout=SLOW)

    def wait_rate(self, rate: str) -> None:
        expect(self.root).to_have_attribute("data-rate", rate, timeout=SLOW)

    def wait_entries(self, more_than: int) -> None:
        for _ in range(150):
            if self.entries > more_than:
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"no entry after {more_than} came")

    def settle(self) -> None:
        """Wait until the playhead stands still and all panels have drawn it."""
        self.wait_rate("0")
        before = None
        for _ in range(60):
            now = (self.us, self.entries)
            if now == before:
                break
            before = now
            self.page.wait_for_timeout(250)

    # ---- hands

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def act(self, name: str) -> None:
        """A button of the transport bar."""
        self.page.locator(f"[data-act={name}]").click()

    def press(self, key: str) -> None:
        """A key, pressed with the focus on nothing."""
        self.page.evaluate("document.activeElement?.blur()")
        self.page.keyboard.press(key)

    def lever(self, control: str) -> Locator:
        return self.page.locator(f"[data-control={control}]")

    def set(self, control: str, value: str) -> None:
        field = self.lever(control).locator("[data-number]")
        field.fill(value)
        field.press("Tab")
        expect(self.bookmark_words(re.compile(f"set to {value}"))).not_to_have_count(0, timeout=SLOW)

    def pause(self) -> None:
        """Stop a run that plays."""
        self.act("play")
        self.settle()

    def play(self) -> None:
        self.act("play")

    def speed(self, value: str) -> None:
        self.page.locator("[data-speed]").select_option(value)

    def tab(self, name: str) -> None:
        self.page.get_by_role("tab", name=name).click()

    def bookmark_words(self, words: re.Pattern[str]) -> Locator:
        return self.page.get_by_role("button", name=words).and_(self.page.locator(".bookmark"))

    # ---- what is seen

    @property
    def notice(self) -> Locator:
        return self.page.locator("[data-notice]")

    def node(self, node: str) -> Locator:
        return self.page.locator(f"svg.diagram:visible [data-node={node}]")

    def tickets(self, node: str) -> list[list[str]]:
        """[message, place, badge] of each ticket on a plate."""
        found: list[list[str]] = self.node(node).evaluate(
            """(node) => [...node.querySelectorAll('[data-content] > [data-message]')].map((seat) =>
                 [seat.dataset.message, seat.dataset.place ?? 'working',
                  seat.querySelector('.badge-text')?.textContent ?? ''])"""
        )
        return found

    def figure(self, node: str) -> str:
        return self.node(node).locator("[data-figure]").text_content() or ""

    def sentences(self) -> list[str]:
        found: list[str] = self.page.evaluate(
            "[...document.querySelectorAll('[data-transcript] > li > span')].map((span) => span.textContent)"
        )
        return found

    def times(self) -> list[str]:
        found: list[str] = self.page.evaluate(
            "[...document.querySelectorAll('[data-transcript] time')].map((time) => time.textContent)"
        )
        return found

    # ---- the law: everything that is seen tells the same

    def agree(self) -> None:
        """Drawing, gauges, table and transcript show what the server says of the playhead's moment."""
        self.settle()
        moment = replica_at(self.run, self.us)
        lines = list(moment.told())[-200:]
        assert self.sentences() == [says for _, says in lines]
        assert self.times() == [short_clock(entry.at_us) for entry, _ in lines]
        assert self.entries == len(moment.entries)
        table = int(self.page.locator("[data-events]").get_attribute("data-rows") or "-1")
        assert table == len(list(moment.told()))
        self._plates(moment)

    def _plates(self, moment: Any) -> None:
        for node, gauges in moment.picture.gauges.items():
            service = moment.blueprint.services[node]
            name = next(name for name, gauge in service.GAUGES.items() if gauge.headline)
            assert self.figure(node).split()[0] == f"{gauges[name]:,}", node
            if service.plate != "tickets":
                continue
            there = [
                [message, stay.place, str(stay.count) if stay.count > 1 else ""]
                for message, stay in moment.picture.stays[node].items()
            ]
            shown = self.tickets(node)
            assert shown == there if len(there) <= 4 else len(shown) > 0, node
