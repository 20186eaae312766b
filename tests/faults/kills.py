"""Kill -9 in the middle of a run: the only process, or one of two."""

from __future__ import annotations

import asyncio
import contextlib

from tests.faults.judge import Record
from tests.faults.stage import Stage, one_process, two_processes
from tests.faults.viewer import Viewer, wall_us

KILLS_A_RUN = 10
#: A short stop is what a restarting container takes, a long one is longer than any guess of the server's.
DOWN_S = (0.0, 0.0, 0.0, 1.5, 6.5)
REPEATED_MAX_S = 2.0
#: Downtime that may be simulated when a process is back before anyone can know that it was away.
SIMULATED_MAX_S = 3.0


class Break:
    """What a viewer knew when it happened, to compare with what it is told first afterwards."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self.wall_us = wall_us()
        self.connections, self.frames = viewer.connections, len(viewer.seen)
        self.horizon_us = viewer.log.horizon_us
        self.entries = list(viewer.log.entries)

    async def over(self, seconds: float = 60) -> None:
        await self.viewer.until(lambda v: bool(v.seen) and v.seen[-1].connection > self.connections, seconds)

    @property
    def told_us(self) -> int:
        """The horizon of the first frame afterwards."""
        after = [seen for seen in self.viewer.seen[self.frames :] if seen.connection > self.connections]
        return after[0].horizon_us

    def resumed_us(self, record: Record) -> int:
        """Where virtual time went on, by the log: the first frame may come a moment later."""
        return min([self.told_us, *self.waited(record)])

    def waited(self, record: Record) -> list[int]:
        """Where the server made time go on after this break, if it did."""
        return [
            command.at_us
            for command in record.commands
            if command.body.get("reason") == "waited" and command.body["wall_us"] >= self.wall_us
        ]

    def simulated_s(self, record: Record, away_s: float) -> float:
        """How much of the downtime was simulated: none from where the run waited, else all of it."""
        waited = self.waited(record)
        return max(0.0, (waited[0] - self.horizon_us) / 1e6) if waited else away_s

    def repeated_s(self, record: Record) -> float:
        """Virtual time that this viewer had been told of and that was played once more."""
        return max(0.0, (self.horizon_us - self.resumed_us(record)) / 1e6)

    def leapt_s(self) -> float:
        """Virtual time that went by unseen until the first frame, without skipped gaps."""
        return max(0.0, self.viewer.log.played_s(self.horizon_us, self.told_us))

    def kept(self, record: Record) -> bool:
        """Whether everything up to where time went on is as it was."""
        until_us = min(self.horizon_us, self.resumed_us(record))
        old = [entry for entry in self.entries if entry.at_us <= until_us]
        return self.viewer.log.entries[: len(old)] == old


async def kill(rounds: int, seed: int) -> Stage:
    """The only process, on SQLite."""
    async with one_process("kill", seed) as stage:
        for number in range(rounds):
            if number % KILLS_A_RUN == 0:
                await stage.open()
            await _kill_one(stage)
            if number % KILLS_A_RUN == KILLS_A_RUN - 1 or number == rounds - 1:
                await stage.close()
    return stage


async def _kill_one(stage: Stage) -> None:
    (server,) = stage.servers
    await stage.play(stage.draw.uniform(0.8, 2.5), commands=stage.draw.randint(0, 2))
    on_its_way = asyncio.create_task(stage.give_something())
    await asyncio.sleep(stage.draw.choice([0, 0.005, 0.02, 0.05, 0.2]))
    breaks = [Break(viewer) for viewer in stage.viewers]
    server.kill()
    await asyncio.sleep(0.05)
    breaks = [_latest(one) for one in breaks]
    stage.verdict.add("kills", 1)
    await asyncio.sleep(stage.draw.choice(DOWN_S))
    await server.start()
    away_s = (wall_us() - breaks[0].wall_us) / 1e6
    for one in breaks:
        await one.over()
    await on_its_way
    stage.verdict.note("seconds away", [away_s])
    _compare(stage, breaks, away_s)


def _latest(one: Break) -> Break:
    """Frames may have come while the process died."""
    fresh = Break(one.viewer)
    fresh.connections, fresh.wall_us = one.connections, one.wall_us
    return fresh


def _compare(stage: Stage, breaks: list[Break], away_s: float) -> None:
    record = stage.record()
    for one in breaks:
        simulated_s = one.simulated_s(record, away_s)
        stage.verdict.note("seconds of downtime simulated", [simulated_s])
        stage.verdict.must(simulated_s <= SIMULATED_MAX_S, f"{simulated_s:.2f} s of downtime were simulated")
        stage.verdict.note("virtual seconds on at a page's first frame", [one.leapt_s()])
        _same_past(stage, one, record)


def _same_past(stage: Stage, one: Break, record: Record) -> None:
    repeated_s, name = one.repeated_s(record), one.viewer.name
    stage.verdict.note("virtual seconds repeated", [repeated_s])
    stage.verdict.must(repeated_s <= REPEATED_MAX_S, f"viewer {name} repeated {repeated_s:.2f} s")
    stage.verdict.must(one.kept(record), f"viewer {name}: what had happened was rewritten")


async def one_of_two(rounds: int, seed: int) -> Stage:
    """One of two processes, on PostgreSQL and Redis: its viewers go on at the other."""
    async with two_processes("one-of-two", seed) as stage:
        for number in range(rounds):
            if number % KILLS_A_RUN == 0:
                await stage.open([stage.hosts, stage.hosts[::-1]])
            await _kill_one_of_two(stage)
            if number % KILLS_A_RUN == KILLS_A_RUN - 1 or number == rounds - 1:
                await stage.close()
    return stage


async def _kill_one_of_two(stage: Stage) -> None:
    server = stage.draw.choice(stage.servers)
    await stage.play(stage.draw.uniform(0.8, 2.5), commands=stage.draw.randint(0, 2))
    hit = [Break(viewer) for viewer in stage.viewers if viewer.hosts[0] == server.host]
    spared = [viewer for viewer in stage.viewers if viewer.hosts[0] != server.host]
    before = {viewer: (viewer.connections, len(viewer.seen)) for viewer in spared}
    on_its_way = asyncio.create_task(stage.give_something())
    await asyncio.sleep(stage.draw.choice([0, 0.005, 0.02, 0.05]))
    server.kill()
    await asyncio.sleep(0.05)
    hit = [_latest(one) for one in hit]
    stage.verdict.add("kills", 1)
    for one in hit:
        await one.over()
    await on_its_way
    # The other process has played on meanwhile, so its viewers' time has, too.
    for one in hit:
        stage.verdict.note("seconds away", [(one.viewer.seen[-1].wall_us - one.wall_us) / 1e6])
        _same_past(stage, one, stage.record())
    for viewer in spared:
        connections, frames = before[viewer]
        stage.verdict.must(viewer.connections == connections, "the other process's viewer was thrown out")
        horizons = [seen.horizon_us for seen in viewer.seen[frames:]]
        stage.verdict.must(horizons == sorted(horizons), "the other process's viewer went back in time")
    await asyncio.sleep(stage.draw.choice([0.0, 1.0]))
    await server.start()
    _share_out(stage)


def _share_out(stage: Stage) -> None:
    """The next round again finds a viewer at each process, where the draw wants it."""
    for viewer in stage.viewers:
        with contextlib.suppress(ValueError):
            if stage.draw.random() < 0.5 and len({v.hosts[0] for v in stage.viewers}) == 1:
                viewer.hosts.append(viewer.hosts.pop(0))
                viewer.hang_up()
                return
