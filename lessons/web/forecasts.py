"""What a page shows of a prediction: plain values, so that a template decides nothing."""

from dataclasses import dataclass

from django.urls import reverse

from lessons.progress.experiments import Standing, compare
from lessons.progress.models import PredictionLock
from lessons.progress.predictions import Asked, lock_of
from lessons.web.cards import AnswerLine
from people.models import Learner
from simulator.engine.story import short_clock
from simulator.scenarios import Prediction, PredictionChoice


@dataclass(frozen=True)
class PredictionCard:
    """A prediction as it stands for one learner: open, locked, running, or compared."""

    asked: Asked
    state: str
    answers: tuple[AnswerLine, ...]
    lock: PredictionLock | None = None
    standing: Standing | None = None
    refusal: str = ""

    @property
    def prediction(self) -> Prediction:
        """The prediction itself."""
        return self.asked.prediction

    @property
    def anchor(self) -> str:
        """The card's id on the page."""
        return f"prediction-{self.prediction.id}"

    @property
    def url(self) -> str:
        """Where the choice is locked in, and where the card is fetched anew."""
        return self._url("prediction")

    @property
    def run_url(self) -> str:
        """Where the experiment is started."""
        return self._url("experiment")

    def _url(self, name: str) -> str:
        lesson = self.asked.lesson
        where = {"module": lesson.module, "slug": lesson.slug, "prediction": self.prediction.id}
        return reverse(f"lessons:{name}", kwargs=where)

    @property
    def run_page(self) -> str:
        """The experiment's run in the lab, if there is one."""
        return f"/runs/{self.standing.run}/" if self.standing else ""

    @property
    def clock(self) -> str:
        """When it is measured."""
        return short_clock(self.standing.measured_us) if self.standing else ""

    @property
    def said(self) -> str:
        """The chosen outcome in words."""
        return self._label(self.lock.choice) if self.lock else ""

    @property
    def happened(self) -> str:
        """What the run showed, in words."""
        if self.lock is None:
            return ""
        return self._label(self.lock.outcome) or f"{self.lock.measured}, which none of the answers says"

    @property
    def agrees(self) -> bool:
        """Whether the run showed what was said."""
        return self.lock is not None and self.lock.choice == self.lock.outcome

    def _label(self, choice_id: str) -> str:
        return next((c.label for c in self.prediction.choices if c.id == choice_id), "")

    @property
    def heard(self) -> str:
        """What the polite region says when the card changes."""
        if self.refusal:
            return self.refusal
        if self.state == "compared":
            return f"You said: {self.said} In your run: {self.happened}"
        words = {"locked": f"Locked in: {self.said}", "running": ""}
        return words.get(self.state, "")


def prediction_card(
    asked: Asked, learner: Learner | None, *, refusal: str = "", picked: str = ""
) -> PredictionCard:
    """The card as the learner's record has it; comparing, if the experiment has come far enough."""
    kept = lock_of(learner, asked)
    standing = compare(asked, kept) if kept else None
    if kept is None:
        state = "open"
    elif standing is None:
        state = "compared" if kept.measured else "locked"
    else:
        state = "compared" if standing.settled else "running"
    lines = tuple(_line(choice, kept, state, picked) for choice in asked.prediction.choices)
    return PredictionCard(asked, state, lines, kept, standing, refusal)


def _line(choice: PredictionChoice, kept: PredictionLock | None, state: str, picked: str) -> AnswerLine:
    chosen = kept is not None and kept.choice == choice.id
    if kept is None or state != "compared":
        return AnswerLine(choice.id, choice.label, chosen=chosen or choice.id == picked)
    happened = kept.outcome == choice.id
    if not (chosen or happened):
        return AnswerLine(choice.id, choice.label)
    word = "What happened." if happened else "Not what happened."
    verdict = "right" if happened else "wrong"
    return AnswerLine(choice.id, choice.label, verdict, word, choice.reason, chosen)
