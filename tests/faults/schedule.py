"""The scenarios by name, and how many rounds the long program plays of each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tests.faults.halts import pause, slow
from tests.faults.kills import kill, one_of_two
from tests.faults.links import notice, postgres, redis
from tests.faults.stage import Stage

Play = Callable[[int, int], Awaitable[Stage]]

SCENARIOS: dict[str, tuple[Play, int]] = {
    "kill": (kill, 100),
    "one-of-two": (one_of_two, 100),
    "redis": (redis, 4),
    "postgres": (postgres, 6),
    "notice": (notice, 25),
    "pause": (pause, 9),
    "slow": (slow, 4),
}
