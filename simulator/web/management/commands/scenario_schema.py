"""``manage.py scenario_schema``: write docs/scenario.schema.json from the models that check scenarios."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from simulator.scenarios.schema import schema_text


class Command(BaseCommand):
    help = "Write the JSON Schema of scenario documents to docs/scenario.schema.json."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail if the file is stale")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "scenario.schema.json"
        text = schema_text()
        if not options["check"]:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            raise CommandError("docs/scenario.schema.json is stale; run manage.py scenario_schema.")
