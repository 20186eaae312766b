"""What learners have set: overridden settings and faults that are on, read off the trace."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from simulator.engine import Entry

#: The world's entries that change what is set and which faults are on.
LEVERS = frozenset({"configured", "fault_started", "fault_cleared"})

Settings = dict[str, dict[str, Any]]
Faults = dict[str, list[str]]


def levers(entries: Iterable[Entry]) -> tuple[Settings, Faults]:
    """Overridden settings and names of faults that are on, by node, after `entries`."""
    settings: Settings = {}
    faults: Faults = {}
    for entry in entries:
        if entry.kind not in LEVERS or entry.detail is None:
            continue
        if entry.kind == "configured":
            settings.setdefault(entry.node, {})[entry.detail["setting"]] = entry.detail["value"]
            continue
        names = [name for name in faults.pop(entry.node, []) if name != entry.detail["fault"]]
        if entry.kind == "fault_started":
            names.append(entry.detail["fault"])
        if names:
            faults[entry.node] = names
    return settings, faults
