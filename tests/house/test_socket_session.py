"""A socket reads the session of its cookie, and its sends go straight to the server."""

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore

from config.socket_session import with_session


async def scope_inside(cookie):
    seen = {}

    async def inner(scope, receive, send):
        seen.update(scope, send=send)

    headers = [(b"cookie", cookie.encode())] if cookie else []
    await with_session(inner)({"type": "websocket", "headers": headers}, None, print)
    return seen


@pytest.mark.asyncio
async def test_without_a_cookie_the_session_is_empty():
    scope = await scope_inside(None)

    assert scope["session"].get("learner") is None


@pytest.mark.asyncio
async def test_sends_are_not_wrapped():
    assert (await scope_inside(None))["send"] is print


@pytest.mark.django_db(transaction=True)
@pytest.mark.asyncio
async def test_a_cookie_names_its_session():
    kept = SessionStore()
    kept["learner"] = "somebody"
    await kept.asave()

    scope = await scope_inside(f"{settings.SESSION_COOKIE_NAME}={kept.session_key}")

    assert await scope["session"].aget("learner") == "somebody"
