"""Seats for sockets: how many one learner, one address and one run may have open in this process."""

from __future__ import annotations

from collections import Counter

from django.conf import settings

_taken: Counter[str] = Counter()


def take_seat(learner: str | None, address: str, run_id: str) -> tuple[str, ...] | None:
    """A seat, to be given back with `leave_seat`; None where there is none. On the server's loop only."""
    bounds = {address: settings.SOCKETS_PER_ADDRESS, f"run:{run_id}": settings.SOCKETS_PER_RUN}
    if learner is not None:
        bounds[learner] = settings.SOCKETS_PER_LEARNER
    if any(_taken[who] >= most for who, most in bounds.items()):
        return None
    _taken.update(bounds.keys())
    return tuple(bounds)


def leave_seat(seat: tuple[str, ...]) -> None:
    """Give a seat back."""
    for who in seat:
        _taken[who] -= 1
        if _taken[who] <= 0:
            del _taken[who]


def open_sockets() -> int:
    """How many sockets are open."""
    return sum(number for who, number in _taken.items() if who.startswith("run:"))
