"""The payment's golden trace, and the same bytes in another process.

`make golden` rewrites the file; read the difference before you commit it. A changed file needs a new
ENGINE_VERSION, unless no run of the present one can have been kept.
"""

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from simulator.engine import ENGINE_VERSION, trace_bytes, trace_hash
from tests.services.corpus import SECOND
from tests.services.worlds import Log, payments

GOLDEN = Path(__file__).parents[1] / "golden" / "payment-queue.jsonl"
ROOT = Path(__file__).parents[2]


def story():
    """One good payment, one while sales crashes after its write, one after it was restored."""
    world = payments(seed="golden", sales_queue={"visibility_timeout": "10s"})
    log = Log(world)
    log(SECOND, "send", "web", count=1)
    log(5 * SECOND, "fault", "sales", fault="crash", on=True, parameters={"after_step": "write-row"})
    log(6 * SECOND, "send", "web", count=1)
    log(20 * SECOND, "fault", "sales", fault="crash", on=False)
    log(21 * SECOND, "send", "web", count=2)
    world.run_until(60 * SECOND)
    return world


def written(world):
    head = msgspec.json.encode({"engine_version": ENGINE_VERSION, "entries": len(world.entries)})
    return head + b"\n" + trace_bytes(world.entries) + b"\n"


def test_the_golden_trace_of_a_payment():
    text = written(story()).decode()
    if os.environ.get("SIGNALBOX_GOLDEN") == "rewrite":
        GOLDEN.write_text(text, encoding="utf-8")
    kept = GOLDEN.read_text(encoding="utf-8").splitlines()
    for number, (before, now) in enumerate(zip(kept, text.splitlines(), strict=False), 1):
        assert now == before, f"{GOLDEN.name}:{number} is the first line that differs"
    assert len(kept) == len(text.splitlines())


@pytest.mark.parametrize("hash_seed", ["0", "4711"])
def test_another_process_gives_the_same_trace(hash_seed):
    program = "from tests.services.test_golden import *; print(trace_hash(story().entries))"
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == trace_hash(story().entries)
