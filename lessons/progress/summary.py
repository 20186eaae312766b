"""A learner's progress over the whole course, and the way to forget it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from lessons.content import Course, Lesson
from lessons.progress.attempts import QuestionRecord, records
from lessons.progress.models import Attempt, LessonVisit, PredictionLock
from people.models import Learner


@dataclass(frozen=True)
class LessonProgress:
    """One lesson in a learner's record."""

    lesson: Lesson
    visit: LessonVisit | None
    questions: Mapping[str, QuestionRecord]
    predictions: tuple[PredictionLock, ...]

    @property
    def state(self) -> str:
        """done, begun or new."""
        if self.visit is None:
            return "new"
        return "done" if self.visit.finished else "begun"

    @property
    def finished(self) -> datetime | None:
        """When every question had been answered rightly."""
        return self.visit.finished if self.visit else None

    @property
    def right(self) -> int:
        """Questions answered rightly at some time."""
        return sum(record.ever_right for record in self.questions.values())

    @property
    def right_first(self) -> int:
        """Questions answered rightly at the first try."""
        return sum(record.first.right for record in self.questions.values())


def progress_of(learner: Learner | None, course: Course) -> tuple[LessonProgress, ...]:
    """Every lesson of the course with what the learner did in it."""
    visits: dict[str, LessonVisit] = {}
    locks: dict[str, list[PredictionLock]] = {}
    if learner is not None:
        visits = {visit.lesson: visit for visit in LessonVisit.objects.filter(learner=learner)}
        for lock in PredictionLock.objects.filter(learner=learner):
            locks.setdefault(lock.lesson, []).append(lock)
    return tuple(
        LessonProgress(
            lesson,
            visits.get(lesson.key),
            records(learner, lesson),
            tuple(locks.get(lesson.key, ())),
        )
        for lesson in course.lessons
    )


def forget(learner: Learner) -> None:
    """Delete all progress of a learner, and the learner too unless an account has claimed it."""
    with transaction.atomic():
        for model in (Attempt, PredictionLock, LessonVisit):
            model.objects.filter(learner=learner).delete()
        if learner.user_id is None:
            learner.delete()
