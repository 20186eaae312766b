"""Answers to scripts: what went wrong in a sentence, as JSON, with the right status."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError

from simulator.runs import Refused, RunNotFound

View = Callable[..., HttpResponse]

READ_ONLY = "You may look at this run, but not drive it. Fork it to try things yourself."
GONE = "There is no such run."


def sentence(text: str, status: int = 400) -> JsonResponse:
    """An error in one sentence."""
    return JsonResponse({"error": text}, status=status)


def in_sentences(view: View) -> View:
    """Refusals and malformed posts of `view` become JSON sentences, never a page or a 500."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        try:
            return view(request, *args, **named)
        except Refused as refusal:
            return sentence(str(refusal))
        except RunNotFound:
            return sentence(GONE, 404)
        except (BadRequest, MultiPartParserError, SuspiciousOperation):
            return sentence("This post could not be read. Reload the page and try again.")

    return wrapped


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"
