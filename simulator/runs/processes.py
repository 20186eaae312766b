"""This process among the others: a name that marks and watches go by, and what it shows."""

from __future__ import annotations

import functools
import os
import secrets
from typing import NamedTuple


class Sight(NamedTuple):
    """How far a run was seen, and when (wall)."""

    at_us: int
    wall_us: int


#: The runs that have viewers here: newer than their marks, and known also when the database is away.
shown: dict[str, Sight] = {}


def this_process() -> str:
    """A name for this process that no other has, not even one with its number after a restart."""
    return _name(os.getpid())


@functools.cache
def _name(process_id: int) -> str:
    return f"{process_id}-{secrets.token_hex(8)}"
