"""The socket: a keyframe, then frames; for whoever knows the id, from our own pages."""

import asyncio

import pytest
import pytest_asyncio
from channels.db import database_sync_to_async as sync_to_async

from simulator.runs import append, create_run, hub, writer
from simulator.scenarios import library
from tests.runs.mirror import Mirror
from tests.web.sockets import Socket

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("transactional_db")]
SECOND = 1_000_000


@pytest_asyncio.fixture(autouse=True)
async def emptied():
    yield
    await hub().stop()
    await sync_to_async(writer.close)()


async def new_run(rate=0.0):
    scenario = library()["payment-queue"]
    return await sync_to_async(create_run)(scenario, owner_id=None, rate=rate, seed="1")


async def watch(run, query=""):
    viewer = Socket(f"/ws/runs/{run.id}/{query}")
    assert await viewer.opened()
    return viewer


def model():
    from simulator.scenarios import page_model

    return page_model(library()["payment-queue"])


async def test_a_keyframe_then_frames():
    run = await new_run()
    viewer, mirror = await watch(run), Mirror(model())
    first = mirror.take(await viewer.frame())
    assert first["type"] == "keyframe"

    await sync_to_async(append)(run.id, "send", {"node": "web", "count": 1}, "a")
    await sync_to_async(append)(run.id, "warp", {"to_us": 5 * SECOND}, "b")
    async with asyncio.timeout(5):
        while mirror.frame["horizon_us"] < 5 * SECOND:
            mirror.take(await viewer.frame())

    assert mirror.frame["commands"] == 3
    assert any(kind == "received" for *_, kind, _, _, _ in mirror.entries)
    await viewer.leave()


async def test_two_sockets_get_the_same_frames():
    run = await new_run(rate=10.0)
    viewers = [await watch(run) for _ in range(2)]
    mirrors = [Mirror(model()) for _ in viewers]
    async with asyncio.timeout(8):
        for viewer, mirror in zip(viewers, mirrors, strict=True):
            while not mirror.entries or mirror.frame["horizon_us"] < 3 * SECOND:
                mirror.take(await viewer.frame())

    shared = min(len(mirror.entries) for mirror in mirrors)
    assert mirrors[0].entries[:shared] == mirrors[1].entries[:shared]
    for viewer in viewers:
        await viewer.leave()


async def test_going_on_from_a_cursor():
    run = await new_run()
    await sync_to_async(append)(run.id, "send", {"node": "web", "count": 1}, "a")
    await sync_to_async(append)(run.id, "warp", {"to_us": 5 * SECOND}, "b")
    viewer, mirror = await watch(run), Mirror(model())
    mirror.take(await viewer.frame())
    await viewer.leave()

    again = await watch(run, "?commands=3&next=5")
    mirror.entries = mirror.entries[:5]
    frame = mirror.take(await again.frame())
    assert (frame["type"], frame["first"]) == ("frame", 5)
    await again.leave()


@pytest.mark.parametrize(
    "query", ["?commands=x", "?" + "&".join("a=1" for _ in range(50)), "?next=-1", "?%ff"]
)
async def test_a_senseless_cursor_begins_anew(query):
    viewer, mirror = await watch(await new_run(), query), Mirror(model())

    assert mirror.take(await viewer.frame())["type"] == "keyframe"
    await viewer.leave()


async def test_an_unknown_run_is_said_to_be_gone():
    viewer = Socket("/ws/runs/AAAAAAAAAAAAAAAAAAAAAA/")
    assert await viewer.opened()

    assert await viewer.receive_output(5) == {"type": "websocket.close", "code": 4404}


@pytest.mark.parametrize("path", ["/ws/runs/x/", "/ws/", "/ws/runs/AAAAAAAAAAAAAAAAAAAAAA/more/"])
async def test_other_addresses(path):
    assert not await Socket(path).opened()


@pytest.mark.parametrize(
    "origin",
    [
        b"http://elsewhere.example",
        b"null",
        b"http://localhost.elsewhere.example",
        b"http://[::1",
        b"http://localhost:99999999",
    ],
)
async def test_foreign_pages_are_refused(origin):
    run = await new_run()

    assert not await Socket(f"/ws/runs/{run.id}/", origin).opened()


async def test_what_a_viewer_says_changes_nothing():
    run = await new_run()
    viewer = await watch(run)
    await viewer.frame()
    await viewer.say('{"kind": "clock", "body": {"rate": 1000}}')
    assert await viewer.receive_nothing(0.3)

    for _ in range(25):
        await viewer.say("noise")
    assert await viewer.receive_output(5) == {"type": "websocket.close", "code": 4408}


async def test_a_viewer_who_leaves_is_forgotten():
    run = await new_run()
    viewer = await watch(run)
    await viewer.frame()
    assert len(hub().rooms[run.id].viewers) == 1
    await viewer.leave()

    assert not hub().rooms[run.id].viewers
