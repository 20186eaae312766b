"""The one door to a run: whoever wants one passes here, and gets what they may have.

The id is the capability to watch; the owner, and whoever holds the drive key, may drive.
"""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime

from people.policy import Grant, may_drive_run, may_fork_run, may_share_run
from simulator.engine import ENGINE_VERSION
from simulator.runs.commands import RunNotFound
from simulator.runs.models import Run


@dataclass(frozen=True)
class OpenRun:
    """A run as one visitor may see it. `drive_key` is None for those who may not hand it on."""

    id: str
    title: str
    scenario_id: str
    revision: str
    seed: str
    purpose: str
    created: datetime
    parent_id: str | None
    forked_at_us: int | None
    may_drive: bool
    may_fork: bool
    owned: bool
    drive_key: str | None
    current: bool
    """Whether this engine is the one that it was recorded with; an old run can only be started anew."""


def open_run(run_id: str, *, learner_id: uuid.UUID | None = None, drive_key: str | None = None) -> OpenRun:
    """The run, for this learner, who may hold a drive key. Raises RunNotFound for an unknown id."""
    run = Run.objects.select_related("revision").filter(pk=run_id).first()
    if run is None:
        raise RunNotFound(run_id)
    grants = {Grant.WATCH}
    if drive_key is not None and _is_key(run, drive_key):
        grants.add(Grant.DRIVE)
    may_share = may_share_run(learner_id, owner_id=run.owner_id, grants=grants)
    return OpenRun(
        id=run.id,
        title=run.title or run.revision.title,
        scenario_id=run.revision.scenario_id,
        revision=run.revision_id,
        seed=run.seed,
        purpose=run.purpose,
        created=run.created,
        parent_id=run.parent_id,
        forked_at_us=run.forked_at_us,
        may_drive=may_drive_run(learner_id, owner_id=run.owner_id, grants=grants),
        may_fork=may_fork_run(learner_id, owner_id=run.owner_id, grants=grants),
        owned=run.owner_id is not None and run.owner_id == learner_id,
        drive_key=run.drive_key if Grant.DRIVE in may_share else None,
        current=run.engine_version == ENGINE_VERSION,
    )


def is_drive_key(run_id: str, drive_key: str) -> bool:
    """Whether this key lets its holder drive the run. Raises RunNotFound."""
    run = Run.objects.filter(pk=run_id).first()
    if run is None:
        raise RunNotFound(run_id)
    return _is_key(run, drive_key)


def _is_key(run: Run, drive_key: str) -> bool:
    return secrets.compare_digest(run.drive_key.encode(), drive_key.encode())
