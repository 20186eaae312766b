"""Pruning: untouched runs go by their purpose's age; what is watched, led back to or needed stays."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone

from simulator.runs import create_run, fork, pruning
from simulator.runs.clock import wall_now_us
from simulator.runs.models import Command, Run, Watch
from simulator.runs.replicas import copy_of
from tests.runs.toys import toy

pytestmark = pytest.mark.django_db
DAYS = {"hero": 2.0, "lesson": 30.0, "experiment": 90.0, "lab": 180.0}


@pytest.fixture(autouse=True)
def ages(settings):
    settings.PRUNE_AFTER_DAYS = DAYS
    settings.PRUNE_EVERY_S = 600
    cache.clear()


def aged(days: float, purpose: str = "lab", **more) -> str:
    """A run that was made and last seen so long ago."""
    run = more.pop("run", None) or create_run(toy(), owner_id=None, purpose=purpose)
    age(run.id, days)
    return run.id


def age(run_id: str, days: float) -> None:
    Run.objects.filter(pk=run_id).update(
        seen_wall=wall_now_us() - int(days * pruning.DAY_US), created=timezone.now() - timedelta(days=days)
    )


def left() -> set[str]:
    return set(Run.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("purpose", ["hero", "lesson", "lab", "experiment", "of another room"])
def test_each_purpose_has_its_age(purpose):
    days = DAYS.get(purpose, DAYS["lab"])
    young, old = aged(days - 0.1, purpose), aged(days + 0.1, purpose)

    assert pruning.prune() == 1
    assert left() == {young}
    assert not Command.objects.filter(run=old).exists()


def test_an_old_run_that_was_seen_lately_stays():
    run = aged(400)
    Run.objects.filter(pk=run).update(seen_wall=wall_now_us())

    assert pruning.prune() == 0


def test_zero_days_keep_for_good(settings):
    settings.PRUNE_AFTER_DAYS = {**DAYS, "lab": 0.0}
    aged(4000)

    assert pruning.prune() == 0


def test_a_watched_run_stays_here_and_elsewhere():
    here, elsewhere, nobody = aged(400), aged(400), aged(400)
    copy_of(here).watched = True
    Watch.objects.create(run_id=elsewhere, process="another", viewers=1, wall=wall_now_us())
    Watch.objects.create(run_id=nobody, process="another", viewers=1, wall=wall_now_us() - 60_000_000)

    assert pruning.prune() == 1
    assert left() == {here, elsewhere}
    copy_of(here).watched = False


def test_where_a_run_was_forked_stays_as_long_as_the_fork():
    parent = aged(400)
    child = fork(parent, 0, None).id

    assert pruning.prune() == 0
    age(child, 400)
    assert pruning.prune() == 2
    assert left() == set()


def test_what_a_room_above_needs_stays(monkeypatch):
    needed, other = aged(400), aged(400)
    monkeypatch.setattr(pruning, "keepers", [lambda run_ids: [needed]])

    assert pruning.prune() == 1
    assert left() == {needed} != {other}


def test_a_round_is_bounded_and_the_oldest_go_first(monkeypatch):
    monkeypatch.setattr(pruning, "RUNS_A_BATCH", 2)
    runs = [aged(400 - n) for n in range(5)]

    assert pruning.prune(3) == 3
    assert left() == set(runs[3:])


def test_rounds_come_once_in_a_while():
    aged(400)
    assert pruning.prune_when_due() == 1
    aged(400)
    assert pruning.prune_when_due() == 0

    cache.clear()
    assert pruning.prune_when_due() == 1


def test_somebody_who_comes_in_the_meantime_keeps_it(monkeypatch):
    run = aged(400)
    monkeypatch.setattr(pruning, "keepers", [lambda ids: Run.objects.update(seen_wall=wall_now_us()) and []])

    assert pruning.prune(1) == 0
    assert left() == {run}


def test_the_command_says_what_it_finds_and_deletes():
    aged(400)
    aged(3, "hero")
    said = StringIO()
    call_command("prune_runs", "--dry-run", stdout=said)

    assert "hero: 1 runs untouched for 2 days\n" in said.getvalue()
    assert len(left()) == 2

    said = StringIO()
    call_command("prune_runs", stdout=said)
    assert "2 runs were deleted." in said.getvalue()
    assert left() == set()
