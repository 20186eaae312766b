"""A socket of the application, without a server: what a browser would send and get."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from asgiref.testing import ApplicationCommunicator

from config.asgi import application

HOST = (b"host", b"localhost")


class Socket(ApplicationCommunicator):
    """One browser's socket at `address`, opened by a page of `origin`."""

    def __init__(self, address: str, origin: bytes = b"http://localhost") -> None:
        parts = urlsplit(address)
        scope: dict[str, Any] = {
            "type": "websocket",
            "path": unquote(parts.path),
            "query_string": parts.query.encode(),
            "headers": [HOST, (b"origin", origin)],
            "subprotocols": [],
        }
        super().__init__(application, scope)

    async def opened(self) -> bool:
        """Whether the handshake succeeds."""
        await self.send_input({"type": "websocket.connect"})
        return (await self.receive_output(5))["type"] == "websocket.accept"

    async def frame(self) -> str:
        """The next text that comes."""
        message = await self.receive_output(5)
        assert message["type"] == "websocket.send", message
        return message["text"]

    async def say(self, text: str) -> None:
        await self.send_input({"type": "websocket.receive", "text": text})

    async def leave(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(5)
