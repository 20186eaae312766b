"""A moment of a run, to read: for the inspector, "Why?", the transcript and measures.

A moment is a copy; it does not change while the run goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from simulator.engine import Entry, Picture, biography, ledger, tell, why
from simulator.engine.picture import Account
from simulator.runs.levers import Faults, Settings, levers
from simulator.runs.replicas import copy_of
from simulator.runs.revisions import Blueprint


@dataclass(frozen=True)
class Moment:
    """What has happened up to and including `at_us`; the run itself has come to `horizon_us`."""

    run_id: str
    at_us: int
    horizon_us: int
    entries: list[Entry]
    blueprint: Blueprint
    ended: str | None

    @cached_property
    def picture(self) -> Picture:
        """Places and gauges at this moment."""
        return self.blueprint.picture().add_all(self.entries)

    @cached_property
    def _levers(self) -> tuple[Settings, Faults]:
        return levers(self.entries)

    @property
    def settings(self) -> Settings:
        """Settings that differ from the scenario's, by node."""
        return self._levers[0]

    @property
    def faults(self) -> Faults:
        """Faults that are on, by node."""
        return self._levers[1]

    def config(self, node: str) -> Any:
        """The node's config as controls have left it."""
        service = self.blueprint.services[node]
        return service.configured(self.blueprint.configs[node], self.settings.get(node, {}))

    @cached_property
    def ledger(self) -> list[Account]:
        """The accounts of all nodes that keep one."""
        return ledger(self.picture, self.blueprint.services)

    def says(self, entry: Entry) -> str:
        """The entry's sentence."""
        kind = self.blueprint.entry_kinds[entry.node][entry.kind]
        return tell(kind.says, entry, self.blueprint.titles)

    def told(self, entries: list[Entry] | None = None) -> Iterator[tuple[Entry, str]]:
        """Entries (all, without an argument) with their sentences; what is idle is left out."""
        for entry in self.entries if entries is None else entries:
            if self.blueprint.entry_kinds[entry.node][entry.kind].interest != "idle":
                yield entry, self.says(entry)

    def why(self, message: str, node: str | None = None) -> tuple[str, list[Entry]]:
        """Why the message is where it is: one sentence, and its cause chain, the latest first."""
        return why(
            self.entries,
            self.blueprint.entry_kinds,
            self.blueprint.titles,
            message=message,
            node=node,
            until_us=self.at_us,
        )

    def biography(self, message: str) -> list[Entry]:
        """Everything that happened to the message so far."""
        return biography(self.entries, message)


def replica_at(run_id: str, at_us: int | None = None) -> Moment:
    """The run at virtual time `at_us`, or where it is now; never later than now. Raises RunNotFound."""
    copy = copy_of(run_id)
    replica = copy.replica
    with replica.lock:
        until_us, horizon_us = copy.read_up(at_us)
        entries = replica.entries[: replica.count_at(until_us + 1)]
        return Moment(run_id, until_us, horizon_us, entries, copy.blueprint, replica.ended)
