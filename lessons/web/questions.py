"""Answering a question: a form post that works without script, and the same as a fragment with it."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from lessons.content import Lesson
from lessons.progress.attempts import QuestionRecord, answer, records
from lessons.progress.refusals import Refused
from lessons.web.cards import QuestionCard, question_card
from lessons.web.course import lesson_or_404
from lessons.web.lesson_page import by_htmx, lesson_page, lesson_url
from people.learners import learner_of, peek_learner


@never_cache
@require_http_methods(["GET", "POST"])
def question(request: HttpRequest, module: str, slug: str, question: str) -> HttpResponse:
    """POST answers it. GET asks it anew, without what was answered before."""
    lesson = lesson_or_404(module, slug)
    if request.method == "POST":
        return _answered(request, lesson, question)
    if lesson.question(question) is None:
        return HttpResponseRedirect(lesson_url(lesson))
    if not by_htmx(request):
        return HttpResponseRedirect(f"{lesson_url(lesson)}?again={question}#question-{question}")
    return _fragment(request, question_card(lesson, question, None))


def _answered(request: HttpRequest, lesson: Lesson, question_id: str) -> HttpResponse:
    try:
        answer(
            learner_of(request),
            lesson,
            question_id,
            revision=request.POST.get("revision", ""),
            choice_id=request.POST.get("choice", ""),
            confidence=request.POST.get("confidence", ""),
            form_key=request.POST.get("form_key", ""),
        )
    except Refused as refused:
        return _refused(request, lesson, question_id, refused)
    if not by_htmx(request):
        return HttpResponseRedirect(f"{lesson_url(lesson)}#question-{question_id}")
    return _fragment(request, question_card(lesson, question_id, _record(request, lesson, question_id)))


def _record(request: HttpRequest, lesson: Lesson, question_id: str) -> QuestionRecord | None:
    return records(peek_learner(request), lesson).get(question_id)


def _refused(request: HttpRequest, lesson: Lesson, question_id: str, refused: Refused) -> HttpResponse:
    """The question once more with the sentence above it, and with what had been chosen."""
    if lesson.question(question_id) is None:
        return render(
            request,
            "lessons/refused.html",
            {"lesson": lesson, "refusal": str(refused)},
            status=refused.status,
        )
    card = question_card(
        lesson,
        question_id,
        _record(request, lesson, question_id),
        refusal=str(refused),
        posted=request.POST.dict(),
    )
    if by_htmx(request):
        return _fragment(request, card, refused.status)
    return lesson_page(request, lesson, card=card, status=refused.status)


def _fragment(request: HttpRequest, card: QuestionCard, status: int = 200) -> HttpResponse:
    return render(request, "lessons/_question.html", {"card": card, "fragment": True}, status=status)
