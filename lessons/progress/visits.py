"""Which lessons a learner was in, and when they had finished."""

from django.utils import timezone

from lessons.content import Lesson
from lessons.progress.models import LessonVisit
from people.models import Learner


def visited(learner: Learner, lesson: Lesson, *, finished: bool = False) -> LessonVisit:
    """Note that the learner is in this lesson now; `finished` stays once it is set."""
    now = timezone.now()
    visit, _ = LessonVisit.objects.update_or_create(
        learner=learner, lesson=lesson.key, defaults={"last": now}
    )
    if finished and visit.finished is None:
        visit.finished = now
        visit.save(update_fields=["finished"])
    return visit


def finished_lessons(learner: Learner | None) -> frozenset[str]:
    """The keys of the lessons that the learner has finished."""
    if learner is None:
        return frozenset()
    return frozenset(
        LessonVisit.objects.filter(learner=learner, finished__isnull=False).values_list("lesson", flat=True)
    )


def revisited(learner: Learner | None, lesson: Lesson) -> str:
    """Note a known learner's visit; returns where they stand: new, begun or done.

    Who has never done anything here is not remembered for having looked.
    """
    if learner is None:
        return "new"
    return "done" if visited(learner, lesson).finished else "begun"
