"""Commands enter a run checked, numbered without gaps, and once."""

import pytest

from simulator.engine import limit
from simulator.runs import Refused, RunNotFound, append, commands, create_run, step
from simulator.runs.clock import LEAD_WALL_US, UNSEEN_WALL_US
from simulator.runs.commands import OLD_ENGINE, Stale, append_own, wake
from simulator.runs.log import log_of
from simulator.runs.marks import Seen, leave, mark_seen
from simulator.runs.models import Command, Run, Watch
from simulator.runs.processes import Sight, shown
from tests.runs.toys import SECOND, toy

SEND = {"node": "bell", "count": 1}
pytestmark = pytest.mark.django_db


@pytest.fixture
def wall(monkeypatch):
    """A wall clock that a test moves."""

    class Wall:
        now_us = 1_700_000_000 * SECOND

        def __call__(self):
            return self.now_us

        def passes(self, seconds):
            self.now_us += int(seconds * SECOND)

    wall = Wall()
    for room in ("commands", "creation", "marks", "replicas", "polls"):
        monkeypatch.setattr(f"simulator.runs.{room}.wall_now_us", wall)
    return wall


def log(run):
    return list(
        Command.objects.filter(run_id=run.id).order_by("seq").values_list("seq", "at_us", "kind", "body")
    )


def test_a_new_run_plays(wall):
    run = create_run(toy(), owner_id=None)

    assert log(run) == [(1, 0, "clock", {"rate": 1.0, "wall_us": wall.now_us})]


def test_a_lesson_stands_still_at_first_and_uses_the_usual_seed(wall):
    run = create_run(toy(), owner_id=None, purpose="lesson")

    assert log(run)[0][3]["rate"] == 0
    assert run.seed == "1"


def test_commands_of_the_start_come_first(wall):
    run = create_run(toy(), owner_id=None, commands=[("send", SEND)])

    assert log(run)[1] == (2, 0, "send", SEND)


def test_a_command_of_the_start_must_fit():
    with pytest.raises(Refused, match="no service 'nobody'"):
        create_run(toy(), owner_id=None, commands=[("send", {"node": "nobody"})])
    assert not Run.objects.exists()


def test_numbers_are_dense_and_times_behind_the_lead(wall):
    run = create_run(toy(), owner_id=None)
    wall.passes(2)

    assert append(run.id, "send", SEND, "a") == 2
    assert append(run.id, "send", SEND, "b") == 3
    assert [row[1] for row in log(run)] == [0, 2 * SECOND + LEAD_WALL_US + 1, 2 * SECOND + LEAD_WALL_US + 1]


def test_a_repeated_key_gives_the_same_number(wall):
    run = create_run(toy(), owner_id=None)

    assert append(run.id, "send", SEND, "same") == append(run.id, "send", SEND, "same") == 2
    assert len(log(run)) == 2


def test_two_runs_may_use_one_key():
    scenario = toy()
    runs = [create_run(scenario, owner_id=None) for _ in range(2)]

    assert [append(run.id, "send", SEND, "same") for run in runs] == [2, 2]


def test_a_browsers_wall_is_not_believed(wall):
    run = create_run(toy(), owner_id=None)
    append(run.id, "clock", {"rate": 2, "wall_us": 5, "reason": "left"}, "a")

    assert log(run)[1][3] == {"rate": 2.0, "wall_us": wall.now_us + LEAD_WALL_US}


@pytest.mark.parametrize(
    ("kind", "body", "says"),
    [
        ("clock", {}, "speed"),
        ("clock", {"rate": "fast"}, "speed"),
        ("clock", {"rate": -1}, "speed"),
        ("clock", {"rate": 1, "warp": "yes"}, "true or false"),
        ("warp", {}, "to_us"),
        ("warp", {"to_us": True}, "to_us"),
        ("warp", {"to_us": 10**18}, "to_us"),
        ("warp", {"to_us": 1}, "there already"),
        ("send", {}, "no service"),
        ("send", {"node": ["bell"]}, "name"),
        ("send", {"node": "bell", "count": 10**9}, "1 to 200"),
        ("send", {"node": "bell", "count": "many"}, "not how a send command is written"),
        ("send", {"node": "desk", "count": 1}, "does not take"),
        ("fault", {"node": "desk", "fault": "flood", "on": True}, "knows the faults"),
        ("fault", {"node": "desk", "fault": "asleep", "on": True, "parameters": "x"}, "JSON object"),
        ("configure", {"node": "desk", "setting": "title", "value": "x"}, "cannot be changed"),
        ("configure", {"node": "desk", "setting": "pace", "value": -1}, "pace"),
        ("configure", {"node": "desk", "setting": "pace", "value": "x" * 5000}, "bytes"),
        ("configure", {"node": "desk", "setting": "pace", "value": "\0"}, "zero characters"),
        ("explode", {"node": "bell"}, "does not take"),
        ("Explode!", {}, "needs a kind"),
        ("__class__", {"node": "bell"}, "does not take"),
        (None, {}, "needs a kind"),
        ("send", [], "JSON object"),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(kind, body, says):
    run = create_run(toy(), owner_id=None)

    with pytest.raises(Refused, match=says):
        append(run.id, kind, body, "key")
    assert len(log(run)) == 1


@pytest.mark.parametrize("key", ["", "with space", "x" * 81, "ü", None, 5, "a\n"])
def test_keys_that_are_none(key):
    run = create_run(toy(), owner_id=None)

    with pytest.raises(Refused, match="client_key"):
        append(run.id, "send", SEND, key)


def test_an_unknown_run():
    with pytest.raises(RunNotFound):
        append("nobody-knows-it", "clock", {"rate": 1}, "a")
    with pytest.raises(RunNotFound):
        append("nobody-knows-it", "send", SEND, "a")


def test_a_run_takes_so_many_commands_and_no_more(monkeypatch):
    run = create_run(toy(), owner_id=None)
    monkeypatch.setattr(commands, "limit", lambda name: 3 if name == "commands" else limit(name))
    append(run.id, "send", SEND, "a")
    append(run.id, "send", SEND, "b")

    with pytest.raises(Refused, match="at most 2,000 commands"):
        append(run.id, "send", SEND, "c")


def test_a_log_that_has_moved_on(wall):
    run = create_run(toy(), owner_id=None)

    assert not append_own(run.id, "warp", {"to_us": 5 * SECOND}, "warp:1", known=0)
    with pytest.raises(Stale):
        append(run.id, "send", SEND, "a", known=0)
    assert append(run.id, "send", SEND, "a", known=1) == 2


def test_an_old_engines_run_takes_nothing():
    run = create_run(toy(), owner_id=None)
    Run.objects.filter(pk=run.id).update(engine_version="0")

    with pytest.raises(Refused) as refused:
        append(run.id, "clock", {"rate": 0}, "a")
    assert str(refused.value) == OLD_ENGINE


# ---- waiting and leaving


def test_a_run_that_nobody_saw_stands_where_it_was_seen(wall):
    run = create_run(toy(), owner_id=None)
    wall.passes(10)
    mark_seen({run.id: Seen(10 * SECOND, 1)})
    wall.passes(7200)
    wake(run.id)

    seq, at_us, kind, body = log(run)[-1]
    assert (seq, at_us, kind) == (2, 10 * SECOND, "clock")
    assert body == {"rate": 1.0, "reason": "waited", "wall_us": wall.now_us}


def test_a_process_that_vanished_is_missed_sooner(wall):
    """Its viewers saw the run a moment ago; the next process goes on from there."""
    run = create_run(toy(), owner_id=None)
    wall.passes(10)
    mark_seen({run.id: Seen(10 * SECOND, 1)})
    Watch.objects.update(process="killed")
    wall.passes(2)
    wake(run.id)
    assert len(log(run)) == 1  # its next mark may just be a little late

    wall.passes(1)
    wake(run.id, UNSEEN_WALL_US)
    assert len(log(run)) == 1
    wake(run.id)
    assert log(run)[-1][1:3] == (10 * SECOND, "clock")


def test_a_command_that_comes_before_the_first_viewer_wakes_the_run_too(wall):
    run = create_run(toy(), owner_id=None)
    wall.passes(10)
    mark_seen({run.id: Seen(10 * SECOND, 1)})
    Watch.objects.update(process="killed")
    wall.passes(4)
    append(run.id, "send", SEND, "a")

    (_, waited, clock, _), (_, at_us, kind, _) = log(run)[1:]
    assert (waited, clock, kind) == (10 * SECOND, "clock", "send")
    assert at_us == 10 * SECOND + LEAD_WALL_US + 1


def test_a_page_that_takes_its_time_to_open_misses_nobody(wall):
    """Nobody has watched yet, so nobody has vanished; nor has this process, when it was busy."""
    run = create_run(toy(), owner_id=None)
    wall.passes(4)
    wake(run.id)
    mark_seen({run.id: Seen(4 * SECOND, 1)})
    wall.passes(4)
    wake(run.id)

    assert len(log(run)) == 1


def test_what_is_shown_here_was_seen_though_it_could_not_be_marked(wall, monkeypatch):
    """The database was away; viewers went on watching, and the first command does not throw them back."""
    run = create_run(toy(), owner_id=None)
    wall.passes(60)
    monkeypatch.setitem(shown, run.id, Sight(60 * SECOND, wall.now_us))
    append(run.id, "send", SEND, "a")
    assert [(at_us, kind) for _, at_us, kind, _ in log(run)[1:]] == [(60 * SECOND + LEAD_WALL_US + 1, "send")]

    wall.passes(60)  # and where it slept, it goes on from what was shown last
    wake(run.id)
    assert log(run)[-1][1] == 60 * SECOND + LEAD_WALL_US + 1


def test_what_was_seen_stays_seen(wall):
    """A process that was just started has not simulated the whole run yet when it marks it."""
    run = create_run(toy(), owner_id=None)
    mark_seen({run.id: Seen(60 * SECOND, 1)})
    mark_seen({run.id: Seen(2 * SECOND, 1)})

    seen = Run.objects.get(pk=run.id)
    assert (seen.seen_us, seen.seen_wall) == (60 * SECOND, wall.now_us)


def test_waking_twice_changes_nothing_more(wall):
    run = create_run(toy(), owner_id=None)
    wall.passes(7200)
    wake(run.id)
    wake(run.id)

    assert len(log(run)) == 2


def test_the_last_viewer_pauses_and_the_next_one_plays_on(wall):
    run = create_run(toy(), owner_id=None)
    append(run.id, "clock", {"rate": 5}, "a")
    mark_seen({run.id: Seen(0, 1)})
    leave(run.id)

    assert log(run)[-1][3]["rate"] == 0
    assert not Watch.objects.exists()

    wall.passes(3600)
    wake(run.id)
    assert log(run)[-1][3]["rate"] == 5
    assert log_of(run.id).read()
    assert log_of(run.id).clock.now_us(wall.now_us) == log(run)[-1][1]


def test_a_run_that_another_process_watches_is_not_paused(wall):
    run = create_run(toy(), owner_id=None)
    Watch.objects.create(run_id=run.id, process="another", viewers=1, wall=wall.now_us - SECOND)
    leave(run.id)

    assert len(log(run)) == 1


def test_a_dead_process_watches_nothing(wall):
    run = create_run(toy(), owner_id=None)
    Watch.objects.create(run_id=run.id, process="dead", viewers=1, wall=wall.now_us - 60 * SECOND)
    leave(run.id)

    assert log(run)[-1][3]["reason"] == "left"


def test_a_paused_run_is_left_as_it_is(wall):
    run = create_run(toy(), owner_id=None, rate=0)
    leave(run.id)
    wall.passes(100)
    wake(run.id)

    assert len(log(run)) == 1


def test_marks_of_a_run_that_is_gone_are_nobodys(wall):
    mark_seen({"gone": Seen(1, 1)})

    assert not Watch.objects.exists()


# ---- steps


def test_a_step_goes_to_the_next_thing(wall):
    run = create_run(toy(every_us=30 * SECOND), owner_id=None, rate=0)
    step(run.id, {}, "s1")

    assert log(run)[-1][2:] == ("warp", {"to_us": 30 * SECOND, "wall_us": wall.now_us})
    assert log_of(run.id).clock.rate == 0


def test_a_step_to_a_bookmark(wall):
    run = create_run(toy(every_us=30 * SECOND), owner_id=None, rate=0)
    step(run.id, {"to": "bookmark"}, "s1")

    assert log(run)[-1][3]["to_us"] > 30 * SECOND


def test_a_step_of_a_playing_run_pauses_it(wall):
    run = create_run(toy(every_us=30 * SECOND), owner_id=None)
    step(run.id, {}, "s1")

    assert [row[2] for row in log(run)] == ["clock", "clock", "warp"]
    wall.passes(1)
    assert log_of(run.id).read()
    assert log_of(run.id).clock.now_us(wall.now_us) == 30 * SECOND


def test_steps_go_on(wall):
    run = create_run(toy(), owner_id=None, rate=0)
    numbers = [step(run.id, {}, f"s{n}") for n in range(4)]

    assert numbers == [2, 3, 4, 5]
    assert step(run.id, {}, "s0") == 2


def test_nothing_to_step_to(wall):
    run = create_run(toy(every_us=10**15), owner_id=None, rate=0)

    with pytest.raises(Refused, match="Nothing more is planned"):
        step(run.id, {}, "s")
    with pytest.raises(Refused, match="next"):
        step(run.id, {"to": "moon"}, "s")
