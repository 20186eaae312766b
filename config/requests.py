"""Which request a log line belongs to, by an id (the proxy's, where it gave one), and which run."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.http import HttpRequest, HttpResponse

#: Where a request remembers its id: no header of a visitor's can have this name.
KEPT = "signalbox.request_id"
GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")

_request: ContextVar[str] = ContextVar("request_id", default="")
_run: ContextVar[str] = ContextVar("run_id", default="")


class RequestMiddleware:
    """Gives each request an id, says it in the answer (X-Request-ID), and lets log lines carry it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if GIVEN.fullmatch(given) else secrets.token_hex(8)
        request.META[KEPT] = request_id
        before = _request.set(request_id), _run.set("")
        try:
            answer = self.get_response(request)
        finally:
            _request.reset(before[0])
            _run.reset(before[1])
        answer["X-Request-ID"] = request_id
        return answer

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], named: dict[str, Any]
    ) -> None:
        """Remember the run that the address names. Only a part of its id: who knows all of it may watch."""
        _run.set(str(named.get("run_id", ""))[:8])


class InRequest(logging.Filter):
    """Puts the request's id and its run into each record made meanwhile."""

    def filter(self, record: logging.LogRecord) -> bool:
        request_id, run_id = _request.get(), _run.get()
        about = getattr(record, "request", None)
        if not request_id and isinstance(about, HttpRequest):  # Django's own line, when all is done
            request_id = about.META.get(KEPT, "")
            found = about.resolver_match
            run_id = str(found.kwargs.get("run_id", ""))[:8] if found else ""
        if request_id:
            record.request_id = request_id
        if run_id and not hasattr(record, "run"):
            record.run = run_id
        return True
