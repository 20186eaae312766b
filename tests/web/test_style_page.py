"""The visual language: its page, its contrast, and the promises that style sheets can break silently."""

from __future__ import annotations

import gzip
import re
from html.parser import HTMLParser
from itertools import product
from pathlib import Path

import pytest
from django.test import Client

from simulator.web.style_page import PARTS, THEMES

HOUSE = Path(__file__).resolve().parents[2]
CSS = sorted((HOUSE / "static/css").glob("*.css"))
TEMPLATES = sorted((HOUSE / "templates").rglob("*.html"))
PAIR = re.compile(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
COLOURS = {
    name: (light, dark) for name, light, dark in PAIR.findall((HOUSE / "static/css/tokens.css").read_text())
}

PAPERS = ("paper", "sheet", "sunk")
HUES = ("blue", "green", "orange", "purple", "vermillion")
# What is read must stand at 4.5 to 1 from what it is written on.
TEXT = [
    *product(("ink", "grey", *HUES), PAPERS),
    *((hue, f"{hue}-wash") for hue in HUES),
    *(("ink", f"{hue}-wash") for hue in HUES),
    *(("on-accent", hue) for hue in HUES),
]
# What is only seen (borders of controls, plates, tracks, marks) at 3 to 1.
LINES = [*product(("rule", "sky", "yellow"), PAPERS)]


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2 defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=THEMES)
@pytest.mark.parametrize(("least", "pairs"), [(4.5, TEXT), (3.0, LINES)], ids=["text", "lines"])
def test_colours_stand_apart(least: float, pairs: list[tuple[str, str]], theme: int) -> None:
    measured = {(a, b): round(contrast(COLOURS[a][theme], COLOURS[b][theme]), 2) for a, b in pairs}

    assert {pair: ratio for pair, ratio in measured.items() if ratio < least} == {}


def test_contrast_is_computed_as_the_standard_says() -> None:
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54


def test_every_colour_stands_in_tokens() -> None:
    """A colour written elsewhere would have no value for the other light, and no test."""
    strays = {
        sheet.name: found
        for sheet in CSS
        if sheet.name != "tokens.css" and (found := re.findall(r"#[0-9a-f]{3,8}\b(?!-)", sheet.read_text()))
    }

    assert strays == {}


def test_every_property_that_is_used_is_set() -> None:
    text = "".join(sheet.read_text() for sheet in CSS)
    used = set(re.findall(r"var\((--[a-z0-9-]+)\)", text))  # those without a fallback
    named = set(re.findall(r"(--[a-z0-9-]+):", text))

    assert set() == used - named


def test_style_sheets_load_nothing_from_elsewhere_and_stay_small() -> None:
    text = "".join(sheet.read_text() for sheet in CSS if sheet.name != "style.css")

    assert re.findall(r"@import|https?:|//[a-z]|url\((?!\"#)", text) == []
    assert len(gzip.compress(text.encode(), 9)) < 20_000


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(HOUSE / "templates")))
def test_templates_keep_the_policy(template: Path) -> None:
    """No inline script, no style: the page's Content-Security-Policy would drop them without a word."""
    text = template.read_text()

    assert (
        re.findall(r"\sstyle=|<style|\son[a-z]+=|hx-on|js:|<script(?![^>]*(?:src=|application/json))", text)
        == []
    )
    assert re.findall(r"(?:src|href)=\"(?:https?:)?//", text) == []


class Elements(HTMLParser):
    """Ids, uses of symbols, and headings of a page, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.used: set[str] = set()
        self.headings: list[int] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if name := values.get("id"):
            self.ids.append(name)
        if tag == "use":
            self.used.add((values.get("href") or "").removeprefix("#"))
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))


@pytest.fixture
def page(client: Client) -> Elements:
    answer = client.get("/style/")
    assert answer.status_code == 200
    return Elements(answer.content.decode())


def test_style_page_shows_every_part_in_both_lights(client: Client) -> None:
    text = client.get("/style/").content.decode()

    assert all(f'id="{part.slug}"' in text for part in PARTS)
    assert len(PARTS) == text.count('class="specimen" data-theme="light"')
    assert len(PARTS) == text.count('class="specimen" data-theme="dark"')


def test_style_page_is_one_document(page: Elements) -> None:
    assert len(page.ids) == len(set(page.ids))
    assert page.used <= set(page.ids)  # every glyph that is used is drawn
    assert page.headings.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(page.headings, page.headings[1:], strict=False))


def test_every_kind_of_service_has_a_glyph(page: Elements) -> None:
    kinds = {path.stem for path in (HOUSE / "simulator/services").glob("[a-z]*")}

    assert set() == {kind for kind in kinds if f"glyph-{kind}" not in page.ids}


def test_style_page_names_every_state_that_nobody_draws(client: Client) -> None:
    text = client.get("/style/").content.decode()

    for state in (
        "First visit",
        "Empty",
        "Loading",
        "Reconnecting",
        "Too narrow",
        "Long names",
        "Ten thousand events",
        "Ended by a limit",
        "Script switched off",
        "Server gone",
    ):
        assert len(THEMES) == text.count(f">{state}</p>")


def test_only_reading_is_possible(client: Client) -> None:
    assert client.post("/style/").status_code == 405


def test_the_chosen_light_is_written_by_the_server(client: Client) -> None:
    client.cookies["theme"] = "dark"
    assert '<html lang="en" data-theme="dark">' in client.get("/style/").content.decode()

    client.cookies["theme"] = '"><script>'
    assert '<html lang="en">' in client.get("/style/").content.decode()
