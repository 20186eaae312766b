"""Templates and static files obey the content security policy, and ask no other host for anything."""

import re

import pytest

from tests.house.house import files, lines, short, text

TEMPLATES = ("templates", "simulator", "lessons", "people")

FORBIDDEN = {
    "a style attribute": re.compile(r"""\sstyle\s*=\s*["'{]"""),
    "a style element": re.compile(r"<style\b"),
    "an event attribute": re.compile(r"""<[^>]*\son[a-z]+\s*=\s*["']"""),
    "hx-on": re.compile(r"\bhx-on\b"),
    "a js: value": re.compile(r"""["']\s*(js|javascript):"""),
}
INLINE_SCRIPT = re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")")
ANOTHER_HOST = re.compile(r"""(https?:)?//(?!www\.w3\.org/)[a-z0-9-]+\.[a-z]""")
LINK = re.compile(r"<a\b[^>]*>", re.S)


@pytest.mark.parametrize("what", FORBIDDEN)
def test_templates_have_no(what):
    found = [place for place, line in lines(".html", ".svg", rooms=TEMPLATES) if FORBIDDEN[what].search(line)]

    assert found == []


def test_templates_have_no_inline_script():
    pages = files(".html", rooms=TEMPLATES)

    assert [short(p) for p in pages if INLINE_SCRIPT.search(text(p))] == []


def test_scripts_make_no_style_by_text_and_no_code_by_text():
    """CSSOM is how a script sets a position; `setAttribute("style")` and `eval` break the policy."""
    forbidden = re.compile(
        r"""setAttribute\(\s*["']style|\beval\(|new Function\(|document\.write\(|\.cssText\b"""
    )

    assert [place for place, line in lines(".js", rooms=("static",)) if forbidden.search(line)] == []


def test_no_page_asks_another_host():
    """A link may lead there; nothing is loaded from there."""
    found = []
    for path in files(".html", ".js", ".css", ".svg", rooms=(*TEMPLATES, "static")):
        if ANOTHER_HOST.search(LINK.sub("", text(path))):
            found.append(short(path))

    assert found == []
