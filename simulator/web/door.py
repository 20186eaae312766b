"""From a request to a run: the views' one way in, with what this visitor may do."""

from __future__ import annotations

from django.contrib.sessions.backends.base import SessionBase
from django.http import Http404, HttpRequest

from people.learners import peek_learner
from simulator.runs import OpenRun, RunNotFound, is_drive_key, open_run

SESSION_KEY = "drive_keys"
#: Drive links that one browser remembers; the oldest goes.
KEYS_KEPT = 50


def run_or_404(request: HttpRequest, run_id: str) -> OpenRun:
    """The run, as this visitor may see it."""
    learner = peek_learner(request)
    try:
        return open_run(
            run_id,
            learner_id=learner.pk if learner else None,
            drive_key=_drive_keys(request.session).get(run_id),
        )
    except RunNotFound:
        raise Http404("There is no such run.") from None


def take_drive_link(request: HttpRequest, run_id: str, drive_key: str) -> None:
    """Remember in the session that this browser may drive the run; 404 for a wrong key."""
    try:
        right = is_drive_key(run_id, drive_key)
    except RunNotFound:
        right = False
    if not right:
        raise Http404("There is no such link.")
    kept = {**_drive_keys(request.session), run_id: drive_key}
    request.session[SESSION_KEY] = dict(list(kept.items())[-KEYS_KEPT:])


def _drive_keys(session: SessionBase) -> dict[str, str]:
    kept = session.get(SESSION_KEY)
    return kept if isinstance(kept, dict) else {}
