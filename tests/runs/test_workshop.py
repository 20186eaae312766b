"""The workshop: heavy work in processes that are killed at their bounds, and never in the server's."""

import math
import os
import subprocess
import sys
import threading
import time

import pytest

from simulator.diagrams import DiagramEdge, DiagramError, DiagramModel, DiagramNode, draw
from simulator.runs import tallies
from simulator.runs.heavy import checked, graded, laid_out
from simulator.runs.workshop import Busy, Lost, TooLarge, TooLong, Workshop
from simulator.scenarios import given_commands, library, load_text, truth
from tests.house.house import ROOT

MEMORY = 256 * 2**20
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shop():
    made = Workshop(processes=1, seconds=30, memory_bytes=MEMORY, waiting_s=0.2)
    yield made
    made.close()


def is_there(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


def test_work_is_done_elsewhere_and_by_the_same_process(shop):
    here = os.getpid()
    first, second = shop.do(os.getpid), shop.do(os.getpid)

    assert first == second != here


def test_an_error_of_the_work_is_the_callers(shop):
    with pytest.raises(ValueError, match="math domain error"):
        shop.do(math.sqrt, -1)

    assert shop.do(math.sqrt, 4) == 2


def test_work_that_takes_too_long_is_killed(shop):
    shop.do(os.getpid)
    [process_id] = shop.process_ids
    started = time.monotonic()
    with pytest.raises(TooLong, match="took longer than it may and was stopped"):
        shop.do(time.sleep, 60, seconds=0.3)

    assert time.monotonic() - started < 5
    assert not is_there(process_id)
    assert shop.do(math.sqrt, 9) == 3


@pytest.mark.skipif(sys.platform != "linux", reason="Memory is bounded by RLIMIT_DATA, which Linux enforces.")
def test_work_that_takes_too_much_memory_is_stopped(shop):
    shop.do(os.getpid)
    [process_id] = shop.process_ids
    with pytest.raises(TooLarge, match="more memory than it may have"):
        shop.do(bytearray, 2 * MEMORY)

    assert not is_there(process_id)
    assert len(shop.do(bytearray, MEMORY // 8)) == MEMORY // 8


def test_a_process_that_dies_is_replaced(shop):
    with pytest.raises(Lost, match="could not be done just now"):
        shop.do(os._exit, 3)

    assert shop.do(math.sqrt, 16) == 4


def test_whoever_waits_too_long_is_told(shop):
    shop.do(os.getpid)
    other = threading.Thread(target=shop.do, args=(time.sleep, 1.0))
    other.start()
    time.sleep(0.2)
    before = tallies.counted().get("workshop_busy", 0)
    with pytest.raises(Busy, match="too much heavy work"):
        shop.do(os.getpid)
    other.join()

    assert tallies.counted()["workshop_busy"] == before + 1


def test_closing_ends_every_process():
    made = Workshop(processes=2, seconds=30, memory_bytes=MEMORY)
    process_id = made.do(os.getpid)
    made.close()

    assert not is_there(process_id)
    assert made.process_ids == []


SERVER = """
import os, sys, threading, time
sys.path.insert(0, {root!r})
from simulator.runs.workshop import Workshop
shop = Workshop(processes=1, seconds=600, memory_bytes=2**28)
if __name__ == "__main__":
    print(shop.do(os.getpid), flush=True)
    shop.do(time.sleep, 600)
"""


def test_a_server_that_was_killed_leaves_no_work_behind(tmp_path):
    program = tmp_path / "server.py"
    program.write_text(SERVER.format(root=str(ROOT)), encoding="utf-8")
    with subprocess.Popen([sys.executable, str(program)], stdout=subprocess.PIPE, text=True) as server:
        process_id = int(server.stdout.readline())
        server.kill()
        server.wait()
    until = time.monotonic() + 10
    while is_there(process_id) and time.monotonic() < until:
        time.sleep(0.05)

    assert not is_there(process_id)


def test_a_drawing_is_the_same_from_there(shop, tmp_path):
    nodes = tuple(DiagramNode(name, "sqs", name, "", "tickets") for name in "abc")
    edges = (DiagramEdge("a--b", "a", "b", "", ""), DiagramEdge("b--c", "b", "c", "", ""))
    model = DiagramModel("three", "", nodes, edges)

    assert shop.do(laid_out, model, "TB", str(tmp_path)) == draw(model, direction="TB")
    assert list(tmp_path.glob("*.layout"))
    with pytest.raises(DiagramError, match="nothing to draw"):
        shop.do(laid_out, DiagramModel("none", "", (), ()), "LR", None)


def test_a_source_is_checked_there(shop):
    bomb = "a: &a [1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nid: 7\n"

    assert shop.do(checked, bomb) == load_text(bomb).diagnostics


def test_a_prediction_is_graded_as_it_is_measured(shop):
    scenario = library()["payment-queue"]
    for prediction in scenario.predictions:
        given = list(given_commands(scenario, prediction.given))
        found = shop.do(graded, scenario.canonical_json, prediction.seed, given, prediction.id)

        assert found == truth(scenario, prediction)
