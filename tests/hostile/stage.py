"""Who attacks and what is attacked: a run that stands still with something in it, its owner, a stranger."""

from __future__ import annotations

import itertools
import json
import re
import secrets
from collections.abc import Iterable
from functools import cached_property
from urllib.parse import quote, urlencode

from tests.hostile.wire import Answer, Header, Host, Socket, head, raw

SCENARIO = "payment-queue"
LESSON = "/lessons/decoupled-messaging/01-a-payment-through-a-queue/"
FORM = "application/x-www-form-urlencoded"
SCRIPT = ("Accept", "application/json")

#: Attacks on one stage, whose owner would be told at last that these were too many commands.
USES = 30

_addresses = itertools.count(1)


class Browser:
    """Cookies, a key against forged posts, and an address of its own, as behind a proxy."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.cookies: dict[str, str] = {}
        number = next(_addresses)
        self.address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"

    @property
    def headers(self) -> list[Header]:
        """What every request of this browser carries."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        given: list[Header] = [("Host", self.host.netloc), ("X-Forwarded-For", self.address)]
        return [*given, ("Cookie", cookies)] if cookies else given

    @property
    def csrf(self) -> str:
        # Cookie and field have to agree; which key it is, a browser may choose.
        return self.cookies.setdefault("csrftoken", secrets.token_hex(16))

    def ask(
        self, method: str, target: str | bytes, body: bytes = b"", headers: Iterable[Header] = ()
    ) -> Answer:
        """A whole request; `headers` come in addition, and are not looked at."""
        lines = [*self.headers, *headers, ("Connection", "close")]
        if body or method == "POST":
            lines.append(("Content-Length", str(len(body))))
        answer = self.host.send(head(method, target, lines) + body, method)
        self.cookies.update(answer.cookies)
        return answer

    def get(self, target: str | bytes, *headers: Header) -> Answer:
        return self.ask("GET", target, headers=headers)

    def post(
        self,
        target: str,
        body: bytes | str | dict[str, str],
        *headers: Header,
        kind: str = FORM,
        script: bool = True,
    ) -> Answer:
        """A post with the right key, as a script of ours or as a plain form sends it."""
        sent = urlencode(body) if isinstance(body, dict) else body
        lines: list[Header] = [("X-CSRFToken", self.csrf), ("Content-Type", kind), *headers]
        return self.ask("POST", target, raw(sent), [*([SCRIPT] if script else []), *lines])

    def socket(self, target: str, *headers: Header) -> Socket:
        return self.host.socket(
            target, [("Cookie", "; ".join(f"{n}={v}" for n, v in self.cookies.items()) or "a=b"), *headers]
        )


class Stage:
    """Two runs that stand still, of two learners, and what they showed before the attack."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.owner, self.stranger = Browser(host), Browser(host)
        self.before: dict[str, object] = {}
        self.worn = False
        self.uses = 0

    def next(self) -> Stage:
        """The stage for another attack: this one with another stranger, while it is as it was."""
        self.uses += 1
        if self.worn or self.uses > USES:
            return Stage(self.host)
        self.stranger = Browser(self.host)
        return self

    @cached_property
    def run(self) -> str:
        """The owner's run, made when it is first needed."""
        run = self.new_run(self.owner)
        self.before = self.trace(run)
        return run

    @property
    def touched(self) -> bool:
        """Whether there is a run that could have been hurt."""
        return bool(self.before)

    @cached_property
    def other(self) -> str:
        """A run of somebody else."""
        return self.new_run(Browser(self.host))

    @cached_property
    def keyframe(self) -> str:
        """The socket's address of the run."""
        return f"/ws/runs/{self.run}/"

    def new_run(self, browser: Browser) -> str:
        """A run in which one payment has been made, standing still."""
        made = browser.post("/runs/", {"scenario": SCENARIO, "seed": "1", "purpose": "lesson"})
        assert made.status == 200, made
        run = str(json.loads(made.body)["run"])
        self.give(browser, run, "send", {"node": "web", "count": 1}, "first")
        self.give(browser, run, "warp", {"to_us": 3_000_000}, "second")
        return run

    def give(self, browser: Browser, run: str, kind: str, body: object, key: str) -> None:
        answer = browser.post(
            f"/runs/{run}/commands/", {"kind": kind, "body": json.dumps(body), "client_key": key}
        )
        assert answer.status == 204, answer

    def command(
        self, body: object, kind: str = "send", *, key: str = "k", run: str = "", **more: str
    ) -> Answer:
        """A command by the owner; `body` as JSON, or as the text that it is."""
        text = body if isinstance(body, str) else json.dumps(body)
        fields = {"kind": kind, "body": text, "client_key": key, **more}
        return self.owner.post(f"/runs/{run or self.run}/commands/", fields)

    def trace(self, run: str) -> dict[str, object]:
        """All that a viewer can know of a run, but for the wall clock."""
        answer = Browser(self.host).get(f"/runs/{run}/frames/")
        assert answer.status == 200, answer
        frame = json.loads(answer.body)
        clock = {name: frame["clock"][name] for name in ("rate", "at_us")}
        told = ("commands", "next", "entries", "warps", "settings", "faults", "ended")
        return {**{name: frame[name] for name in told}, "clock": clock}

    def drive_link(self) -> str:
        """The owner's link that lends the wheel."""
        page = self.owner.get(f"/runs/{self.run}/share/").body.decode()
        found = re.search(r"/runs/[^\"/]+/drive/[^\"]+", page)
        assert found, page
        return found.group()


def escaped(text: str) -> str:
    """For the part of an address after its question mark."""
    return quote(text, safe="")
