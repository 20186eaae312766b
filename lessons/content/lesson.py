"""What a lesson is once it has been read: plain values, checked, ready for a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from simulator.scenarios import Question

BlockName = Literal["scenario", "prediction", "quiz", "next"]


class LessonHead(BaseModel):
    """The front matter of a lesson.md."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(
        min_length=3, max_length=90, description="Says something; a sentence without a full stop."
    )
    summary: str = Field(min_length=20, max_length=240, description="What one can do or explain afterwards.")
    minutes: int = Field(ge=1, le=60, description="How long an unhurried reader needs, with the experiments.")


class ModuleHead(BaseModel):
    """A module.yaml: one part of the course."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(min_length=3, max_length=90)
    summary: str = Field(min_length=20, max_length=240)


class Term(BaseModel):
    """One word of the glossary."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    word: str = Field(min_length=2, max_length=60)
    says: str = Field(
        min_length=20, max_length=400, description="What it means here, in one or two sentences."
    )


@dataclass(frozen=True)
class Prose:
    """Running text: sanitised HTML, safe to put on a page as it is."""

    html: str
    block: Literal["prose"] = "prose"


@dataclass(frozen=True)
class Block:
    """A place in the lesson where something alive stands.

    `name` is what (a scenario to play, a prediction, the quiz, what to try next), `target` which one, where
    there can be several. `more` are further words: a scenario's levers, the variants to try next. `html` is
    the text inside the block, sanitised.
    """

    name: BlockName
    target: str
    html: str
    more: tuple[str, ...] = ()

    @property
    def block(self) -> str:
        """The part's kind, as a template asks for it."""
        return self.name


@dataclass(frozen=True)
class Lesson:
    """One lesson, whole. `parts` are in reading order; `terms` are the words it explains."""

    module: str
    slug: str
    head: LessonHead
    scenario: str | None
    parts: tuple[Prose | Block, ...]
    predictions: tuple[str, ...]
    questions: tuple[Question, ...]
    terms: Mapping[str, Term]

    @property
    def key(self) -> str:
        """The lesson's stable name in a learner's record: module and folder."""
        return f"{self.module}/{self.slug}"

    def question(self, question_id: str) -> Question | None:
        """The question of that id, or None."""
        return next((q for q in self.questions if q.id == question_id), None)


@dataclass(frozen=True)
class Module:
    """One part of the course and its lessons, in the order of their folders."""

    id: str
    head: ModuleHead
    lessons: tuple[Lesson, ...]


@dataclass(frozen=True)
class Course:
    """All modules, in reading order."""

    modules: tuple[Module, ...]

    @property
    def lessons(self) -> tuple[Lesson, ...]:
        """Every lesson, in reading order."""
        return tuple(lesson for module in self.modules for lesson in module.lessons)

    def lesson(self, key: str) -> Lesson | None:
        """The lesson of that key (`module/slug`), or None."""
        return next((lesson for lesson in self.lessons if lesson.key == key), None)

    def after(self, lesson: Lesson) -> Lesson | None:
        """The lesson that follows, or None after the last one."""
        lessons = self.lessons
        place = lessons.index(lesson) + 1
        return lessons[place] if place < len(lessons) else None
