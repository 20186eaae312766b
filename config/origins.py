"""Sockets for our own pages only; an origin that can't be read is nobody's."""

from typing import Any
from urllib.parse import urlsplit

from channels.security.websocket import AllowedHostsOriginValidator

FOREIGN = 4403


def from_our_pages(inner: Any) -> Any:
    """The ASGI application `inner`, for sockets whose origin is an allowed host."""
    checked = AllowedHostsOriginValidator(inner)

    async def guarded(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if all(_is_readable(value) for name, value in scope["headers"] if name == b"origin"):
            await checked(scope, receive, send)
        else:  # Channels fails at it with a traceback
            await send({"type": "websocket.close", "code": FOREIGN})

    return guarded


def _is_readable(origin: bytes) -> bool:
    try:
        return urlsplit(origin.decode("latin-1")).port != 0
    except ValueError:
        return False
