"""Two caches: finished drawings in memory, Graphviz's layouts on disk.

A layout depends on topology and sizes only, so a scenario whose titles change finds its layout again.
Files carry their own checksum; one that is torn, foreign or unreadable counts as not there.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import threading
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.diagrams.drawing import Diagram
    from simulator.diagrams.model import DiagramModel


class DiagramCache:
    """Give it a folder of its own, or None to remember in memory only. Safe to use from many threads and
    processes.

    `drawings_max` bounds the finished drawings in memory (about 15 KB each).
    """

    def __init__(self, folder: Path | None = None, *, drawings_max: int = 256) -> None:
        self._folder = folder
        self._drawings_max = drawings_max
        self._drawings: OrderedDict[tuple[DiagramModel, str], Diagram] = OrderedDict()
        self._lock = threading.Lock()

    def drawing(self, model: DiagramModel, direction: str) -> Diagram | None:
        """The finished drawing, if it is still in memory."""
        with self._lock:
            found = self._drawings.get((model, direction))
            if found is not None:
                self._drawings.move_to_end((model, direction))
            return found

    def keep_drawing(self, model: DiagramModel, direction: str, drawing: Diagram) -> None:
        """Remember a drawing; the one that was not asked for longest goes."""
        with self._lock:
            self._drawings[model, direction] = drawing
            self._drawings.move_to_end((model, direction))
            while len(self._drawings) > self._drawings_max:
                self._drawings.popitem(last=False)

    def layout(self, key: str) -> bytes | None:
        """The layout kept under this key, or None."""
        if self._folder is None:
            return None
        try:
            checksum, _, body = (self._folder / f"{key}.layout").read_bytes().partition(b"\n")
        except OSError:
            return None
        return body if checksum == _checksum(body) else None

    def keep_layout(self, key: str, layout: bytes) -> None:
        """Write a layout in one step. A full or read-only disk is no reason not to draw."""
        if self._folder is None:
            return
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._folder, suffix=".part")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(_checksum(layout) + b"\n" + layout)
                os.replace(name, self._folder / f"{key}.layout")
            except OSError:
                Path(name).unlink(missing_ok=True)
                raise


def _checksum(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest().encode()
