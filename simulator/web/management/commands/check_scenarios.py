"""``manage.py check_scenarios [files…]``: what the checker says of scenario files, as the editor shows it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from simulator.scenarios import (
    Loaded,
    Scenario,
    check_challenge,
    check_unless,
    library_files,
    load_text,
    run_expectations,
)


class Command(BaseCommand):
    help = "Check scenario documents: the given files, or the built-in ones."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, help="scenario files; the library's when left out")
        parser.add_argument(
            "--run", action="store_true", help="also run their expectations, changes and challenges"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        files: list[Path] = options["files"] or list(library_files())
        errors = warnings = 0
        seen: dict[str, Path] = {}
        for path in files:
            loaded = self._load(path)
            if loaded.diagnostics:
                self.stdout.write(loaded.render() + "\n\n")
            errors += len(loaded.errors)
            warnings += len(loaded.warnings)
            if loaded.scenario is None:
                continue
            errors += self._twice(path, loaded.scenario, seen)
            if options["run"]:
                errors += self._run(path, loaded.scenario)
        counted = f"{_many(len(files), 'scenario')}, {_many(errors, 'error')}, {_many(warnings, 'warning')}"
        if errors:
            raise CommandError(counted)
        self.stdout.write(counted)

    def _load(self, path: Path) -> Loaded:
        try:
            text = path.read_bytes().decode("utf-8", "surrogateescape")  # wrong bytes get a place as well
        except OSError as error:
            raise CommandError(f"{path}: cannot be read ({error.strerror}).") from error
        return load_text(text, _near(path))

    def _twice(self, path: Path, scenario: Scenario, seen: dict[str, Path]) -> int:
        other = seen.setdefault(scenario.id, path)
        if other == path:
            return 0
        self.stdout.write(f"{_near(path)}: error: {_near(other)} has the id {scenario.id!r} already.\n")
        return 1

    def _run(self, path: Path, scenario: Scenario) -> int:
        problems = [
            f"expectation {checked.expectation} (seed {checked.seed}): {checked.says}"
            for checked in run_expectations(scenario)
            if not checked.held
        ]
        problems += [
            f"change {broken.change}: {broken.says}" for broken in check_unless(scenario) if not broken.failed
        ]
        problems += check_challenge(scenario)
        for problem in problems:
            self.stdout.write(f"{_near(path)}: error: {problem}\n")
        return len(problems)


def _near(path: Path) -> str:
    """The path from here, where it lies below."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
