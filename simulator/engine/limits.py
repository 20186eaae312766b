"""The limits of a scenario and of a run, in one table. At a limit the run stops and says which one."""

from __future__ import annotations

from typing import NamedTuple

from .quantities import DAY


class Limit(NamedTuple):
    """One limit: its number, its unit, and the sentence that is said when it is reached."""

    number: int
    unit: str
    sentence: str


LIMITS: dict[str, Limit] = {
    "nodes": Limit(
        60, "services", "A scenario has at most 60 services; the drawing would no longer be readable."
    ),
    "edges": Limit(150, "connections", "A scenario has at most 150 connections between its services."),
    "document_bytes": Limit(256 * 1024, "bytes", "A scenario document is at most 256 KB."),
    "document_depth": Limit(24, "levels", "A scenario document nests at most 24 levels deep."),
    "document_nodes": Limit(20_000, "values", "A scenario document holds at most 20,000 values."),
    "simulated_us": Limit(
        2 * DAY, "us", "This run has simulated two days, its limit. Reset it, or fork an earlier moment."
    ),
    "entries": Limit(
        60_000,
        "entries",
        "This run has recorded 60,000 entries, its limit. Reset it, or fork an earlier moment.",
    ),
    "notices_per_instant": Limit(
        20_000,
        "notices",
        "Time stood still for 20,000 steps: two services answer each other without a pause.",
    ),
    "messages_per_send": Limit(200, "messages", "One command sends at most 200 messages."),
    "rate_per_s": Limit(500, "messages a second", "A client sends at most 500 messages a second."),
    "payload_bytes": Limit(1024 * 1024, "bytes", "A message is at most 1 MB."),
    "commands": Limit(
        2_000, "commands", "A run takes at most 2,000 commands. Reset it, or fork an earlier moment."
    ),
}


def limit(name: str) -> int:
    """The number of a limit."""
    return LIMITS[name].number
