"""What a page shows of a question: plain values, so that a template decides nothing."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from lessons.content import Lesson
from lessons.progress.attempts import QuestionRecord
from lessons.progress.models import Confidence
from simulator.scenarios import Choice, Question


@dataclass(frozen=True)
class AnswerLine:
    """One choice: its words, and, where it has been given or all is told, whether it is right and why."""

    id: str
    text: str
    verdict: str = ""  # "", right, wrong
    word: str = ""
    reason: str = ""
    chosen: bool = False


@dataclass(frozen=True)
class QuestionCard:
    """A question as it stands for one learner. `state` is open, wrong (answer again) or right (all is
    told).
    """

    lesson: Lesson
    number: int
    of: int
    question: Question
    state: str
    answers: tuple[AnswerLine, ...]
    record: QuestionRecord | None = None
    refusal: str = ""
    confidence: str = ""
    form_key: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def anchor(self) -> str:
        """The card's id on the page."""
        return f"question-{self.question.id}"

    @property
    def confidences(self) -> list[tuple[str, str, bool]]:
        """Value, words and whether it is chosen, for each degree."""
        words = {"guess": "A guess", "think": "I think so", "certain": "Certain"}
        return [(value, words[value], value == self.confidence) for value in Confidence.values]

    @property
    def heard(self) -> str:
        """What the polite region says after an answer."""
        line = next((line for line in self.answers if line.chosen and line.verdict), None)
        if self.refusal or line is None:
            return self.refusal
        return f"{line.word} {line.reason}"

    @property
    def first_try(self) -> str:
        """The first try in words, for the card's head."""
        if self.record is None:
            return "the first try is noted, practice is free"
        first = self.record.first
        return f"first try {'right' if first.right else 'not right'}, {Confidence(first.confidence).label}"


def question_cards(
    lesson: Lesson, records: Mapping[str, QuestionRecord], again: str = ""
) -> list[QuestionCard]:
    """The cards of a lesson; the question `again` is asked anew."""
    return [
        question_card(lesson, q.id, None if q.id == again else records.get(q.id)) for q in lesson.questions
    ]


def question_card(
    lesson: Lesson,
    question_id: str,
    record: QuestionRecord | None,
    *,
    refusal: str = "",
    posted: Mapping[str, str] | None = None,
) -> QuestionCard:
    """One card. After a refusal, `posted` brings back what had been chosen."""
    place = next(i for i, q in enumerate(lesson.questions) if q.id == question_id)
    question = lesson.questions[place]
    state = "open" if record is None else "right" if record.settled else "wrong"
    picked = (posted or {}).get("choice", "")
    answers = tuple(_line(choice, record, state, picked) for choice in question.choices)
    confidence = (posted or {}).get("confidence", "")
    return QuestionCard(
        lesson, place + 1, len(lesson.questions), question, state, answers, record, refusal, confidence
    )


def _line(choice: Choice, record: QuestionRecord | None, state: str, picked: str) -> AnswerLine:
    chosen = record is not None and record.last.choice == choice.id
    if state == "right":
        word = ("Your answer, right." if chosen else "Right.") if choice.right else "Not this one."
        return AnswerLine(
            choice.id, choice.text, "right" if choice.right else "wrong", word, choice.reason, chosen
        )
    if record is not None and choice.id in record.tried:
        word = "Your answer, not right." if chosen else "Not this one."
        return AnswerLine(choice.id, choice.text, "wrong", word, choice.reason, chosen)
    return AnswerLine(choice.id, choice.text, chosen=choice.id == picked)
