"""Experiments whose run is long are measured in the workshop; until they are, their run is kept."""

import json

import pytest
from django.test import Client

from lessons.progress import experiments
from lessons.progress.models import PredictionLock
from simulator.runs import pruning
from simulator.runs.models import Run
from simulator.runs.workshop import Busy, workshop

pytestmark = pytest.mark.django_db


@pytest.fixture
def prediction() -> str:
    from lessons.web.course import course

    lesson = next(lesson for lesson in course().lessons if lesson.predictions)
    return f"/lessons/{lesson.module}/{lesson.slug}/predictions/{lesson.predictions[0]}/"


@pytest.fixture
def experiment(client, prediction) -> str:
    """The run of an experiment, warped to the moment of measuring. Its lock has no outcome yet."""
    from lessons.web.course import course
    from simulator.scenarios import library, measured_at_us

    module, slug, name = (prediction.split("/")[n] for n in (2, 3, 5))
    lesson = next(x for x in course().lessons if (x.module, x.slug) == (module, slug))
    asked = next(p for p in library()[lesson.scenario].predictions if p.id == name)
    client.post(prediction, {"choice": asked.choices[0].id})
    client.post(f"{prediction}run/", headers={"HX-Request": "true"})
    run = PredictionLock.objects.get().run
    body = json.dumps({"to_us": measured_at_us(asked)})
    client.post(f"/runs/{run}/commands/", {"kind": "warp", "body": body, "client_key": "w"})
    return run


def look(client: Client, prediction: str) -> PredictionLock:
    assert client.get(prediction, headers={"HX-Request": "true"}).status_code == 200
    return PredictionLock.objects.get()


@pytest.mark.slow
def test_the_workshop_finds_what_the_server_would(client, prediction, experiment, monkeypatch):
    here = look(client, prediction)
    PredictionLock.objects.update(outcome="", measured="")
    monkeypatch.setattr(experiments, "ENTRIES_HERE", 0)
    there = look(client, prediction)

    assert here.measured
    assert (there.outcome, there.measured) == (here.outcome, here.measured)
    workshop().close()


def test_a_busy_workshop_leaves_it_for_later(client, prediction, experiment, monkeypatch):
    class Full:
        def do(self, *arguments):
            raise Busy

    monkeypatch.setattr(experiments, "ENTRIES_HERE", 0)
    monkeypatch.setattr(experiments, "workshop", Full)
    assert look(client, prediction).measured == ""

    monkeypatch.undo()
    assert look(client, prediction).measured != ""


def test_the_run_is_kept_until_its_outcome_is(client, prediction, experiment, settings):
    settings.PRUNE_AFTER_DAYS = {"lab": 1.0}
    long_ago = pruning.wall_now_us() - 10 * pruning.DAY_US
    Run.objects.update(seen_wall=long_ago, created="2020-01-01T00:00:00Z")

    assert pruning.prune() == 0
    outcome = look(client, prediction).outcome
    Run.objects.update(seen_wall=long_ago)
    assert pruning.prune() == 1
    assert PredictionLock.objects.get().outcome == outcome != ""
    assert 'data-state="compared"' in client.get(prediction, headers={"HX-Request": "true"}).content.decode()
