"""The page of a lesson: its parts in reading order, with what the learner did in each."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from lessons.content import Block, Lesson
from lessons.progress.attempts import records
from lessons.progress.predictions import Asked
from lessons.progress.visits import revisited
from lessons.web.cards import QuestionCard, question_cards
from lessons.web.course import course
from lessons.web.forecasts import PredictionCard, prediction_card
from lessons.web.players import player_of, running_experiment
from lessons.web.variants import variant_link
from people.learners import peek_learner
from people.models import Learner
from simulator.scenarios import Scenario, library


def lesson_url(lesson: Lesson) -> str:
    """The address of a lesson."""
    return reverse("lessons:lesson", kwargs={"module": lesson.module, "slug": lesson.slug})


def by_htmx(request: HttpRequest) -> bool:
    """Whether a fragment is asked for, to be put into the page."""
    return request.headers.get("HX-Request") == "true"


def lesson_page(
    request: HttpRequest,
    lesson: Lesson,
    *,
    card: QuestionCard | None = None,
    forecast: PredictionCard | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole page. `card` and `forecast` stand in for what the learner's record would show there."""
    learner = peek_learner(request)
    scenario = library()[lesson.scenario] if lesson.scenario else None
    cards = [
        card if card and card.question.id == known.question.id else known
        for known in question_cards(lesson, records(learner, lesson), request.GET.get("again", ""))
    ]
    parts = list(_parts(lesson, scenario, learner, cards, forecast))
    context = {
        "lesson": lesson,
        "module": next(m for m in course().modules if m.id == lesson.module),
        "following": course().after(lesson),
        "state": revisited(learner, lesson),
        "scenario": scenario,
        "player": player_of(scenario, run=running_experiment(parts)) if scenario else None,
        "parts": parts,
        "terms": lesson.terms.items(),
    }
    return render(request, "lessons/lesson.html", context, status=status)


def _parts(
    lesson: Lesson,
    scenario: Scenario | None,
    learner: Learner | None,
    cards: list[QuestionCard],
    forecast: PredictionCard | None,
) -> Iterator[dict[str, Any]]:
    for part in lesson.parts:
        shown: dict[str, Any] = {"block": part.block, "html": part.html}
        if isinstance(part, Block):
            shown["levers"] = part.more
        if isinstance(part, Block) and part.name == "next":
            shown["variants"] = [variant_link(lesson, variant) for variant in part.more]
        if isinstance(part, Block) and part.name == "quiz":
            shown["cards"] = cards
        elif isinstance(part, Block) and part.name == "prediction":
            assert scenario is not None, "the loader lets no prediction stand without a scenario"
            known = forecast and forecast.prediction.id == part.target
            asked = Asked.of(lesson, scenario, part.target)
            shown["card"] = forecast if known else prediction_card(asked, learner)
        yield shown
