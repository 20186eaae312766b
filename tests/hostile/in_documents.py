"""Scenario documents: everything an author could write that is no scenario."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from simulator.engine import LIMITS
from simulator.scenarios import build_world, load_text
from tests.hostile.case import SAYS_MAX, Case, Got
from tests.hostile.stage import Stage
from tests.scenarios.documents import SMALL

WHERE = "scenario document"
HEAD = "schema_version: 1\nid: x\ntitle: X\n"
TOO_LONG = 1_000_000

Attempt = Callable[[str], Got]
"""Given what it is to say, what it says."""


def checks(text: str | Callable[[], str]) -> Attempt:
    """Let the checker read it: the mistake that is looked for, or the first."""

    def attack(says: str) -> Got:
        found = load_text(text if isinstance(text, str) else text())
        assert len(found.text) > TOO_LONG or "\0" not in found.render()
        if not found.errors:
            return Got("taken")
        mistakes = [f"{e.line}:{e.column} {e.message}" for e in found.errors]
        return Got("refused", next((m for m in mistakes if says in m), mistakes[0])[:SAYS_MAX])

    return attack


def ends(text: Callable[[], str], until_us: int) -> Attempt:
    """Let a sound document run: the sentence of the limit that stops it, or what went wrong in it."""

    def attack(says: str) -> Got:
        found = load_text(text())
        assert found.scenario is not None, found.render()
        world = build_world(found.scenario, "1")
        world.run_until(until_us)
        if world.ended:
            return Got("stopped", world.ended)
        troubles = (str(entry.detail) for entry in world.entries if entry.kind == "failed")
        return Got("went on", next((says for trouble in troubles if says in trouble), ""))

    return attack


def bytes_of(data: bytes) -> str:
    """Bytes as the command line gives them to the checker."""
    return data.decode("utf-8", "surrogateescape")


def bomb() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    return "\n".join(lines)


def deep_block() -> str:
    return "".join(f"{' ' * level}a:\n" for level in range(600))


def many_keys() -> str:
    return "\n".join(f"a{n}: 1" for n in range(25_000))


def titled(title: str) -> str:
    return SMALL.replace("A small one", title)


def kind(name: str) -> str:
    return HEAD + f"services:\n  a: {{kind: {name}}}"


def queues(count: int) -> str:
    return HEAD + "services:\n" + "\n".join(f" n{n}: {{kind: sqs}}" for n in range(count))


def given(text: str) -> str:
    return SMALL + f"unless:\n  - {{id: u, breaks: [a], turn_on: '{text}'}}\n"


def starts(text: str) -> str:
    return SMALL + f"starts_at: '{text}'\n"


def timeout(text: str) -> str:
    return SMALL.replace("  dead: {kind: sqs}", f"  dead: {{kind: sqs, visibility_timeout: {text}}}")


def template(text: str) -> str:
    return SMALL.replace("body: order", f'body: "{text}"')


def crowd(nodes: int, edges: int = 0) -> str:
    """A document of so many functions, that call each other so often."""
    lines = [HEAD + "services:"]
    calls: dict[int, list[int]] = {}
    for number in range(edges):
        calls.setdefault(number % nodes, []).append((number % nodes + 1 + number // nodes) % nodes)
    for node in range(nodes):
        steps = ", ".join(f"{{name: s{i}, call: n{to}}}" for i, to in enumerate(calls.get(node, [])))
        lines.append(f"  n{node}: {{kind: lambda_function, steps: [{steps or '{name: w, work: 1s}'}]}}")
    return "\n".join(lines)


def expecting(line: str) -> str:
    return SMALL + f"expect:\n  - '{line}'\n"


def growing() -> str:
    """Functions that each send on twice what they were given."""
    lines = [
        HEAD + "services:",
        "  web: {kind: client, calls: api, rate: 1/s, request: {path: /a, body: aaaa}}",
    ]
    lines.append("  api: {kind: api_gateway, routes: [{method: POST, path: /a, function: f0}]}")
    for node in range(30):
        body = "{a: '{$.event}', b: '{$.event}'}"
        lines.append(
            f"  f{node}: {{kind: lambda_function, steps: [{{name: s, call: f{node + 1}, payload: {body}}}]}}"
        )
    return "\n".join([*lines, "  f30: {kind: lambda_function, steps: [{name: w, work: 1ms}]}"])


def flooding() -> str:
    return SMALL.replace("rate: 0/s", "rate: 500/s")


def _tried(attempt: Attempt, says: str, _: Stage) -> Got:
    return attempt(says)


#: id, what is sent, the attempt, what comes back, and what stands in it.
_LIST: list[tuple[str, str, Attempt, str, str]] = [
    ("aliases", "eleven levels of aliases, nine each", checks(bomb), "refused", "Anchors"),
    ("alias-of-itself", "an alias inside its own anchor", checks("a: &a [*a]"), "refused", "Anchors"),
    ("merge-key", "a merge key with an alias", checks("a: &a {b: 1}\nc: {<<: *a}"), "refused", "Anchors"),
    ("deep-flow", "100,000 open brackets", checks("[" * 100_000), "refused", "24 levels"),
    ("deep-braces", "50,000 open braces", checks("{a: " * 50_000), "refused", "24 levels"),
    ("deep-block", "600 levels by indentation", checks(deep_block), "refused", "24 levels"),
    ("large", "a document of 300 KB", checks("a: " + "x" * 300_000), "refused", "256 KB"),
    ("huge", "a document of 16 MB", checks(lambda: "x" * 14_000_000), "refused", "256 KB"),
    ("many-keys", "25,000 keys", checks(many_keys), "refused", "20,000 values"),
    ("same-keys", "the same key 10,000 times", checks("a: 1\n" * 10_000), "refused", "twice"),
    ("long-integer", "an integer of 100,000 digits", checks(f"id: {'9' * 100_000}"), "refused", "too large"),
    ("huge-float", "1e999999999 as a number", checks("id: 1e999999999"), "refused", "too large"),
    ("infinite", "an infinite number", checks("id: .inf"), "refused", "number"),
    ("not-a-number", "a number that is none", checks("id: .nan"), "refused", "number"),
    (
        "tag-python",
        "a tag that would run a program",
        checks("a: !!python/object/apply:os.system [id]"),
        "refused",
        "tag",
    ),
    ("tag-binary", "a tag of another schema", checks("a: !!binary aGk="), "refused", "tag"),
    ("nul", "a zero character", checks("id: a\0b"), "refused", "U+0000"),
    ("escaped-nul", "a zero character, escaped", checks(titled('"a\\0b"')), "refused", "U+0000"),
    ("control", "a bell and a terminal's escape sequence", checks("id: \x07\x1b[2J"), "refused", "U+0007"),
    ("marks", "byte order marks at the start and inside", checks(titled("a\ufeffb")), "taken", ""),
    ("utf-16", "UTF-16 with its mark", checks(bytes_of("id: x".encode("utf-16"))), "refused", "U+"),
    (
        "wrong-utf-8",
        "bytes that are no UTF-8",
        checks(bytes_of(b"id: \xff\xfe\xc0\x80")),
        "refused",
        "U+DCFF",
    ),
    ("surrogate", "half of a character", checks("id: \ud800"), "refused", "U+D800"),
    ("two-documents", "a second document", checks(SMALL + "---\nid: y"), "refused", "second document"),
    ("a-list", "a list", checks("- a\n- b"), "refused", "this is a list"),
    ("one-word", "one word", checks("hello"), "refused", "one value"),
    ("empty", "nothing", checks(""), "refused", "empty"),
    ("key-no-text", "a mapping as a key", checks("? {a: 1}\n: 2"), "refused", "key"),
    ("tabs", "indentation by tabs", checks("services:\n\tweb: 1"), "refused", "tab"),
    ("nodes-10000", "10,000 services", checks(lambda: queues(10_000)), "refused", "20,000 values"),
    ("nodes-4000", "4,000 services", checks(lambda: queues(4_000)), "refused", "60 services"),
    ("nodes-61", "61 services", checks(lambda: queues(61)), "refused", "60 services"),
    (
        "edges-300",
        "80 services with 300 connections",
        checks(lambda: crowd(80, 300)),
        "refused",
        "60 services",
    ),
    (
        "edges-151",
        "50 services with 151 connections",
        checks(lambda: crowd(50, 151)),
        "refused",
        "150 connections",
    ),
    ("kind-path", "a kind that is a path", checks(kind("../../os")), "refused", "no kind"),
    ("prototype", "a service called __proto__", checks(SMALL + "  __proto__: {kind: sqs}"), "refused", ""),
    ("id-html", "an id that is HTML", checks(SMALL.replace("id: small", "id: <script>")), "refused", "no id"),
    ("id-path", "an id that is a path", checks(SMALL.replace("id: small", "id: ../x")), "refused", "no id"),
    ("title-long", "a title of 100,000 letters", checks(titled("X" * 100_000)), "refused", "at most 80"),
    (
        "story-long",
        "a story of 200 KB",
        checks(SMALL + f"story: {'s' * 200_000}\n"),
        "refused",
        "at most 4000",
    ),
    (
        "expect-long",
        "an expectation of 5,000 terms",
        checks(expecting("at 1s, " + "a.b + " * 5_000)),
        "refused",
        "at most 200",
    ),
    (
        "expect-deep",
        "an expectation of nothing but brackets",
        checks(expecting("at 1s, " + "(" * 180)),
        "refused",
        "value is needed",
    ),
    (
        "expect-code",
        "an expectation that is Python",
        checks(expecting("at 1s, __import__(os)")),
        "refused",
        "value is needed",
    ),
    (
        "expect-dunder",
        "an attribute of an object's class",
        checks(expecting("at 1s, web.__class__ == 1")),
        "refused",
        "no gauge",
    ),
    (
        "expect-blanks",
        "an expectation of 150 blanks",
        checks(expecting("at" + " " * 150)),
        "refused",
        "time is needed",
    ),
    (
        "command-backtracks",
        "a timed command that is nearly one, twenty times",
        checks(given("set a to " + "a at " * 20)),
        "refused",
        "not a timed command",
    ),
    (
        "start-99999",
        "a start in the year 99999",
        checks(starts("99999-01-01T00:00:00Z")),
        "refused",
        "not a date",
    ),
    (
        "start-0001",
        "a start before all time",
        checks(starts("0001-01-01T00:00:00+23:59")),
        "refused",
        "not a date",
    ),
    (
        "duration-long",
        "a timeout of 999,999,999 days",
        checks(timeout("999999999d")),
        "refused",
        "out of range",
    ),
    ("duration-negative", "a timeout of minus one second", checks(timeout("-1s")), "refused", "negative"),
    ("duration-digits", "digits of another alphabet", checks(timeout("٣٠s")), "refused", "not a duration"),
    (
        "rate-endless",
        "a rate of 1e308 a second",
        checks(SMALL.replace("0/s", "1e308")),
        "refused",
        "not a rate",
    ),
    (
        "template-class",
        "a template that asks for __class__",
        checks(template("{$.event.__class__}")),
        "taken",
        "",
    ),
    (
        "template-code",
        "templates of other languages",
        checks(template("{{ self.__class__ }}{% load x %}${7*7}")),
        "taken",
        "",
    ),
    (
        "template-index",
        "an index of 40 digits",
        checks(template(f"{{$.event[{'9' * 40}]}}")),
        "refused",
        "not a reference",
    ),
    (
        "growing",
        "30 functions that each double a message",
        ends(growing, 4_000_000),
        "went on",
        "TemplateError",
    ),
    (
        "flooding",
        "500 requests a second for two days",
        ends(flooding, LIMITS["simulated_us"].number),
        "stopped",
        "60,000 entries",
    ),
]


DOCUMENTS = [
    Case(f"document-{name}", WHERE, sent, partial(_tried, attempt, says), must=must, says=says)
    for name, sent, attempt, must, says in _LIST
]
