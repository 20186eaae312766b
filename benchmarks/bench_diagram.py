"""Drawing architectures: Graphviz in process against a `dot` process, a kept drawing against a new one."""

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import Figure
from simulator.diagrams import (
    DiagramCache,
    DiagramEdge,
    DiagramModel,
    DiagramNode,
    dot_source,
    draw,
    renderer,
    warm_up,
)

_ROUNDS = 15
_STYLES = (("lambda_function", "lamps"), ("sqs", "tickets"), ("table", "rows"), ("sns", "switchboard"))


def architecture(count: int) -> DiagramModel:
    """A line of services with a side branch at every third one: 1.4 tracks a service."""
    nodes = tuple(
        DiagramNode(f"n{index}", kind, f"Service {index}", "One of many.", plate)
        for index in range(count)
        for kind, plate in [_STYLES[index % len(_STYLES)]]
    )
    pairs = [(max(0, index - 1 - index % 3), index) for index in range(1, count)]
    pairs += [(index, index + 4) for index in range(0, count - 4, 3)]
    edges = tuple(
        DiagramEdge(f"n{source}--n{target}", f"n{source}", f"n{target}", "send", "A track.")
        for source, target in dict.fromkeys(pairs)
    )
    return DiagramModel(f"{count} services", "Measured.", nodes, edges)


def milliseconds(work: Callable[[], object]) -> float:
    """The median wall time of one call."""
    work()
    times = []
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1_000)
    return statistics.median(times)


def run() -> list[Figure]:
    warm_up()
    return [*_renders(10), *_renders(50), *_kept()]


def _renders(count: int) -> list[Figure]:
    model = architecture(count)
    source = dot_source(model, "LR")
    layout = milliseconds(lambda: renderer.current().layout(source))
    whole = milliseconds(lambda: draw(model, direction="LR"))
    program = shutil.which("dot")
    if program is None:
        words = "no `dot` here to compare with"
        return [
            Figure(f"layout of {count} services ({words})", layout, "ms"),
            Figure(f"whole drawing of {count} services ({words})", whole, "ms"),
        ]
    there = renderer.DotRenderer(program)
    process = milliseconds(lambda: there.layout(source))
    return [
        Figure(f"layout of {count} services in process against a dot process", layout, "ms", process),
        Figure(f"whole drawing of {count} services against a dot layout", whole, "ms", process),
    ]


def _kept() -> list[Figure]:
    model = architecture(50)
    fresh = milliseconds(lambda: draw(model, direction="LR"))
    memory = DiagramCache()
    kept = milliseconds(lambda: draw(model, direction="LR", cache=memory))
    with tempfile.TemporaryDirectory() as folder:
        disk = milliseconds(lambda: draw(model, direction="LR", cache=DiagramCache(Path(folder))))
    return [
        Figure("drawing of 50 services kept in memory against a new one", kept, "ms", fresh),
        Figure("drawing of 50 services from a layout on disk against a new one", disk, "ms", fresh),
    ]
