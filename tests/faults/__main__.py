"""`python -m tests.faults --scenario kill --rounds 100 --seed 1`: real processes, real faults, figures.

Exit status 1 when something was lost, doubled, late or different; the sentences say what.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from typing import Any

from tests.faults.judge import Verdict, spread
from tests.faults.schedule import SCENARIOS


def told(verdict: Verdict) -> str:
    """The figures of one scenario, as the program prints them."""
    lines = [f"{verdict.scenario}: {'held' if not verdict.wrong else 'BROKEN'}"]
    for name, value in verdict.figures.items():
        lines.append(f"  {name}: {spread(value) if isinstance(value, list) else value}")
    return "\n".join([*lines, *(f"  ! {sentence}" for sentence in verdict.wrong[:20])])


def options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.faults", description=__doc__)
    parser.add_argument("--scenario", choices=[*SCENARIOS, "all"], default="all")
    parser.add_argument("--rounds", type=int, help="how often; without it, as often as each scenario needs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", metavar="FILE", help="also write the figures there")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    chosen = options(arguments)
    names = list(SCENARIOS) if chosen.scenario == "all" else [chosen.scenario]
    verdicts: list[dict[str, Any]] = []
    broken = 0
    for name in names:
        play, rounds = SCENARIOS[name]
        started = time.monotonic()
        verdict = asyncio.run(play(chosen.rounds or rounds, chosen.seed)).verdict
        verdict.figures["wall seconds"] = round(time.monotonic() - started)
        print(told(verdict), flush=True)
        verdicts.append({"scenario": name, "figures": verdict.figures, "wrong": verdict.wrong})
        broken += bool(verdict.wrong)
    if chosen.json:
        with open(chosen.json, "w", encoding="utf-8") as file:
            json.dump(verdicts, file, indent=1)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
