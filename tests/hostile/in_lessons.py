"""Answers and predictions that somebody has tampered with."""

import re
from dataclasses import replace
from urllib.parse import urlencode

from tests.hostile.asking import asks, gets, posts
from tests.hostile.case import Case, Got, got_of
from tests.hostile.stage import LESSON, Browser, Stage, escaped

QUIZ, GUESS = "POST …/questions/<id>/", "POST …/predictions/<id>/"
FORM_KEY = "8c5cf1a4-7a0c-4d57-9b41-0d9d0b1f6a11"
RIGHT = {"revision": "1", "choice": "accepted", "confidence": "guess", "form_key": FORM_KEY}
QUESTION = LESSON + "questions/what-the-answer-says/"
HTML = '"><script>alert(1)</script><svg/onload=alert(1)>'


def answers(name: str, sent: str, must: str, says: str = "", **fields: str) -> Case:
    return Case(f"quiz-{name}", QUIZ, sent, posts(QUESTION, {**RIGHT, **fields}, script=False), must, says)


def prediction(stage: Stage) -> str:
    """The address of the lesson's first prediction."""
    page = stage.stranger.get(LESSON).body.decode()
    found = re.search(r'"(/lessons/[^"]+/predictions/[^"/]+/)"', page)
    assert found, "the lesson asks a prediction"
    return found.group(1)


def guesses(choice: str, *, path: str = ""):
    def attack(stage: Stage) -> Got:
        return got_of(stage.owner.post(prediction(stage) + path, {"choice": choice}, script=False))

    return attack


def choices(stage: Stage) -> list[str]:
    page = stage.stranger.get(prediction(stage), ("HX-Request", "true")).body.decode()
    return re.findall(r'name="choice"[^>]*value="([^"]+)"', page) or re.findall(
        r'value="([^"]+)"[^>]*name="choice"', page
    )


def locked_twice(stage: Stage) -> Got:
    """Another choice after the first was locked in."""
    first, second = choices(stage)[:2]
    stage.owner.post(prediction(stage), {"choice": first}, script=False)
    return got_of(stage.owner.post(prediction(stage), {"choice": second}, script=False))


def others_lock(stage: Stage) -> Got:
    """An experiment for a prediction that somebody else has locked in."""
    victim = Browser(stage.host)
    victim.post(prediction(stage), {"choice": choices(stage)[0]}, script=False)
    return got_of(stage.owner.post(prediction(stage) + "run/", {"learner": "1"}, script=False))


def same_form(stage: Stage) -> Got:
    """Another answer under a form's key that somebody else has used."""
    victim = Browser(stage.host)
    victim.post(QUESTION, RIGHT, script=False)
    return got_of(stage.owner.post(QUESTION, {**RIGHT, "choice": "counted"}, script=False))


def forgets_other(stage: Stage) -> Got:
    """Forgetting, with another learner's id in the fields."""
    victim = Browser(stage.host)
    victim.post(QUESTION, RIGHT, script=False)
    stage.stranger.post(QUESTION, RIGHT, script=False)
    got = got_of(stage.stranger.post("/progress/forget/", {"learner": "1", "all": "true"}, script=False))
    assert b"accepted" not in stage.stranger.get("/progress/").body
    assert b"1 of " in victim.get("/progress/").body or victim.get("/progress/").status == 200
    return got


_LESSONS = [
    answers("unknown-choice", "a choice that is not", "404", "not one of", choice="all"),
    answers("html-choice", "HTML as the choice", "404", "not one of", choice=HTML),
    answers("long-choice", "a choice of 10,000 letters", "404", "not one of", choice="x" * 10_000),
    answers("no-choice", "no choice", "422", "Choose", choice=""),
    answers("nul-choice", "a zero character as the choice", "404", "not one of", choice="\0"),
    answers("negative-revision", "a negative revision", "409", "rewritten", revision="-1"),
    answers("huge-revision", "a revision of 5,000 digits", "409", "rewritten", revision="9" * 5_000),
    answers("html-revision", "HTML as the revision", "409", "rewritten", revision=HTML),
    answers("digits-revision", "a digit of another alphabet", "409", "rewritten", revision="١"),
    answers("confidence", "a confidence that is not", "422", "sure", confidence="very"),
    answers("html-confidence", "HTML as the confidence", "422", "sure", confidence=HTML),
    answers("form-key", "a form key that is none", "422", "incomplete", form_key=HTML),
    answers("form-key-sql", "a form key that is SQL", "422", "incomplete", form_key="' OR 1=1 --"),
    answers(
        "form-key-urn",
        "a form key in another spelling, and fields that are not",
        "302",
        "",
        form_key="{" + FORM_KEY + "}",
        right="true",
        first_try="true",
        learner="1",
    ),
    Case(
        "quiz-many",
        QUIZ,
        "40 choices at once",
        posts(QUESTION, urlencode(RIGHT) + "&choice=counted" * 40, script=False),
        "302",
    ),
    Case(
        "quiz-unknown",
        QUIZ,
        "a question that is not",
        posts(LESSON + "questions/none/", RIGHT, script=False),
        "404",
    ),
    Case(
        "quiz-unknown-get",
        QUIZ,
        "a question that is not, asked anew",
        gets(LESSON + "questions/none/"),
        "302",
        "to /lessons/",
    ),
    Case(
        "quiz-path",
        QUIZ,
        "a question that is a path",
        posts(LESSON + "questions/../../", RIGHT, script=False),
        "404",
    ),
    Case(
        "quiz-other-lesson",
        QUIZ,
        "a question of a lesson that is not",
        posts("/lessons/none/none/questions/what-the-answer-says/", RIGHT, script=False),
        "404",
    ),
    Case(
        "quiz-json",
        QUIZ,
        "an answer as JSON",
        posts(QUESTION, '{"choice": "accepted"}', kind="application/json"),
        "409",
    ),
    Case("quiz-put", QUIZ, "PUT", asks("PUT", QUESTION), "4"),
    Case(
        "quiz-again",
        QUIZ,
        "HTML as the question to ask anew",
        gets(LESSON + "?again=" + escaped(HTML)),
        "200",
    ),
    Case("quiz-others-form", QUIZ, "another answer under another learner's form key", same_form, "302"),
    Case("guess-unknown", GUESS, "a choice that is not", guesses("no-such-choice"), "404", "not one of"),
    Case("guess-html", GUESS, "HTML as the choice", guesses(HTML), "404", "not one of"),
    Case("guess-empty", GUESS, "no choice", guesses(""), "422", "Choose"),
    Case("guess-long", GUESS, "a choice of 10,000 letters", guesses("x" * 10_000), "404", "not one of"),
    Case(
        "guess-unlocked",
        GUESS,
        "an experiment before anything was locked in",
        guesses("", path="run/"),
        "422",
        "Lock in",
    ),
    Case("guess-twice", GUESS, "another choice after the first", locked_twice, "409", "stays as it is"),
    Case(
        "guess-others",
        GUESS,
        "an experiment for what another learner has locked in",
        others_lock,
        "422",
        "Lock in",
    ),
    Case(
        "guess-none",
        GUESS,
        "a prediction that is not",
        posts(LESSON + "predictions/none/", {"choice": "a"}, script=False),
        "404",
    ),
    Case(
        "variant-none",
        "POST …/variants/<id>/",
        "a variant that is not",
        posts(LESSON + "variants/none/", {}, script=False),
        "404",
    ),
    Case(
        "forget-other",
        "POST /progress/forget/",
        "another learner's id",
        forgets_other,
        "302",
        "to /progress/",
    ),
]

LESSONS = [replace(case, alone=True) if case.id.startswith("guess-") else case for case in _LESSONS]
