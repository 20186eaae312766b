"""A browser's learner: made on the first write, remembered, never made by looking."""

import uuid

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory

from people.learners import SESSION_KEY, learner_of, peek_learner
from people.models import Learner

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit():
    """A request of one browser: `visit()` of a new one, `visit(session)` of one that has been here."""

    def request(session=None, user=None):
        request = RequestFactory().get("/")
        request.session = session if session is not None else SessionStore()
        request.user = user or AnonymousUser()
        return request

    return request


def test_looking_makes_nobody(visit):
    request = visit()

    assert peek_learner(request) is None
    assert Learner.objects.count() == 0
    assert not request.session.modified


def test_the_first_write_makes_a_learner_and_the_session_keeps_it(visit):
    first = visit()
    learner = learner_of(first)
    first.session.save()

    again = visit(SessionStore(first.session.session_key))
    assert peek_learner(again) == learner
    assert learner_of(again) == learner
    assert Learner.objects.count() == 1


def test_two_browsers_are_two_learners(visit):
    assert learner_of(visit()) != learner_of(visit())


@pytest.mark.parametrize("rubbish", ["not-an-id", "", 7, None, str(uuid.UUID(int=9))])
def test_a_session_that_names_nobody_gets_a_new_learner(visit, rubbish):
    session = SessionStore()
    session[SESSION_KEY] = rubbish

    assert peek_learner(visit(session)) is None
    learner = learner_of(visit(session))
    assert session[SESSION_KEY] == str(learner.pk)


def test_an_account_has_one_learner_in_every_browser(visit):
    user = User.objects.create(username="ada")

    learner = learner_of(visit(user=user))

    assert learner.user == user
    assert peek_learner(visit(user=user)) == learner
    assert learner_of(visit(user=user)) == learner
    assert str(learner) == "ada"


def test_an_account_is_not_taken_for_the_browsers_last_learner(visit):
    """Who signs in on a shared computer gets their own progress, not the last visitor's."""
    session = SessionStore()
    visitor = learner_of(visit(session))
    user = User.objects.create(username="ada")
    own = Learner.objects.create(user=user)

    assert peek_learner(visit(session, user)) == own
    assert peek_learner(visit(session)) == visitor
