"""A frame whose bytes are ready arrives as the same text, short or long; a closed socket takes nothing."""

import asyncio

import pytest
import uvicorn
from websockets.asyncio.client import connect

from config.ready_frames import with_ready_frames
from config.server import OPTIONS, listen
from simulator.runs.viewer import message_of

SIZES = (0, 1, 125, 126, 127, 65_535, 65_536, 200_000)


async def served(application, talk):
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(with_ready_frames(application), **OPTIONS, lifespan="off"))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not server.started:
            await asyncio.sleep(0.01)
        async with connect(
            f"ws://127.0.0.1:{listener.getsockname()[1]}/", max_size=None, proxy=None
        ) as socket:
            return await talk(socket)
    finally:
        server.should_exit = True
        await serving


@pytest.mark.asyncio
async def test_frames_of_all_sizes_arrive_whole():
    texts = ["é" * (size // 2) + "x" * (size % 2) for size in SIZES]

    async def application(scope, receive, send):
        await send({"type": "websocket.accept"})
        for text in texts:
            await send(message_of(text))
            await send({"type": "websocket.send", "text": "between"})
        await receive()
        await receive()

    async def talk(socket):
        return [await socket.recv() for _ in range(2 * len(texts))]

    got = await served(application, talk)

    assert got[::2] == texts
    assert set(got[1::2]) == {"between"}


@pytest.mark.asyncio
async def test_a_closed_socket_takes_no_bytes():
    ended = asyncio.Event()

    async def application(scope, receive, send):
        await send({"type": "websocket.accept"})
        await receive()
        await receive()
        with pytest.raises(Exception):  # noqa: B017  (uvicorn's own kind)
            await send(message_of("too late"))
        ended.set()

    async def talk(socket):
        await socket.close()
        await asyncio.wait_for(ended.wait(), 5)

    await served(application, talk)
