"""Figures of gauges, as people read them."""

from __future__ import annotations

from simulator.engine import duration_text
from simulator.engine.story import money

PICO = 1e-12


def figure(value: int | float, unit: str) -> tuple[str, str]:
    """A gauge's value and its unit, as text."""
    if unit == "pUSD":
        return money(value * PICO), "USD"
    if unit == "USD":
        return money(value), "USD"
    if unit == "us":
        return duration_text(int(value)), ""
    if isinstance(value, float) and not value.is_integer():
        return f"{value:,.2f}", unit
    return f"{int(value):,}", unit
