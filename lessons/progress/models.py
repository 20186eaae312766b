"""What a learner did in lessons. It belongs to the browser's learner and is kept until they forget it."""

from django.db import models
from django.db.models import Q

from people.models import Learner


class Confidence(models.TextChoices):
    """How sure somebody was, before they knew. Feeds the review schedule, never a grade."""

    GUESS = "guess", "a guess"
    THINK = "think", "I think so"
    CERTAIN = "certain", "certain"


class Attempt(models.Model):
    """One answer to one question, as the question was then.

    `revision` pins what was asked. `first_try` marks the first answer to that revision: the one that
    statistics use. `form_key` is the form's own key, so that a double click is one attempt.
    """

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="attempts")
    lesson = models.CharField(max_length=120)
    question = models.CharField(max_length=80)
    revision = models.PositiveIntegerField()
    choice = models.CharField(max_length=80)
    right = models.BooleanField()
    first_try = models.BooleanField()
    confidence = models.CharField(max_length=8, choices=Confidence)
    form_key = models.UUIDField()
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("created", "id")
        constraints = (
            models.UniqueConstraint(fields=("learner", "form_key"), name="one_attempt_a_form"),
            models.UniqueConstraint(
                fields=("learner", "question", "revision"),
                condition=Q(first_try=True),
                name="one_first_try_a_question",
            ),
        )
        indexes = (models.Index(fields=("learner", "lesson"), name="attempts_of_a_lesson"),)

    def __str__(self) -> str:
        return f"{self.question} r{self.revision}: {self.choice}"


class PredictionLock(models.Model):
    """What a learner said would happen, kept from before it happened. A choice is never changed.

    `digest` is the scenario's revision: another one is another prediction. `run` is the experiment's run
    once it was started, and `outcome` the choice that it showed, once it was compared.
    """

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="predictions")
    lesson = models.CharField(max_length=120)
    scenario = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    prediction = models.CharField(max_length=80)
    choice = models.CharField(max_length=80)
    locked = models.DateTimeField(auto_now_add=True)
    run = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(max_length=80, blank=True)
    measured = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ("locked", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("learner", "scenario", "digest", "prediction"), name="one_lock_a_prediction"
            ),
        )

    def __str__(self) -> str:
        return f"{self.prediction}: {self.choice}"


class LessonVisit(models.Model):
    """That a learner was in a lesson: first, last, and when every question had been answered rightly."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="visits")
    lesson = models.CharField(max_length=120)
    first = models.DateTimeField(auto_now_add=True)
    last = models.DateTimeField()
    finished = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("first", "id")
        constraints = (models.UniqueConstraint(fields=("learner", "lesson"), name="one_visit_a_lesson"),)

    def __str__(self) -> str:
        return self.lesson
