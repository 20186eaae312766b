"""What a scenario plays on: server processes over a database, a driver, and viewers of its run."""

from __future__ import annotations

import asyncio
import contextlib
import random
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.backing import PrivatePostgres, PrivateRedis
from tests.faults.driver import Driver
from tests.faults.judge import Record, Verdict, record_of
from tests.faults.servers import Preloaded, ServerProcess, environment
from tests.faults.viewer import Viewer

#: A session's row is written by the first post; what a stage may wait for, on a machine with other work.
PATIENCE_S = 60.0


@dataclass
class Stage:
    """One run at a time: `open` starts it, `close` pauses it and judges."""

    folder: Path
    database_url: str
    servers: list[ServerProcess]
    draw: random.Random
    verdict: Verdict
    redis: PrivateRedis | None = None
    postgres: PrivatePostgres | None = None
    viewers: list[Viewer] = field(default_factory=list)
    driver: Driver = field(init=False)

    @property
    def hosts(self) -> list[str]:
        return [server.host for server in self.servers]

    def record(self) -> Record:
        """The run as the database holds it now."""
        return record_of(self.database_url, self.driver.run)

    async def open(self, watched_at: list[list[str]] | None = None) -> None:
        """A new run that plays, with viewers at these hosts (two at the first server, without any)."""
        self.driver = Driver(self.hosts, self.draw)
        await self.driver.begin(seed=f"{self.draw.getrandbits(32):x}")
        for number, hosts in enumerate(watched_at or [self.hosts, self.hosts]):
            viewer = Viewer(str(number + 1), self.driver.run, self.driver.model, hosts)
            self.viewers.append(viewer.start())
        for viewer in self.viewers:
            await viewer.until(lambda v: v.log.horizon_us > 300_000, PATIENCE_S)

    async def give_something(self) -> None:
        kind, body = self.driver.something()
        await self.driver.give(kind, body)

    async def play(self, seconds: float, commands: int = 0) -> None:
        """Let the run play, with commands at drawn moments."""
        moments = sorted(self.draw.uniform(0, seconds) for _ in range(commands))
        passed = 0.0
        for moment in moments:
            await asyncio.sleep(max(0.0, moment - passed))
            started = asyncio.get_running_loop().time()
            await self.give_something()
            passed = moment + asyncio.get_running_loop().time() - started
        await asyncio.sleep(max(0.0, seconds - passed))

    async def close(self) -> Record:
        """Pause, let everyone come to the same end, judge, and let the viewers go."""
        await self.driver.give("clock", {"rate": 0})
        for viewer in self.viewers:
            with contextlib.suppress(TimeoutError):
                await viewer.until(lambda v: self._at_the_end(v), PATIENCE_S)
        await asyncio.sleep(0.3)
        record = self.record()
        self.verdict.judge(record, self.viewers, self.driver.given)
        for viewer in self.viewers:
            await viewer.stop()
        self.viewers.clear()
        return record

    def _at_the_end(self, viewer: Viewer) -> bool:
        clock = viewer.log.clock
        known = viewer.log.commands == len(self.record().commands)
        return known and clock.get("rate") == 0 and viewer.log.horizon_us >= clock["at_us"]

    def end(self) -> None:
        for server in self.servers:
            server.kill()
        self.servers[0].source.end()
        for backing in (self.redis, self.postgres):
            if backing is not None:
                backing.stop()


@contextlib.asynccontextmanager
async def one_process(name: str, seed: int) -> AsyncIterator[Stage]:
    """SQLite, no Redis, one process: `make serve`."""
    with tempfile.TemporaryDirectory(prefix="signalbox-faults-") as made:
        folder = Path(made)
        database_url = f"sqlite:///{folder / 'runs.sqlite3'}"
        variables = environment(database_url)
        source = Preloaded(variables)
        servers = [ServerProcess("one", source, folder)]
        stage = Stage(folder, database_url, servers, random.Random(seed), Verdict(name))
        async with _started(stage):
            yield stage


@contextlib.asynccontextmanager
async def two_processes(
    name: str, seed: int, *, redis_at: Callable[[PrivateRedis], str] = lambda redis: redis.url
) -> AsyncIterator[Stage]:
    """PostgreSQL, Redis and two processes; `redis_at` may lead the processes to Redis by another way."""
    with tempfile.TemporaryDirectory(prefix="signalbox-faults-") as made:
        folder = Path(made)
        postgres, redis = PrivatePostgres(folder).start(), PrivateRedis(folder).start()
        try:
            variables = environment(postgres.url, redis_at(redis))
            source = Preloaded(variables)
            servers = [ServerProcess(server, source, folder) for server in ("one", "two")]
            draw = random.Random(seed)
            stage = Stage(folder, postgres.url, servers, draw, Verdict(name), redis, postgres)
            async with _started(stage):
                yield stage
        finally:
            redis.stop()
            postgres.stop()


@contextlib.asynccontextmanager
async def _started(stage: Stage) -> AsyncIterator[None]:
    try:
        for server in stage.servers:
            server.launch()
        for server in stage.servers:
            await server.answers()
        yield
    except AssertionError as error:
        stage.verdict.wrong.append(str(error))
    except TimeoutError as error:
        stage.verdict.wrong.append(str(error) or "something did not come in time")
    finally:
        for viewer in stage.viewers:
            await viewer.stop()
        for server in stage.servers:
            stage.verdict.add("tracebacks in the servers' logs", server.tracebacks())
        if stage.verdict.wrong:
            stage.verdict.figures["last words"] = _last_words(stage)
        stage.end()


def _last_words(stage: Stage) -> str:
    """The servers' latest errors, for whoever has to find out."""
    texts = [server.log.read_text() for server in stage.servers if server.log.exists()]
    places = [text.rfind("Traceback (most recent call last)") for text in texts]
    return "\n".join(t[p : p + 3000] for t, p in zip(texts, places, strict=True) if p >= 0)
