"""An API's state: requests on their way, the token bucket, counters. Plain data."""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.engine import Notice

from .config import Route


@dataclass(slots=True)
class Open:
    """A request on its way: who asked, by which route, and the way back's share of the overhead."""

    notice: Notice
    route: Route | None
    parameters: dict[str, str]
    rest_us: int
    entry: int
    timer: int | None = None
    asked_us: int = 0


@dataclass(slots=True)
class ApiState:
    """Requests on their way, by number, and the token bucket (tokens x 1,000,000, lazily filled)."""

    open: dict[int, Open] = field(default_factory=dict)
    requests: int = 0
    bucket: int | None = None
    filled_us: int = 0
    counted: dict[str, int] = field(default_factory=dict)

    def count(self, name: str, amount: int = 1) -> None:
        self.counted[name] = self.counted.get(name, 0) + amount
