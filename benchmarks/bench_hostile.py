"""What an attack on the server costs somebody who watches another run: the time between two frames.

The whole list of tests/hostile is sent to a server process, with its usual allowances, while a viewer counts.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise

from benchmarks import Figure
from benchmarks.crowd.servers import ROOT, Server, signalbox
from tests.hostile.stage import SCENARIO, Browser
from tests.hostile.wire import Host, Socket

QUIET_S = 30.0
TEXT, PING, PONG = 1, 9, 10


def run() -> list[Figure]:
    usual = {"ALLOWANCE_LEARNER": "1", "ALLOWANCE_ADDRESS": "1", "ALLOWED_HOSTS": "127.0.0.1,localhost"}
    with signalbox(**usual) as server:
        host = Host("127.0.0.1", server.port)
        with _watching(host) as viewer:
            quiet = _intervals(viewer, _for(QUIET_S))
            attack = _attack(server)
            attacked = _intervals(viewer, lambda: attack.poll() is None)
        told, surprises = attack.communicate()
    assert attack.returncode == 0, surprises
    sent, surprised = told.split()
    if int(surprised):
        print(surprises, file=sys.stderr)
    return [
        _figure("95th percentile", attacked, quiet, _p95),
        _figure("median", attacked, quiet, statistics.median),
        _figure("longest", attacked, quiet, max),
        Figure(f"attacks of {sent} that got something unexpected under way", float(surprised), "attacks"),
    ]


def _figure(
    name: str, attacked: list[float], quiet: list[float], of: Callable[[list[float]], float]
) -> Figure:
    return Figure(f"frame interval of another run during an attack, {name}", of(attacked), "ms", of(quiet))


def _p95(intervals: list[float]) -> float:
    return statistics.quantiles(intervals, n=20)[-1]


def _watching(host: Host) -> Socket:
    """A viewer of a run that plays."""
    browser = Browser(host)
    made = browser.post("/runs/", {"scenario": SCENARIO, "seed": "1", "purpose": "lab"})
    assert made.status == 200, made
    run = made.json()["run"]
    return browser.socket(f"/ws/runs/{run}/", ("Origin", f"http://{host.netloc}"))


def _intervals(viewer: Socket, go_on: Callable[[], bool]) -> list[float]:
    """Milliseconds between two frames, as long as `go_on` says so."""
    arrivals = list(_arrivals(viewer, go_on))
    return [1_000 * (after - before) for before, after in pairwise(arrivals)]


def _arrivals(viewer: Socket, go_on: Callable[[], bool]) -> Iterator[float]:
    while go_on():
        frame = viewer.hear()
        assert frame is not None, "the viewer was shown out"
        if frame.opcode == TEXT:
            yield time.perf_counter()
        elif frame.opcode == PING:
            viewer.say(PONG, frame.data)


def _for(seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: time.monotonic() < end


def _attack(server: Server) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.hostile", "127.0.0.1", str(server.port)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, env=server.env, stdout=pipe, stderr=pipe, text=True)
