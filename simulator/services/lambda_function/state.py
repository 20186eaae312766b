"""A function's state: invocations that run, environments that wait, pollers of its queues. Plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from simulator.engine import Notice


@dataclass(slots=True)
class Batch:
    """Which poller of which mapping an invocation works for, and the received messages."""

    mapping: int
    poller: int
    records: list[dict[str, Any]]
    failed: dict[str, str] = field(default_factory=dict)  # message id -> error, for partial answers


@dataclass(slots=True)
class Invocation:
    """One run of the function, from the call to its end.

    Work is either for `caller` (a notice to answer) or for `batch`. `record` counts the messages of the
    batch, `step` the steps of the present pass; both are -1 before the first. `asked` numbers its calls to
    others, so that an answer to an earlier one is not taken for the present one's.
    """

    number: int
    caller: Notice | None
    batch: Batch | None
    event: Any
    trace: dict[str, Any]
    billed_from_us: int
    begins_us: int
    record: int = -1
    step: int = -1
    results: dict[str, Any] = field(default_factory=dict)
    fails: bool = False
    asked: int = 0
    planned: int | None = None
    timeout: int | None = None
    entry: int = 0

    @property
    def messages(self) -> list[str]:
        """The messages that it works on."""
        if self.batch is not None:
            return [record["message_id"] for record in self.batch.records]
        assert self.caller is not None
        return [self.caller.message] if self.caller.message is not None else []

    @property
    def message(self) -> str | None:
        """The message of the present pass."""
        if self.batch is not None:
            return str(self.batch.records[max(self.record, 0)]["message_id"])
        assert self.caller is not None
        return self.caller.message


@dataclass(slots=True)
class Poller:
    """One poller: whether it waits for the queue or for the function, and what it holds for the next
    batch.
    """

    polling: bool = True
    held: list[dict[str, Any]] = field(default_factory=list)
    closes_us: int | None = None
    empty: int = 0


@dataclass(slots=True)
class Polling:
    """The pollers of one event source mapping, by number."""

    pollers: dict[int, Poller] = field(default_factory=dict)
    made: int = 0
    scaling: bool = False


@dataclass(slots=True)
class FunctionState:
    """Running invocations by number, ends of life of idle environments (oldest first), mappings, counters."""

    running: dict[int, Invocation] = field(default_factory=dict)
    idle: list[int] = field(default_factory=list)
    reaping: bool = False  # a notice is planned for the end of the first idle life
    mappings: list[Polling] = field(default_factory=list)
    made: int = 0
    crashes: int = 0
    counted: dict[str, int] = field(default_factory=dict)

    def count(self, name: str, amount: int = 1) -> None:
        self.counted[name] = self.counted.get(name, 0) + amount
