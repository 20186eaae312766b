"""`manage.py check_lessons`: everything that is wrong in lessons/content, at once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lessons.content import FOLDER, load_course
from simulator.scenarios import library


class Command(BaseCommand):
    """Print every diagnostic as file:line:column, reason and hint; fail if one is an error."""

    help = "Check lessons, quizzes and the glossary."
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        loaded = load_course(library())
        for found in loaded.diagnostics:
            self.stderr.write(str(found))
        if loaded.errors:
            raise CommandError(f"{len(loaded.errors)} mistakes in {FOLDER.name}. Nothing was changed.")
        count = len(loaded.course.lessons)
        self.stdout.write(f"lessons: {count} {'lesson' if count == 1 else 'lessons'}, nothing wrong")
