"""The one socket: frames of a run, outward only. What a viewer sends is not listened to."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer

from people.allowances import TooMuch, address_of, learner_in, spend_as
from simulator.runs import Cursor, RunNotFound, hub
from simulator.runs.viewer import Viewer
from simulator.web.forms import asked_cursor
from simulator.web.seats import leave_seat, take_seat

#: Told to a viewer of a run that there is not; the handshake itself succeeds, so that the browser hears it.
NO_SUCH_RUN = 4404
#: This learner, address or run has as many sockets as it may; the page tries again, then polls.
TOO_MANY = 4429
#: A viewer has nothing to say; one that talks on is shown out.
TALKATIVE = 4408
MESSAGES_MAX = 20


class RunSocket(AsyncWebsocketConsumer):
    """Whoever knows a run's id may watch it."""

    channel_layer_alias = "none: the hub hands frames to sockets itself"

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """The socket's whole life; however it ends, its viewer parts and its seat is free again."""
        self.run_id: str = scope["url_route"]["kwargs"]["run_id"]
        self.viewer: Viewer | None = None
        self.seat: tuple[str, ...] | None = None
        self.heard = 0
        self.shown_out = False
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._stand_up()

    async def connect(self) -> None:
        """Accept, and join the run, whose frames come until the viewer leaves."""
        await self.accept()
        if not await self._sit_down():
            await self._show_out(TOO_MANY)
            return
        try:
            self.viewer = await hub().join(self.run_id, self._cursor(), self.base_send)
        except RunNotFound:
            await self._show_out(NO_SUCH_RUN)

    async def _sit_down(self) -> bool:
        address = address_of((self.scope.get("client") or ("",))[0])
        try:
            learner = await database_sync_to_async(_admitted)(self.scope.get("session") or {}, address)
        except TooMuch:
            return False
        self.seat = take_seat(learner, address, self.run_id)
        return self.seat is not None

    def _cursor(self) -> Cursor:
        try:
            asked = parse_qs(self.scope["query_string"].decode("ascii", "replace"), max_num_fields=10)
        except ValueError:
            asked = {}
        return asked_cursor(asked.get("commands", [None])[0], asked.get("next", [None])[0])

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Nothing is expected from a viewer."""
        self.heard += 1
        if self.heard > MESSAGES_MAX:
            await self._show_out(TALKATIVE)

    async def _show_out(self, code: int) -> None:
        """Close the socket, once: what a viewer says after that, or a frame for it, must not follow."""
        if not self.shown_out:
            self.shown_out = True
            self._part()
            await self.close(code)

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        """The viewer has left."""
        raise StopConsumer

    def _part(self) -> None:
        if self.viewer is not None:
            hub().part(self.run_id, self.viewer)
            self.viewer = None

    def _stand_up(self) -> None:
        self._part()
        if self.seat is not None:
            leave_seat(self.seat)


def _admitted(session: Any, address: str) -> str | None:
    """Who this is, after paying for one connection more. Raises TooMuch."""
    learner = learner_in(session)
    spend_as("sockets", learner, address)
    return learner
