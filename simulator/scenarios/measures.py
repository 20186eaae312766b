"""Measuring a trace: the values of the expectation language, at a moment or at every moment."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from simulator.engine import Entry, Picture, Service, duration_text, ledger
from simulator.engine.story import money

from .grammar import Amount, Condition, Gauge, Line, Sum, parse_measure
from .scenario import Scenario

Number = int | float

PUSD = 10**12  # services count money in millionths of a millionth of a dollar
AGE = "oldest_age"

_COMPARE: Mapping[str, Callable[[Number, Number], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
}


@dataclass(frozen=True)
class Verdict:
    """Whether a line held, and a sentence that says what was found where."""

    held: bool
    says: str


def evaluate(measure: str, scenario: Scenario, entries: Sequence[Entry], at_us: int | None = None) -> Number:
    """The value of a measure (``sales-store.rows at 150s``) in a trace of the scenario.

    Times are in microseconds, bills in dollars. The measure's own moment counts, then `at_us`, then the last
    entry's. `Mistake` (a ValueError) if the text is no measure.
    """
    parsed = parse_measure(measure)
    moment = parsed.at_us if parsed.at_us is not None else at_us
    if moment is None:
        moment = entries[-1].at_us if entries else 0
    picture = Picture.of(scenario.services).add_all(entries, moment)
    return value_of(parsed.value, picture, scenario.services, moment)


def value_of(value: Sum, picture: Picture, services: Mapping[str, Service], now_us: int) -> Number:
    """A sum's value in a picture. A service that is not there counts as zero: it holds nothing."""
    total: Number = 0
    for sign, term in value.terms:
        number = term.number if isinstance(term, Amount) else _gauge(term, picture, services, now_us)
        total += sign * number
    return total


def _gauge(gauge: Gauge, picture: Picture, services: Mapping[str, Service], now_us: int) -> Number:
    if gauge.node == "run":
        return bill(picture, services)
    if gauge.node == "ledger":
        return sum(not account.balanced for account in ledger(picture, services))
    if gauge.node not in services:
        return 0
    if gauge.name == AGE:
        return picture.oldest_age_us(gauge.node, now_us)
    return picture.gauges[gauge.node].get(gauge.name, 0)


def bill(picture: Picture, services: Mapping[str, Service]) -> float:
    """What the run has cost so far, in dollars."""
    pusd, usd = 0, 0.0
    for node, service in services.items():
        for name, gauge in service.GAUGES.items():
            if gauge.unit == "pUSD":
                pusd += int(picture.gauges[node][name])
            elif gauge.unit == "USD":
                usd += picture.gauges[node][name]
    return pusd / PUSD + usd


def judge(line: Line, scenario: Scenario, entries: Sequence[Entry], end_us: int) -> Verdict:
    """Whether a line holds in a trace that was recorded up to `end_us`."""
    until_us = end_us if line.until_us is None else line.until_us
    wants = line.when == "by"  # "by" looks for a moment that fits, "always" for one that does not
    if line.when == "at":
        picture = Picture.of(scenario.services).add_all(entries, until_us)
        failed = _failing(line, picture, scenario, until_us)
        return _verdict(line, failed, until_us)
    last: tuple[str, int] | None = None
    for picture, now_us in _moments(line, scenario, entries, until_us):
        failed = _failing(line, picture, scenario, now_us)
        if failed is None and wants:
            return _verdict(line, None, now_us)
        if failed is not None:
            last = (failed, now_us)
            if not wants:
                break
    return _verdict(line, *last) if last else _verdict(line, None, until_us)


def _verdict(line: Line, failed: str | None, at_us: int) -> Verdict:
    return Verdict(failed is None, f"{line.text}: {failed or 'holds'} (at {duration_text(at_us)})")


def _moments(
    line: Line, scenario: Scenario, entries: Sequence[Entry], until_us: int
) -> Iterator[tuple[Picture, int]]:
    """The picture after each instant, and at the end. Where ages matter also just before each instant."""
    picture = Picture.of(scenario.services)
    ages = any(gauge.name == AGE for condition in line.conditions for gauge in condition.gauges)
    before: int | None = None
    for entry in entries:
        if entry.at_us > until_us:
            break
        if before is not None and entry.at_us != before:
            yield picture, before
            if ages:
                yield picture, entry.at_us - 1
        picture.add(entry)
        before = entry.at_us
    yield picture, until_us


def _failing(line: Line, picture: Picture, scenario: Scenario, now_us: int) -> str | None:
    """What is wrong with the first condition that does not hold; None if all hold."""
    for condition in line.conditions:
        left = value_of(condition.left, picture, scenario.services, now_us)
        right = value_of(condition.right, picture, scenario.services, now_us)
        if not _COMPARE[condition.comparison](left, right):
            found = amount_text(left, condition, scenario)
            return f"{_sum_text(condition.left)} is {found}"
    return None


def compare(comparison: str, left: Number, right: Number) -> bool:
    """Whether two numbers compare as said."""
    return _COMPARE[comparison](left, right)


def amount_text(number: Number, value: Condition | Sum, scenario: Scenario) -> str:
    """A measured number as people write it: times with units, bills as money."""
    for gauge in value.gauges:
        if gauge.name == AGE or _unit(gauge, scenario) == "us":
            return duration_text(int(number)) if number >= 0 else str(number)
        if gauge.node == "run":
            return money(number)
    return str(number)


def _unit(gauge: Gauge, scenario: Scenario) -> str:
    service = scenario.services.get(gauge.node)
    found = service.GAUGES.get(gauge.name) if service else None
    return found.unit if found else ""


def _sum_text(value: Sum) -> str:
    text = ""
    for sign, term in value.terms:
        text += f"{' + ' if sign > 0 else ' - '}{term.text}" if text else term.text
    return text
