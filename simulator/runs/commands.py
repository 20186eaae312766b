"""Commands enter a run here, and only here: checked, numbered under a lock, given their virtual time, kept.

`append` is idempotent by the client's key. The server stamps wall times; what a browser claims is not asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.db import transaction

from simulator.engine import ENGINE_VERSION, LIMITS, limit
from simulator.runs import notices, tallies
from simulator.runs.clock import VANISHED_WALL_US, Clock, Logged, checked_rate, wall_now_us
from simulator.runs.log import Log, log_of
from simulator.runs.models import Command, Run, Watch
from simulator.runs.processes import Sight, shown, this_process
from simulator.runs.revisions import blueprint_of
from simulator.runs.writer import write

BODY_BYTES_MAX = 4096
KEY = re.compile(r"[\x21-\x7e]{1,80}")
KIND = re.compile(r"[a-z_]{1,20}")
#: Commands that the server gives itself stop this far below the limit, so that people's still fit.
KEPT_FOR_PEOPLE = 200
OLD_ENGINE = (
    "This run was recorded by an older version of the simulator and can't go on. "
    "Start the same scenario with the same seed anew."
)


class Refused(ValueError):
    """The command can't be taken; the text says why, for the learner."""


class RunNotFound(LookupError):
    """There is no run with this id."""


class Stale(Exception):
    """The log has grown since the caller looked; nothing was appended."""


def append(
    run_id: str, kind: str, body: Mapping[str, Any], client_key: str, *, known: int | None = None
) -> int:
    """Check a command, append it to the run's log and tell the processes that watch; returns its number.

    A key that was used before returns that command's number and changes nothing. With `known`, the log must
    still have that many commands (else Stale). Raises Refused with a sentence, or RunNotFound.
    """
    cleaned = _checked(run_id, kind, body)
    if not isinstance(client_key, str) or not KEY.fullmatch(client_key):
        raise Refused("A command needs a client_key: 1 to 80 characters without spaces, a new one for each.")

    def work() -> int:
        with Draft(run_id) as draft:
            repeated = draft.number_of(client_key)
            if repeated is not None:
                return repeated
            if known is not None and known != len(draft.log):
                raise Stale
            draft.wake()
            return draft.add(kind, cleaned, client_key)

    return told(run_id, work)


def append_own(run_id: str, kind: str, body: Mapping[str, Any], client_key: str, *, known: int) -> bool:
    """Append a command that no driver asked for. False, and nothing changed, when the log has moved on."""

    def work() -> bool:
        with Draft(run_id) as draft:
            if known != len(draft.log) or known > limit("commands") - KEPT_FOR_PEOPLE:
                return False
            draft.add(kind, dict(body), client_key)
            return True

    try:
        return bool(told(run_id, work))
    except Refused:
        return False


def wake(run_id: str, patience_us: int = VANISHED_WALL_US) -> None:
    """For a run's first viewer: one that was left, or had to wait, goes on from where it was seen."""

    def work() -> None:
        with Draft(run_id) as draft:
            draft.wake(patience_us)

    told(run_id, work)


def told(run_id: str, work: Callable[[], Any]) -> Any:
    """Do `work` on the writer, then tell everyone who watches the run."""
    answer = write(work)
    if transaction.get_connection().in_atomic_block:
        transaction.on_commit(lambda: notices.tell(run_id))
    else:
        notices.tell(run_id)
    return answer


@dataclass
class Draft:
    """A transaction on one run, under its lock: `log` is complete, `clock` folds what is added here too."""

    run_id: str
    run: Run = field(init=False)
    log: Log = field(init=False)
    clock: Clock = field(init=False)
    wall_us: int = field(init=False)
    count: int = field(init=False)

    def __enter__(self) -> Draft:
        self._atomic = transaction.atomic()
        self._atomic.__enter__()
        try:
            self._open()
        except BaseException as error:
            self._atomic.__exit__(type(error), error, error.__traceback__)
            raise
        return self

    def __exit__(self, *trouble: Any) -> None:
        self._atomic.__exit__(*trouble)

    def _open(self) -> None:
        run = Run.objects.select_for_update().filter(pk=self.run_id).first()
        if run is None:
            raise RunNotFound(self.run_id)
        if run.engine_version != ENGINE_VERSION:
            raise Refused(OLD_ENGINE)
        self.run = run
        self.log = log_of(self.run_id)
        self.log.read()
        self.clock = self.log.clock.copy()
        self.count = len(self.log)
        self.wall_us = wall_now_us()

    def number_of(self, client_key: str) -> int | None:
        """The number of the command with this key, if it is there already."""
        found = Command.objects.filter(run=self.run, client_key=client_key).values_list("seq", flat=True)
        return found.first()

    def add(self, kind: str, body: dict[str, Any], client_key: str, at_us: int | None = None) -> int:
        """Number and keep a command; without `at_us` it takes effect as soon as it may."""
        if self.count >= limit("commands") and "reason" not in body:
            raise Refused(LIMITS["commands"].sentence)
        soonest_us, wall_us = self.clock.next_command(self.wall_us)
        if at_us is None:
            at_us = soonest_us
        else:
            wall_us = self.wall_us
        if kind == "warp" and body["to_us"] <= at_us:
            raise Refused("The run is there already, or past it.")
        if kind in ("clock", "warp"):
            body = {**body, "wall_us": wall_us}
        self.count += 1
        Command.objects.create(
            run=self.run, seq=self.count, at_us=at_us, kind=kind, body=body, client_key=client_key
        )
        self.clock.add(Logged(self.count, at_us, kind, body))
        tallies.count("commands")
        return self.count

    def wake(self, patience_us: int = VANISHED_WALL_US) -> None:
        """Let a playing run that nobody saw go on from where it was last seen, and a left one go on.

        Where a process with viewers has vanished (it was killed), `patience_us` is long enough to know it.
        """
        last = self.clock.segments[-1]
        key = f"wake:{self.count + 1}"
        if self._unseen(patience_us):
            seen_us = max(self._seen().at_us, self.clock.last_us)
            self.add("clock", {"rate": last.rate, "reason": "waited"}, key, at_us=seen_us)
        elif last.reason == "left" and last.rate == 0:
            resumes = next(s.rate for s in reversed(self.clock.segments) if s.rate > 0)
            self.add("clock", {"rate": resumes, "reason": "back"}, key)

    def _seen(self) -> Sight:
        """The latest sight of the run: its mark, or what this process shows while marks can't be written."""
        mark = Sight(self.run.seen_us, self.run.seen_wall)
        return max(mark, shown.get(self.run_id, mark), key=lambda sight: sight.wall_us)

    def _unseen(self, patience_us: int) -> bool:
        seen_wall_us = self._seen().wall_us
        if self.clock.unseen(self.wall_us, seen_wall_us):
            return True
        if not self.clock.unseen(self.wall_us, seen_wall_us, patience_us):
            return False
        others = Watch.objects.filter(run=self.run, viewers__gt=0).exclude(process=this_process())
        return others.exists()


def _checked(run_id: str, kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(kind, str) or not KIND.fullmatch(kind):
        raise Refused("A command needs a kind, such as clock, send, fault or configure.")
    if not isinstance(body, Mapping):
        raise Refused("A command's body is a JSON object.")
    try:
        if kind == "clock":
            return _clock_body(body)
        if kind == "warp":
            return _warp_body(body)
        return _world_body(run_id, kind, body)
    except (RunNotFound, Refused):
        raise
    except ValueError as error:
        raise Refused(str(error)) from error
    except (TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise Refused(f"This is not how a {kind} command is written.") from error


def _clock_body(body: Mapping[str, Any]) -> dict[str, Any]:
    cleaned: dict[str, Any] = {"rate": checked_rate(body.get("rate"))}
    skip_gaps = body.get("warp")
    if skip_gaps is not None:
        if not isinstance(skip_gaps, bool):
            raise Refused("warp says whether gaps are skipped: true or false.")
        cleaned["warp"] = skip_gaps
    return cleaned


def _warp_body(body: Mapping[str, Any]) -> dict[str, Any]:
    to_us = body.get("to_us")
    if isinstance(to_us, bool) or not isinstance(to_us, int) or not 0 < to_us <= limit("simulated_us"):
        raise Refused("to_us is a virtual time in microseconds, at most two days after the start.")
    return {"to_us": to_us}


def _world_body(run_id: str, kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
    written = msgspec.json.encode(body)
    if len(written) > BODY_BYTES_MAX:
        raise Refused(f"A command's body is at most {BODY_BYTES_MAX:,} bytes.")
    if b"\\u0000" in written:
        raise Refused("Texts hold no zero characters.")
    for name in ("node", "fault", "setting"):
        if name in body and not isinstance(body[name], str):
            raise Refused(f"{name} is a name.")
    if not isinstance(body.get("parameters") or {}, Mapping):
        raise Refused("parameters is a JSON object.")
    digest = Run.objects.filter(pk=run_id).values_list("revision_id", flat=True).first()
    if digest is None:
        raise RunNotFound(run_id)
    blueprint_of(digest).check(kind, body)
    return dict(body)
