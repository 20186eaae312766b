"""This process among the others: a name that marks and watches go by."""

from __future__ import annotations

import functools
import os
import secrets


def this_process() -> str:
    """A name for this process that no other has, not even one with its number after a restart."""
    return _name(os.getpid())


@functools.cache
def _name(process_id: int) -> str:
    return f"{process_id}-{secrets.token_hex(8)}"
