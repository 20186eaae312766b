"""Figures that the project promises, measured. `make bench` runs every `bench_*.py` beside this file."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value; `against` is what it is compared with in the same run, in the same unit.

    `name` says both sides ("engine against SimPy, M/M/1, entries a second"). Ratios travel between machines,
    seconds don't.
    """

    name: str
    value: float
    unit: str
    against: float | None = None

    @property
    def ratio(self) -> float | None:
        return self.value / self.against if self.against else None

    def row(self) -> dict[str, str | float | None]:
        """As benchmarks/latest.json keeps it."""
        return {**asdict(self), "ratio": self.ratio}

    def __str__(self) -> str:
        line = f"{self.name}: {self.value:,.4g} {self.unit}"
        if self.against is None or self.ratio is None:
            return line
        return f"{line} against {self.against:,.4g}, {self.ratio:.3g} times"
