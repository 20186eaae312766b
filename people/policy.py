"""Who may do what: the one policy. Every door (a view, a socket) asks here, and nothing else decides.

Pure predicates over ids and grants, so that a list of cases can test them whole. They know no run, scenario
or class: the caller hands in the owner's id.
"""

import enum
import uuid
from collections.abc import Collection


class Grant(enum.StrEnum):
    """What a share link lends to whoever holds it."""

    WATCH = "watch"
    DRIVE = "drive"


def owns(learner_id: uuid.UUID | None, owner_id: uuid.UUID | None) -> bool:
    """Nobody owns what has no owner, and nobody unknown owns anything."""
    return learner_id is not None and learner_id == owner_id


def may_drive_run(
    learner_id: uuid.UUID | None, *, owner_id: uuid.UUID | None, grants: Collection[Grant] = ()
) -> bool:
    """Send commands: play, pause, send a message, crash a function."""
    return owns(learner_id, owner_id) or Grant.DRIVE in grants


def may_watch_run(
    learner_id: uuid.UUID | None, *, owner_id: uuid.UUID | None, grants: Collection[Grant] = ()
) -> bool:
    """See the run and look back in it. Who may drive may watch."""
    return Grant.WATCH in grants or may_drive_run(learner_id, owner_id=owner_id, grants=grants)


def may_fork_run(
    learner_id: uuid.UUID | None, *, owner_id: uuid.UUID | None, grants: Collection[Grant] = ()
) -> bool:
    """Make a run of one's own from a prefix of this one: whoever can see it can do that."""
    return may_watch_run(learner_id, owner_id=owner_id, grants=grants)


def may_share_run(
    learner_id: uuid.UUID | None, *, owner_id: uuid.UUID | None, grants: Collection[Grant] = ()
) -> frozenset[Grant]:
    """The kinds of link that this learner may hand on: the owner both, others none above their own."""
    if may_drive_run(learner_id, owner_id=owner_id, grants=grants):
        return frozenset(Grant)
    if may_watch_run(learner_id, owner_id=owner_id, grants=grants):
        return frozenset({Grant.WATCH})
    return frozenset()
