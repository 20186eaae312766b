"""The small language of expectations, measures and timed commands, as text and as what it means.

    at 60s, sales-queue.messages_visible <= 10        at that moment
    by 60s, sales-store.rows == 1                     at some moment until then
    always until 60s, ledger.unbalanced == 0          at every moment until then
    always, run.bill < 0.01                           at every moment of the run

    sales-store.rows at 150s                          a measure: a value at a moment

    crash-sales at 5s                                 a control or fault of the scenario, used at a moment
    restore crash-sales at 40s
    set visibility to 5s at 2s

A value is a gauge of a service (``node.gauge``), ``node.oldest_age``, ``ledger.unbalanced``, ``run.bill``, a
number or a duration, or a sum of such. Conditions are joined by ``and``. Parsing raises `Mistake`, which says
which characters are meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from simulator.engine.quantities import parse_duration

from .diagnostics import did_you_mean, shown
from .shape import Mistake, unit_hint

When = Literal["at", "by", "always"]
Comparison = Literal["<=", ">=", "==", "!=", "<", ">"]

_TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<reference>[A-Za-z][A-Za-z0-9_-]*\.[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<number>\d+(?:\.\d+)?[A-Za-zµ]*)"
    r"|(?P<compare><=|>=|==|!=|<|>)"
    r"|(?P<sign>[+-](?=\s|$))"
    r"|(?P<comma>,)"
    r"|(?P<word>[A-Za-z][A-Za-z0-9_-]*)"
    r"|(?P<other>.)",
    re.DOTALL,
)
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)([A-Za-zµ]*)")
_COMMAND = re.compile(
    r"(?:(?P<verb>restore|set|turn on)\s+)?(?P<id>[a-z][a-z0-9-]*)"
    r"(?:\s+to\s+(?P<value>.+?))?\s+at\s+(?P<at>\S+)"
)
_LINE_FORM = "Write for example: at 60s, sales-queue.messages_visible <= 10"
_COMMAND_FORM = "Write for example: crash-sales at 5s, restore crash-sales at 40s, set visibility to 5s at 2s"


@dataclass(frozen=True)
class Gauge:
    """A number of the running world: a gauge of a service, or of `run` or `ledger`."""

    node: str
    name: str
    start: int = 0

    @property
    def text(self) -> str:
        """As it is written: ``node.gauge``."""
        return f"{self.node}.{self.name}"


@dataclass(frozen=True)
class Amount:
    """A number; `unit` is "us" for a duration, which is then counted in microseconds."""

    number: int | float
    unit: Literal["", "us"]
    text: str
    start: int = 0


@dataclass(frozen=True)
class Sum:
    """Values added (+1) and subtracted (-1)."""

    terms: tuple[tuple[int, Gauge | Amount], ...]

    @property
    def gauges(self) -> tuple[Gauge, ...]:
        """The gauges in it."""
        return tuple(term for _, term in self.terms if isinstance(term, Gauge))


@dataclass(frozen=True)
class Condition:
    """Two values compared."""

    left: Sum
    comparison: Comparison
    right: Sum

    @property
    def gauges(self) -> tuple[Gauge, ...]:
        """The gauges on both sides."""
        return self.left.gauges + self.right.gauges


@dataclass(frozen=True)
class Line:
    """An expectation: conditions that hold together, and when. `until_us` is None for the whole run."""

    text: str
    when: When
    until_us: int | None
    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class Measure:
    """A value at a moment; `at_us` is None when the text names none."""

    text: str
    value: Sum
    at_us: int | None


@dataclass(frozen=True)
class TimedCommand:
    """A control or fault of the scenario, used at a moment. `value` is what a setting is set to."""

    verb: Literal["use", "restore", "set"]
    id: str
    value: Any
    at_us: int


class _Token(NamedTuple):
    kind: str
    text: str
    start: int


class _Words:
    """The tokens of a text, taken one by one."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = [
            _Token(str(found.lastgroup), found.group(), found.start())
            for found in _TOKEN.finditer(text)
            if found.lastgroup != "space"
        ]
        self.position = 0

    @property
    def next(self) -> _Token:
        if self.position < len(self.tokens):
            return self.tokens[self.position]
        return _Token("end", "", len(self.text))

    def take(self) -> _Token:
        token = self.next
        self.position += 1
        return token

    def accept(self, *texts: str) -> bool:
        if self.next.text in texts:
            self.position += 1
            return True
        return False

    def mistake(self, message: str, hint: str = "") -> Mistake:
        token = self.next
        return Mistake(message, hint, token.start, len(token.text))


@lru_cache(maxsize=1024)
def parse_line(text: str) -> Line:
    """The meaning of one line of `expect`; Mistake says what is wrong with it."""
    words = _Words(text)
    first = words.next
    if not words.accept("at", "by", "always"):
        hint = did_you_mean(first.text, ("at", "by", "always")) if first.kind == "word" else ""
        raise words.mistake(
            "An expectation begins with at, by or always.", hint if "Did" in hint else _LINE_FORM
        )
    until_us = None
    if first.text != "always" or words.accept("until"):
        until_us = _moment(words)
    if not words.accept(","):
        raise words.mistake("Here a comma belongs, between the time and the condition.", _LINE_FORM)
    conditions = [_condition(words)]
    while words.accept("and"):
        conditions.append(_condition(words))
    _ends(words, "and")
    when: When = "at" if first.text == "at" else "by" if first.text == "by" else "always"
    return Line(text, when, until_us, tuple(conditions))


@lru_cache(maxsize=1024)
def parse_measure(text: str) -> Measure:
    """The meaning of a measure (``sales-store.rows at 150s``); Mistake says what is wrong with it."""
    words = _Words(text)
    value = _sum(words)
    at_us = _moment(words) if words.accept("at") else None
    _ends(words, "at")
    return Measure(text, value, at_us)


@lru_cache(maxsize=1024)
def parse_condition(text: str) -> Condition:
    """The meaning of a bare comparison (``sales-store.rows == 3``)."""
    words = _Words(text)
    condition = _condition(words)
    _ends(words, "and")
    return condition


@lru_cache(maxsize=1024)
def parse_command(text: str) -> TimedCommand:
    """The meaning of a timed command (``restore crash-sales at 40s``); Mistake says what is wrong with it."""
    found = _COMMAND.fullmatch(text.strip())
    if found is None:
        raise Mistake(f"{shown(text)} is not a timed command.", _COMMAND_FORM)
    at_us = _duration(found["at"], found.start("at"))
    if (found["value"] is not None) != (found["verb"] == "set"):
        raise Mistake("A value is set by 'set … to …', and only there.", _COMMAND_FORM)
    verb: Literal["use", "restore", "set"] = "use"
    if found["verb"] in ("restore", "set"):
        verb = "restore" if found["verb"] == "restore" else "set"
    return TimedCommand(verb, found["id"], plain_value(found["value"]), at_us)


def plain_value(text: str | None) -> Any:
    """A value written inside a command: true, false, a number, or text such as ``5s``."""
    if text is None:
        return None
    text = text.strip()
    if text in ("true", "false"):
        return text == "true"
    if re.fullmatch(r"-?\d{1,15}", text):
        return int(text)
    return float(text) if re.fullmatch(r"-?\d{1,15}\.\d{1,15}", text) else text


def _ends(words: _Words, after: str) -> None:
    if words.next.kind != "end":
        hint = did_you_mean(words.next.text, (after,))
        raise words.mistake(
            f"This is not understood: {shown(words.text[words.next.start :])}.", hint if "Did" in hint else ""
        )


def _moment(words: _Words) -> int:
    token = words.take()
    if token.kind != "number":
        words.position -= 1
        raise words.mistake("Here a time is needed, such as 60s.")
    return _duration(token.text, token.start)


def _duration(text: str, start: int) -> int:
    try:
        return parse_duration(text)
    except ValueError as error:
        hint = unit_hint(str(error), text)
        if not hint and re.fullmatch(r"\d+(\.\d+)?", text):
            hint = f"Did you mean {text}s?"
        raise Mistake(f"{str(error)[:1].upper()}{str(error)[1:]}.", hint, start, len(text)) from error


def _condition(words: _Words) -> Condition:
    left = _sum(words)
    token = words.take()
    if token.kind != "compare":
        words.position -= 1
        hint = "For equality write ==." if token.text == "=" else ""
        raise words.mistake("Here a comparison is needed: ==, !=, <, <=, > or >=.", hint)
    comparison: Any = token.text
    return Condition(left, comparison, _sum(words))


def _sum(words: _Words) -> Sum:
    terms = [(1, _term(words))]
    while words.next.kind == "sign":
        sign = 1 if words.take().text == "+" else -1
        terms.append((sign, _term(words)))
    return Sum(tuple(terms))


def _term(words: _Words) -> Gauge | Amount:
    token = words.take()
    if token.kind == "reference":
        node, _, name = token.text.partition(".")
        return Gauge(node, name, token.start)
    if token.kind == "number":
        found = _AMOUNT.fullmatch(token.text)
        assert found is not None, "the token's own pattern"
        number, unit = found.groups()
        if unit:
            return Amount(_duration(token.text, token.start), "us", token.text, token.start)
        if len(number) > 15:
            raise Mistake("This number is too long.", "", token.start, len(token.text))
        return Amount(float(number) if "." in number else int(number), "", token.text, token.start)
    words.position -= 1
    if token.kind == "word":
        raise words.mistake(
            f"{shown(token.text)} is not a value.", "A gauge is written node.gauge, such as sales-store.rows."
        )
    raise words.mistake("Here a value is needed: node.gauge, a number or a duration.")


def checked(parse: Callable[[str], object]) -> Callable[[str], str]:
    """A validator for text fields: the text itself, when `parse` understands it."""

    def check(text: str) -> str:
        parse(text)
        return text

    return check


@dataclass(frozen=True)
class Outcome:
    """What a prediction's choice says of the measure: a comparison with an amount."""

    comparison: Comparison
    amount: Amount


def parse_outcome(value: object) -> Outcome:
    """The meaning of a choice's value: ``3``, ``2s``, ``">= 4"``; Mistake says what is wrong with it."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Mistake(f"{shown(value)} is not an outcome.", "Write a number, a duration, or such as '>= 4'.")
    words = _Words(str(value))
    comparison: Any = words.take().text if words.next.kind == "compare" else "=="
    amount = _term(words)
    _ends(words, "")
    if isinstance(amount, Gauge):
        raise Mistake("An outcome is compared with a number, not with a gauge.", "Write for example '>= 4'.")
    return Outcome(comparison, amount)
