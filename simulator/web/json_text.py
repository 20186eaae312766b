"""JSON as a page shows it: indented, coloured by class, and escaped."""

from __future__ import annotations

import json
import re
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

_TOKEN = re.compile(
    r'(?P<key>"(?:[^"\\]|\\.)*")(?=\s*:)'
    r'|(?P<string>"(?:[^"\\]|\\.)*")'
    r"|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"
    r"|(?P<word>true|false|null)"
)
LENGTH_MAX = 20_000


def coloured(value: Any) -> SafeString:
    """`value` (plain data, or JSON text, which is read first) as coloured HTML."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return mark_safe(escape(value[:LENGTH_MAX]))  # noqa: S308  (escaped here)
    text = json.dumps(value, indent=2, ensure_ascii=False, default=str)
    return _painted(text if len(text) <= LENGTH_MAX else text[:LENGTH_MAX] + " …")


def _painted(text: str) -> SafeString:
    parts, end = [], 0
    for found in _TOKEN.finditer(text):
        parts.append(escape(text[end : found.start()]))
        parts.append(format_html('<span class="json-{}">{}</span>', found.lastgroup, found.group()))
        end = found.end()
    parts.append(escape(text[end:]))
    return mark_safe("".join(parts))  # noqa: S308  (each part was escaped)
