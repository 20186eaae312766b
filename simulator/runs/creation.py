"""New runs: of a scenario, or forked from a moment of another run."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from simulator.engine import ENGINE_VERSION, clock_text
from simulator.runs.access import OpenRun, open_run
from simulator.runs.clock import Clock, Logged, checked_rate, wall_now_us
from simulator.runs.commands import Refused, RunNotFound
from simulator.runs.log import log_of
from simulator.runs.models import Command, Revision, Run
from simulator.runs.replicas import copy_of
from simulator.runs.revisions import blueprint_of, store
from simulator.runs.writer import write

PURPOSES = ("hero", "lesson", "lab")
#: Lessons ask before they play.
STANDS_AT_FIRST = frozenset({"lesson"})
SEED_LENGTH_MAX = 40


#: The seed where a text has to fit: in the hero, in lessons, and in predictions that name none.
USUAL_SEED = "1"


def create_run(
    scenario: Any,
    *,
    owner_id: uuid.UUID | None,
    seed: str | None = None,
    purpose: str = "lab",
    commands: Iterable[tuple[str, Mapping[str, Any]]] = (),
    rate: float | None = None,
) -> OpenRun:
    """A new run of `scenario`, with `commands` (kind, body) given at its start.

    Without a seed, the hero and lessons take the usual one, a lab run a new one. A lesson's run stands still
    at first, others play, unless `rate` says otherwise. Raises Refused for a command that doesn't fit.
    """
    if seed is None:
        seed = secrets.token_hex(4) if purpose == "lab" else USUAL_SEED
    if rate is None:
        rate = 0.0 if purpose in STANDS_AT_FIRST else 1.0
    given = [(kind, dict(body)) for kind, body in commands]
    wall_us = wall_now_us()
    first = [("clock", {"rate": rate, "wall_us": wall_us}), *given]

    def work() -> OpenRun:
        with transaction.atomic():
            revision = store(scenario)
            _check(revision, given)
            run = Run.objects.create(
                revision=revision,
                engine_version=ENGINE_VERSION,
                seed=seed,
                owner_id=owner_id,
                purpose=purpose,
                seen_wall=wall_us,
            )
            _write_log(run, [Logged(seq, 0, kind, body) for seq, (kind, body) in enumerate(first, 1)])
        return open_run(run.id, learner_id=owner_id)

    return write(work)


def latest_run(
    scenario: Any, *, owner_id: uuid.UUID, purpose: str, younger_than: timedelta = timedelta(minutes=30)
) -> OpenRun | None:
    """The learner's latest run of this scenario and purpose, if it is young: a reload starts no other."""
    since = timezone.now() - younger_than
    runs = Run.objects.filter(
        owner_id=owner_id,
        purpose=purpose,
        revision_id=scenario.digest,
        created__gte=since,
        engine_version=ENGINE_VERSION,
    )
    found = runs.order_by("-created").values_list("pk", flat=True).first()
    return open_run(found, learner_id=owner_id) if found else None


def fork(
    run_id: str, at_us: int, owner_id: uuid.UUID | None, *, rate: float | None = None, purpose: str = "lab"
) -> OpenRun:
    """A new run with this one's log up to `at_us`, where it stands still, or plays on at `rate`.

    Raises Refused for a time that has not come yet, or RunNotFound.
    """
    try:
        going_on = checked_rate(rate if rate is not None else 0)
    except ValueError as error:
        raise Refused(str(error)) from error
    if isinstance(at_us, bool) or not isinstance(at_us, int) or at_us < 0:
        raise Refused("at_us is a virtual time in microseconds: a number, zero or more.")
    copy = copy_of(run_id)
    copy.replica.log.read()
    if at_us > copy.horizon_us(wall_now_us()):
        raise Refused("A run can be forked where it has been, not where it has yet to go.")
    title = f"{copy.blueprint.title}, forked at {clock_text(at_us)[:-4]}"[:120]

    def work() -> OpenRun:
        with transaction.atomic():
            parent = Run.objects.filter(pk=run_id).first()
            if parent is None:
                raise RunNotFound(run_id)
            child = Run.objects.create(
                revision_id=parent.revision_id,
                engine_version=parent.engine_version,
                seed=parent.seed,
                owner_id=owner_id,
                purpose=purpose,
                title=title,
                parent=parent,
                forked_at_us=at_us,
                seen_us=at_us,
                seen_wall=wall_now_us(),
            )
            _write_log(child, _prefix(run_id, at_us, going_on))
        return open_run(child.id, learner_id=owner_id)

    return write(work)


def _prefix(run_id: str, at_us: int, rate: float) -> list[Logged]:
    """The log up to `at_us`, and a clock command that goes on from there."""
    kept = []
    for command in log_of(run_id).commands:
        if command.at_us > at_us or (command.kind == "warp" and command.body["to_us"] > at_us):
            break
        kept.append(command)
    clock = Clock.of(kept)
    body = {"rate": rate, "wall_us": wall_now_us(), "warp": clock.skip_gaps}
    kept.append(Logged(len(kept) + 1, max(at_us, clock.last_us), "clock", body))
    return kept


def _write_log(run: Run, log: list[Logged]) -> None:
    keys = {len(log): "forked"} if run.parent_id else {}
    Command.objects.bulk_create(
        Command(
            run=run,
            seq=c.seq,
            at_us=c.at_us,
            kind=c.kind,
            body=dict(c.body),
            client_key=keys.get(c.seq, f"start:{c.seq}"),
        )
        for c in log
    )


def _check(revision: Revision, commands: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
    for kind, body in commands:
        try:
            blueprint_of(revision.digest).check(kind, body)
        except ValueError as error:
            raise Refused(str(error)) from error
