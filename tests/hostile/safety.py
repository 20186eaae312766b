"""What no answer may be, whatever was asked: a failure of ours, a look inside, a script of somebody's."""

from __future__ import annotations

import json
from html.parser import HTMLParser

from tests.hostile.wire import Answer

INSIDE = (b"Traceback (most recent call last)", b"site-packages", b'File "/', b"django.db.utils")
ELSEWHERE = "elsewhere.example"


def check_safe(answer: Answer) -> None:
    """Fails with what is wrong."""
    assert answer.status < 500, answer
    assert not any(word in answer.body for word in INSIDE), answer.body[:2_000]
    assert ELSEWHERE not in answer.headers.get("location", "").partition("?")[0], answer.headers
    assert not any("\r" in value or "\n" in value for value in answer.headers.values())
    if "x-request-id" in answer.headers:  # it went through our own house
        assert answer.headers.get("x-content-type-options") == "nosniff", answer.headers
    if answer.kind == "text/html":
        text = answer.body.decode()
        assert ELSEWHERE not in text or "http://" + ELSEWHERE not in text
        Page().feed(text)
    elif answer.kind == "application/json":
        json.loads(answer.body)


class Page(HTMLParser):
    """Reads a page as a browser does, and fails at the first thing that could run."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script":
            source = given.get("src") or ""
            assert source.startswith("/static/") or given.get("type") in ("application/json", "importmap"), (
                given
            )
        assert tag not in ("base", "iframe", "object", "embed", "frame", "style"), f"<{tag}>"
        for name, value in attrs:
            assert not name.startswith("on"), f"<{tag} {name}={value!r}>"
            if name in ("href", "src", "action", "formaction", "xlink:href"):
                kind = (value or "").strip().lower()
                assert not kind.startswith(("javascript:", "data:text", "vbscript:")), (
                    f"<{tag} {name}={value!r}>"
                )
                assert not kind.startswith("x") or tag != "img", f"<{tag} {name}={value!r}>"
