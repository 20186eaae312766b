"""Crowds: what a delivered frame, a click, a replay and an idle viewer cost. docs/performance.md explains.

Real server processes on this machine, and viewers in this one; it takes about six minutes.
"""

from __future__ import annotations

from benchmarks import Figure
from benchmarks.crowd import clicking, rebuilding, sitting, watching

CROWDS = (200, 1000)
RUNS = (100, 300)


def run() -> list[Figure]:
    """All figures of crowds."""
    figures = [figure for viewers in CROWDS for figure in watching.crowd_of(viewers)]
    return [
        *figures,
        *(figure for runs in RUNS for figure in watching.many_runs(runs)),
        *clicking.figures(),
        *rebuilding.figures(),
        *sitting.figures(),
    ]
