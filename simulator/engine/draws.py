"""Seeded randomness: one stream per node and purpose, the same on every machine.

Only `random.Random.random()` is used, whose sequence Python keeps, and integer arithmetic after it. A
stream's state is its draw count: it is reseeded every `BLOCK` draws, so that a checkpoint holds numbers, not
generators.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import isqrt
from random import Random

from pydantic import BaseModel, ConfigDict, Field, model_validator

from .quantiles import EXPONENTIAL, NORMAL, STEPS, UNIT
from .quantities import Duration

BLOCK = 1024
_SCALE_BITS = 32
_ONE = 1 << _SCALE_BITS


class Latency(BaseModel):
    """A time that varies: a log-normal given by its median and its 99th percentile, or one fixed duration.

    In a document: ``{p50: 16ms, p99: 105ms}`` or just ``16ms``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    p50_us: Duration = Field(alias="p50", title="Median")
    p99_us: Duration = Field(alias="p99", title="99th percentile")

    @model_validator(mode="before")
    @classmethod
    def _from_one_duration(cls, value: object) -> object:
        if isinstance(value, str | int):
            return {"p50": value, "p99": value}
        return value

    @model_validator(mode="after")
    def _ordered(self) -> Latency:
        if self.p99_us < self.p50_us:
            raise ValueError("p99 is below p50; the 99th percentile cannot be shorter than the median")
        return self


class Stream:
    """One sequence of draws. `count` is its whole state."""

    __slots__ = ("_name", "_next", "count")

    def __init__(self, seed: str, node: str, purpose: str, count: int = 0) -> None:
        self._name = f"{seed}/{node}/{purpose}"
        self.count = count
        self._next = self._block()

    def _block(self) -> Callable[[], float]:
        generator = Random(f"{self._name}/{self.count // BLOCK}")
        for _ in range(self.count % BLOCK):
            generator.random()
        return generator.random

    def uniform(self) -> float:
        """The next number, at least 0 and below 1."""
        drawn = self._next()
        self.count += 1
        if not self.count % BLOCK:
            self._next = self._block()
        return drawn

    def chance(self, probability: float) -> bool:
        """True with the given probability. Draws nothing for 0 and 1, which leave no choice."""
        if probability <= 0.0:
            return False
        return probability >= 1.0 or self.uniform() < probability

    def latency_us(self, latency: Latency) -> int:
        """A duration from the log-normal `latency`, in whole microseconds."""
        p50_us, p99_us = latency.p50_us, latency.p99_us
        if p50_us == p99_us:
            return p50_us
        return _interpolated(_lognormal(p50_us, p99_us), self.uniform())

    def exponential_us(self, mean_us: int) -> int:
        """A duration from the exponential distribution with the given mean, in whole microseconds."""
        tails = 0
        drawn = self.uniform()
        while drawn * STEPS >= STEPS - 1:  # beyond the table the distribution begins anew: it has no memory
            tails += 1
            drawn = self.uniform()
        return _exponential_us(mean_us, tails, drawn)


def keyed_uniform(*key: str | int) -> float:
    """A number in [0, 1) that depends on `key` alone: the same fate in every architecture."""
    return Random("/".join(map(str, key))).random()


def keyed_latency_us(latency: Latency, *key: str | int) -> int:
    """A duration from `latency` that depends on `key` alone."""
    if latency.p50_us == latency.p99_us:
        return latency.p50_us
    return _interpolated(_lognormal(latency.p50_us, latency.p99_us), keyed_uniform(*key))


def keyed_exponential_us(mean_us: int, *key: str | int) -> int:
    """A duration from the exponential distribution with this mean that depends on `key` alone."""
    tails = 0
    while (drawn := keyed_uniform(*key, tails)) * STEPS >= STEPS - 1:
        tails += 1
    return _exponential_us(mean_us, tails, drawn)


class Draws:
    """All streams of one world, made when first used."""

    def __init__(self, seed: str, counts: dict[tuple[str, str], int] | None = None) -> None:
        self._seed = seed
        self._streams: dict[tuple[str, str], Stream] = {}
        #: Streams that were drawn from before a checkpoint, and not since.
        self._resting = dict(counts or {})

    @property
    def seed(self) -> str:
        """What all streams are seeded with."""
        return self._seed

    def stream(self, node: str, purpose: str) -> Stream:
        """The stream of `node` for `purpose`."""
        stream = self._streams.get((node, purpose))
        if stream is None:
            count = self._resting.pop((node, purpose), 0)
            stream = self._streams[node, purpose] = Stream(self._seed, node, purpose, count)
        return stream

    def counts(self) -> dict[tuple[str, str], int]:
        """How often each stream was drawn from: the state of all randomness."""
        return self._resting | {key: stream.count for key, stream in self._streams.items()}


def _exponential_us(mean_us: int, tails: int, drawn: float) -> int:
    """The exponential quantile of `drawn` (below the table's end), beyond `tails` ends of the table."""
    return (tails * EXPONENTIAL[STEPS - 1] + _interpolated(EXPONENTIAL, drawn)) * mean_us // UNIT


def _interpolated(table: tuple[int, ...], drawn: float) -> int:
    """The table's value at `drawn` in [0, 1), linear between its steps, in integers."""
    position = int(drawn * (STEPS << 16))  # exact: a power of two times a double
    step, part = position >> 16, position & 0xFFFF
    low = table[step]
    return low + (((table[step + 1] - low) * part) >> 16)


@lru_cache(maxsize=512)
def _lognormal(p50_us: int, p99_us: int) -> tuple[int, ...]:
    """Quantiles of the log-normal with this median and 99th percentile: p50 * (p99/p50) ** z, in integers."""
    ratio = _log2((p99_us << _SCALE_BITS) // max(p50_us, 1))
    return tuple(max(0, (p50_us * _exp2(ratio * quantile // UNIT)) >> _SCALE_BITS) for quantile in NORMAL)


def _log2(scaled: int) -> int:
    """log2 of a number of at least 1, both scaled by 2**32."""
    whole = scaled.bit_length() - 1 - _SCALE_BITS
    mantissa, result = scaled >> whole, whole << _SCALE_BITS
    for bit in range(_SCALE_BITS - 1, -1, -1):
        mantissa = (mantissa * mantissa) >> _SCALE_BITS
        if mantissa >= 2 * _ONE:
            mantissa >>= 1
            result |= 1 << bit
    return result


def _exp2(scaled: int) -> int:
    """2 ** x for any x, both scaled by 2**32."""
    whole, fraction = scaled >> _SCALE_BITS, scaled & (_ONE - 1)
    result, root = _ONE, 2 * _ONE
    for bit in range(_SCALE_BITS - 1, -1, -1):
        root = isqrt(root << _SCALE_BITS)
        if fraction >> bit & 1:
            result = (result * root) >> _SCALE_BITS
    return result << whole if whole >= 0 else result >> -whole
