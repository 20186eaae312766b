"""Pydantic's errors, in our words and at their places."""

from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from simulator.engine import Duration, Latency, Rate, Size
from simulator.scenarios.diagnostics import Diagnostic
from simulator.scenarios.questions import Quiz
from simulator.scenarios.shape import load_yaml_model

FIXED = ConfigDict(extra="forbid")


class Red(BaseModel):
    model_config = FIXED
    kind: Literal["red"]
    depth: int = Field(alias="deep", ge=1, le=9)


class Blue(BaseModel):
    model_config = FIXED
    kind: Literal["blue"]
    name: str = Field(max_length=3)


class Paint(BaseModel):
    model_config = FIXED
    colours: list[Annotated[Red | Blue, Field(discriminator="kind")]] = []
    wait: Duration = 0
    size: Size = 0
    rate: Rate = 0.0
    takes: Latency | None = None
    either: int | bool | list[int] = 0
    more: dict[str, float] = {}
    mode: Literal["slow", "fast"] = "slow"


def said(text: str) -> list[str]:
    return [_one(d) for d in load_yaml_model(text, "t", Paint)[1]]


def _one(d: Diagnostic) -> str:
    return f"{d.line}:{d.column} [{d.path}] {d.message} {d.hint}".strip()


def test_a_sound_text_gives_the_model() -> None:
    model, diagnostics = load_yaml_model("wait: 1.5s\ntakes: {p50: 2ms, p99: 4ms}", "t", Paint)

    assert model is not None
    assert model.wait == 1_500_000
    assert diagnostics == ()


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("wiat: 1s", "1:1 [wiat]", "'wiat' is not known here.", "Did you mean 'wait'?"),
        (
            "colours: [{kind: red, deep: 3, depp: 3}]",
            "1:32 [colours[0].depp]",
            "'depp' is not known here.",
            "Did you mean 'deep'?",
        ),
        (
            "colours: [{kind: reed}]",
            "1:18 [colours[0].kind]",
            "'reed' is not one of the choices.",
            "Did you mean 'red'?",
        ),
        ("colours: [{deep: 3}]", "1:11 [colours[0].kind]", "'kind' is missing.", ""),
        (
            "colours: [{kind: red, deep: 12}]",
            "1:29 [colours[0].deep]",
            "12 is out of range; it must be at most 9.",
            "",
        ),
        (
            "colours: [{kind: blue, name: abcd}]",
            "1:30 [colours[0].name]",
            "This text is too long; at most 3 characters.",
            "",
        ),
        (
            "colours: [{kind: blue, name: 17}]",
            "1:30 [colours[0].name]",
            "This must be text, not 17.",
            'Put it in quotes: "17".',
        ),
        (
            "colours: {a: 1}",
            "1:10 [colours]",
            "This must be a list, not a mapping.",
            "Write each item in a line of its own, after '- '.",
        ),
        (
            "wait: 30",
            "1:7 [wait]",
            "30 is not a duration; write a number and a unit, such as 30s or 250ms.",
            "Did you mean 30s?",
        ),
        (
            "wait: 30 seconds",
            "1:7 [wait]",
            "'30 seconds' is not a duration; write a number and a unit, such as 30s or 250ms.",
            "Did you mean 30s?",
        ),
        (
            "wait: 5m",
            "1:7 [wait]",
            "'m' is not a unit of time; write us, ms, s, min, h or d.",
            "Did you mean 5min?",
        ),
        ("wait: -3s", "1:7 [wait]", "'-3s' is negative; a duration is zero or more.", ""),
        (
            "size: 64kb",
            "1:7 [size]",
            "'kb' is not a unit of size; write B, KB, MB or GB.",
            "Did you mean 64KB?",
        ),
        (
            "size: 64",
            "1:7 [size]",
            "64 is not a size; write a number and a unit, such as 256KB.",
            "Did you mean 64B?",
        ),
        (
            "takes: {p50: 9s, p99: 4ms}",
            "1:8 [takes]",
            "P99 is below p50; the 99th percentile cannot be shorter than the median.",
            "",
        ),
        ("either: x", "1:9 [either]", "This must be a whole number or true or false or a list, not 'x'.", ""),
        ("more: {a: x}", "1:11 [more.a]", "This must be a number, not 'x'.", ""),
        ("mode: fsat", "1:7 [mode]", "'fsat' is not one of the choices.", "Did you mean 'fast'?"),
        ("mode:", "1:6 [mode]", "There is no value here.", "There are: slow, fast."),
        ("- a", "1:1 []", "This must be a mapping of names to values, not a list.", ""),
    ],
)
def test_one_mistake(text: str, place: str, message: str, hint: str) -> None:
    assert said(text) == [f"{place} {message} {hint}".strip()]


def test_all_mistakes_come_at_once_in_the_order_of_the_text() -> None:
    text = "wait: 3 s e c\nfoo: 1\nmode: x\ncolours:\n  - kind: red\n  - kind: blue\n    name: abcd\n"

    assert [line.split(" ")[0] for line in said(text)] == ["1:7", "2:1", "3:7", "5:5", "7:11"]


QUIZ = """\
questions:
  - id: why-again
    ask: Why does the message come back?
    choices:
      - {id: a, text: Nobody deleted it., right: true, reason: That is the rule.}
      - {id: b, text: It was copied., reason: No copy is made.}
    see: "#visibility"
"""


def test_a_quiz_is_read_with_the_same_machinery() -> None:
    quiz, diagnostics = load_yaml_model(QUIZ, "quiz.yaml", Quiz)

    assert diagnostics == ()
    assert quiz is not None
    assert quiz.questions[0].right_ids == {"a"}
    assert not quiz.questions[0].several


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("right: true", "right: false", "No choice is right."),
        ("copied., ", "copied., right: true, ", "Every choice is right, so there is nothing to choose."),
        ("id: b", "id: a", "Two choices have the id 'a'."),
        ("reason: No copy is made.", "reason: ''", "There is no text here."),
    ],
)
def test_a_question_without_sense_is_refused(old: str, new: str, message: str) -> None:
    quiz, diagnostics = load_yaml_model(QUIZ.replace(old, new), "quiz.yaml", Quiz)

    assert quiz is None
    assert [d.message for d in diagnostics] == [message]
