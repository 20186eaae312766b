"""One server for the whole list; each attack has a stage of its own, and is looked after."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from tests.hostile.case import Case, Got
from tests.hostile.everything import CASES
from tests.hostile.safety import check_safe
from tests.hostile.stage import Browser, Stage
from tests.hostile.wire import Host
from tests.server import ServerThread

#: Where our own failures would be written.
LOGGERS = ("", "django", "uvicorn", "asyncio")
#: What Django and uvicorn write as an error though it is the sender's: the logger, and a part of the message.
SENDERS_FAULT = (("django.security", ""), ("uvicorn.error", "Invalid UTF-8 sequence received from client."))


Kept = dict[str, Got | Exception]


class Troubles(logging.Handler):
    """Every failure that the server writes into its log."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if not any(record.name.startswith(name) and words in record.msg for name, words in SENDERS_FAULT):
            self.found.append(logging.Formatter().format(record))


class Results:
    """Runs attacks, each once, and looks after each at the server and at the run."""

    def __init__(self, server: ServerThread) -> None:
        address = urlsplit(server.url)
        self.server = server
        self.host = Host(str(address.hostname), int(address.port or 0))
        self.stage = Stage(self.host)

    def run(self, cases: Iterable[Case], kept: Kept) -> None:
        """Attack, and keep what each got, or how it failed."""
        with listening() as troubles:
            for case in cases:
                troubles.clear()
                try:
                    kept[case.id] = self._attacked(case, troubles)
                except Exception as error:
                    kept[case.id] = error
                    self.stage = Stage(self.host)

    def _attacked(self, case: Case, troubles: list[str]) -> Got:
        stage = self.stage = Stage(self.host) if case.alone else self.stage.next()
        stage.worn = case.alone
        try:
            got = case.got(stage)
        finally:
            self.server.settle()
        for answer in got.answers:
            check_safe(answer)
        assert troubles == [], "\n".join(troubles)[-3_000:]
        assert Browser(self.host).get("/healthz").status == 200
        if stage.touched:
            self._same(case, stage)
        return got

    def _same(self, case: Case, stage: Stage) -> None:
        """The run is what it was."""
        before, after = dict(stage.before), stage.trace(stage.run)
        if case.taken:
            stage.worn = True
            before["commands"], before["clock"] = after["commands"], after["clock"]
        assert after == before


@contextmanager
def listening() -> Iterator[list[str]]:
    """What the server writes into its log of failures meanwhile."""
    troubles = Troubles()
    for name in LOGGERS:
        logging.getLogger(name).addHandler(troubles)
    yield troubles.found
    for name in LOGGERS:
        logging.getLogger(name).removeHandler(troubles)


@pytest.fixture(scope="module")
def kept() -> Kept:
    """What each attack got. The first test runs all that are asked for, over one database."""
    return {}


@pytest.fixture
def result_of(live: ServerThread, kept: Kept, request: pytest.FixtureRequest) -> Callable[[Case], Got]:
    """The result of a case; it was attacked with all others that this session asks for."""

    def result(case: Case) -> Got:
        if case.id not in kept:
            items = (getattr(item, "callspec", None) for item in request.session.items)
            asked = [spec.params["case"] for spec in items if spec and "case" in spec.params]
            Results(live).run(asked if case in asked else [c for c in CASES if c.id not in kept], kept)
        got = kept[case.id]
        if isinstance(got, Exception):
            raise got
        return got

    return result
