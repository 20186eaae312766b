"""How Signalbox is served: one place for uvicorn's options, for every command and for the tests."""

import errno
import socket
from collections.abc import Callable
from typing import Any

import uvicorn

APPLICATION = "config.asgi:application"

# Measured: uvicorn's sans-I/O websockets hand a frame to a viewer for little more than the bare library does;
# per-message compression alone costs seven times that. docs/decisions/0011-one-asgi-server.md
OPTIONS: dict[str, Any] = {
    "ws": "websockets-sansio",
    "ws_per_message_deflate": False,
    "ws_max_size": 64 * 1024,  # sockets only flow outward; what comes in is small
    "timeout_graceful_shutdown": 3,
    "log_config": None,  # Django's LOGGING holds
    "access_log": False,
}


class AddressTaken(Exception):
    """The port can't be had; the text says so to whoever started the server."""


def listen(host: str, port: int) -> socket.socket:
    """Bind first, so that a taken port is a plain sentence and not a traceback. Port 0 picks a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise AddressTaken(
                f"Port {port} is taken by another program. Choose another: make serve PORT={port + 1}"
            ) from None
        raise AddressTaken(f"Can't listen on {host}, port {port}: {error.strerror}") from None
    listener.set_inheritable(True)
    return listener


def address(listener: socket.socket) -> str:
    """What to type into a browser to get here."""
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104  (compared, not bound)
        host = "localhost"
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


class Server(uvicorn.Server):
    """Says when it can be reached, which is after it has started and not before."""

    def __init__(self, application: Any = APPLICATION, *, started: Callable[[], None] = lambda: None) -> None:
        super().__init__(uvicorn.Config(application, **OPTIONS))
        self._say_started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self._say_started()
