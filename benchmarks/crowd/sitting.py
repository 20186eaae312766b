"""What viewers and replicas weigh: differences of the server's resident memory."""

from __future__ import annotations

import asyncio

from benchmarks import Figure
from benchmarks.crowd.servers import Server, signalbox
from benchmarks.crowd.viewers import Crowd, socket_of

FEW, MANY = 200, 1000
RUNS = 300
SITTING_S = 3.0


async def memory_under(server: Server, addresses: list[str]) -> int:
    """Resident KB while so many sit."""
    async with Crowd(server.port, addresses):
        await asyncio.sleep(SITTING_S)
        return server.memory_kb()


def a_viewer_kb() -> float:
    """Viewers of one run that stands still. The first few warm the server up and are not counted."""
    with signalbox() as server:
        (run_id,) = server.told("benchmarks.crowd.runs", "1", "10/min", "0")
        few = asyncio.run(memory_under(server, [socket_of(run_id)] * FEW))
    with signalbox() as server:
        (run_id,) = server.told("benchmarks.crowd.runs", "1", "10/min", "0")
        many = asyncio.run(memory_under(server, [socket_of(run_id)] * MANY))
    return (many - few) / (MANY - FEW)


def a_replica_kb(viewer_kb: float) -> float:
    """Runs that play for their first seconds, one viewer each, without what the viewer weighs."""
    with signalbox() as server:
        ids = server.told("benchmarks.crowd.runs", str(RUNS), "10/min", "1")
        addresses = [socket_of(run_id) for run_id in ids]
        few = asyncio.run(memory_under(server, addresses[:20]))
        many = asyncio.run(memory_under(server, addresses))
    return (many - few) / (RUNS - 20) - viewer_kb


def figures() -> list[Figure]:
    viewer_kb = a_viewer_kb()
    return [
        Figure("memory of an idle viewer", viewer_kb, "KB"),
        Figure("memory of a replica in its first seconds", a_replica_kb(viewer_kb), "KB"),
    ]
