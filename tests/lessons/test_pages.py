"""Home, lessons, answers, predictions and progress, as a browser without script meets them."""

import uuid

import pytest
from django.test import Client

from lessons.content import load_course
from lessons.progress.models import Attempt, LessonVisit, PredictionLock
from people.models import Learner
from simulator.scenarios import library

pytestmark = pytest.mark.django_db

LESSON = "/lessons/decoupled-messaging/01-a-payment-through-a-queue/"
QUESTION = f"{LESSON}questions/slow-not-dead/"
PREDICTION = f"{LESSON}predictions/rows-after-crash/"


def form(**changes: str) -> dict[str, str]:
    """A right answer, as the page's form sends it."""
    fields = {"choice": "twice", "confidence": "think", "revision": "1", "form_key": str(uuid.uuid4())}
    return {**fields, **changes}


def htmx(client: Client, path: str, fields: dict[str, str]):
    return client.post(path, fields, headers={"HX-Request": "true"})


def test_the_course_has_no_mistakes():
    assert load_course(library()).diagnostics == ()


def test_every_choice_of_every_question_has_its_reason():
    (lesson,) = load_course(library()).course.lessons
    assert len(lesson.questions) == 4
    assert all(choice.reason for question in lesson.questions for choice in question.choices)


@pytest.mark.parametrize("path", ["/", "/lessons/", LESSON, "/progress/"])
def test_looking_writes_nothing(client, path):
    assert client.get(path).status_code == 200
    assert Learner.objects.count() == 0


def test_home_tells_its_payment_without_a_script(client):
    text = client.get("/").content.decode()
    assert "<svg" in text
    assert "Web page sent A to Payments API" in text
    assert "deletes it from Sales queue" in text
    assert LESSON in text


def test_an_answer_survives_a_reload_and_names_every_reason(client):
    answer = client.post(QUESTION, form())
    assert (answer.status_code, answer["Location"]) == (302, f"{LESSON}#question-slow-not-dead")
    text = client.get(LESSON).content.decode()
    assert "Your answer, right." in text
    question = load_course(library()).course.lessons[0].question("slow-not-dead")
    assert all(choice.reason[:40] in text for choice in question.choices)
    assert "first try right, I think so" in text


def test_the_first_try_is_noted_and_practice_is_free(client):
    client.post(QUESTION, form(choice="deleted", confidence="certain"))
    for _ in range(3):
        assert client.post(QUESTION, form()).status_code == 302
    tries = Attempt.objects.values_list("choice", "right", "first_try", "confidence", "revision")
    assert tries[0] == ("deleted", False, True, "certain", 1)
    assert [first for _, _, first, _, _ in tries] == [True, False, False, False]


def test_a_double_click_is_one_attempt(client):
    fields = form()
    for _ in range(2):
        assert htmx(client, QUESTION, fields).status_code == 200
    assert Attempt.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "status", "says"),
    [
        ({"choice": "all-of-them"}, 404, "not one of this question&#x27;s answers"),
        ({"revision": "7"}, 409, "has been rewritten since you opened the page"),
        ({"choice": ""}, 422, "Choose one of the answers first."),
        ({"confidence": "very"}, 422, "Say how sure you are"),
        ({"form_key": "x"}, 422, "The form was incomplete"),
    ],
)
def test_a_bad_answer_is_refused_in_a_sentence_and_loses_nothing(client, changes, status, says):
    client.post(QUESTION, form())
    for post in (client.post, lambda path, fields: htmx(client, path, fields)):
        refused = post(QUESTION, form(**changes))
        assert refused.status_code == status
        assert says in refused.content.decode()
    assert Attempt.objects.count() == 1


def test_a_refusal_brings_back_what_was_chosen(client):
    text = client.post(QUESTION, form(confidence="")).content.decode()
    assert 'value="twice" required checked' in text


def test_an_unknown_question_has_a_page_that_leads_back(client):
    refused = client.post(f"{LESSON}questions/nothing/", form())
    assert refused.status_code == 404
    assert "no such question" in refused.content.decode()
    assert LESSON in refused.content.decode()
    assert client.get(f"{LESSON}questions/nothing/").status_code == 302
    assert client.post("/lessons/a/b/questions/c/", form()).status_code == 404


def test_asking_again_shows_the_question_fresh(client):
    client.post(QUESTION, form())
    text = client.get(f"{LESSON}?again=slow-not-dead").content.decode()
    assert "Your answer, right." not in text
    fragment = client.get(QUESTION, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert "Answer" in fragment


def test_a_lesson_is_finished_when_every_question_was_answered_rightly(client):
    lesson = load_course(library()).course.lessons[0]
    for question in lesson.questions:
        right = next(choice.id for choice in question.choices if choice.right)
        path = f"{LESSON}questions/{question.id}/"
        client.post(path, form(choice=right, revision=str(question.revision)))
    assert LessonVisit.objects.get().finished is not None
    text = client.get("/progress/").content.decode()
    assert "4 of 4 questions answered rightly, 4 of them at the first try" in text


def test_a_locked_prediction_cannot_be_changed(client):
    assert client.post(PREDICTION, {"choice": "one"}).status_code == 302
    assert client.post(PREDICTION, {"choice": "one"}).status_code == 302
    changed = client.post(PREDICTION, {"choice": "three"})
    assert changed.status_code == 409
    assert "a locked prediction stays as it is" in changed.content.decode()
    assert PredictionLock.objects.get().choice == "one"


@pytest.mark.parametrize(
    ("fields", "status", "says"),
    [({}, 422, "Choose what you expect first"), ({"choice": "seven"}, 404, "not one of the outcomes")],
)
def test_a_bad_prediction_is_refused(client, fields, status, says):
    refused = htmx(client, PREDICTION, fields)
    assert refused.status_code == status
    assert says in refused.content.decode()
    assert not PredictionLock.objects.exists()
    assert client.post(f"{LESSON}predictions/nothing/", fields).status_code == 404


def test_no_experiment_before_the_lock(client):
    refused = htmx(client, f"{PREDICTION}run/", {})
    assert refused.status_code == 422
    assert "Lock in what you expect first" in refused.content.decode()


def test_what_happened_is_read_from_the_learners_run(client):
    client.post(PREDICTION, {"choice": "one"})
    started = htmx(client, f"{PREDICTION}run/", {})
    kept = PredictionLock.objects.get()
    assert kept.run in started["HX-Trigger"]
    assert 'data-state="running"' in started.content.decode()
    client.post(
        f"/runs/{kept.run}/commands/", {"kind": "warp", "body": '{"to_us": 150000000}', "client_key": "k"}
    )
    text = htmx_get(client, PREDICTION)
    assert 'data-state="compared"' in text
    assert "Three, one for each time the message is handed out." in text
    assert "Not what happened." in text
    kept.refresh_from_db()
    assert (kept.choice, kept.outcome, kept.measured) == ("one", "three", "3")
    assert "It was: Three" in client.get("/progress/").content.decode()


def test_what_the_learner_does_in_the_run_counts(client):
    client.post(PREDICTION, {"choice": "three"})
    htmx(client, f"{PREDICTION}run/", {})
    run = PredictionLock.objects.get().run
    restore = '{"node": "sales", "fault": "crash", "on": false}'
    client.post(f"/runs/{run}/commands/", {"kind": "fault", "body": restore, "client_key": "r"})
    client.post(f"/runs/{run}/commands/", {"kind": "warp", "body": '{"to_us": 150000000}', "client_key": "k"})
    htmx_get(client, PREDICTION)
    assert PredictionLock.objects.get().outcome == "one"


def htmx_get(client: Client, path: str) -> str:
    return client.get(path, headers={"HX-Request": "true"}).content.decode()


def test_a_variant_opens_a_run_of_the_changed_scenario(client):
    opened = client.post(f"{LESSON}variants/idempotent-write/")
    assert opened.status_code == 302
    assert client.get(opened["Location"]).status_code == 200
    assert client.post(f"{LESSON}variants/nobody-reads/").status_code == 404


def test_progress_is_the_browsers_own_and_can_be_forgotten(client):
    client.post(QUESTION, form())
    client.post(PREDICTION, {"choice": "one"})
    assert "begun" in client.get("/progress/").content.decode()
    assert "Nothing yet." in Client().get("/progress/").content.decode()
    assert client.post("/progress/forget/").status_code == 302
    for model in (Attempt, PredictionLock, LessonVisit, Learner):
        assert not model.objects.exists()
    assert "Nothing yet." in client.get("/progress/").content.decode()
    assert client.get("/progress/forget/").status_code == 405


def test_lessons_that_do_not_exist(client):
    assert client.get("/lessons/decoupled-messaging/99-nothing/").status_code == 404
