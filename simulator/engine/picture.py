"""The picture: what the trace says is the case, folded entry by entry.

The browser folds the same entries with the same tables (static/js/player/picture.js); a test holds the two
together. Nothing here knows a kind of service: the `EntryKind` tables say what each entry means.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .service import WORLD_ENTRIES, Service
from .trace import Entry, EntryKind

Number = int | float


@dataclass
class Stay:
    """A message at a node: where (`place`), since when, until when if that is known, received how often."""

    place: str
    since_us: int
    until_us: int | None
    entered_us: int
    count: int
    entry: int


@dataclass
class Picture:
    """Places and gauges after some entries. `kinds` maps a node to its service's entry kinds."""

    kinds: Mapping[str, Mapping[str, EntryKind]]
    stays: dict[str, dict[str, Stay]] = field(default_factory=dict)
    gauges: dict[str, dict[str, Number]] = field(default_factory=dict)
    entries: int = 0
    at_us: int = 0

    @classmethod
    def of(cls, services: Mapping[str, Service]) -> Picture:
        """An empty picture for a world's services, by node id."""
        kinds = {node: {**WORLD_ENTRIES, **service.ENTRIES} for node, service in services.items()}
        gauges = {node: dict.fromkeys(service.GAUGES, 0) for node, service in services.items()}
        return cls(kinds, {node: {} for node in services}, {n: dict(g) for n, g in gauges.items()})

    def add(self, entry: Entry) -> None:
        """Fold one entry; entries come in the order of their ids."""
        kind = self.kinds[entry.node][entry.kind]
        detail = entry.detail or {}
        gauges = self.gauges[entry.node]
        for name, amount in kind.gauges.items():
            gauges[name] = gauges.get(name, 0) + (
                detail.get(amount, 0) if isinstance(amount, str) else amount
            )
        for name, source in kind.sets.items():
            gauges[name] = detail[source]
        if entry.message is not None and kind.place is not None:
            self._move(entry, kind.place, detail)
        self.entries, self.at_us = entry.id + 1, entry.at_us

    def _move(self, entry: Entry, place: str, detail: Mapping[str, object]) -> None:
        stays = self.stays[entry.node]
        message = entry.message
        assert message is not None
        before = stays.get(message)
        if place == "gone":
            stays.pop(message, None)
            return
        count = detail.get("receive_count", before.count if before else 0)
        until = detail.get("until_us")
        assert isinstance(count, int)
        assert until is None or isinstance(until, int)
        entered = before.entered_us if before else entry.at_us
        stays[message] = Stay(place, entry.at_us, until, entered, count, entry.id)

    def add_all(self, entries: Iterable[Entry], until_us: int | None = None) -> Picture:
        """Fold all entries (up to and including `until_us`); returns itself."""
        for entry in entries:
            if until_us is not None and entry.at_us > until_us:
                break
            self.add(entry)
        return self

    def oldest_age_us(self, node: str, now_us: int) -> int:
        """How long the oldest message at `node` has been there."""
        return max((now_us - stay.entered_us for stay in self.stays[node].values()), default=0)


@dataclass(frozen=True)
class Account:
    """One node's ledger: what came in is there now or went out, each amount by its gauge's name."""

    node: str
    came: Mapping[str, Number]
    here: Mapping[str, Number]
    left: Mapping[str, Number]

    @property
    def balanced(self) -> bool:
        """Whether nothing was lost and nothing came from nowhere."""
        return sum(self.came.values()) == sum(self.here.values()) + sum(self.left.values())


def ledger(picture: Picture, services: Mapping[str, Service]) -> list[Account]:
    """The accounts of all nodes whose gauges take part in the ledger."""
    accounts = (_account(node, service, picture.gauges[node]) for node, service in services.items())
    return [account for account in accounts if account.came]


def _account(node: str, service: Service, gauges: Mapping[str, Number]) -> Account:
    def side(which: str) -> dict[str, Number]:
        return {name: gauges.get(name, 0) for name, gauge in service.GAUGES.items() if gauge.balance == which}

    return Account(node, side("in"), side("now"), side("out"))
