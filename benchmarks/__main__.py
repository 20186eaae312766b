"""Run every benchmark, or only those named: `make bench ARGS="engine diagram"`.

A benchmark is a module `bench_<name>.py` here with a function `run() -> list[Figure]`. It may use Django.
"""

import importlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import django

from benchmarks import Figure

HERE = Path(__file__).resolve().parent
LATEST = HERE / "latest.json"


def benchmarks_here() -> list[str]:
    return sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))


def chosen(wanted: list[str]) -> list[str]:
    """The benchmarks to run; a name that isn't there ends the program with those that are."""
    there = benchmarks_here()
    unknown = sorted(set(wanted) - set(there))
    if unknown:
        sys.exit(f"no benchmark {', '.join(unknown)}; there are: {', '.join(there) or 'none'}")
    return wanted or there


def measured(names: list[str]) -> Iterator[Figure]:
    for name in names:
        for figure in importlib.import_module(f"benchmarks.bench_{name}").run():
            print(figure, flush=True)
            yield figure


def main(wanted: list[str]) -> None:
    """Measure and print. Only a whole run is written down, so that latest.json is of one machine and time."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    rows = [figure.row() for figure in measured(chosen(wanted))]
    if not wanted:
        LATEST.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
        print(f"{len(rows)} figures are in {LATEST.relative_to(HERE.parent)}")


if __name__ == "__main__":
    main(sys.argv[1:])
