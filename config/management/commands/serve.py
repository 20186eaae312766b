"""`make serve`: bring the database up to date and serve, in one process, on one port."""

import contextlib
import os
from typing import Any

from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connections

from config.server import AddressTaken, Server, address, listen
from config.startup import refusals


def port_number(text: str) -> int:
    """A port as people type it; raises CommandError for anything else."""
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise CommandError(f"PORT is {text!r}; it has to be a number from 0 to 65535 (0 picks a free one).")
    return int(text)


class Command(BaseCommand):
    help = "Migrate and serve Signalbox in one process (HOST and PORT choose where)."
    requires_system_checks = "__all__"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1")
        parser.add_argument("--port", default=os.environ.get("PORT") or "8000")

    def handle(self, *, host: str, port: str, **options: Any) -> None:
        reasons = list(refusals())
        if reasons:
            raise CommandError("\n".join(reasons))
        try:
            listener = listen(host, port_number(port))
        except AddressTaken as error:
            raise CommandError(str(error)) from None
        call_command("migrate", verbosity=0, interactive=False)
        connections.close_all()  # this thread is the server's loop from here on, and asks no database
        server = Server(started=lambda: self.say(address(listener)))
        with contextlib.suppress(KeyboardInterrupt):
            server.run(sockets=[listener])
        if not server.started:
            raise CommandError("Signalbox did not start; the lines above say why.")

    def say(self, url: str) -> None:
        self.stdout.write(self.style.SUCCESS(f"\n  Signalbox is running at {url}\n") + "  Ctrl-C stops it.\n")
        self.stdout.flush()
