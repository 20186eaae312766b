"""One server for the whole list; each attack has a stage of its own, and is looked after."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.hostile.case import Case, Got
from tests.hostile.safety import check_safe
from tests.hostile.stage import Browser, Stage
from tests.hostile.wire import Host
from tests.server import ServerThread

#: Where our own failures would be written.
LOGGERS = ("", "django", "uvicorn", "asyncio")
#: What Django and uvicorn write as an error though it is the sender's: the logger, and a part of the message.
SENDERS_FAULT = (("django.security", ""), ("uvicorn.error", "Invalid UTF-8 sequence received from client."))


class Troubles(logging.Handler):
    """Every failure that the server writes into its log."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if not any(record.name.startswith(name) and words in record.msg for name, words in SENDERS_FAULT):
            self.found.append(logging.Formatter().format(record))


class Results:
    """Runs each attack once, and looks after it at the server and at the run."""

    def __init__(self, server: ServerThread, troubles: Troubles, kept: dict[str, Got]) -> None:
        address = urlsplit(server.url)
        self.server, self.troubles = server, troubles
        self.host = Host(str(address.hostname), int(address.port or 0))
        self.kept = kept

    def of(self, case: Case) -> Got:
        if case.id not in self.kept:
            self.kept[case.id] = self._attacked(case)
        return self.kept[case.id]

    def _attacked(self, case: Case) -> Got:
        stage = Stage(self.host)
        self.troubles.found.clear()
        try:
            got = case.got(stage)
        finally:
            self.server.drain()
        for answer in got.answers:
            check_safe(answer)
        assert self.troubles.found == [], "\n".join(self.troubles.found)[-3_000:]
        assert Browser(self.host).get("/healthz").status == 200
        if stage.touched:
            self._same(case, stage)
        return got

    def _same(self, case: Case, stage: Stage) -> None:
        """The run is what it was."""
        after, before = stage.trace(stage.run), dict(stage.before)
        if case.taken:
            assert int(str(after["commands"])) >= int(str(before["commands"]))
            before["commands"] = after["commands"]
            before["clock"] = after["clock"]
        assert after == before


@pytest.fixture(scope="module")
def kept() -> dict[str, Got]:
    """What each attack got, for the listing."""
    return {}


@pytest.fixture
def results(live: ServerThread, kept: dict[str, Got]) -> Iterator[Results]:
    troubles = Troubles()
    for name in LOGGERS:
        logging.getLogger(name).addHandler(troubles)
    yield Results(live, troubles, kept)
    for name in LOGGERS:
        logging.getLogger(name).removeHandler(troubles)
