"""A sound scenario with hostile words in every text field: what its pages make of them."""

from __future__ import annotations

import functools
import json
import re
import uuid
from collections.abc import Callable
from typing import Any

import yaml

from simulator.runs import append, create_run
from simulator.scenarios import Scenario, load_text
from tests.hostile.case import Case, Got
from tests.hostile.stage import Stage
from tests.hostile.wire import Answer

WHERE = "every text field of a scenario"
PAGES = ("", "source/", "share/", "transcript/", "why/?message=A", "inspect/?message=A", "frames/")
NODES = ("web", "api", "taker", "orders", "packer", "parcels", "dead")


def services(text: str, short: str) -> dict[str, dict[str, Any]]:
    """One service of each kind, that says it in its name, its note and its messages."""
    found: dict[str, dict[str, Any]] = {
        "web": {
            "kind": "client",
            "calls": "api",
            "request": {
                "method": "POST",
                "path": "/orders",
                "headers": {"X-Words": text},
                "body": {"words": text},
            },
            "rate": "0/s",
        },
        "api": {
            "kind": "api_gateway",
            "routes": [{"method": "POST", "path": "/orders", "function": "taker"}],
        },
        "taker": {
            "kind": "lambda_function",
            "steps": [
                {"name": "sent", "send": "orders", "body": {"words": text}},
                {"return": {"statusCode": 202, "body": text}},
            ],
        },
        "orders": {"kind": "sqs", "redrive": {"dead_letter_queue": "dead", "max_receive_count": 2}},
        "packer": {
            "kind": "lambda_function",
            "event_source_mappings": [{"queue": "orders", "batch_size": 1}],
            "steps": [{"name": "packed", "write": "parcels", "key": text, "item": text, "mode": "append"}],
        },
        "parcels": {"kind": "table"},
        "dead": {"kind": "sqs"},
    }
    for service in found.values():
        service |= {"title": short, "note": text}
    return found


def document(words: str) -> str:
    """A scenario that says `words` wherever an author may say something."""
    text, short = words[:200], words[:38]
    controls = [
        {"id": "send-one", "type": "send", "label": short, "node": "web"},
        {
            "id": "crash",
            "type": "fault",
            "label": short,
            "restore_label": short,
            "node": "packer",
            "fault": "crash",
        },
        {
            "id": "hidden",
            "type": "setting",
            "label": short,
            "node": "orders",
            "setting": "visibility_timeout",
            "max": "60s",
        },
    ]
    series = [{"gauge": "orders.messages_visible", "label": short}]
    views = {
        "charts": [{"id": "depth", "title": short, "unit": words[:20], "series": series}],
        "captions": [{"n": 1, "text": text, "when": {"node": "orders", "kind": "received"}}],
    }
    choices = [{"id": f"c{n}", "label": text, "value": n, "reason": text} for n in (0, 1)]
    asked = {
        "id": "p",
        "ask": text,
        "choices": choices,
        "measure": "parcels.rows at 9s",
        "given": ["send-one at 1s"],
    }
    whole = {
        "schema_version": 1,
        "id": "hostile-words",
        "title": short,
        "story": f"{text}\n\n[{text[:40]}](javascript:alert(1)) [x](data:text/html,<script>alert(1)</script>) <b>{text}</b>",
        "services": services(text, short),
        "controls": controls,
        "views": views,
        "predictions": [asked],
        "assumptions": [text],
        "bookmarks": [{"at": "5s", "label": short}],
    }
    return yaml.safe_dump(whole, width=10_000)


@functools.cache
def scenario(words: str) -> Scenario:
    found = load_text(document(words))
    assert found.scenario is not None, found.render()
    return found.scenario


def shown(words: str) -> Callable[[Stage], Got]:
    """Every page of a run of it, and of a message in it."""

    def attack(stage: Stage) -> Got:
        run = create_run(scenario(words), owner_id=uuid.uuid4(), seed="1", rate=0.0)
        append(run.id, "send", {"node": "web", "count": 1}, "a")
        append(run.id, "warp", {"to_us": 8_000_000}, "b")
        pages = [*PAGES, *(f"inspect/?node={node}" for node in NODES)]
        answers = [stage.stranger.get(f"/runs/{run.id}/{page}") for page in pages]
        assert [answer.status for answer in answers] == [200] * len(pages)
        _same_words(answers[0], words)
        return Got("200", f"{len(pages)} pages, escaped", tuple(answers))

    return attack


def _same_words(lab: Answer, words: str) -> None:
    """The words come through: they are escaped, not lost."""
    found = re.search(
        r'<script[^>]*type="application/json"[^>]*>(.*?)</script>', lab.body.decode(), re.DOTALL
    )
    assert found, "the lab holds its model"
    assert json.loads(found.group(1))["nodes"][0]["title"] == words[:38]


def refused(words: str) -> Callable[[Stage], Got]:
    """Words that no scenario may hold."""

    def attack(_: Stage) -> Got:
        found = load_text(document(words))
        assert found.scenario is None
        return Got("refused", found.errors[0].message)

    return attack


def words(name: str, sent: str, text: str) -> Case:
    return Case(f"words-{name}", WHERE, sent, shown(text), "200", "escaped")


TEXTS = [
    words("script", "a script", "<script>alert(1)</script>"),
    words("end-of-script", "the end of a script, and another", "</script><script>alert(1)</script>"),
    words("attribute", "the end of an attribute, and a handler", '" onmouseover="alert(1)" x="'),
    words("apostrophe", "the same with an apostrophe", "' onfocus='alert(1)' autofocus x='"),
    words("image", "an image that fails", "<img src=x onerror=alert(1)>"),
    words("svg", "SVG that runs a script", "</text><svg onload=alert(1)>"),
    words("svg-title", "the end of a drawing's title", "</title></svg><script>alert(1)</script>"),
    words("comment", "the end of a comment and of character data", "--> ]]> <![CDATA[ <script>"),
    words("style", "the end of a style", "</style><style>*{display:none}</style>"),
    words("dot", "DOT", '"]; evil [label="x", URL="http'),
    words("dot-html", "DOT's own HTML", '<<TABLE><TR><TD HREF="x">y</TD></TR>>'),
    words("dot-escape", "DOT's escapes", "\\N \\G \\E \\\\ \\l } subgraph {"),
    words("sql", "SQL", "x'); DROP TABLE runs_run; --"),
    words("format", "format strings", "{0.__class__} %s %n %(x)s {node}"),
    words("template", "templates of other languages", "{{ 7*7 }} {% debug %} ${7*7} #{7}"),
    words("says", "the transcript's own placeholders", "{message} {node} {detail} {at_us}"),
    words("bidi", "characters that turn the text round", "abc\u202egnp.exe\u2066\u2069\u200f"),
    words("wide", "letters that take more than their place", "\u0e01" + "\u0e49" * 30),
    words("emoji", "letters of several parts", "\U0001f469\u200d\U0001f4bb\U0001f3f4" * 5),
    words("blank", "blanks that are none", "\u3000\u200b\u2060\u00ad x \u2003"),
    words("newline", "line breaks of several kinds", "a\u2028b\u2029c\u0085d"),
    words("javascript", "an address that is a script", "javascript:alert(1)//"),
    words("markdown", "Markdown that leads elsewhere", "[x](//elsewhere.example) ![y](z) `<b>`"),
    words("entity", "escapes that were made already", "&lt;script&gt; &#60;b&#62; &amp;"),
    words("json", "the end of a JSON text", '"}]}\\u003c/script\\u003e{"'),
    words("long-word", "one word without an end", "W" * 200),
    Case("words-nul", WHERE, "a zero character", refused("a\0b"), "refused", "U+0000"),
]
