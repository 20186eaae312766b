"""Runs: a scenario revision, an engine version, a seed and a numbered log of commands.

The names below are the room's doors; they are loaded when first asked for, since tables may not be touched
before all apps are there.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .access import OpenRun, is_drive_key, open_run
    from .clock import wall_now_us
    from .commands import Refused, RunNotFound, append
    from .creation import USUAL_SEED, create_run, fork, latest_run
    from .frames import Cursor
    from .hubs import hub
    from .moments import Moment, replica_at
    from .polls import poll
    from .revisions import Blueprint, blueprint_of
    from .steps import step

_ROOMS = {
    "access": ("OpenRun", "is_drive_key", "open_run"),
    "clock": ("wall_now_us",),
    "commands": ("Refused", "RunNotFound", "append"),
    "creation": ("create_run", "fork", "latest_run", "USUAL_SEED"),
    "frames": ("Cursor",),
    "hubs": ("hub",),
    "moments": ("Moment", "replica_at"),
    "polls": ("poll",),
    "revisions": ("Blueprint", "blueprint_of"),
    "steps": ("step",),
}
_HOME = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [
    "USUAL_SEED",
    "Blueprint",
    "Cursor",
    "Moment",
    "OpenRun",
    "Refused",
    "RunNotFound",
    "append",
    "blueprint_of",
    "create_run",
    "fork",
    "hub",
    "is_drive_key",
    "latest_run",
    "open_run",
    "poll",
    "replica_at",
    "step",
    "wall_now_us",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"simulator.runs has no {name}")
    return getattr(import_module(f"simulator.runs.{_HOME[name]}"), name)
