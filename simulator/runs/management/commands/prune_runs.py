"""`manage.py prune_runs`: what the server does by itself a little at a time, at once and in full."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from simulator.runs.pruning import prune, untouched


class Command(BaseCommand):
    help = "Delete runs that nobody touched for as long as PRUNE_*_DAYS say."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say how many there are")

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        for purpose, days in settings.PRUNE_AFTER_DAYS.items():
            age = f"untouched for {days:g} days" if days > 0 else "kept for good"
            self.stdout.write(f"{purpose}: {untouched(purpose).count() if days > 0 else 0} runs {age}")
        if not dry_run:
            self.stdout.write(f"{prune(None)} runs were deleted.")
