"""A bound on what may be posted, before anything is read into memory or onto the disk."""

from collections.abc import Awaitable, Callable
from typing import Any

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

SAYS = b'{"error": "This post is larger than anything that is posted here."}'


def bodies_up_to(most_bytes: int, inner: Any) -> Any:
    """The ASGI application `inner`, but a request with a larger body gets 413, announced or not."""

    async def bounded(scope: Scope, receive: Receive, send: Send) -> None:
        if _announced(scope) > most_bytes:
            await _refuse(send)
            return
        read, begun, too_large = 0, False, False

        async def counting() -> dict[str, Any]:
            nonlocal read, too_large
            message = await receive()
            read += len(message.get("body", b""))
            if read <= most_bytes:
                return message
            too_large = True
            return {"type": "http.disconnect"}  # whoever reads it lets go of what was read so far

        async def noting(message: dict[str, Any]) -> None:
            nonlocal begun
            if not too_large or begun:
                begun = True
                await send(message)

        await inner(scope, counting, noting)
        if too_large and not begun:
            await _refuse(send)

    return bounded


def _announced(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0


async def _refuse(send: Send) -> None:
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(SAYS)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": SAYS})
