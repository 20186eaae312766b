"""The scenario document: the shape of its sections. What they mean together is checked in `check`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from simulator.engine import Duration, limit
from simulator.engine.quantities import calendar_text

from .grammar import checked, parse_command, parse_line, parse_measure
from .questions import STRICT, Id, Question
from .shape import Mistake

SCHEMA_VERSION = 1

#: Seconds to fractions of a cent, settings and conditions: one plain value of a document.
Plain = bool | int | float | str

Text = Annotated[str, Field(max_length=400)]


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _checked_start(text: str) -> str:
    try:
        return calendar_text(text, 0).replace(".000Z", "Z")
    except (ValueError, OverflowError) as error:
        raise Mistake(
            f"{text[:40]!r} is not a date and time.", "Write it as 2026-01-05T09:00:00Z, in quotes or not."
        ) from error


ExpectLine = Annotated[
    str,
    Field(max_length=200, description="Such as: at 60s, sales-queue.messages_visible <= 10."),
    AfterValidator(checked(parse_line)),
]
CommandText = Annotated[
    str,
    Field(max_length=120, description="A control or fault and a time, such as: crash-sales at 5s."),
    AfterValidator(checked(parse_command)),
]
MeasureText = Annotated[
    str,
    Field(max_length=120, description="A value at a time, such as: sales-store.rows at 150s."),
    AfterValidator(checked(parse_measure)),
]
_ONE_OR_MORE = BeforeValidator(_as_list, json_schema_input_type=str | list[str])
Commands = Annotated[tuple[CommandText, ...], Field(max_length=40), _ONE_OR_MORE]
Lines = Annotated[tuple[ExpectLine, ...], Field(min_length=1, max_length=20), _ONE_OR_MORE]
Names = Annotated[tuple[str, ...], Field(max_length=20), _ONE_OR_MORE]
Seeds = Annotated[
    int | tuple[Annotated[str, Field(max_length=40)], ...],
    Field(description="How many seeds to try, or the seeds."),
]


class SendControl(BaseModel):
    """A button that lets a client send."""

    model_config = STRICT

    type: Literal["send"]
    id: Id
    label: str = Field(min_length=1, max_length=60)
    node: str = Field(description="The service that sends.")
    count: int = Field(default=1, ge=1, le=limit("messages_per_send"))


class FaultControl(BaseModel):
    """A button that puts a fault on a service, and takes it away again."""

    model_config = STRICT

    type: Literal["fault"]
    id: Id
    label: str = Field(min_length=1, max_length=60)
    restore_label: str = Field(default="Restore", min_length=1, max_length=60)
    node: str = Field(description="The service that is troubled.")
    fault: str = Field(description="One of the faults that its kind knows.")
    parameters: dict[str, Plain] = Field(default_factory=dict)


class SettingControl(BaseModel):
    """A slider or switch for one setting of a service."""

    model_config = STRICT

    type: Literal["setting"]
    id: Id
    label: str = Field(min_length=1, max_length=60)
    node: str = Field(description="The service whose setting it is.")
    setting: str = Field(description="A setting that may change while a run goes on.")
    min: Plain | None = None
    max: Plain | None = None
    step: Plain | None = None


Control = Annotated[SendControl | FaultControl | SettingControl, Field(discriminator="type")]


class Fault(BaseModel):
    """A trouble that begins by itself, and ends by itself or not."""

    model_config = STRICT

    id: Id
    node: str
    fault: str
    parameters: dict[str, Plain] = Field(default_factory=dict)
    at: Duration | None = Field(default=None, description="When it begins; never by itself, when left out.")
    until: Duration | None = Field(default=None, description="When it ends; never, when left out.")


class Series(BaseModel):
    """One line of a chart."""

    model_config = STRICT

    gauge: str = Field(description="node.gauge, node.oldest_age or run.bill.")
    label: str = Field(min_length=1, max_length=40)


class Chart(BaseModel):
    """A small chart beside the diagram."""

    model_config = STRICT

    id: Id
    title: str = Field(min_length=1, max_length=60)
    unit: str = Field(default="", max_length=20)
    series: tuple[Series, ...] = Field(min_length=1, max_length=6)


class Moment(BaseModel):
    """A kind of entry at a service."""

    model_config = STRICT

    node: str
    kind: str


class Caption(BaseModel):
    """A sentence that lights up when a message comes by."""

    model_config = STRICT

    n: int = Field(ge=1, le=20)
    text: str = Field(min_length=1, max_length=300)
    when: Moment


class Views(BaseModel):
    """What is shown beside the diagram."""

    model_config = STRICT

    charts: tuple[Chart, ...] = Field(default=(), max_length=8)
    captions: tuple[Caption, ...] = Field(default=(), max_length=12)


class PredictionChoice(BaseModel):
    """One outcome that a learner may expect.

    `value` is what the measure must be: a number, a duration (``2s``), or a comparison (``>= 4``).
    """

    model_config = STRICT

    id: Id
    label: str = Field(min_length=1, max_length=200)
    value: Plain
    reason: str = Field(min_length=1, max_length=800)


class Prediction(BaseModel):
    """A question that the simulator answers: what will `measure` be, after the `given` commands?"""

    model_config = STRICT

    id: Id
    ask: str = Field(min_length=1, max_length=800)
    choices: tuple[PredictionChoice, ...] = Field(min_length=2, max_length=6)
    measure: MeasureText
    measure_at: Duration | None = Field(default=None, description="When, if the measure does not say it.")
    given: Commands = ()
    seed: str = Field(default="1", max_length=40, description="The seed of the lesson's run.")


def _from_line(value: Any) -> Any:
    return {"then": [value]} if isinstance(value, str) else value


class ExpectGroup(BaseModel):
    """What must be true: lines that hold together after the `given` commands."""

    model_config = STRICT

    id: Id = ""
    given: Commands = ()
    then: Lines
    seeds: Seeds = 1


Expectation = Annotated[ExpectGroup, BeforeValidator(_from_line, json_schema_input_type=str | ExpectGroup)]


class Change(BaseModel):
    """Another version of the scenario: settings, services left out, faults and controls used."""

    model_config = STRICT

    set: dict[str, Any] = Field(default_factory=dict, description="node.setting to its other value.")
    remove: Names = Field(default=(), description="Services left out, with every reference to them.")
    turn_on: Commands = Field(default=(), description="Commands that are given in addition.")


class Unless(Change):
    """A change under which expectations must fail, so that no expectation is empty."""

    id: Id
    because: Text = Field(default="", description="Why they fail then.")
    breaks: Names = Field(min_length=1, description="The ids of the expectations that fail.")


class Challenge(BaseModel):
    """A task: goals that the scenario misses as it is, and a change that reaches them."""

    model_config = STRICT

    ask: str = Field(min_length=1, max_length=800)
    goals: tuple[Expectation, ...] = Field(min_length=1, max_length=12)
    may_change: Names = Field(default=(), description="The settings a learner may change, node.setting.")
    answer: Change


class Bookmark(BaseModel):
    """A moment of the run that is marked on the track from the start."""

    model_config = STRICT

    at: Duration
    label: str = Field(min_length=1, max_length=60)


class Document(BaseModel):
    """A whole scenario document. Each service is a mapping whose `kind` says what else it may hold."""

    model_config = ConfigDict(frozen=True, extra="forbid", title="Signalbox scenario")

    schema_version: Literal[1]
    id: Id
    title: str = Field(min_length=1, max_length=80)
    story: str = Field(default="", max_length=4000, description="What it is about, in Markdown paragraphs.")
    starts_at: Annotated[
        str, Field(description="Date and time at which virtual time begins."), AfterValidator(_checked_start)
    ] = "2026-01-05T09:00:00Z"
    services: dict[Id, dict[str, Any]] = Field(
        min_length=1, description="The services by their ids, in the order in which they are drawn."
    )
    traffic: dict[str, list[Any]] = Field(
        default_factory=dict, description="What each client sends by itself, by the client's id."
    )
    faults: tuple[Fault, ...] = Field(default=(), max_length=40)
    controls: tuple[Control, ...] = Field(default=(), max_length=24)
    views: Views = Views()
    predictions: tuple[Prediction, ...] = Field(default=(), max_length=12)
    questions: tuple[Question, ...] = Field(default=(), max_length=40)
    expect: tuple[Expectation, ...] = Field(default=(), max_length=60)
    unless: tuple[Unless, ...] = Field(default=(), max_length=40)
    challenge: Challenge | None = None
    prices: dict[str, float] = Field(default_factory=dict, description="Prices that differ from the list.")
    assumptions: tuple[Text, ...] = Field(default=(), max_length=20)
    claims: tuple[Annotated[str, Field(pattern=r"^C\d{3}$")], ...] = Field(
        default=(), max_length=40, description="What of the course it shows, by the ids of its claims."
    )
    bookmarks: tuple[Bookmark, ...] = Field(default=(), max_length=20)

    def expectations(self) -> dict[str, ExpectGroup]:
        """The expectations by their ids; one without an id is called ``expect-<place in the list>``."""
        return {group.id or f"expect-{n}": group for n, group in enumerate(self.expect, 1)}
