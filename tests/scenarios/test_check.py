"""What the checker says about documents that have the right shape and the wrong meaning."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.scenarios import load_text
from tests.scenarios.documents import SMALL, loaded, said, small


def test_a_sound_document_has_nothing_said_about_it() -> None:
    assert loaded().diagnostics == ()
    assert small().id == "small"


THEN = "then: 'at 9s, parcels.rows == 0'"


def changed(old: str, new: str) -> list[str]:
    assert SMALL.count(old) == 1
    return said(load_text(SMALL.replace(old, new), "small.yaml"))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("calls: api", "calls: apo", "7:12 There is no service 'apo'. Did you mean 'api'?"),
        (
            "function: taker",
            "function: orders",
            "12:54 'orders' is a Queue; it does not take Invoke. These do: taker, packer.",
        ),
        ("write: parcels", "write: parcls", "25:31 There is no service 'parcls'. Did you mean 'parcels'?"),
        (
            "dead_letter_queue: dead",
            "dead_letter_queue: orders",
            "20:34 'orders' leads to itself. There is: dead.",
        ),
        (
            "dead_letter_queue: dead",
            "dead_letter_queue: parcels",
            "20:34 'parcels' is a Table; it does not take DeadLetter. These do: dead.",
        ),
        ("kind: lambda_function\n    event", "kind: lamda_function\n    event", "22:11"),
        ("kind: sqs\n    redrive", "kind: sqs\n    redrvie", "20:5 'redrvie' is not known here."),
        ("node: web}", "node: api}", "29:51 'api' sends nothing on command. There is: web."),
        ("node: packer, fault", "node: paker, fault", "There is no service 'paker'. Did you mean 'packer'?"),
        (
            "fault: crash, param",
            "fault: crush, param",
            "has no fault 'crush'. Did you mean 'crash'?",
        ),
        ("{after_step: packed}", "{after_step: paked}", "There is no step 'paked'; there are: packed."),
        ("{after_step: packed}", "{after: packed}", "takes no parameter 'after'"),
        ("setting: visibility_timeout", "setting: visibility", "Did you mean 'visibility_timeout'?"),
        ("max: 60s}", "max: 10s}", "The setting's own value lies outside of what 'visibility' shows."),
        ("max: 60s}", "max: 60}", "max: 60 is not a duration; write a number and a unit"),
        ("id: visibility,", "id: crash,", "There is a control or fault called 'crash' already."),
        ("id: crash,", "id: Crash it!,", "'Crash it!' is no id: a small letter"),
        ("id: crash,", "id: Crash it!,", "Did you mean 'crash-it'?"),
        ("  web:\n", "  run:\n", "A service cannot be called 'run'."),
    ],
)
def test_names_that_lead_nowhere(old: str, new: str, expected: str) -> None:
    found = changed(old, new)

    assert any(expected in line for line in found), found


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("expect: ['at 9s, parcels.row == 1']", "32:18 'parcels' has no gauge 'row'. Did you mean 'rows'?"),
        (
            "expect: ['at 9s, parcel.rows == 1']",
            "32:18 There is no service 'parcel'.",
        ),
        ("expect: ['at 9s, run.bil == 1']", "32:18 'run' has no gauge 'bil'. Did you mean 'bill'?"),
        (
            "expect: ['at 9s, orders.oldest_age <= 3']",
            "'orders.oldest_age' is a time and '3' is not; they cannot be compared.",
        ),
        ("expect: ['at 9s, parcels.rows <= 3s']", "'3s' is a time and 'parcels.rows' is not"),
        (
            f"expect: [{{given: crsh at 3s, {THEN}}}]",
            "32:18 There is no control or fault",
        ),
        (f"expect: [{{given: restore send-one at 3s, {THEN}}}]", "is no fault"),
        (f"expect: [{{given: visibility at 3s, {THEN}}}]", "set visibility to … at …"),
        (
            f"expect: [{{given: set visibility to 5 at 3s, {THEN}}}]",
            "5 is not a duration",
        ),
        (
            f"expect: [{{id: a, {THEN}}}, {{id: a, {THEN}}}]",
            "already",
        ),
        ("unless: [{id: x, remove: dea, breaks: a}]", "There is no service 'dea'. Did you mean 'dead'?"),
        ("unless: [{id: x, remove: dead, breaks: a}]", "There is no expectation 'a'."),
        ("unless: [{id: x, breaks: a}]", "This changes nothing."),
        ("unless: [{id: x, set: {orders: 3}, breaks: a}]", "'orders' is not a setting."),
        (
            "faults: [{id: f, node: packer, fault: crash, at: 5s, until: 3s}]",
            "ends before it begins.",
        ),
        (
            "views: {charts: [{id: c, title: C, series: [{gauge: orders.visible, label: l}]}]}",
            "gauge 'visible'",
        ),
        ("views: {captions: [{n: 1, text: t, when: {node: orders, kind: sentt}}]}", "Did you mean 'sent'?"),
        ("traffic: {wbe: []}", "There is no service 'wbe'. Did you mean 'web'?"),
        ("traffic: {web: [{arrivals: steady, rate: 1/m}]}", "32:42"),
        ("prices: {sqs: 1}", "Prices are not used yet"),
    ],
)
def test_sections_that_speak_of_what_is_not_there(more: str, expected: str) -> None:
    found = said(loaded(more))

    assert any(expected in line for line in found), found


PREDICTION = """\
predictions:
  - id: p
    ask: How many?
    measure: parcels.rows at 9s
    choices:
      - {id: a, label: One, value: 1, reason: r}
      - {id: b, label: Two, value: 2, reason: r}
"""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("parcels.rows at 9s", "parcels.rws at 9s", "Did you mean 'rows'?"),
        ("parcels.rows at 9s", "parcels.rows", "A prediction is measured at one moment."),
        ("value: 1", "value: 1s", "'parcels.rows at 9s' is no time, and '1s' is one."),
        ("value: 1", "value: [1]", "This must be true or false or a whole number or a number or text"),
        ("id: b", "id: a", "There is a choice called 'a' already."),
    ],
)
def test_predictions_that_cannot_be_judged(old: str, new: str, expected: str) -> None:
    found = said(loaded(PREDICTION.replace(old, new)))

    assert any(expected in line for line in found), found


def warnings(text: str) -> list[str]:
    found = load_text(text, "t")
    assert not found.errors, found.render()
    return [d.message for d in found.warnings]


def test_what_may_be_meant_is_a_warning() -> None:
    unread = SMALL.replace("event_source_mappings: [{queue: orders, batch_size: 1}]", "timeout: 9s")
    short = SMALL.replace("kind: sqs\n", "kind: sqs\n    visibility_timeout: 2s\n")

    assert warnings(unread.replace("$.record.messageId", "$.event.id")) == [
        "Nobody reads the queue 'orders'; what is sent to it stays there until it expires.",
        "Nothing ever reaches 'packer'.",
        "Nothing ever reaches 'parcels'.",
    ]
    again = warnings(short.replace("{kind: sqs}", "{kind: sqs, retention: 9d}"))
    assert len(again) == 1
    assert "visibility timeout of 'orders' is shorter than the timeout of 'packer'" in again[0]


def test_dead_letters_may_not_go_round() -> None:
    text = SMALL.replace(
        "dead: {kind: sqs}", "dead: {kind: sqs, redrive: {dead_letter_queue: orders, max_receive_count: 1}}"
    )

    assert any(
        "Dead letters go round in a circle: orders → dead → orders." in line for line in said(load_text(text))
    )


def test_mistakes_of_all_kinds_come_at_once_with_their_places() -> None:
    text = (
        SMALL.replace("calls: api", "calls: apo")
        .replace("kind: sqs\n", "kind: sqs\n    visibility_timeout: 30sec\n")
        .replace("title: A small one", "title: ''")
        .replace("node: web}", "node: wep}")
        + "expect: ['by 3s, parcels.rws == 1', 'soon']\nunless: [{id: 7}]\nid: again\n"
    )
    found = load_text(text, "small.yaml")

    assert found.scenario is None
    assert [(d.line, d.path) for d in found.diagnostics] == [
        (3, "title"),
        (7, "services.web.calls"),
        (20, "services.orders.visibility_timeout"),
        (30, "controls[0].node"),
        (33, "expect[0]"),
        (33, "expect[1]"),
        (34, "unless[0].breaks"),
        (34, "unless[0].id"),
        (35, "id"),
    ]
    assert all(str(d).startswith(f"small.yaml:{d.line}:{d.column}: error: ") for d in found.diagnostics)


def test_traffic_in_its_own_section_reaches_the_client_and_keeps_its_places() -> None:
    scenario = small("traffic: {web: [{arrivals: burst, count: 2, at: 1s}]}")
    wrong = loaded("traffic:\n  web:\n    - {arrivals: burst, cuont: 2}\n")

    assert scenario.node("web").config.traffic[0].count == 2
    assert [(d.line, d.path) for d in wrong.diagnostics] == [
        (34, "traffic.web[0].count"),
        (34, "traffic.web[0].cuont"),
    ]


def test_too_many_services_and_connections_are_refused_quickly() -> None:
    services = "\n".join(f"  t{n}: {{kind: table}}" for n in range(4000))
    began = time.process_time()

    found = load_text(f"schema_version: 1\nid: a\ntitle: A\nservices:\n{services}\n")

    assert [d.message for d in found.errors] == [
        "A scenario has at most 60 services; the drawing would no longer be readable."
    ]
    assert time.process_time() - began < 5

    steps = "\n".join(f"      - {{send: q{n % 55}, body: b}}" for n in range(30))
    functions = "\n".join(f"  f{n}:\n    kind: lambda_function\n    steps:\n{steps}" for n in range(6))
    queues = "\n".join(f"  q{n}: {{kind: sqs}}" for n in range(30))
    text = f"schema_version: 1\nid: a\ntitle: A\nservices:\n{functions}\n{queues}\n"
    assert any("at most 150 connections" in d.message for d in load_text(text).errors)


def test_ten_thousand_mistakes_are_told_in_time() -> None:
    began = time.process_time()

    found = load_text("services:\n  a: {kind: table}\n" + "\n".join(f"k{n}: x" for n in range(9000)))

    assert len(found.errors) > 9000
    assert time.process_time() - began < 10


LINES = SMALL.splitlines()


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_no_damage_to_a_document_escapes_as_an_exception(data: st.DataObject) -> None:
    lines = list(LINES)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(lines) - 1))
        kind = data.draw(st.sampled_from(["drop", "twice", "cut", "insert", "indent", "replace"]))
        line = lines[place]
        at = data.draw(st.integers(0, len(line)))
        if kind == "drop":
            del lines[place]
        elif kind == "twice":
            lines.insert(place, line)
        elif kind == "cut":
            lines[place] = line[:at]
        elif kind == "indent":
            lines[place] = "  " + line
        elif kind == "insert":
            lines[place] = line[:at] + data.draw(st.text(max_size=4)) + line[at:]
        else:
            lines[place] = line.partition(":")[0] + ": " + data.draw(st.sampled_from(VALUES))
    text = "\n".join(lines)

    found = load_text(text, "fuzzed.yaml")

    assert (found.scenario is None) == bool(found.errors)
    assert found.render() or not found.diagnostics
    assert all(d.line >= 1 and d.column >= 1 and d.message for d in found.diagnostics)


VALUES = [
    "3",
    "-1",
    "null",
    "[]",
    "{}",
    "{a: b}",
    "30s",
    "1e308",
    "''",
    "true",
    "[[], {}]",
    "orders",
    "'{$.x}'",
]
