"""The policy, whole: every actor against every act."""

import uuid

import pytest

from people.policy import Grant, may_drive_run, may_fork_run, may_share_run, may_watch_run, owns

OWNER, STRANGER = uuid.UUID(int=1), uuid.UUID(int=2)
WATCH, DRIVE = frozenset({Grant.WATCH}), frozenset({Grant.DRIVE})
NONE: frozenset[Grant] = frozenset()

CASES = [
    # who, grants, watch, drive, the links that may be handed on
    (OWNER, NONE, True, True, WATCH | DRIVE),
    (STRANGER, NONE, False, False, NONE),
    (STRANGER, WATCH, True, False, WATCH),
    (STRANGER, DRIVE, True, True, WATCH | DRIVE),
    (None, NONE, False, False, NONE),
    (None, WATCH, True, False, WATCH),
    (None, DRIVE, True, True, WATCH | DRIVE),
]


@pytest.mark.parametrize(("who", "grants", "watch", "drive", "share"), CASES)
def test_a_run(who, grants, watch, drive, share):
    assert may_watch_run(who, owner_id=OWNER, grants=grants) is watch
    assert may_fork_run(who, owner_id=OWNER, grants=grants) is watch
    assert may_drive_run(who, owner_id=OWNER, grants=grants) is drive
    assert may_share_run(who, owner_id=OWNER, grants=grants) == share


def test_nobody_owns_a_run_without_an_owner():
    assert not owns(None, None)
    assert not owns(OWNER, None)
    assert not may_drive_run(None, owner_id=None)
