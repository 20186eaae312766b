"""What a delivered frame costs: many viewers of one run against the bare library, and many runs."""

from __future__ import annotations

import asyncio
import statistics
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import Figure
from benchmarks.crowd.servers import Server, bare, signalbox
from benchmarks.crowd.viewers import Crowd, socket_of

SETTLING_S = 3.0
MEASURED_S = 8.0
ROUNDS = 3
#: Four times what the scenario's control allows; and what it does by itself.
BUSY, USUAL = "20/s", "10/min"


@dataclass
class Watched:
    """One measurement of one server under one crowd."""

    cpu_us_a_frame: float
    frames_a_second: float
    bytes_a_frame: float
    between_p95_ms: float
    lost: int
    payloads: list[bytes]

    @property
    def cpu_percent(self) -> float:
        """Of one core."""
        return self.cpu_us_a_frame * self.frames_a_second / 1e4


async def watch(server: Server, addresses: list[str]) -> Watched:
    """Let a crowd in, wait until it sits, and measure for some seconds."""
    async with Crowd(server.port, addresses) as crowd:
        await asyncio.sleep(SETTLING_S)
        crowd.tally.clear()
        crowd.kept.clear()
        cpu_s = server.cpu_s()
        await asyncio.sleep(MEASURED_S)
        used_s, tally = server.cpu_s() - cpu_s, crowd.tally
        return Watched(
            cpu_us_a_frame=used_s / tally.frames * 1e6,
            frames_a_second=tally.frames / MEASURED_S,
            bytes_a_frame=tally.bytes / tally.frames,
            between_p95_ms=statistics.quantiles(tally.between_s, n=20)[18] * 1e3,
            lost=tally.lost + tally.begun_anew + crowd.closed,
            payloads=[payload for _, payload in crowd.kept],
        )


def one_run(server: Server, viewers: int) -> tuple[Watched, Watched]:
    """One new run before a crowd, and then the very same frames from the bare server before as many."""
    (run_id,) = server.told("benchmarks.crowd.runs", "1", BUSY, "1")
    ours = asyncio.run(watch(server, [socket_of(run_id)] * viewers))
    with TemporaryDirectory(prefix="signalbox-crowd-") as folder:
        frames = Path(folder) / "frames"
        frames.write_bytes(b"\n".join(ours.payloads) + b"\n")
        with bare(frames) as other:
            theirs = asyncio.run(watch(other, ["/"] * viewers))
    return ours, theirs


def crowd_of(viewers: int) -> list[Figure]:
    """Figures of one run with so many viewers; medians of interleaved rounds."""
    with signalbox() as server:
        rounds = [one_run(server, viewers) for _ in range(ROUNDS)]
    ours, theirs = [mine for mine, _ in rounds], [other for _, other in rounds]
    name = f"one run, {viewers:,} viewers"
    return [
        _compared(
            f"{name}: CPU a delivered frame, against bare websockets", "cpu_us_a_frame", "us", ours, theirs
        ),
        _compared(f"{name}: all frames a second", "frames_a_second", "1/s", ours, theirs),
        Figure(f"{name}: bytes a frame", statistics.median(w.bytes_a_frame for w in ours), "B"),
        Figure(f"{name}: frames lost or begun anew", sum(w.lost for w in ours), ""),
    ]


def _compared(name: str, what: str, unit: str, ours: list[Watched], theirs: list[Watched]) -> Figure:
    mine, other = (statistics.median(getattr(one, what) for one in side) for side in (ours, theirs))
    return Figure(name, mine, unit, other)


def many_runs(count: int) -> list[Figure]:
    """Figures of so many runs with one viewer each."""
    with signalbox() as server:
        ids = server.told("benchmarks.crowd.runs", str(count), USUAL, "1")
        watched = asyncio.run(watch(server, [socket_of(run_id) for run_id in ids]))
    name = f"{count} runs, one viewer each"
    return [
        Figure(f"{name}: CPU a delivered frame", watched.cpu_us_a_frame, "us"),
        Figure(
            f"{name}: CPU, share of one core", watched.cpu_us_a_frame * watched.frames_a_second / 1e4, "%"
        ),
        Figure(f"{name}: frames a second and viewer", watched.frames_a_second / count, "1/s"),
        Figure(f"{name}: between two frames, 95th percentile", watched.between_p95_ms, "ms"),
        Figure(f"{name}: frames lost or begun anew", watched.lost, ""),
    ]
