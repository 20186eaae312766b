"""Notices to other processes: nobody waits for them, and a layer that is away loses them and nothing else."""

import asyncio
import threading
import time

import pytest

from simulator.runs import notices


class Layer:
    """A layer between processes; `send` is what its `group_send` does."""

    def __init__(self, send):
        self.send = send

    async def group_send(self, group, message):
        assert group == notices.GROUP
        await self.send(message["run"])


@pytest.fixture
def told():
    return []


@pytest.fixture
def layer(monkeypatch):
    def put(send):
        monkeypatch.setattr(notices, "get_channel_layer", lambda: Layer(send))

    yield put
    notices.settle(5)


def until(holds, seconds=5):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_other_processes_are_told(layer, told):
    async def send(run):
        told.append(run)

    layer(send)
    notices.tell("a")
    notices.tell("b")

    until(lambda: sorted(told) == ["a", "b"])


def test_nobody_waits_for_a_layer_that_swallows(layer, told, monkeypatch):
    monkeypatch.setattr(notices, "SEND_S", 0.2)
    swallows = threading.Event()
    swallows.set()

    async def send(run):
        while swallows.is_set():
            await asyncio.sleep(0.01)
        told.append(run)

    layer(send)
    started = time.monotonic()
    for number in range(100):
        notices.tell(f"run {number % 3}")
    assert time.monotonic() - started < 0.1

    time.sleep(0.3)
    swallows.clear()
    notices.tell("run 4")
    until(lambda: "run 4" in told)
    assert len(told) <= 4  # told once each, however often it was said meanwhile


def test_a_layer_that_is_away_loses_notices_and_says_so_once(layer, told, caplog):
    away = [True]

    async def send(run):
        if away[0]:
            raise ConnectionError("no Redis")
        told.append(run)

    layer(send)
    for _ in range(5):
        notices.tell("a")
        notices.settle(5)
    assert [record.getMessage() for record in caplog.records] == ["notices are lost"]

    away[0] = False
    notices.tell("a")
    until(lambda: told == ["a"])
    until(lambda: caplog.records[-1].getMessage() == "notices go out again")


def test_a_listener_whose_loop_has_ended_harms_nobody(layer, monkeypatch):
    loop = asyncio.new_event_loop()
    loop.close()
    heard = []
    gone = [lambda run: loop.call_soon_threadsafe(print), heard.append]
    monkeypatch.setattr(notices, "listeners", gone)

    notices.tell("a")

    assert heard == ["a"]
