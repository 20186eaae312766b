"""Reading the course: folders of Markdown and YAML into checked lessons, with every mistake at once.

content/glossary.yaml                     the words
content/<module>/module.yaml              one part of the course
content/<module>/<nn-slug>/lesson.md      the text
content/<module>/<nn-slug>/quiz.yaml      its questions
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field

from simulator.scenarios import Diagnostic, Question, Quiz, Scenario, load_yaml_model

from .lesson import Course, Lesson, LessonHead, Module, ModuleHead, Term
from .markdown import Opened, Text, parse

#: Where the course lies.
FOLDER = Path(__file__).resolve().parent

_MODULE_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")
_LESSON_NAME = re.compile(r"\d\d-[a-z0-9]+(-[a-z0-9]+)*\Z")

Model = TypeVar("Model", bound=BaseModel)


class Glossary(BaseModel):
    """A glossary.yaml: words by their ids."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    terms: dict[str, Term] = Field(default_factory=dict)


@dataclass(frozen=True)
class LoadedCourse:
    """A course and what is wrong with it. Lessons with errors are left out of the course."""

    course: Course
    diagnostics: tuple[Diagnostic, ...]

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The diagnostics that keep a lesson off the page."""
        return tuple(d for d in self.diagnostics if d.severity == "error")


def load_course(scenarios: Mapping[str, Scenario], folder: Path = FOLDER) -> LoadedCourse:
    """Read every lesson under `folder`; lessons may use the given scenarios."""
    return _Reader(scenarios, folder).course()


class _Reader:
    """One reading of the course: collects diagnostics while it goes from file to file."""

    def __init__(self, scenarios: Mapping[str, Scenario], folder: Path) -> None:
        self._scenarios = scenarios
        self._folder = folder
        self._diagnostics: list[Diagnostic] = []
        self._questions: dict[str, str] = {}
        self._terms: Mapping[str, Term] = {}

    def course(self) -> LoadedCourse:
        glossary = self._folder / "glossary.yaml"
        if glossary.exists():
            read = self._yaml(glossary, Glossary)
            self._terms = read.terms if read else {}
        modules = [self._module(path.parent) for path in sorted(self._folder.glob("*/module.yaml"))]
        course = Course(tuple(module for module in modules if module is not None))
        return LoadedCourse(course, tuple(self._diagnostics))

    # ---- one module, one lesson ----

    def _module(self, folder: Path) -> Module | None:
        head = self._yaml(folder / "module.yaml", ModuleHead)
        if not _MODULE_NAME.match(folder.name):
            self._error(
                folder,
                0,
                0,
                f"{folder.name!r} is no name for a module.",
                "Use small letters, digits and single hyphens.",
            )
        lessons = [
            self._lesson(path)
            for path in sorted(folder.iterdir())
            if path.is_dir() and path.name != "__pycache__"
        ]
        if head is None:
            return None
        return Module(folder.name, head, tuple(lesson for lesson in lessons if lesson is not None))

    def _lesson(self, folder: Path) -> Lesson | None:
        before = len(self._diagnostics)
        path = folder / "lesson.md"
        if not _LESSON_NAME.match(folder.name):
            self._error(
                folder,
                0,
                0,
                f"{folder.name!r} is no name for a lesson.",
                "Use two digits for its place, then words: 01-a-payment.",
            )
        if not path.exists():
            self._error(folder, 0, 0, "The folder has no lesson.md.", "Write one, or remove the folder.")
            return None
        text = parse(path.read_text(encoding="utf-8"), lambda *found: self._error(path, *found))
        head = self._head(path, text)
        quiz = self._yaml(folder / "quiz.yaml", Quiz) if (folder / "quiz.yaml").exists() else None
        questions = quiz.questions if quiz else ()
        self._check_questions(folder / "quiz.yaml", questions, text)
        self._check_blocks(path, text, bool(questions))
        self._check_words(path, text)
        if head is None or any(d.severity == "error" for d in self._diagnostics[before:]):
            return None
        return Lesson(
            module=folder.parent.name,
            slug=folder.name,
            head=head,
            scenario=next((block.target for block in text.blocks if block.name == "scenario"), None),
            parts=tuple(text.parts),
            predictions=tuple(block.target for block in text.blocks if block.name == "prediction"),
            questions=questions,
            terms={term: self._terms[term] for term, _, _ in text.terms},
        )

    def _head(self, path: Path, text: Text) -> LessonHead | None:
        if not text.front:
            self._error(
                path,
                1,
                1,
                "The lesson has no front matter.",
                "Begin with --- , title, summary, minutes, ---.",
            )
            return None
        return self._model(path, text.front, LessonHead)

    # ---- what belongs together ----

    def _check_blocks(self, path: Path, text: Text, has_quiz: bool) -> None:
        seen: set[str] = set()
        scenario: Scenario | None = None
        for block in text.blocks:
            name, target, line = block.name, block.target, block.line
            if name != "prediction" and name in seen:
                self._error(path, line, 5, f"There is a second block {name!r}.", "A lesson has one at most.")
            seen.add(name)
            if name == "scenario":
                scenario = self._scenario(path, target, line)
                self._check_levers(path, block, scenario)
            elif name == "prediction":
                self._check_prediction(path, target, line, scenario)
            elif name == "next":
                self._check_variants(path, block, scenario)
            elif name == "quiz" and not has_quiz:
                self._error(
                    path, line, 5, "There is no quiz to show here.", "Write quiz.yaml beside lesson.md."
                )
        if has_quiz and "quiz" not in seen:
            self._error(
                path, 1, 1, "quiz.yaml is shown nowhere.", "Put ::: quiz and ::: where the questions belong."
            )

    def _scenario(self, path: Path, target: str, line: int) -> Scenario | None:
        if target and target not in self._scenarios:
            known = ", ".join(sorted(self._scenarios)) or "none"
            self._error(path, line, 14, f"There is no scenario {target!r}.", f"There are: {known}.")
        return self._scenarios.get(target)

    def _check_levers(self, path: Path, block: Opened, scenario: Scenario | None) -> None:
        known = [control.id for control in scenario.controls] if scenario else list(block.more)
        for lever in block.more:
            if lever not in known:
                message = f"The scenario {block.target!r} has no control {lever!r}."
                self._error(path, block.line, 5, message, f"It has: {', '.join(known)}.")

    def _check_variants(self, path: Path, block: Opened, scenario: Scenario | None) -> None:
        known = [change.id for change in scenario.document.unless] if scenario else []
        for variant in block.more:
            if variant not in known:
                message = f"No scenario above has the change {variant!r} under 'unless'."
                self._error(path, block.line, 5, message, f"There are: {', '.join(known) or 'none'}.")

    def _check_prediction(self, path: Path, target: str, line: int, scenario: Scenario | None) -> None:
        if scenario is None:
            self._error(
                path, line, 5, "A prediction stands before any scenario.", "Put ::: scenario <id> above it."
            )
            return
        known = [prediction.id for prediction in scenario.predictions]
        if target and target not in known:
            self._error(
                path,
                line,
                16,
                f"The scenario {scenario.id!r} asks no prediction {target!r}.",
                f"It asks: {', '.join(known) or 'none'}.",
            )

    def _check_questions(self, path: Path, questions: Iterable[Question], text: Text) -> None:
        for question in questions:
            other = self._questions.setdefault(question.id, self._shown(path))
            if other != self._shown(path):
                self._error(
                    path,
                    1,
                    1,
                    f"The question id {question.id!r} is taken by {other}.",
                    "Ids are unique in the whole course.",
                )
            if question.see and question.see.startswith("#") and question.see[1:] not in text.anchors:
                self._error(
                    path,
                    1,
                    1,
                    f"{question.id}: the lesson has no heading {question.see!r}.",
                    f"It has: {', '.join('#' + a for a in sorted(text.anchors))}.",
                )

    def _check_words(self, path: Path, text: Text) -> None:
        for term, line, column in text.terms:
            if term not in self._terms:
                self._error(
                    path, line, column, f"The glossary has no word {term!r}.", "Add it to glossary.yaml."
                )
        for href, line, column in text.links:
            if href.startswith("#") and href[1:] not in text.anchors:
                self._error(
                    path,
                    line,
                    column,
                    f"The lesson has no heading {href!r}.",
                    f"It has: {', '.join('#' + a for a in sorted(text.anchors))}.",
                )

    # ---- files ----

    def _yaml(self, path: Path, model: type[Model]) -> Model | None:
        return self._model(path, path.read_text(encoding="utf-8"), model)

    def _model(self, path: Path, text: str, model: type[Model]) -> Model | None:
        read, diagnostics = load_yaml_model(text, self._shown(path), model)
        self._diagnostics += diagnostics
        return read

    def _error(self, path: Path, line: int, column: int, message: str, hint: str) -> None:
        self._diagnostics.append(Diagnostic("error", self._shown(path), line, column, "", message, hint))

    def _shown(self, path: Path) -> str:
        """The file as one would open it from the content's folder."""
        return path.relative_to(self._folder).as_posix()
