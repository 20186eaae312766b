"""A server that stands still for a while, a viewer that does not read, a network that goes."""

from __future__ import annotations

import asyncio
import signal

from tests.faults.kills import REPEATED_MAX_S, SIMULATED_MAX_S, Break
from tests.faults.proxy import Wire
from tests.faults.stage import Stage, one_process
from tests.faults.viewer import Viewer, wall_us

HALTS_S = (1.0, 3.0, 8.0)
DEAF_S = 60.0
#: From here on a server knows that it has slept, and does not simulate what it has slept through.
SLEPT_S = 5.0


async def pause(rounds: int, seed: int, halts_s: tuple[float, ...] = HALTS_S) -> Stage:
    """The process stands still (a laptop that sleeps, a machine that is moved) and goes on."""
    async with one_process("pause", seed) as stage:
        (server,) = stage.servers
        await stage.open()
        for number in range(rounds):
            await stage.play(stage.draw.uniform(0.8, 2.0), commands=1)
            halt_s = halts_s[number % len(halts_s)]
            before = [(viewer, viewer.log.horizon_us, len(viewer.seen)) for viewer in stage.viewers]
            server.signal(signal.SIGSTOP)
            await asyncio.sleep(halt_s)
            server.signal(signal.SIGCONT)
            await asyncio.gather(*(_hears(viewer, frames) for viewer, _, frames in before))
            for viewer, horizon_us, frames in before:
                _moved(stage, viewer, horizon_us, frames, halt_s)
        await stage.close()
    return stage


async def _hears(viewer: Viewer, frames: int) -> None:
    await viewer.until(lambda v: len(v.seen) > frames + 5)


def _moved(stage: Stage, viewer: Viewer, horizon_us: int, frames: int, halt_s: float) -> None:
    moved = [viewer.log.played_s(horizon_us, seen.horizon_us) for seen in viewer.seen[frames : frames + 4]]
    stage.verdict.note("virtual seconds repeated", [max(0.0, -min(moved))])
    stage.verdict.must(min(moved) >= -REPEATED_MAX_S, f"repeated {-min(moved):.2f} s")
    if halt_s > SLEPT_S:
        stage.verdict.note("virtual seconds left out after a sleep", [max(0.0, max(moved))])
        stage.verdict.must(max(moved) <= SIMULATED_MAX_S, f"simulated {max(moved):.2f} s of sleep")


async def slow(rounds: int, seed: int, deaf_s: float = DEAF_S) -> Stage:
    """A page that does not read for a while holds nobody up; one whose network goes comes again."""
    async with one_process("slow", seed) as stage:
        wire = await Wire(stage.hosts[0]).start()
        try:
            for number in range(rounds):
                await stage.open([[wire.host], stage.hosts, stage.hosts])
                await stage.driver.give("configure", {"node": "web", "setting": "rate", "value": "5/s"})
                await (_deaf if number % 2 == 0 else _cut)(stage, wire, deaf_s)
                await stage.play(2.0, commands=2)
                await stage.close()
        finally:
            await wire.stop()
    return stage


async def _deaf(stage: Stage, wire: Wire, deaf_s: float) -> None:
    """Nothing flows to the first viewer; the second must not notice, and the first misses nothing."""
    quick = stage.viewers[1]
    frames, started_us = len(quick.seen), wall_us()
    first = stage.viewers[0]
    first.deaf.clear()
    wire.flows.clear()
    await stage.play(deaf_s, commands=3)
    between = [
        b.wall_us - a.wall_us for a, b in zip(quick.seen[frames:], quick.seen[frames + 1 :], strict=False)
    ]
    stage.verdict.note("ms between another page's frames meanwhile", [us / 1e3 for us in between])
    stage.verdict.must(
        len(between) > (wall_us() - started_us) / 1e6, "the other page got less than a frame a second"
    )
    wire.flows.set()
    first.deaf.set()


async def _cut(stage: Stage, wire: Wire, deaf_s: float) -> None:
    """The first viewer's network is reset, stays away for a tenth of the time, and comes back."""
    one = Break(stage.viewers[0])
    wire.refuses = True
    wire.cut()
    await stage.play(max(2.0, deaf_s / 10), commands=3)
    wire.refuses = False
    await one.over()
    stage.verdict.must(one.kept(stage.record()), "what had happened was rewritten")
    stage.verdict.note("entries missed and sent at once", [len(stage.viewers[0].log) - len(one.entries)])
