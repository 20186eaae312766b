"""Stories of scenarios: a little Markdown, and no HTML of an author's."""

from __future__ import annotations

from functools import lru_cache

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_markdown = MarkdownIt("zero").enable(["emphasis", "backticks", "list", "link", "escape", "newline"])


@lru_cache(maxsize=256)
def story_html(text: str) -> SafeString:
    """The story as paragraphs and lists."""
    return mark_safe(_markdown.render(text))  # noqa: S308  (tags in the text are escaped by the renderer)


@lru_cache(maxsize=256)
def summary_html(text: str) -> SafeString:
    """The story's first paragraph, for a place that has room for one."""
    first = text.strip().partition("\n\n")[0]
    return mark_safe(_markdown.renderInline(first))  # noqa: S308
