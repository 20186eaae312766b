"""Loading: text in, a checked scenario or everything that is wrong with it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path as FilePath

from .changes import changed
from .check import check
from .diagnostics import Diagnostic, Path, in_order, render
from .document import Change
from .reader import Read, read
from .scenario import Scenario, scenario_of
from .shape import Mistake

#: Where the built-in scenarios lie.
LIBRARY = FilePath(__file__).resolve().parent / "library"


@dataclass(frozen=True)
class Loaded:
    """What came of a text: the scenario (None if there are errors), and all diagnostics in document order."""

    scenario: Scenario | None
    diagnostics: tuple[Diagnostic, ...]
    text: str

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The diagnostics that refuse the document."""
        return tuple(d for d in self.diagnostics if d.severity == "error")

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """The diagnostics that an author should read."""
        return tuple(d for d in self.diagnostics if d.severity == "warning")

    def render(self) -> str:
        """The diagnostics for a terminal, with carets."""
        return render(self.diagnostics, self.text)


def load_text(text: str, file: str = "scenario.yaml") -> Loaded:
    """Read and check a scenario; never raises, whatever `text` is. `file` is what diagnostics call it."""
    found = read(text, file)
    if not found.complete:
        return Loaded(None, in_order(found.diagnostics), text)
    check(found)
    scenario = None if found.broken else scenario_of(found.data, text)
    if scenario is not None:
        _check_changes(found, scenario)
    return Loaded(None if found.broken else scenario, in_order(found.diagnostics), text)


def _check_changes(found: Read, scenario: Scenario) -> None:
    """Refuse a change that cannot be made."""
    changes: list[tuple[Path, Change]] = [
        (("unless", index), unless) for index, unless in enumerate(scenario.document.unless)
    ]
    if scenario.document.challenge is not None:
        changes.append((("challenge", "answer"), scenario.document.challenge.answer))
    for path, change in changes:
        try:
            changed(scenario, change)
        except Mistake as mistake:
            found.report(path, mistake.message, mistake.hint)


def library_files() -> Sequence[FilePath]:
    """The files of the built-in scenarios, in the order of their names."""
    return sorted(LIBRARY.glob("*.yaml"))


@lru_cache(maxsize=1)
def library() -> dict[str, Scenario]:
    """The built-in scenarios by their ids; a broken one is a bug of ours."""
    found: dict[str, Scenario] = {}
    for path in library_files():
        loaded = load_text(path.read_text(encoding="utf-8"), path.name)
        assert loaded.scenario is not None, loaded.render()
        assert loaded.scenario.id not in found, f"two scenarios are called {loaded.scenario.id}"
        found[loaded.scenario.id] = loaded.scenario
    return found
