"""What runs stand on goes away and comes back: Redis, PostgreSQL, and the notices between processes."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator

from tests.faults.backing import PrivateRedis
from tests.faults.driver import Given
from tests.faults.judge import Record
from tests.faults.kills import REPEATED_MAX_S, Break
from tests.faults.proxy import Wire
from tests.faults.stage import Stage, two_processes
from tests.faults.viewer import Viewer

REDIS_AWAY_S = 30.0
POSTGRES_AWAY_S = (0.0, 2.0, 10.0)
#: A command shows in every page so soon: with the notice, and without it.
SHOWN_MAX_MS, SHOWN_WITHOUT_NOTICE_MAX_MS = 300.0, 1000.0
#: Times are judged where the machine has nothing else to do; elsewhere they are told.
ANSWERED_MAX_S = 5.0


def shown_ms(record: Record, given: Given, viewer: Viewer) -> float | None:
    """From the post to the page that shows what the command did."""
    at_us = record.number_of(given.key).at_us
    node = given.body["node"]
    for entry, arrived_us in zip(viewer.log.entries, viewer.log.arrived, strict=True):
        if entry.at_us == at_us and entry.node == node:
            return (arrived_us - given.posted_us) / 1e3
    return None


class Phase:
    """Commands given under one condition, to be timed when the log is known."""

    def __init__(self, name: str, stage: Stage) -> None:
        self.name, self.stage = name, stage
        self.given: list[Given] = []

    async def give(self, count: int, pause_s: tuple[float, float] = (0.3, 0.9)) -> None:
        """Sends by turns through both processes."""
        draw = self.stage.draw
        for number in range(count):
            host = self.stage.hosts[number % len(self.stage.hosts)]
            body = {"node": "web", "count": 1}
            self.given.append(await self.stage.driver.give("send", body, host=host))
            await asyncio.sleep(draw.uniform(*pause_s))

    def tell(self, record: Record) -> None:
        verdict = self.stage.verdict
        answers = [(given.answered_us - given.posted_us) / 1e3 for given in self.given]
        verdict.note(f"ms from post to answer, {self.name}", answers)
        for given in self.given:
            told = [shown_ms(record, given, viewer) for viewer in self.stage.viewers]
            verdict.must(None not in told, f"a command did not show, {self.name}")
            verdict.note(f"ms from post to page, {self.name}", [ms for ms in told if ms is not None])

    def judge(self, limit_ms: float) -> None:
        """At least the middle keeps the promise on any machine; the spread is told."""
        values = sorted(self.stage.verdict.figures.get(f"ms from post to page, {self.name}", []))
        middle = values[len(values) // 2] if values else 0.0
        self.stage.verdict.must(middle <= limit_ms, f"{self.name}: commands take {middle:.0f} ms to show")


async def settled(phases: list[Phase], stage: Stage) -> None:
    """Pause, judge the logs, then time the phases by what the viewers kept."""
    viewers = list(stage.viewers)
    record = await stage.close()
    stage.viewers = viewers
    for phase in phases:
        phase.tell(record)
    stage.viewers = []


async def notice(rounds: int, seed: int) -> Stage:
    """Commands from either process show in both; with notices cut, and swallowed, a little later."""
    wire = Wire("")

    async with _wired("notice", seed, wire) as stage:
        await stage.open([stage.hosts[:1], stage.hosts[1:]])
        phases = [
            Phase(name, stage)
            for name in ("with notices", "notices cut", "notices swallowed", "notices back")
        ]
        await phases[0].give(rounds)
        wire.refuses = True
        wire.cut()
        await phases[1].give(rounds)
        wire.refuses = False
        await asyncio.sleep(3)
        wire.flows.clear()
        await phases[2].give(rounds)
        wire.flows.set()
        await asyncio.sleep(3)
        await phases[3].give(rounds)
        await settled(phases, stage)
        for phase in phases:
            with_notice = phase.name in ("with notices", "notices back")
            phase.judge(SHOWN_MAX_MS if with_notice else SHOWN_WITHOUT_NOTICE_MAX_MS)
    return stage


@contextlib.asynccontextmanager
async def _wired(name: str, seed: int, wire: Wire) -> AsyncIterator[Stage]:
    await wire.start()

    def through_the_wire(redis: PrivateRedis) -> str:
        wire.target = f"127.0.0.1:{redis.port}"
        return f"redis://{wire.host}/0"

    try:
        async with two_processes(name, seed, redis_at=through_the_wire) as stage:
            yield stage
    finally:
        await wire.stop()


async def redis(rounds: int, seed: int, away_s: float = REDIS_AWAY_S) -> Stage:
    """Redis is killed, or frozen, and comes back; commands go on meanwhile."""
    async with two_processes("redis", seed) as stage:
        assert stage.redis is not None
        for number in range(rounds):
            await stage.open([stage.hosts[:1], stage.hosts[1:]])
            frozen = number % 2 == 1
            phases = [Phase(name, stage) for name in ("before", "frozen" if frozen else "gone", "back")]
            await phases[0].give(4)
            await asyncio.to_thread(stage.redis.freeze if frozen else stage.redis.kill)
            ends = asyncio.get_running_loop().time() + away_s
            while asyncio.get_running_loop().time() < ends:
                await phases[1].give(1, (0.5, 2.0))
            await asyncio.to_thread(stage.redis.thaw if frozen else stage.redis.start)
            await asyncio.sleep(2)
            await phases[2].give(4)
            connections = [viewer.connections for viewer in stage.viewers]
            await settled(phases, stage)
            stage.verdict.must(
                connections == [1, 1], "a page had to connect again though only Redis was away"
            )
            phases[1].judge(SHOWN_WITHOUT_NOTICE_MAX_MS)
    return stage


async def postgres(rounds: int, seed: int, away_s: tuple[float, ...] = POSTGRES_AWAY_S) -> Stage:
    """PostgreSQL is restarted, or crashes, and comes back; commands wait for it, pages play on."""
    async with two_processes("postgres", seed) as stage:
        assert stage.postgres is not None
        for number in range(rounds):
            await stage.open([stage.hosts, stage.hosts[::-1]])
            await stage.play(2.0, commands=2)
            before = [Break(viewer) for viewer in stage.viewers]
            await asyncio.to_thread(stage.postgres.stop, "immediate" if number % 2 else "fast")
            stopped = asyncio.get_running_loop().time()
            waiting = asyncio.create_task(stage.give_something())
            away = away_s[number % len(away_s)]
            await asyncio.sleep(away)
            during = [Break(viewer) for viewer in stage.viewers]
            await asyncio.to_thread(stage.postgres.start)
            back = asyncio.get_running_loop().time()
            await waiting
            accepted = asyncio.get_running_loop().time()
            stage.verdict.note("seconds away", [back - stopped])
            stage.verdict.note("seconds until a command is taken again", [accepted - back])
            await stage.play(2.0, commands=2)
            _went_on(stage, before, during)
            await stage.close()
    return stage


def _went_on(stage: Stage, before: list[Break], during: list[Break]) -> None:
    for one, other in zip(before, during, strict=True):
        horizons = [seen.horizon_us for seen in one.viewer.seen[one.frames :]]
        fell = max((a - b for a, b in itertools.pairwise(horizons)), default=0) / 1e6
        stage.verdict.note("virtual seconds repeated", [max(0.0, fell)])
        stage.verdict.must(fell <= REPEATED_MAX_S, f"viewer {one.viewer.name} repeated {fell:.2f} s")
        stage.verdict.must(other.horizon_us >= one.horizon_us, "time stood or fell while PostgreSQL was away")
