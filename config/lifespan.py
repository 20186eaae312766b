"""What happens when the server's loop starts and before it ends."""

import asyncio
from typing import Any

from simulator.diagrams import warm_up
from simulator.runs import hub
from simulator.runs.workshop import workshop


async def lifespan(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """The hub makes its rounds meanwhile; the workshop starts with its first piece of work.

    The drawing engine gets warm beside the first requests; /readyz says when it is.
    """
    while True:
        event = await receive()
        if event["type"] == "lifespan.startup":
            hub().start()
            asyncio.get_running_loop().run_in_executor(None, warm_up)
            await send({"type": "lifespan.startup.complete"})
        elif event["type"] == "lifespan.shutdown":
            await hub().stop()
            await asyncio.to_thread(workshop().close)
            await send({"type": "lifespan.shutdown.complete"})
            return
