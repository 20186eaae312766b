"""A viewer in Python: it plays by the rules of the frame format, as static/js/player/log.js does."""

import json
from typing import Any

from simulator.runs.frames import Cursor


class Mirror:
    """What a viewer knows after the frames that it took."""

    def __init__(self, model: dict[str, Any]) -> None:
        self.model = model
        self.entries: list[tuple[Any, ...]] = []
        self.warps: list[list[int]] = []
        self.settings: dict[str, Any] = {}
        self.faults: dict[str, Any] = {}
        self.frame: dict[str, Any] = {"commands": 0}
        self.keyframes = 0

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.frame["commands"], len(self.entries))

    @property
    def state(self) -> tuple[Any, ...]:
        moment = {name: self.frame[name] for name in ("commands", "horizon_us", "clock", "next_us", "ended")}
        return self.entries, sorted(self.warps), self.settings, self.faults, moment

    def take(self, text: str) -> dict[str, Any]:
        frame = json.loads(text)
        if frame["type"] == "keyframe":
            self.keyframes += 1
            self.entries, self.warps = [], []
            assert frame["first"] == 0
        if "truncate_after" in frame:
            del self.entries[frame["truncate_after"] + 1 :]
            last_us = self.entries[-1][1] if self.entries else -1
            self.warps = [warp for warp in self.warps if warp[0] <= last_us]
        assert frame["first"] == len(self.entries), "a frame begins where the viewer's entries end"
        self._append(frame["entries"])
        assert frame["next"] == len(self.entries)
        self.warps += frame.get("warps", [])
        self.settings = frame.get("settings", self.settings)
        self.faults = frame.get("faults", self.faults)
        self.frame = frame
        return frame

    def _append(self, columns: dict[str, list[Any]]) -> None:
        at_us = self.entries[-1][1] if self.entries else 0
        names = ("at", "node", "kind", "message", "cause", "detail")
        for after_us, node, kind, *rest in zip(*(columns[name] for name in names), strict=True):
            at_us += after_us
            node_id = self.model["nodes"][node]["id"]
            kind_name = self.model["kinds"][kind]["name"]
            self.entries.append((len(self.entries), at_us, node_id, kind_name, *rest))
