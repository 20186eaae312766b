"""Answering questions: practice without limit, the first try on record."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from lessons.content import Lesson
from lessons.progress.models import Attempt, Confidence
from lessons.progress.refusals import Outdated, Refused, Unknown
from lessons.progress.visits import visited
from people.models import Learner
from simulator.scenarios import Question


@dataclass(frozen=True)
class QuestionRecord:
    """A learner's attempts at one question as it is asked now."""

    first: Attempt
    last: Attempt
    tries: int
    ever_right: bool
    tried: frozenset[str]

    @property
    def settled(self) -> bool:
        """Whether the last answer was right; until then, `tried` holds what was not."""
        return self.last.right


def answer(
    learner: Learner,
    lesson: Lesson,
    question_id: str,
    *,
    revision: str,
    choice_id: str,
    confidence: str,
    form_key: str,
) -> Attempt:
    """Record an answer and return it; the same `form_key` again returns the first recording.

    Refused, with nothing written, if the question or the choice does not exist, was asked differently by
    now, or something is missing.
    """
    question = lesson.question(question_id)
    if question is None:
        raise Unknown("This lesson has no such question. Load the page anew to see the ones it has.")
    if revision != str(question.revision):
        raise Outdated(
            "This question has been rewritten since you opened the page, so your answer was not taken. "
            "Here is how it is asked now; earlier answers are kept."
        )
    if not choice_id:
        raise Refused("Choose one of the answers first.")
    if confidence not in Confidence.values:
        raise Refused("Say how sure you are, then answer. It changes no result.")
    if choice_id not in {choice.id for choice in question.choices}:
        raise Unknown("That is not one of this question's answers. Choose one of those shown.")
    attempt = _record(learner, lesson, question, choice_id, confidence, _key(form_key))
    visited(learner, lesson, finished=_all_right(learner, lesson))
    return attempt


def records(learner: Learner | None, lesson: Lesson) -> Mapping[str, QuestionRecord]:
    """What the learner has answered in a lesson, by question id. Answers to earlier revisions don't count."""
    if learner is None:
        return {}
    found: dict[str, QuestionRecord] = {}
    revisions = {q.id: q.revision for q in lesson.questions}
    for attempt in Attempt.objects.filter(learner=learner, lesson=lesson.key):
        if revisions.get(attempt.question) == attempt.revision:
            found[attempt.question] = _with(found.get(attempt.question), attempt)
    return found


def _with(record: QuestionRecord | None, attempt: Attempt) -> QuestionRecord:
    if record is None:
        return QuestionRecord(attempt, attempt, 1, attempt.right, frozenset({attempt.choice}))
    # A new round of practice begins after a right answer.
    before = frozenset() if record.last.right else record.tried
    return QuestionRecord(
        record.first,
        attempt,
        record.tries + 1,
        record.ever_right or attempt.right,
        before | {attempt.choice},
    )


def _key(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Refused("The form was incomplete, so your answer was not taken. Load the page anew.") from None


def _record(
    learner: Learner, lesson: Lesson, question: Question, choice_id: str, confidence: str, form_key: uuid.UUID
) -> Attempt:
    same = Attempt.objects.filter(learner=learner, form_key=form_key)
    asked = Attempt.objects.filter(learner=learner, question=question.id, revision=question.revision)
    # Two posts at the same moment may both find nothing and meet at a constraint; then the second look
    # decides.
    for last_look in (False, True):
        if known := same.first():
            return known
        try:
            with transaction.atomic():
                return Attempt.objects.create(
                    learner=learner,
                    lesson=lesson.key,
                    question=question.id,
                    revision=question.revision,
                    choice=choice_id,
                    right=choice_id in question.right_ids,
                    first_try=not asked.exists(),
                    confidence=confidence,
                    form_key=form_key,
                )
        except IntegrityError:
            if last_look:
                raise
    raise AssertionError("unreachable")


def _all_right(learner: Learner, lesson: Lesson) -> bool:
    found = records(learner, lesson)
    return all(q.id in found and found[q.id].ever_right for q in lesson.questions)
