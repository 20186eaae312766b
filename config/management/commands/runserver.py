"""`runserver` with websockets: Django's own, reload and all, on uvicorn."""

import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.commands import runserver
from django.db import connections
from django.utils import autoreload

from config.server import AddressTaken, Server, address, listen

WATCHED = ("lessons/content", "simulator/scenarios")  # content is read at start; a change restarts


class Command(runserver.Command):
    help = "Serve for development: websockets, reload on change, static files as they lie."
    default_port = os.environ.get("PORT") or "8000"
    addr: str
    port: str

    def inner_run(self, *args: Any, **options: Any) -> None:
        """Check, then serve until a file changes or Ctrl-C. Runs in a thread of the reloader's child."""
        autoreload.raise_last_exception()
        if not options["skip_checks"]:
            self.check()
        self.check_migrations()
        connections.close_all()
        try:
            listener = listen(self.addr, int(self.port))
        except AddressTaken as error:
            self.stderr.write(self.style.ERROR(str(error)))
            os._exit(1)  # sys.exit in a thread would leave the reloader running
        try:
            Server(started=lambda: self.say(address(listener))).run(sockets=[listener])
        except KeyboardInterrupt:
            sys.exit(0)

    def say(self, url: str) -> None:
        self.stdout.write(f"Signalbox ({settings.ENVIRONMENT}) is running at {url} and reloads on change.")
        self.stdout.write("Ctrl-C stops it.")


def watch_content(sender: autoreload.BaseReloader, **kwargs: Any) -> None:
    for folder in WATCHED:
        for pattern in ("**/*.yaml", "**/*.md"):
            sender.watch_dir(Path(settings.BASE_DIR) / folder, pattern)


autoreload.autoreload_started.connect(watch_content)
