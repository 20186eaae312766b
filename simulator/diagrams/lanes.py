"""Lanes in a channel: where each track runs across between two ranks, side by side and with few crossings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Crossing:
    """A track that enters a channel at `v_in` and leaves it at `v_out`. With `turns` it leaves on the
    side on which it came in. `key` is the caller's.
    """

    key: tuple[int, int]
    v_in: float
    v_out: float
    turns: bool = False

    @property
    def low(self) -> float:
        return min(self.v_in, self.v_out)

    @property
    def high(self) -> float:
        return max(self.v_in, self.v_out)

    @property
    def straight(self) -> bool:
        return not self.turns and self.high - self.low < 0.5


def lanes(crossings: list[Crossing]) -> tuple[dict[tuple[int, int], int], int]:
    """The lane of each crossing that needs one (0 is the nearest to the rank before), and how many lanes
    there are.

    Two crossings share a lane only where they don't meet.
    """
    waiting = [crossing for crossing in crossings if not crossing.straight]
    ordered: list[Crossing] = []
    while waiting:
        best = min(range(len(waiting)), key=lambda index: (_cost(waiting[index], waiting), index))
        ordered.append(waiting.pop(best))
    taken: dict[tuple[int, int], int] = {}
    for index, crossing in enumerate(ordered):
        met = [taken[other.key] for other in ordered[:index] if _meet(other, crossing)]
        taken[crossing.key] = max(met) + 1 if met else 0
    return taken, max(taken.values(), default=-1) + 1


def _cost(first: Crossing, others: list[Crossing]) -> int:
    """How many crossings more there are with `first` before the others than after them."""
    return sum(_cuts(first, other) - _cuts(other, first) for other in others if other is not first)


def _cuts(near: Crossing, far: Crossing) -> int:
    """How often two tracks cut each other when `near` has the lane nearer to the rank before."""
    reach_in = near.low < far.v_in < near.high
    reach_out = far.low < near.v_out < far.high and not near.turns
    back = far.turns and near.low < far.v_out < near.high
    return reach_in + reach_out + back


def _meet(one: Crossing, two: Crossing) -> bool:
    return one.low - 4 < two.high and two.low - 4 < one.high
