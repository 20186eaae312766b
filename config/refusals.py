"""What any view may be refused for, as an answer: too much asked for, work that was not done.

For scripts a JSON sentence, for people a page; with Retry-After where waiting helps.
"""

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from people.allowances import TooMuch
from simulator.diagrams import DiagramError
from simulator.runs.workshop import Undone

logger = logging.getLogger(__name__)

NO_DATABASE = "The database does not answer at this moment. Nothing is lost; try again in a few seconds."

FORM = "application/x-www-form-urlencoded"
OTHER_LETTERS = "A form is posted in UTF-8."


class RefusalMiddleware:
    """429 for TooMuch, 503 where trying again may help (an Undone, no database), else 422."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.content_type == FORM and (request.encoding or "utf-8").lower() not in ("utf-8", "utf8"):
            return _answer(request, OTHER_LETTERS, 400, None)  # Django fails at it again in its own 400 page
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """An answer, or None where the exception is none of ours."""
        if isinstance(exception, TooMuch):
            return _answer(request, str(exception), 429, exception.retry_s)
        if isinstance(exception, Undone):
            return _answer(request, str(exception), 503 if exception.retry_s else 422, exception.retry_s)
        if isinstance(exception, OperationalError | InterfaceError):
            logger.error("the database does not answer", exc_info=exception)
            return _answer(request, NO_DATABASE, 503, 5)
        if isinstance(exception, DiagramError):
            return _answer(request, str(exception), 503, None)
        return None


def _answer(request: HttpRequest, says: str, status: int, retry_s: int | None) -> HttpResponse:
    answer: HttpResponse
    if by_script(request):
        answer = JsonResponse({"error": says}, status=status)
    else:
        answer = render(request, "refused.html", {"says": says, "status": status}, status=status)
    if retry_s is not None:
        answer["Retry-After"] = str(retry_s)
    answer["Cache-Control"] = "no-store"
    return answer


def by_script(request: HttpRequest) -> bool:
    """Whether the answer is read by a script and not shown as a page."""
    if request.headers.get("HX-Request") == "true":
        return True
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"
