"""The yardstick: a server of the `websockets` library alone that broadcasts recorded frames, ten a second.

`python -m benchmarks.crowd.bare <file>`; the file holds one frame a line.
"""

from __future__ import annotations

import asyncio
import sys
from itertools import cycle
from pathlib import Path

from websockets.asyncio.server import ServerConnection, broadcast, serve

TICK_S = 0.1


async def stay(connection: ServerConnection) -> None:
    await connection.wait_closed()


async def main(frames: list[str]) -> None:
    async with serve(stay, "127.0.0.1", 0, compression=None, max_size=64 * 1024, backlog=2048) as server:
        print(f"http://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/", flush=True)
        loop = asyncio.get_running_loop()
        due = loop.time()
        for frame in cycle(frames):
            broadcast(server.connections, frame)
            due = max(due + TICK_S, loop.time())
            await asyncio.sleep(due - loop.time())


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()))
