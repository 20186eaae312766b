"""Reading the course: what a good lesson becomes, and every mistake at its place."""

import pytest

from lessons.content import Block, Prose, load_course
from lessons.content.clean import clean


def said(small):
    return [str(d) for d in load_course(small.scenarios, small.root).diagnostics]


def test_a_good_lesson(small):
    loaded = load_course(small.scenarios, small.root)
    assert loaded.diagnostics == ()
    (lesson,) = loaded.course.lessons
    assert lesson.key == "queues/01-lending"
    assert lesson.scenario == "demo"
    assert lesson.predictions == ("rows",)
    assert [part.block for part in lesson.parts] == ["prose", "scenario", "prose", "prediction", "quiz"]
    assert list(lesson.terms) == ["queue"]
    first, live, second = lesson.parts[:3]
    assert isinstance(first, Prose)
    assert 'popovertarget="term-queue"' in first.html
    assert isinstance(live, Block)
    assert live.target == "demo"
    assert '<h2 id="what-it-keeps">' in second.html
    assert '<div class="honest-note" role="note">' in second.html


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("title: A queue", "titel: A queue", "queues/01-lending/lesson.md:2:1: error: 'titel' is not known"),
        (
            "minutes: 5",
            "minutes: five",
            "queues/01-lending/lesson.md:4:10: error: This must be a whole number",
        ),
        ("(term:queue)", "(term:kew)", "lesson.md:7:20: error: The glossary has no word 'kew'."),
        ("::: scenario demo", "::: scenario dome", "lesson.md:9:14: error: There is no scenario 'dome'."),
        (
            "::: scenario demo",
            "::: scenario",
            "lesson.md:9:5: error: The block 'scenario' has to say which one.",
        ),
        (
            "::: scenario demo",
            "::: scenario demo smash",
            "error: The scenario 'demo' has no control 'smash'.",
        ),
        ("prediction rows", "prediction rows twice", "error: The block 'prediction' takes one id."),
        ("::: dated", "::: outdated", "lesson.md:16:5: error: There is no block 'outdated'."),
        ("::: quiz\n:::", "::: quiz", "lesson.md:23:5: error: The block 'quiz' is not closed."),
        ("::: quiz\n:::", "", "lesson.md:1:1: error: quiz.yaml is shown nowhere."),
        (
            "::: quiz\n",
            "::: quiz first\n",
            "lesson.md:23:5: error: The block 'quiz' takes nothing after its name.",
        ),
        (
            "prediction rows",
            "prediction cows",
            "lesson.md:20:16: error: The scenario 'demo' asks no prediction 'cows'.",
        ),
        (
            "## What it keeps",
            "# What it keeps",
            "lesson.md:12:1: error: A lesson's text has no heading of the first",
        ),
        (
            "## What it keeps",
            "#### What it keeps",
            "lesson.md:12:1: error: A heading of level 4 follows one of level 1.",
        ),
        ("It keeps", "It <b>keeps</b>", "lesson.md:14:4: error: HTML is not kept: <b>"),
        ("*everything*", "![all](/x.png)", "lesson.md:14:10: error: A lesson shows no pictures of its own."),
        ("*everything*", "[all](#nothing)", "lesson.md:14:16: error: The lesson has no heading '#nothing'."),
    ],
)
def test_each_mistake_is_shown_at_its_place(small, old, new, expected):
    small.lesson(old, new)
    assert any(expected in line for line in said(small)), said(small)


def test_all_mistakes_come_at_once_and_the_lesson_stays_away(small):
    small.lesson("::: dated", "::: outdated")
    small.quiz("right: true", "write: true")
    small.write("queues/module.yaml", "title: Queues\n")
    loaded = load_course(small.scenarios, small.root)
    files = {d.file for d in loaded.errors}
    assert files == {"queues/module.yaml", "queues/01-lending/lesson.md", "queues/01-lending/quiz.yaml"}
    assert all(d.message and d.line >= 1 for d in loaded.errors)
    assert loaded.course.lessons == ()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("right: true, ", "", "No choice is right."),
        ('"#what-it-keeps"', '"#elsewhere"', "first: the lesson has no heading '#elsewhere'."),
        ("id: gives", "id: lends", "Two choices have the id 'lends'."),
        ("ask:", "asks:", "'asks' is not known here."),
    ],
)
def test_mistakes_in_a_quiz(small, old, new, expected):
    small.quiz(old, new)
    assert any(expected in line for line in said(small)), said(small)


def test_names_and_missing_files(small):
    small.write("queues/2-second/lesson.md", "no front matter\n")
    (small.root / "queues" / "03-third").mkdir()
    lines = "\n".join(said(small))
    assert "'2-second' is no name for a lesson." in lines
    assert "The lesson has no front matter." in lines
    assert "The folder has no lesson.md." in lines


def test_a_question_id_is_used_once_in_the_course(small):
    for name in ("lesson.md", "quiz.yaml"):
        text = (small.root / "queues/01-lending" / name).read_text(encoding="utf-8")
        small.write(f"queues/02-again/{name}", text)
    assert any(
        "The question id 'first' is taken by queues/01-lending/quiz.yaml." in line for line in said(small)
    )


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        '<p onclick="x()">a</p>',
        '<a href="javascript:x()">a</a>',
        '<p style="color:red">a</p>',
        '<img src="x" onerror="y">',
        "<iframe></iframe>",
    ],
)
def test_the_second_wall_keeps_nothing_that_acts(html):
    cleaned = clean(html)
    for part in ("script", "onclick", "javascript", "style", "onerror", "img", "iframe"):
        assert part not in cleaned


def test_code_gets_classes_and_no_colours(small):
    small.lesson("It keeps *everything*.", '```json\n{"a": 1}\n```')
    loaded = load_course(small.scenarios, small.root)
    html = loaded.course.lessons[0].parts[2].html
    assert 'class="language-json"' in html
    assert "<span class=" in html
    assert "style" not in html


def test_links_stay_on_the_web(small):
    small.lesson("*everything*", "[a](javascript:alert(1)) [b](data:text/html,x)")
    html = load_course(small.scenarios, small.root).course.lessons[0].parts[2].html
    assert "href" not in html
