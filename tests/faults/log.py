"""What a page knows of a run: the rules of static/js/player/log.js, in Python."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from simulator.engine import Entry
from simulator.engine.trace import trace_bytes


@dataclass
class Log:
    """Entries as the page keeps them; `arrived` says for each when it came (wall, microseconds)."""

    model: dict[str, Any]
    entries: list[Entry] = field(default_factory=list)
    arrived: list[int] = field(default_factory=list)
    warps: list[list[int]] = field(default_factory=list)
    commands: int = 0
    horizon_us: int = 0
    clock: dict[str, Any] = field(default_factory=dict)
    ended: str | None = None
    version: int = 0

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def bytes(self) -> bytes:
        """As two logs are compared."""
        return trace_bytes(self.entries)

    def played_s(self, from_us: int, to_us: int) -> float:
        """Virtual seconds between two times, without the idle gaps that were skipped; below zero, back."""
        skipped = sum(
            min(to, to_us) - max(at, from_us) for at, to in self.warps if to > from_us and at < to_us
        )
        return (to_us - from_us - max(0, skipped)) / 1e6

    def merge(self, frame: dict[str, Any], wall_us: int) -> bool:
        """Put a frame in. False when it does not connect: then everything has to be asked for again."""
        first = frame.get("first", len(self))
        if frame["type"] == "keyframe":
            if self._replaces(frame):
                self._forget_after(-1)
            self.warps = []
        elif frame.get("truncate_after") is not None:
            self._forget_after(frame["truncate_after"])
        if first > len(self):
            return False
        self._append(frame, first, wall_us)
        self.warps += frame.get("warps", [])
        self.commands = frame["commands"]
        self.horizon_us = frame["horizon_us"]
        self.clock = frame["clock"]
        self.ended = frame.get("ended")
        return True

    def _replaces(self, frame: dict[str, Any]) -> bool:
        columns = frame["entries"]
        if not self.entries:
            return False
        if len(columns["at"]) < len(self):
            return True
        us = 0
        for index, entry in enumerate(self.entries):
            us += columns["at"][index]
            told = (us, columns["message"][index], self._node(columns["node"][index]))
            if told != (entry.at_us, entry.message, entry.node):
                return True
            if entry.kind != self._kind(columns["kind"][index]):
                return True
        return False

    def _forget_after(self, last: int) -> None:
        if last + 1 >= len(self):
            return
        del self.entries[last + 1 :], self.arrived[last + 1 :]
        self.version += 1
        last_us = self.entries[-1].at_us if self.entries else -1
        self.warps = [warp for warp in self.warps if warp[0] <= last_us]

    def _append(self, frame: dict[str, Any], first: int, wall_us: int) -> None:
        columns, known = frame["entries"], len(self) - first
        us = self.entries[first - 1].at_us if first else 0
        for index in range(frame["next"] - first):
            us += columns["at"][index]
            if index < known:
                continue
            node, kind = self._node(columns["node"][index]), self._kind(columns["kind"][index])
            rest = (columns[name][index] for name in ("message", "cause", "detail"))
            self.entries.append(Entry(first + index, us, node, kind, *rest))
            self.arrived.append(wall_us)

    def _node(self, index: int) -> str:
        return str(self.model["nodes"][index]["id"])

    def _kind(self, index: int) -> str:
        return str(self.model["kinds"][index]["name"])
