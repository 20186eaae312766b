"""Demo data: the same every time, and never in production."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from people.models import Learner
from simulator.scenarios import library


def seed() -> str:
    said = StringIO()
    call_command("seed_demo", stdout=said)
    return said.getvalue()


@pytest.mark.django_db
def test_seeding_twice_adds_nothing():
    first = seed()
    second = seed()

    assert Learner.objects.count() == 1
    assert "The demo's learner is new." in first
    assert first.partition("Runs")[2] == second.partition("Runs")[2]


@pytest.mark.django_db
def test_every_scenario_has_a_run_that_can_be_driven_by_its_link(client):
    said = seed()

    for scenario in library().values():
        link = re.search(rf"  {re.escape(scenario.title)}: (/runs/\S+/drive/\S+/)\n", said)
        assert link is not None
        assert client.get(link[1], follow=True).status_code == 200


def test_production_is_refused(settings):
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="Demo data is not for production"):
        seed()
