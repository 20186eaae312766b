"""A browser that drives a run: its cookies and its posts, repeated with the same key as the page does."""

from __future__ import annotations

import asyncio
import http.client
import json
import random
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from tests.faults.viewer import wall_us

RETRY_S = 0.4
GIVE_UP_S = 60.0


@dataclass
class Given:
    """A command, when it was posted first, and what became of it."""

    kind: str
    body: dict[str, Any]
    key: str
    host: str
    posted_us: int
    answered_us: int = 0
    status: int = 0
    tries: int = 0
    statuses: list[int] = field(default_factory=list)


class Driver:
    """Posts to the first of `hosts` that answers."""

    def __init__(self, hosts: list[str], draw: random.Random) -> None:
        self.hosts, self.draw = list(hosts), draw
        self.cookies: dict[str, str] = {}
        self.given: list[Given] = []
        self.run = ""
        self.model: dict[str, Any] = {}

    async def begin(self, seed: str, scenario: str = "payment-queue") -> None:
        """A run of one's own, playing."""
        await asyncio.to_thread(self._ask, "GET", "/style/", None)
        fields = {"scenario": scenario, "purpose": "lab", "seed": seed}
        status, text = await asyncio.to_thread(self._ask, "POST", "/runs/", fields)
        assert status == 200, text
        made = json.loads(text)
        self.run, self.model = made["run"], made["model"]

    async def give(
        self, kind: str, body: dict[str, Any], *, host: str | None = None, seconds: float = GIVE_UP_S
    ) -> Given:
        """Post until it is accepted or refused; a lost answer is asked for again with the same key."""
        key = f"{self.draw.getrandbits(128):032x}"
        given = Given(kind, body, key, host or self.hosts[0], wall_us())
        self.given.append(given)
        fields = {"kind": kind, "body": json.dumps(body), "client_key": key}
        async with asyncio.timeout(seconds):
            while True:
                given.tries += 1
                given.status = await asyncio.to_thread(self._post, given.host, fields)
                given.statuses.append(given.status)
                if given.status and given.status < 500:
                    break
                await asyncio.sleep(RETRY_S)
                if host is None:
                    self.hosts.append(self.hosts.pop(0))
                    given.host = self.hosts[0]
        given.answered_us = wall_us()
        return given

    def _post(self, host: str, fields: dict[str, str]) -> int:
        try:
            return self._ask("POST", f"/runs/{self.run}/commands/", fields, host)[0]
        except (OSError, http.client.HTTPException):
            return 0

    def _ask(self, method: str, path: str, fields: dict[str, str] | None, host: str = "") -> tuple[int, str]:
        connection = http.client.HTTPConnection(host or self.hosts[0], timeout=15)
        headers = {
            "Accept": "application/json" if fields is not None else "text/html",
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "X-CSRFToken": self.cookies.get("csrftoken", ""),
        }
        try:
            connection.request(method, path, urlencode(fields or {}), headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            for cookie in answer.headers.get_all("Set-Cookie") or []:
                if found := re.match(r"([^=]+)=([^;]*)", cookie):
                    self.cookies[found[1]] = found[2]
            return answer.status, text
        finally:
            connection.close()

    def something(self) -> tuple[str, dict[str, Any]]:
        """A command drawn from what a learner does to the payment queue."""
        draw = self.draw
        return draw.choice(
            [
                ("send", {"node": "web", "count": draw.choice([1, 1, 3, 20])}),
                ("send", {"node": "web", "count": 1}),
                ("fault", {"node": "sales", "fault": "crash", "on": draw.random() < 0.5, "parameters": {}}),
                ("configure", {"node": "sales", "setting": "error_rate", "value": draw.choice([0, 0.2])}),
                ("configure", {"node": "web", "setting": "rate", "value": draw.choice(["10/min", "1/s"])}),
            ]
        )
