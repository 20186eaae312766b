"""Predictions: said before it happens, kept, and compared with what then happened in the learner's own
run.
"""

from dataclasses import dataclass

from django.db import IntegrityError, transaction

from lessons.content import Lesson
from lessons.progress.models import PredictionLock
from lessons.progress.refusals import Outdated, Refused, Unknown
from lessons.progress.visits import visited
from people.models import Learner
from simulator.scenarios import Prediction, Scenario


@dataclass(frozen=True)
class Asked:
    """One prediction as a lesson asks it now."""

    lesson: Lesson
    scenario: Scenario
    prediction: Prediction

    @classmethod
    def of(cls, lesson: Lesson, scenario: Scenario, prediction_id: str) -> "Asked":
        """The prediction of that id; refused if the lesson doesn't ask it."""
        known = {p.id: p for p in scenario.predictions if p.id in lesson.predictions}
        if prediction_id not in known:
            raise Unknown("This lesson asks no such prediction. Load the page anew to see what it asks.")
        return cls(lesson, scenario, known[prediction_id])


def lock_of(learner: Learner | None, asked: Asked) -> PredictionLock | None:
    """What the learner has locked in for this prediction, or None."""
    if learner is None:
        return None
    return PredictionLock.objects.filter(
        learner=learner,
        scenario=asked.scenario.id,
        digest=asked.scenario.digest,
        prediction=asked.prediction.id,
    ).first()


def lock(learner: Learner, asked: Asked, choice_id: str) -> PredictionLock:
    """Keep a choice for good. The same choice again is no second one; another one is refused."""
    if not choice_id:
        raise Refused("Choose what you expect first, then lock it in.")
    if choice_id not in {choice.id for choice in asked.prediction.choices}:
        raise Unknown("That is not one of the outcomes to choose from. Choose one of those shown.")
    kept = lock_of(learner, asked) or _keep(learner, asked, choice_id)
    visited(learner, asked.lesson)
    if kept.choice != choice_id:
        raise Outdated("You locked in another answer before, and a locked prediction stays as it is.")
    return kept


def _keep(learner: Learner, asked: Asked, choice_id: str) -> PredictionLock:
    try:
        with transaction.atomic():
            return PredictionLock.objects.create(
                learner=learner,
                lesson=asked.lesson.key,
                scenario=asked.scenario.id,
                digest=asked.scenario.digest,
                prediction=asked.prediction.id,
                choice=choice_id,
            )
    except IntegrityError:  # two posts at the same moment; the other one was first
        kept = lock_of(learner, asked)
        assert kept is not None
        return kept
