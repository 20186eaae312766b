"""Home, the list of lessons, one lesson, and progress."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from lessons.progress.summary import LessonProgress, forget, progress_of
from lessons.web.course import course, lesson_or_404
from lessons.web.hero import hero_scenario, transcript
from lessons.web.lesson_page import lesson_page, lesson_url
from lessons.web.players import player_of
from people.learners import peek_learner
from simulator.scenarios import library


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The simulator, playing one slow payment, and the way to the first lesson."""
    scenario = hero_scenario()
    first = course().lessons[:1]
    context = {
        "player": player_of(scenario),
        "transcript": transcript(scenario),
        "lesson": first[0] if first else None,
        "lesson_url": lesson_url(first[0]) if first else reverse("lessons:list"),
    }
    return render(request, "home.html", context)


@never_cache
@require_safe
def lesson_list(request: HttpRequest) -> HttpResponse:
    """All lessons, with where the learner stands in each."""
    lines = progress_of(peek_learner(request), course())
    modules = [
        {
            "id": module.id,
            "title": module.head.title,
            "summary": module.head.summary,
            "lessons": [line for line in lines if line.lesson.module == module.id],
        }
        for module in course().modules
    ]
    return render(request, "lessons/list.html", {"modules": modules})


@never_cache
@require_safe
def lesson(request: HttpRequest, module: str, slug: str) -> HttpResponse:
    """One lesson."""
    return lesson_page(request, lesson_or_404(module, slug))


@never_cache
@require_safe
def progress(request: HttpRequest) -> HttpResponse:
    """What the learner has done, where it is kept, and how to forget it."""
    learner = peek_learner(request)
    lines = progress_of(learner, course())
    context = {
        "lines": [{"line": line, "said": _said(line)} for line in lines],
        "begun": any(line.state != "new" for line in lines),
        "known": learner is not None,
    }
    return render(request, "lessons/progress.html", context)


def _said(line: LessonProgress) -> list[str]:
    """A learner's predictions in words."""
    scenario = library().get(line.lesson.scenario or "")
    asked = {p.id: p for p in scenario.predictions} if scenario else {}
    words = []
    for lock in line.predictions:
        labels = {c.id: c.label for c in asked[lock.prediction].choices} if lock.prediction in asked else {}
        said = labels.get(lock.choice, lock.choice)
        happened = labels.get(lock.outcome, "")
        words.append(f"Predicted: {said}" + (f" It was: {happened}" if happened else ""))
    return words


@require_POST
def forget_all(request: HttpRequest) -> HttpResponse:
    """Delete everything that is kept of this browser's learner."""
    learner = peek_learner(request)
    if learner is not None:
        forget(learner)
        request.session.flush()
    return HttpResponseRedirect(reverse("lessons:progress"))
