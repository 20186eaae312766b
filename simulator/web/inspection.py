"""What the inspector, "Why?" and the transcript show of a moment, ready for templates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from simulator.engine import Entry, Stay, adjustable_fields, clock_text, duration_text
from simulator.engine.story import short_clock
from simulator.runs import Moment
from simulator.web.figures import figure
from simulator.web.json_text import coloured

PLACES = {
    "visible": ("visible", "waiting"),
    "in_flight": ("in flight", "moving"),
    "delayed": ("delayed", "waiting"),
    "working": ("being worked on", "moving"),
    "waiting": ("waits for an answer", "waiting"),
    "stored": ("stored", "done"),
}
#: How many messages of a service, and entries of a message, are shown; a note says when there are more.
SHOWN_MAX = 100
#: What a hop's detail says to the drawing, not to a reader.
DRAWING_DETAILS = frozenset({"arrives_us", "shape"})


@dataclass(frozen=True)
class Line:
    """One sentence with its time and tone. `detail` is JSON, coloured, or empty."""

    clock: str
    says: str
    tone: str
    node: str
    at_us: int
    detail: SafeString | str = ""


@dataclass(frozen=True)
class Place:
    """A message at a service."""

    message: str
    node: str
    node_title: str
    place: str
    tone: str
    since: str
    until: str
    remaining: str
    count: int


@dataclass(frozen=True)
class Why:
    """One sentence, and what led to it, the latest first."""

    message: str
    says: str
    chain: list[Line]


@dataclass(frozen=True)
class InspectedMessage:
    """A message: where it is, and everything that happened to it so far."""

    id: str
    places: list[Place]
    biography: list[Line]
    more: int
    body: SafeString | str


@dataclass(frozen=True)
class Fact:
    """A setting: its name in the document, its value, and the scenario's where a control changed it."""

    name: str
    value: str
    written: str = ""


@dataclass(frozen=True)
class InspectedNode:
    """A service: its settings, its figures, its faults, the messages that are there."""

    id: str
    kind: str
    kind_title: str
    title: str
    note: str
    facts: list[Fact]
    figures: list[tuple[str, str, str]]
    faults: list[str]
    places: list[Place]
    more: int
    config: SafeString


def why(moment: Moment, message_id: str, node_id: str | None) -> Why:
    """Why the message is where it is."""
    says, chain = moment.why(message_id, node_id)
    return Why(message_id, says, [_line(moment, entry) for entry in chain])


def message(moment: Moment, message_id: str) -> InspectedMessage:
    """The message, with what is known of its content: the latest body that the trace shows."""
    entries = moment.biography(message_id)
    bodies = [e.detail["body"] for e in entries if e.detail and e.detail.get("body") is not None]
    shown = entries[-SHOWN_MAX:]
    return InspectedMessage(
        message_id,
        [
            _place(moment, n, message_id, s)
            for n, stays in moment.picture.stays.items()
            for m, s in stays.items()
            if m == message_id
        ],
        [_line(moment, entry, with_detail=True) for entry in shown],
        len(entries) - len(shown),
        coloured(bodies[-1]) if bodies else "",
    )


def node(moment: Moment, node_id: str) -> InspectedNode:
    """The service as controls have left it."""
    service = moment.blueprint.services[node_id]
    config = moment.config(node_id)
    stays = moment.picture.stays[node_id]
    here = sorted(stays.items(), key=lambda item: item[1].entry)[:SHOWN_MAX]
    gauges = moment.picture.gauges[node_id]
    return InspectedNode(
        id=node_id,
        kind=service.kind,
        kind_title=service.title,
        title=moment.blueprint.titles[node_id],
        note=config.note,
        facts=_facts(moment, node_id, config),
        figures=[
            (gauge.label, *figure(gauges.get(name, 0), gauge.unit)) for name, gauge in service.GAUGES.items()
        ],
        faults=[service.FAULTS[name].label for name in moment.faults.get(node_id, [])],
        places=[_place(moment, node_id, message_id, stay) for message_id, stay in here],
        more=len(stays) - len(here),
        config=coloured(_written(config)),
    )


def transcript(moment: Moment) -> list[Line]:
    """Everything but what is idle, in order."""
    return [_line(moment, entry) for entry, _ in moment.told()]


def _line(moment: Moment, entry: Entry, *, with_detail: bool = False) -> Line:
    kind = moment.blueprint.entry_kinds[entry.node][entry.kind]
    detail: dict[str, Any] = {}
    if with_detail and entry.detail:
        detail = {name: value for name, value in entry.detail.items() if name not in DRAWING_DETAILS}
    return Line(
        clock=clock_text(entry.at_us),
        says=moment.says(entry),
        tone=kind.tone,
        node=entry.node,
        at_us=entry.at_us,
        detail=coloured(detail) if detail else "",
    )


def _place(moment: Moment, node_id: str, message_id: str, stay: Stay) -> Place:
    words, tone = PLACES.get(stay.place, (stay.place, "quiet"))
    known_end = stay.until_us is not None and stay.until_us > moment.at_us
    return Place(
        message=message_id,
        node=node_id,
        node_title=moment.blueprint.titles[node_id],
        place=words,
        tone=tone,
        since=short_clock(stay.since_us),
        until=short_clock(stay.until_us) if known_end and stay.until_us is not None else "",
        remaining=_rough(stay.until_us - moment.at_us) if known_end and stay.until_us is not None else "",
        count=stay.count,
    )


def _rough(us: int) -> str:
    """A duration to the tenth of a second."""
    return duration_text(max(0, us) // 100_000 * 100_000)


def _written(config: Any) -> dict[str, Any]:
    written: dict[str, Any] = config.model_dump(mode="json", by_alias=True, exclude={"title", "note"})
    return written


def _facts(moment: Moment, node_id: str, config: Any) -> list[Fact]:
    """The settings that a control may change, and any other plain one that the document gives."""
    now, before = _written(config), _written(moment.blueprint.configs[node_id])
    adjustable = adjustable_fields(type(config))
    given = {
        field.alias or name
        for name, field in type(config).model_fields.items()
        if name in config.model_fields_set
    }
    facts = []
    for name, value in now.items():
        plain = isinstance(value, bool | int | float | str)
        if plain and (name in adjustable or name in given) and value != "":
            changed = value != before[name]
            facts.append(Fact(name.replace("_", " "), _said(value), _said(before[name]) if changed else ""))
    return facts


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)
