"""Questions with a reason for every choice: the grammar that scenarios and lessons share."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from .shape import ID_PATTERN, Mistake

#: An id that people give: small letters, digits and hyphens, for page anchors and stored answers.
Id = Annotated[str, Field(pattern=ID_PATTERN, description="Small letters, digits and hyphens.")]

STRICT = ConfigDict(frozen=True, extra="forbid")


class Choice(BaseModel):
    """One possible answer, and why it is right or wrong."""

    model_config = STRICT

    id: Id
    text: str = Field(min_length=1, max_length=400)
    right: bool = Field(default=False, description="Whether this answer is right; several may be.")
    reason: str = Field(min_length=1, max_length=800, description="Why it is right or wrong.")


class Question(BaseModel):
    """A question whose answers are written down. An attempt stores `id` and `revision`.

    Raise `revision` whenever the meaning of the question or of a choice changes. `see` leads to where the
    answer can be found: a lesson's anchor (``#visibility``, ``decoupling/queues#visibility``) or
    ``run:<scenario id>``.
    """

    model_config = STRICT

    id: Id
    revision: int = Field(default=1, ge=1, le=10_000)
    ask: str = Field(min_length=1, max_length=800)
    choices: tuple[Choice, ...] = Field(min_length=2, max_length=8)
    see: str = Field(default="", max_length=200, description="A lesson's anchor, or run:<scenario id>.")

    @model_validator(mode="after")
    def _sound(self) -> Question:
        if not any(choice.right for choice in self.choices):
            raise Mistake("No choice is right.", "Mark at least one with 'right: true'.")
        if all(choice.right for choice in self.choices):
            raise Mistake("Every choice is right, so there is nothing to choose.")
        unique([choice.id for choice in self.choices], "choices")
        return self

    @property
    def several(self) -> bool:
        """Whether more than one choice is right."""
        return sum(choice.right for choice in self.choices) > 1

    @property
    def right_ids(self) -> frozenset[str]:
        """The ids of the right choices."""
        return frozenset(choice.id for choice in self.choices if choice.right)


class Quiz(BaseModel):
    """A file of questions."""

    model_config = STRICT

    title: str = Field(default="", max_length=120)
    questions: tuple[Question, ...] = Field(min_length=1, max_length=60)

    @model_validator(mode="after")
    def _sound(self) -> Quiz:
        unique([question.id for question in self.questions], "questions")
        return self


def unique(ids: list[str], what: str) -> None:
    """Mistake if an id is there twice."""
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise Mistake(f"Two {what} have the id {twice[0]!r}.", "Give each an id of its own.")
