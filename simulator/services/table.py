"""A table of rows: put, conditional insert, append, get. It stands for a small database such as DynamoDB.

Rows remember which service wrote them and for which message, so that a doubled row can be traced to its
causes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pydantic import Field

from simulator.engine import (
    Context,
    EntryKind,
    FaultKind,
    Gauge,
    Latency,
    Notice,
    Service,
    ServiceConfig,
    json_text,
)
from simulator.engine.quantities import HOUR, SECOND, parse_duration

ITEM_BYTES_MAX = 400 * 1024
WRITE_UNIT_BYTES = 1024
READ_UNIT_BYTES = 4096
PRICE_WRITE_PUSD = 625_000  # 0.625 USD per million write units, on demand
PRICE_READ_PUSD = 62_500  # half of 0.125 USD per million read units: eventually consistent
SLOW_US = 2 * SECOND
ITEM_SHOWN_MAX = 1000  # characters of an item that the trace repeats
MODES = ("put", "insert", "append")


class TableConfig(ServiceConfig):
    """A table."""

    latency: Latency = Field(
        default=Latency.model_validate({"p50": "5ms", "p99": "20ms"}),
        title="Latency",
        description="From a call's arrival until the table answers.",
    )


@dataclass(slots=True)
class Row:
    """One row, and who wrote it: the service, for which message, when."""

    item: Any
    by_node: str
    message: str | None
    at_us: int


@dataclass(slots=True)
class TableState:
    """Rows by key. An appended row's key gets a number after a #, so that each is kept."""

    rows: dict[str, Row] = field(default_factory=dict)
    appended: int = 0
    counted: dict[str, int] = field(default_factory=dict)

    def count(self, name: str, amount: int = 1) -> None:
        self.counted[name] = self.counted.get(name, 0) + amount


_WRITE: dict[str, int | str] = {"writes": 1, "bill": "cost"}

ENTRIES: dict[str, EntryKind] = {
    "row_added": EntryKind(
        "{to} added row {key} to {node}.",
        "{message} is a row in {node}: {to} wrote it.",
        place="stored",
        gauges={**_WRITE, "rows": 1},
        sets={"last_completion_us": "since_request_us"},
        tone="done",
    ),
    "row_replaced": EntryKind(
        "{to} replaced row {key} in {node}; its number of rows stays the same.",
        "{message} is a row in {node}: {to} wrote it over an earlier one.",
        place="stored",
        gauges={**_WRITE, "rows_replaced": 1},
        sets={"last_completion_us": "since_request_us"},
        tone="done",
    ),
    "condition_failed": EntryKind(
        "{node} refused row {key} from {to}: it is there already.",
        "{node} did not store {message} a second time: row {key} was there already.",
        gauges={**_WRITE, "conditional_failures": 1},
        interest="bookmark",
        tone="quiet",
    ),
    "write_refused": EntryKind(
        "{node} refused a write by {to}: {error}.",
        "{node} did not store {message}: {error}.",
        gauges={**_WRITE, "writes_refused": 1},
        interest="bookmark",
        tone="trouble",
    ),
    "row_read": EntryKind("{to} read row {key} of {node}.", gauges={"reads": 1, "bill": "cost"}),
    "row_missing": EntryKind(
        "{to} asked {node} for row {key}; there is none.", gauges={"reads": 1, "bill": "cost"}
    ),
    "read_refused": EntryKind(
        "{node} refused a read by {to}: {error}.", gauges={"reads": 1, "bill": "cost"}, tone="trouble"
    ),
}

GAUGES: dict[str, Gauge] = {
    "rows": Gauge("Rows", "rows", headline=True, balance="now"),
    "writes": Gauge("Writes", "calls", balance="in"),
    "rows_replaced": Gauge("Replaced rows", "calls", balance="out"),
    "conditional_failures": Gauge("Failed conditions", "calls", balance="out"),
    "writes_refused": Gauge("Refused writes", "calls", balance="out"),
    "reads": Gauge("Reads", "calls"),
    "last_completion_us": Gauge("Last completion time", "us"),
    "bill": Gauge("Bill", "pUSD"),
}


class Table(Service):
    """A table of rows."""

    kind = "table"
    title = "Table"
    plate = "rows"
    Config = TableConfig
    State = TableState
    ENTRIES = ENTRIES
    GAUGES = GAUGES
    FAULTS = {
        "slow": FaultKind(
            "Slow table", "Every call takes two seconds longer, or as long as `by` says.", ("by",)
        ),
        "unavailable": FaultKind("Table unavailable", "Every call is answered with InternalServerError."),
    }

    def on_PutItem(self, state: TableState, notice: Notice, ctx: Context) -> None:
        """Body: ``{key, item, mode: put | insert | append, trace?, network_us?}``.

        `insert` is a conditional put (attribute_not_exists), with ConditionalCheckFailedException if the key
        is there.
        """
        asked = notice.body
        key, size = str(asked["key"]), len(json_text(asked["item"]).encode())
        cost = PRICE_WRITE_PUSD * max(1, -(-size // WRITE_UNIT_BYTES))
        state.count("writes")
        state.count("bill", cost)
        error = self._write_problem(size, ctx)
        if error:
            state.count("writes_refused")
            self._refuse(notice, "write_refused", error, {"key": key, "cost": cost}, ctx)
        elif asked["mode"] == "insert" and key in state.rows:
            state.count("conditional_failures")
            error = ("ConditionalCheckFailedException", "The conditional request failed")
            self._refuse(notice, "condition_failed", error, {"key": key, "cost": cost}, ctx)
        else:
            self._write(state, key, cost, notice, ctx)

    def _write_problem(self, size: int, ctx: Context) -> tuple[str, str] | None:
        if "unavailable" in ctx.faults:
            return "InternalServerError", "Internal server error"
        if size > ITEM_BYTES_MAX:
            return "ValidationException", "Item size has exceeded the maximum allowed size"
        return None

    def _write(self, state: TableState, key: str, cost: int, notice: Notice, ctx: Context) -> None:
        asked = notice.body
        if asked["mode"] == "append":
            state.appended += 1
            key = f"{key}#{state.appended}"
        replaced = key in state.rows
        if replaced:
            state.count("rows_replaced")
        state.rows[key] = Row(asked["item"], str(notice.sender), notice.message, ctx.now_us)
        since_us = ctx.now_us - asked.get("trace", {}).get("sent_us", ctx.now_us)
        state.counted["last_completion_us"] = since_us
        detail = {
            "key": key,
            "item": json_text(asked["item"])[:ITEM_SHOWN_MAX],
            "cost": cost,
            "since_request_us": since_us,
        }
        entry = "row_replaced" if replaced else "row_added"
        self._answer(notice, {"ok": True, "key": key}, entry, detail, ctx)

    def on_GetItem(self, state: TableState, notice: Notice, ctx: Context) -> None:
        """Body: ``{key, network_us?}``; answers ``{ok, item}``, with None for a row that is not there."""
        key = str(notice.body["key"])
        row = state.rows.get(key)
        size = len(json_text(row.item).encode()) if row else 0
        cost = PRICE_READ_PUSD * max(1, -(-size // READ_UNIT_BYTES))
        state.count("reads")
        state.count("bill", cost)
        detail = {"key": key, "cost": cost}
        if "unavailable" in ctx.faults:
            self._refuse(
                notice, "read_refused", ("InternalServerError", "Internal server error"), detail, ctx
            )
            return
        entry = "row_read" if row else "row_missing"
        self._answer(notice, {"ok": True, "item": row.item if row else None}, entry, detail, ctx)

    def _refuse(
        self, notice: Notice, entry: str, error: tuple[str, str], detail: dict[str, Any], ctx: Context
    ) -> None:
        name, message = error
        detail["error"] = name
        self._answer(notice, {"ok": False, "error": name, "message": message}, entry, detail, ctx)

    def _answer(
        self, notice: Notice, body: dict[str, Any], entry: str, detail: dict[str, Any], ctx: Context
    ) -> None:
        after_us = ctx.latency_us("latency", ctx.config.latency) + notice.body.get("network_us", 0)
        slow = ctx.faults.get("slow")
        if slow is not None:
            after_us += parse_duration(slow["by"]) if "by" in slow else SLOW_US
        ctx.reply(notice, body, after_us=after_us, entry=entry, detail=detail)

    def check_command(self, kind: str, body: Any, config: Any) -> None:
        """Beyond the base's checks: what `slow` may say."""
        super().check_command(kind, body, config)
        if kind == "fault":
            slower_us = parse_duration((body.get("parameters") or {}).get("by", 0))
            if slower_us > HOUR:
                raise ValueError("A slow table takes at most 1h longer.")

    def counts(self, state: TableState) -> dict[str, int]:
        """The gauges, read off the rows and the counters."""
        return {**{name: state.counted.get(name, 0) for name in GAUGES}, "rows": len(state.rows)}
