"""What happens when the server's loop starts and before it ends."""

from typing import Any

from simulator.runs import hub


async def lifespan(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Nothing has to be started: the hub starts with its first viewer. It has to be stopped."""
    while True:
        event = await receive()
        if event["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        elif event["type"] == "lifespan.shutdown":
            await hub().stop()
            await send({"type": "lifespan.shutdown.complete"})
            return
