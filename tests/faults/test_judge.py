"""The judge itself: it must see what a fault would leave behind."""

import random

import pytest

from simulator.engine import Entry
from simulator.scenarios import library, page_model
from tests.faults.driver import Given
from tests.faults.judge import Kept, Record, Verdict, difference, replay, spread
from tests.faults.kills import Break
from tests.faults.viewer import Seen, Viewer

SECOND = 1_000_000
SCENARIO = library()["payment-queue"]
COMMANDS = [
    Kept(1, 0, "clock", {"rate": 1, "wall_us": 0}, "start:1"),
    Kept(2, 3 * SECOND, "send", {"node": "web", "count": 3}, "a"),
    Kept(3, 9 * SECOND, "clock", {"rate": 0, "wall_us": 9 * SECOND}, "b"),
]
RECORD = Record(SCENARIO.canonical_json, "7", COMMANDS)


def given(key: str, status: int = 204) -> Given:
    command = Given("send", {}, key, "", 0)
    command.status, command.statuses, command.tries = status, [status], 1
    return command


@pytest.fixture
def viewer() -> Viewer:
    viewer = Viewer("1", "run", page_model(SCENARIO), ["nowhere"])
    viewer.log.entries = list(replay(RECORD, 9 * SECOND))
    viewer.log.commands, viewer.log.horizon_us = 3, 9 * SECOND
    return viewer


def wrong(viewer: Viewer, commands=("a", "b"), record: Record = RECORD) -> list[str]:
    verdict = Verdict("test")
    verdict.judge(record, [viewer], [given(key) for key in commands])
    return verdict.wrong


def test_a_log_that_is_the_replay_passes(viewer):
    assert len(viewer.log) > 20
    assert wrong(viewer) == []


@pytest.mark.parametrize("damage", ["lost", "twice", "changed", "last"])
def test_a_log_that_is_not_the_replay_is_told(viewer, damage):
    entries = viewer.log.entries
    where = random.Random(1).randrange(len(entries) - 1)
    if damage == "lost":
        del entries[where]
    elif damage == "twice":
        entries.insert(where, entries[where])
    elif damage == "changed":
        entries[where] = Entry(**_as(entries[where], at_us=1))
    else:
        entries.pop()

    assert any("differs" in sentence for sentence in wrong(viewer))


def _as(entry: Entry, **changes):
    return {name: getattr(entry, name) for name in entry.__struct_fields__} | changes


def test_a_command_that_was_accepted_and_is_not_in_the_log(viewer):
    assert any("in the log 0 times" in sentence for sentence in wrong(viewer, ("a", "b", "lost")))


def test_a_command_that_is_in_the_log_twice(viewer):
    twice = Record(RECORD.document, RECORD.seed, [*COMMANDS, Kept(4, 9 * SECOND, "clock", {}, "a")])
    viewer.log.commands = 4

    assert any("in the log 2 times" in sentence for sentence in wrong(viewer, record=twice))


def test_a_log_with_a_gap(viewer):
    gap = Record(RECORD.document, RECORD.seed, [*COMMANDS[:2], Kept(4, 9 * SECOND, "clock", {}, "b")])

    assert any("gaps" in sentence for sentence in wrong(viewer, record=gap))


def test_what_was_repeated_is_counted_from_the_log(viewer):
    broken = Break(viewer)
    broken.wall_us = 100
    waited = Kept(4, 8 * SECOND, "clock", {"rate": 1, "reason": "waited", "wall_us": 200}, "wake:4")
    record = Record(RECORD.document, RECORD.seed, [*COMMANDS, waited])
    viewer.seen.append(Seen(300, "keyframe", 10 * SECOND, 0, 0, 1))

    assert broken.repeated_s(record) == 1.0
    assert broken.leapt_s() == 1.0
    assert broken.kept(record)
    viewer.log.entries = viewer.log.entries[1:]
    assert not broken.kept(record)


def test_differences_and_spreads_are_told_in_words(viewer):
    entries = viewer.log.entries

    assert difference(entries, entries[:-1]) == f"{len(entries)} entries, not {len(entries) - 1}"
    assert difference([entries[1]], [entries[0]]).startswith("entry 1 is ")
    assert spread([]) == "none"
    assert spread([3.0, 1.0, 2.0]) == "3 × min 1, median 2, p95 3, max 3"
