"""`make seed`: something to look at, the same every time."""

import uuid
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management import CommandError
from django.core.management.base import BaseCommand

from people.models import Learner
from simulator.runs import create_run, latest_run
from simulator.scenarios import Scenario, library

#: The demo's learner and seed: always the same, so that seeding twice adds nothing and shows the same.
DEMO_LEARNER = uuid.UUID("5167a1b0-0000-4000-8000-000000000001")
DEMO_SEED = "demo"
EVER = timedelta(days=100 * 365)


class Command(BaseCommand):
    help = "Load demo data: a learner, and a run of every built-in scenario with a link that drives it."

    def handle(self, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError(
                "Demo data is not for production: its learner and its links are known to whoever reads this. "
                "Set SIGNALBOX_ENV=development (`make seed` does)."
            )
        _, new = Learner.objects.get_or_create(pk=DEMO_LEARNER)
        self.stdout.write(f"The demo's learner is {'new' if new else 'there already'}.")
        self.stdout.write("Runs that may be driven by whoever opens these addresses:")
        for scenario in library().values():
            self.stdout.write(f"  {scenario.title}: {self.drive_link(scenario)}")

    def drive_link(self, scenario: Scenario) -> str:
        """The demo's run of this scenario, made where it is missing."""
        run = latest_run(scenario, owner_id=DEMO_LEARNER, purpose="lab", younger_than=EVER)
        if run is None:
            run = create_run(scenario, owner_id=DEMO_LEARNER, purpose="lab", seed=DEMO_SEED, rate=0)
        return f"/runs/{run.id}/drive/{run.drive_key}/"
