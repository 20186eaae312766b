"""Frames whose bytes are ready: under uvicorn they are not made again for each viewer.

A message may carry as `wire` the very bytes that its `text` becomes on the network. What may arrive, when to
wait and how a socket ends stays uvicorn's; another server knows no `wire` and sends the text.
"""

from __future__ import annotations

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import State


def with_ready_frames(inner: Any) -> Any:
    """The application `inner`, whose sends may carry `wire`."""

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        protocol = getattr(send, "__self__", None)
        quick = isinstance(protocol, WebSocketsSansIOProtocol)
        await inner(scope, receive, _quick(protocol) if quick else send)

    return application


def _quick(protocol: Any) -> Any:
    async def send(message: dict[str, Any]) -> None:
        wire = message.get("wire")
        if wire is not None and _takes_bytes(protocol):
            protocol.transport.write(wire)
        else:
            await protocol.send(message)

    return send


def _takes_bytes(protocol: Any) -> bool:
    """Open, with room in the buffer, and without an extension that would change the bytes."""
    conn = protocol.conn
    return (
        protocol.writable.is_set()
        and conn.state is State.OPEN
        and protocol.handshake_complete
        and not (
            protocol.close_sent or protocol.disconnected or conn.extensions or conn.expect_continuation_frame
        )
    )
