"""From a click to the first frame that shows it: a `send` posted by the run's owner, seen on a socket."""

from __future__ import annotations

import asyncio
import json
import re
import statistics
import time
from dataclasses import dataclass
from typing import Any

from benchmarks import Figure
from benchmarks.crowd.servers import Server, signalbox
from benchmarks.crowd.viewers import Crowd, socket_of

CLICKS = 60
OTHERS = 200
SETTLING_S = 2.0
PATIENCE_S = 10.0
CSRF = "c" * 32


class Browser:
    """One kept connection with a session, as a learner's browser has."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.session = ""

    async def open(self) -> Browser:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.server.port)
        return self

    async def post(self, path: str, body: dict[str, Any]) -> tuple[int, bytes]:
        """Status and body of the answer."""
        if self.reader.at_eof():  # the server lets a connection go that was idle for a while
            await self.open()
        data = json.dumps(body).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.server.port}\r\nAccept: application/json\r\n"
            f"Cookie: csrftoken={CSRF}; {self.session}\r\nX-CSRFToken: {CSRF}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
        )
        self.writer.write(head.encode() + data)
        answer = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        length = re.search(r"(?i)content-length: (\d+)", answer)
        content = await self.reader.readexactly(int(length[1]) if length else 0)
        kept = re.search(r"(?i)set-cookie: (signalbox_session=[^;]+)", answer)
        self.session = kept[1] if kept else self.session
        return int(answer.split(" ", 2)[1]), content


@dataclass
class Shown:
    """One click, in seconds since it: answered, on the socket, and due on the page's clock."""

    accepted_s: float
    arrived_s: float
    due_s: float


class Page:
    """What the first viewer of a crowd has been sent, entry by entry."""

    def __init__(self, crowd: Crowd, model: dict[str, Any]) -> None:
        self.crowd = crowd
        node = next(n for n, node in enumerate(model["nodes"]) if node["id"] == "web")
        kinds = [(kind["service"], kind["name"]) for kind in model["kinds"]]
        self.wanted = node, kinds.index(("client", "request_sent"))
        self.frames = 0
        self.last_us = 0

    async def until(self, number: int) -> tuple[float, float]:
        """When the frame came that holds what command `number` sent; and when that is due."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                while self.frames < len(self.crowd.kept):
                    came_s, payload = self.crowd.kept[self.frames]
                    self.frames += 1
                    frame = json.loads(payload)
                    sent_us = self._sent_us(frame)
                    if frame["commands"] >= number and sent_us is not None:
                        return came_s, _wall_s(frame["clock"], sent_us)
                await asyncio.sleep(0.001)

    def _sent_us(self, frame: dict[str, Any]) -> int | None:
        """When the frame's last request was sent, if it holds one."""
        entries, found_us = frame["entries"], None
        at_us = 0 if frame["type"] == "keyframe" else self.last_us
        for step_us, node, kind in zip(entries["at"], entries["node"], entries["kind"], strict=True):
            at_us += step_us
            if (node, kind) == self.wanted:
                found_us = at_us
        self.last_us = at_us
        return found_us


def _wall_s(clock: dict[str, Any], at_us: int) -> float:
    return float(clock["wall_us"] + (at_us - clock["at_us"]) / clock["rate"]) / 1e6


async def clicks(server: Server, others: int) -> list[Shown]:
    """Click in a run that sends nothing by itself, at all moments of the server's round of frames."""
    browser = await Browser(server).open()
    _, made = await browser.post("/runs/", {"scenario": "payment-queue", "purpose": "lab"})
    run = json.loads(made)
    run_id = run["run"]
    address = f"/runs/{run_id}/commands/"
    still = {"node": "web", "setting": "rate", "value": "0/s"}
    await browser.post(address, {"kind": "configure", "body": still, "client_key": "still"})
    shown = []
    async with Crowd(server.port, [socket_of(run_id)] * (1 + others)) as crowd:
        await asyncio.sleep(SETTLING_S)
        page, loop = Page(crowd, run["model"]), asyncio.get_running_loop()
        for number in range(CLICKS):
            await asyncio.sleep(0.3 + number * 37 % 100 / 1e3)
            body = {"kind": "send", "body": {"node": "web", "count": 1}, "client_key": f"click-{number}"}
            clicked_s, wall_s = loop.time(), time.time()
            status, _ = await browser.post(address, body)
            assert status == 204, status
            accepted_s = loop.time() - clicked_s
            came_s, due_s = await page.until(3 + number)
            shown.append(Shown(accepted_s, came_s - clicked_s, due_s - wall_s))
    browser.writer.close()
    return shown


def figures() -> list[Figure]:
    """Of clicks in a run that one watches, and in one that a crowd watches."""
    found = []
    for others in (0, OTHERS):
        with signalbox() as server:
            shown = asyncio.run(clicks(server, others))
        name = f"click, {others + 1} viewers"
        for what, times_s in (
            ("until it is accepted (204)", [one.accepted_s for one in shown]),
            ("until the frame that shows it arrives", [one.arrived_s for one in shown]),
            ("from accepted until that frame", [one.arrived_s - one.accepted_s for one in shown]),
            ("until it is due on the page's clock (100 ms ahead by design)", [one.due_s for one in shown]),
        ):
            found.append(Figure(f"{name}: {what}, median", statistics.median(times_s) * 1e3, "ms"))
            found.append(Figure(f"{name}: {what}, 95th percentile", percentile_95(times_s) * 1e3, "ms"))
    return found


def percentile_95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[18]
