"""The notice "run x has a new command": to this process's hubs, and by the channel layer to other processes.

A notice may be lost; the hubs read the log every half second without one.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable

from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer

from simulator.runs import tallies

logger = logging.getLogger(__name__)

#: Every process that watches runs listens to this group.
GROUP = "runs"

#: How a run's id reaches the hubs of this process, from any thread.
listeners: list[Callable[[str], None]] = []


def tell(run_id: str) -> None:
    """Tell everyone who may watch the run. Never fails: without a notice it takes half a second longer."""
    for listener in tuple(listeners):
        with contextlib.suppress(RuntimeError):  # its loop has ended
            listener(run_id)
    layer = get_channel_layer()
    if layer is None or isinstance(layer, InMemoryChannelLayer):
        return
    try:
        async_to_sync(layer.group_send)(GROUP, {"type": "run.notice", "run": run_id})
    except Exception:  # Redis is away, or this thread runs a loop of its own
        tallies.count("notices_lost")
        logger.warning("a notice was lost", extra={"run": run_id}, exc_info=True)
