"""A moment of a run, to read."""

import pytest

from simulator.engine import trace_bytes
from simulator.runs import RunNotFound, append, create_run, poll, replica_at
from simulator.runs.frames import NOTHING
from simulator.runs.models import Run, Watch
from simulator.runs.replica import FAILED
from simulator.runs.replicas import forget
from tests.runs.mirror import Mirror
from tests.runs.toys import SECOND, page_model, toy

pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    """A run that stands at six seconds."""
    run = create_run(toy(), owner_id=None, rate=0, seed="1")
    append(run.id, "configure", {"node": "desk", "setting": "pace", "value": 4}, "c")
    append(run.id, "warp", {"to_us": 6 * SECOND}, "w")
    return run


def test_it_goes_no_further_than_the_run(run):
    moment = replica_at(run.id, 60 * SECOND)

    assert moment.at_us == moment.horizon_us == 6 * SECOND
    assert all(entry.at_us <= 6 * SECOND for entry in moment.entries)


def test_an_earlier_moment_is_a_prefix(run):
    early, late = replica_at(run.id, 2 * SECOND), replica_at(run.id)

    assert 0 < len(early.entries) < len(late.entries)
    assert late.entries[: len(early.entries)] == early.entries
    assert replica_at(run.id, 2 * SECOND).entries == early.entries


def test_it_does_not_change_while_the_run_goes_on(run):
    moment = replica_at(run.id)
    count = len(moment.entries)
    append(run.id, "warp", {"to_us": 9 * SECOND}, "w2")
    replica_at(run.id)

    assert len(moment.entries) == count


def test_what_was_set_and_what_is_there(run):
    moment = replica_at(run.id)

    assert moment.settings == {"desk": {"pace": 4}}
    assert moment.config("desk").pace == 4
    assert moment.config("bell").every_us == 700_000
    assert moment.picture.gauges["desk"]["served"] == sum(e.kind == "served" for e in moment.entries)


def test_sentences(run):
    moment = replica_at(run.id)

    told = [says for _, says in moment.told()]
    assert "Bell rang for A." in told
    assert not any("listened" in says for says in told)
    says, chain = moment.why("A", "desk")
    assert says == "A was served."
    assert [e.kind for e in chain] == ["served", "took", "rang"]
    assert [e.kind for e in moment.biography("A")] == ["rang", "took", "served"]


def test_a_replica_made_anew_tells_the_same(run):
    before = trace_bytes(replica_at(run.id).entries)
    forget(run.id)

    assert trace_bytes(replica_at(run.id).entries) == before


def test_a_command_learned_late_shows_in_moments(run):
    replica_at(run.id)
    append(run.id, "send", {"node": "bell", "count": 2}, "s")

    assert replica_at(run.id).entries[-1].at_us == 6 * SECOND + 1


def test_a_run_that_met_an_error_says_so():
    run = create_run(toy(boom_at_us=SECOND), owner_id=None, rate=0)
    append(run.id, "warp", {"to_us": 5 * SECOND}, "w")

    assert replica_at(run.id).ended == FAILED


def test_an_old_engines_run_says_so(run):
    Run.objects.filter(pk=run.id).update(engine_version="0")
    forget(run.id)

    moment = replica_at(run.id)
    assert "older version" in moment.ended
    assert moment.entries == []


def test_an_unknown_run():
    with pytest.raises(RunNotFound):
        replica_at("nobody-knows-it")


# ---- polling


def test_polls_add_up_to_a_keyframe(run):
    viewer, fresh = Mirror(page_model()), Mirror(page_model())
    viewer.take(poll(run.id, NOTHING))
    append(run.id, "send", {"node": "bell", "count": 2}, "s")
    append(run.id, "warp", {"to_us": 8 * SECOND}, "w2")
    frame = viewer.take(poll(run.id, viewer.cursor))
    fresh.take(poll(run.id, NOTHING))

    assert frame["type"] == "frame"
    assert viewer.entries == fresh.entries
    assert viewer.warps == fresh.warps == [[2, 6 * SECOND], [6 * SECOND + 2, 8 * SECOND]]
    assert viewer.settings == fresh.settings == {"desk": {"pace": 4}}


def test_polling_counts_as_viewing(run):
    poll(run.id, NOTHING)

    assert Watch.objects.get(run_id=run.id).viewers == 1
    assert Run.objects.get(pk=run.id).seen_us == 6 * SECOND


def test_a_polled_run_skips_gaps():
    run = create_run(toy(every_us=40 * SECOND), owner_id=None)
    first = Mirror(page_model())
    first.take(poll(run.id, NOTHING))
    assert first.frame["next_us"] == 40 * SECOND

    first.take(poll(run.id, first.cursor))
    append(run.id, "clock", {"rate": 1}, "c")
    assert first.warps == [] or first.warps[0][1] == 40 * SECOND - 400_000
