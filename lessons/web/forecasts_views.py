"""Locking in a prediction, running its experiment, and looking whether it has come to its end."""

import json

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from lessons.content import Lesson
from lessons.progress.experiments import start
from lessons.progress.predictions import Asked, lock, lock_of
from lessons.progress.refusals import Refused
from lessons.web.course import lesson_or_404
from lessons.web.forecasts import PredictionCard, prediction_card
from lessons.web.lesson_page import by_htmx, lesson_page, lesson_url
from people.allowances import spend
from people.learners import learner_of, peek_learner
from simulator.scenarios import library


@never_cache
@require_http_methods(["GET", "POST"])
def prediction(request: HttpRequest, module: str, slug: str, prediction: str) -> HttpResponse:
    """POST locks a choice in. GET is the card as it stands now."""
    lesson = lesson_or_404(module, slug)
    try:
        asked = _asked(lesson, prediction)
    except Refused as refused:
        return _unknown(request, lesson, refused)
    if request.method == "GET":
        return _answer(request, asked, prediction_card(asked, peek_learner(request)))
    chosen = request.POST.get("choice", "")
    try:
        lock(learner_of(request), asked, chosen)
    except Refused as refused:
        return _refused(request, asked, refused, chosen)
    return _answer(request, asked, prediction_card(asked, peek_learner(request)))


@require_POST
def experiment(request: HttpRequest, module: str, slug: str, prediction: str) -> HttpResponse:
    """Run the experiment; the page's player is told to show its run."""
    lesson = lesson_or_404(module, slug)
    try:
        asked = _asked(lesson, prediction)
    except Refused as refused:
        return _unknown(request, lesson, refused)
    spend(request, "runs")
    learner = learner_of(request)
    try:
        kept = start(learner, asked, lock_of(learner, asked))
    except Refused as refused:
        return _refused(request, asked, refused)
    card = prediction_card(asked, learner)
    answer = _answer(request, asked, card)
    answer["HX-Trigger"] = json.dumps({"signalbox:experiment": {"run": kept.run, "card": card.anchor}})
    return answer


def _asked(lesson: Lesson, prediction_id: str) -> Asked:
    if lesson.scenario is None:
        raise Http404("This lesson has no scenario.")
    return Asked.of(lesson, library()[lesson.scenario], prediction_id)


def _answer(request: HttpRequest, asked: Asked, card: PredictionCard, status: int = 200) -> HttpResponse:
    if not by_htmx(request):
        return HttpResponseRedirect(f"{lesson_url(asked.lesson)}#{card.anchor}")
    return render(request, "lessons/_prediction.html", {"card": card, "fragment": True}, status=status)


def _refused(request: HttpRequest, asked: Asked, refused: Refused, picked: str = "") -> HttpResponse:
    """The card once more with the sentence above it, and with what had been chosen."""
    card = prediction_card(asked, peek_learner(request), refusal=str(refused), picked=picked)
    if by_htmx(request):
        return _answer(request, asked, card, refused.status)
    return lesson_page(request, asked.lesson, forecast=card, status=refused.status)


def _unknown(request: HttpRequest, lesson: Lesson, refused: Refused) -> HttpResponse:
    context = {"lesson": lesson, "refusal": str(refused)}
    return render(request, "lessons/refused.html", context, status=refused.status)
