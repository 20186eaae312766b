"""From the text of a lesson.md to its parts: running text, and the blocks in which something alive stands.

A block is written ``::: name target`` … ``:::``. `dated` (where the course is out of date) stays in the
running text; `scenario`, `prediction`, `quiz` and `next` become parts of their own, which the page fills. A
word of the glossary is a link to ``term:<id>``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, cast

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.anchors import anchors_plugin
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]
from pygments.util import ClassNotFound  # type: ignore[import-untyped]

from .clean import clean
from .lesson import Block, BlockName, Prose

#: Blocks that become parts of the page, and whether they name a target.
PARTS: dict[str, bool] = {"scenario": True, "prediction": True, "quiz": False, "next": False}
#: Blocks that stay in the running text, with the words above them.
ASIDES: dict[str, str] = {"dated": "Where the course is dated", "note": "To be exact"}

_OPEN, _CLOSE = "container_block_open", "container_block_close"
_TERM = re.compile(r"term:([A-Za-z0-9-]*)\Z")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")

Complain = Callable[[int, int, str, str], None]
"""line, column, what is wrong, what to do."""


class Opened(NamedTuple):
    """A block as it was opened: its name, what follows the name, and the line."""

    name: str
    target: str
    more: tuple[str, ...]
    line: int


@dataclass
class Text:
    """A lesson.md, parsed. `front` is its front matter, on the lines where it stands (from 1)."""

    parts: list[Prose | Block] = field(default_factory=list)
    front: str = ""
    anchors: set[str] = field(default_factory=set)
    terms: list[tuple[str, int, int]] = field(default_factory=list)
    links: list[tuple[str, int, int]] = field(default_factory=list)
    blocks: list[Opened] = field(default_factory=list)


def parse(source: str, complain: Complain) -> Text:
    """Read a lesson's Markdown. Everything that is wrong goes to `complain`; what can be used comes back."""
    text, lines = Text(), source.splitlines()
    tokens = _markdown().parse(source, {})
    if tokens and tokens[0].type == "front_matter":
        text.front = "\n" + tokens.pop(0).content
    _look(tokens, lines, text, complain)
    _cut(tokens, lines, text, complain)
    return text


def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "typographer": True, "highlight": _highlight})
    markdown.enable(["table", "smartquotes", "replacements"])
    front_matter_plugin(markdown)
    anchors_plugin(markdown, min_level=2, max_level=4)
    container_plugin(markdown, "block", validate=lambda params, _markup: bool(params.strip()))
    markdown.validateLink = _valid  # type: ignore[method-assign]
    return markdown


def _valid(url: str) -> bool:
    """Addresses that a lesson may lead to. `term:` is ours, and becomes no address."""
    return bool(re.match(r"(https?://|/|#|term:)", url))


def _highlight(code: str, language: str, _attributes: str) -> str:
    """Classes only; the colours are the style sheet's."""
    if not language:
        return ""
    try:
        lexer = get_lexer_by_name(language)
    except ClassNotFound:
        return ""
    return cast(str, highlight(code, lexer, HtmlFormatter(nowrap=True)))


# ---- what stands in the text ---------------------------------------------------------------------------


def _look(tokens: Iterable[Token], lines: Sequence[str], text: Text, complain: Complain) -> None:
    level = 1
    for token in tokens:
        line = token.map[0] + 1 if token.map else 1
        if token.type == "heading_open":
            level = _heading(token, level, line, text, complain)
        elif token.type == "inline" and token.map:
            _inline(token, lines, token.map[0], text, complain)


def _heading(token: Token, before: int, line: int, text: Text, complain: Complain) -> int:
    level = int(token.tag[1])
    if level == 1:
        complain(
            line,
            1,
            "A lesson's text has no heading of the first level.",
            "The title is in the front matter; begin with ##.",
        )
    elif level > before + 1:
        complain(
            line,
            1,
            f"A heading of level {level} follows one of level {before}.",
            f"Use {'#' * (before + 1)}.",
        )
    text.anchors.add(str(token.attrGet("id") or ""))
    return level


def _inline(token: Token, lines: Sequence[str], first: int, text: Text, complain: Complain) -> None:
    for child in token.children or ():
        if child.type == "link_open":
            href = str(child.attrGet("href"))
            line, column = _find(f"({href}", lines, first)
            term = _TERM.match(href)
            if term:
                text.terms.append((term.group(1), line, column + 1))
                child.meta["term"] = term.group(1)
            else:
                text.links.append((href, line, column + 1))
        elif child.type == "image":
            line, column = _find("![", lines, first)
            complain(line, column, "A lesson shows no pictures of its own.", "Let the live scenario show it.")
        elif child.type == "text" and (tag := _TAG.search(child.content)):
            line, column = _find(tag.group(), lines, first)
            complain(
                line, column, f"HTML is not kept: {tag.group()}", "Write Markdown, or a block (::: name)."
            )
    _mark_terms(token.children or [])


def _find(needle: str, lines: Sequence[str], first: int) -> tuple[int, int]:
    for number in range(first, len(lines)):
        column = lines[number].find(needle)
        if column >= 0:
            return number + 1, column + 1
    return first + 1, 1


def _mark_terms(children: Sequence[Token]) -> None:
    """Links to `term:` become the buttons that open the word's card."""
    inside = False
    for child in children:
        if child.type == "link_open" and "term" in child.meta:
            child.tag, inside = "button", True
            child.attrs = {"type": "button", "class": "term", "popovertarget": f"term-{child.meta['term']}"}
        elif child.type == "link_close" and inside:
            child.tag, inside = "button", False


# ---- cutting it into parts -----------------------------------------------------------------------------


def _cut(tokens: Sequence[Token], lines: Sequence[str], text: Text, complain: Complain) -> None:
    running: list[Token] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if token.type != _OPEN:
            running.append(token)
            place += 1
            continue
        end = _closing(tokens, place)
        opened = _opened(token, lines, complain)
        name = opened.name
        inside = tokens[place + 1 : end]
        if name in PARTS:
            _flush(running, text)
            text.blocks.append(opened)
            text.parts.append(Block(cast(BlockName, name), opened.target, _render(inside), opened.more))
        elif name in ASIDES:
            running += _aside(name, inside)
        place = end + 1
    _flush(running, text)


def _closing(tokens: Sequence[Token], place: int) -> int:
    """The index of the token that closes the block opened at `place`."""
    depth = 0
    for index in range(place, len(tokens)):
        depth += (tokens[index].type == _OPEN) - (tokens[index].type == _CLOSE)
        if depth == 0:
            return index
    raise AssertionError("the parser closes every block it opens")


def _opened(token: Token, lines: Sequence[str], complain: Complain) -> Opened:
    assert token.map is not None
    first, last = token.map
    line, words = first + 1, token.info.split()
    name, target, more = words[0], "".join(words[1:2]), tuple(words[2:])
    if name == "next":
        target, more = "", tuple(words[1:])
    column = lines[first].find(name) + 1
    if token.level:
        complain(
            line,
            column,
            f"The block {name!r} stands inside another one or in a list.",
            "Move it to the left margin.",
        )
    if last >= len(lines) or not lines[last].strip().startswith(":::"):
        complain(line, column, f"The block {name!r} is not closed.", "Close it with a line of three colons.")
    if name not in PARTS and name not in ASIDES:
        complain(line, column, f"There is no block {name!r}.", f"There are: {', '.join([*PARTS, *ASIDES])}.")
    elif PARTS.get(name) and not target:
        complain(line, column, f"The block {name!r} has to say which one.", f"Write ::: {name} <id>.")
    elif not PARTS.get(name) and target:
        complain(line, column, f"The block {name!r} takes nothing after its name.", f"Write ::: {name}.")
    elif more and name not in ("scenario", "next"):
        complain(line, column, f"The block {name!r} takes one id.", f"Write ::: {name} {target}.")
    return Opened(name, target, more, line)


def _aside(name: str, inside: Sequence[Token]) -> list[Token]:
    opening = f'<div class="honest-note" role="note"><strong class="aside-title">{ASIDES[name]}</strong>\n'
    return [_html(opening), *inside, _html("</div>\n")]


def _html(content: str) -> Token:
    return Token("html_block", "", 0, content=content)


def _flush(running: list[Token], text: Text) -> None:
    if running:
        text.parts.append(Prose(_render(running)))
        running.clear()


def _render(tokens: Sequence[Token]) -> str:
    markdown = _markdown()
    return clean(markdown.renderer.render(tokens, markdown.options, {}))
