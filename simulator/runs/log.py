"""A run's log as this process knows it: its commands, and the clock that they fold into.

Append-only and dense; it is read from the database, in pieces, and holds nothing that was not committed.
"""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from collections.abc import Iterable

from simulator.runs.clock import Clock, Logged
from simulator.runs.models import Command

KEPT = 512


class Log:
    """Commands 1..n of a run, in order."""

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        self.commands: list[Logged] = []
        self.clock = Clock()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self.commands)

    def extend(self, commands: Iterable[Logged]) -> bool:
        """Take commands that follow; known ones are passed over. True if there were new ones.

        A gap is refused (an assertion): the rest has to be read again from the database.
        """
        with self._lock:
            before = len(self.commands)
            for command in commands:
                if command.seq <= len(self.commands):
                    continue
                assert command.seq == len(self.commands) + 1, (
                    f"run {self.run_id}: {command.seq} after {len(self)}"
                )
                self.clock.add(command)
                self.commands.append(command)
            return len(self.commands) > before

    def read(self) -> bool:
        """Read what is new in the database. True if there was something."""
        rows = Command.objects.filter(run_id=self.run_id, seq__gt=len(self)).order_by("seq")
        return self.extend(Logged(*row) for row in rows.values_list("seq", "at_us", "kind", "body"))


_kept: OrderedDict[str, Log] = OrderedDict()
#: A log that a replica holds is found again, however many others were asked for since.
_held: weakref.WeakValueDictionary[str, Log] = weakref.WeakValueDictionary()
_lock = threading.Lock()


def log_of(run_id: str) -> Log:
    """This process's log of a run; not read yet when it is new."""
    with _lock:
        log = _kept.get(run_id)
        if log is None:
            found = _held.get(run_id)
            log = Log(run_id) if found is None else found
            _kept[run_id] = _held[run_id] = log
        _kept.move_to_end(run_id)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
        return log
