"""What this process has counted since it started, for the metrics page: plain numbers, about nobody."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

#: Upper bounds of the frame lag's buckets, in seconds.
LAG_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)

_counts: Counter[str] = Counter()
_lags: list[int] = [0] * (len(LAG_S) + 1)
_lag_sum = 0.0
_lock = threading.Lock()


class Lags(NamedTuple):
    """How late rounds of frames came: how many up to each bound (and beyond all), and the seconds in all."""

    counts: tuple[int, ...]
    sum_s: float


def count(name: str, by: int = 1) -> None:
    """Count something that happened. From any thread."""
    with _lock:
        _counts[name] += by


def lag(seconds: float) -> None:
    """A round of frames came so much later than it was due."""
    global _lag_sum
    seconds = max(0.0, seconds)
    bucket = next((n for n, bound in enumerate(LAG_S) if seconds <= bound), len(LAG_S))
    with _lock:
        _lags[bucket] += 1
        _lag_sum += seconds


def counted() -> Mapping[str, int]:
    """All counts so far."""
    with _lock:
        return dict(_counts)


def lags() -> Lags:
    """The lag of frames so far."""
    with _lock:
        return Lags(tuple(_lags), _lag_sum)
