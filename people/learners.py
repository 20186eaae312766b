"""From a request to its learner: the one place that knows how a browser is remembered."""

import uuid

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from people.models import Learner

SESSION_KEY = "learner"


def peek_learner(request: HttpRequest) -> Learner | None:
    """The learner of this browser or account, or None. Never writes, so every page may ask."""
    if request.user.is_authenticated:
        claimed = Learner.objects.filter(user_id=request.user.pk).first()
        if claimed is not None:
            return claimed
    return learner_of_session(request.session)


def learner_of_session(session: SessionBase) -> Learner | None:
    """The learner that this session remembers: for sockets, which have a session and no request."""
    try:
        learner_id = uuid.UUID(str(session[SESSION_KEY]))
    except (KeyError, ValueError):
        return None
    return Learner.objects.filter(pk=learner_id).first()


def learner_of(request: HttpRequest) -> Learner:
    """The learner of this browser, made on the first call. Call it where something is to be kept."""
    learner = peek_learner(request)
    if learner is not None:
        return learner
    if request.user.is_authenticated:
        # Two first requests of one account may meet here; the second takes what the first has made.
        return Learner.objects.get_or_create(user_id=request.user.pk)[0]
    learner = Learner.objects.create()
    request.session[SESSION_KEY] = str(learner.pk)
    return learner
