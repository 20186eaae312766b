"""Text on a drawing: made harmless, measured, and cut to its room.

Widths come from a built-in table, so that a drawing is the same on every machine. The table follows the
common system sans faces with a little to spare: a text that fits by it fits on the page.
"""

from __future__ import annotations

import unicodedata

ELLIPSIS = "…"

_NARROW = dict.fromkeys("iljI.,:;'|!`", 0.28)
_SLIM = dict.fromkeys('ftr()[]{}/\\-" ', 0.36)
_BROAD = dict.fromkeys("mwMW@%", 0.9)
_WIDTHS = {**_NARROW, **_SLIM, **_BROAD}
_DIGIT = 0.57
_LOWER = 0.56
_UPPER = 0.69
_FULL = 1.1
# Spelled as their makers do; every other word of a kind is plain lower case.
_SPELLINGS = {
    "api": "API",
    "asl": "ASL",
    "dns": "DNS",
    "eventbridge": "EventBridge",
    "amazon": "Amazon",
    "lambda": "Lambda",
    "mq": "MQ",
    "s3": "S3",
    "sns": "SNS",
    "sqs": "SQS",
    "waf": "WAF",
}


def plain(text: str) -> str:
    """One line of text that XML can hold: no control characters, no lone surrogates, no direction
    overrides.
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    kept = "".join(" " if char.isspace() else char for char in text if _may_stand(char))
    return " ".join(kept.split())


def _may_stand(char: str) -> bool:
    if (
        char in "\t\n\r\u2028\u2029\u200c\u200d"
    ):  # white space becomes a space; joiners hold words and emoji together
        return True
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs"} and char not in "\ufffe\uffff"


def escape(text: str) -> str:
    """Plain text for XML content and double-quoted attributes."""
    replaced = plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return replaced.replace('"', "&quot;").replace("'", "&#39;")


def width_px(text: str, size_px: float) -> float:
    """The width of one line in pixels, on the safe side."""
    return sum(_em(char) for char in text) * size_px


def _em(char: str) -> float:
    known = _WIDTHS.get(char)
    if known is not None:
        return known
    if _is_attached(char):
        return 0.0
    if unicodedata.east_asian_width(char) in "WF":
        return _FULL
    if char.isdigit():
        return _DIGIT
    return _UPPER if char.isupper() or ord(char) > 0x24F else _LOWER


def _is_attached(char: str) -> bool:
    return unicodedata.category(char) in {"Mn", "Me", "Cf"} or char == "\u200d"


def fit(text: str, size_px: float, room_px: float) -> str:
    """The text if it fits into the room, else as much of it as fits, with an ellipsis; '' if not even two
    letters.
    """
    text = plain(text)
    if width_px(text, size_px) <= room_px:
        return text
    room_px -= width_px(ELLIPSIS, size_px)
    kept = _prefix(text, size_px, room_px).rstrip(" ,;:.-")
    return kept + ELLIPSIS if len(kept) >= 2 else ""


def _prefix(text: str, size_px: float, room_px: float) -> str:
    used = 0.0
    end = 0
    for index, char in enumerate(text):
        used += width_px(char, size_px)
        if used > room_px:
            break
        end = index + 1
    # Never between a letter and what is attached to it, nor inside a joined emoji.
    while 0 < end < len(text) and (_is_attached(text[end]) or text[end - 1] == "\u200d"):
        end -= 1
    return text[:end]


def kind_name(kind: str) -> str:
    """How a kind is written for people: `lambda_function` is "Lambda function", `sqs` is "SQS"."""
    words = [_SPELLINGS.get(word, word) for word in kind.split("_") if word]
    name = " ".join(words)
    return name[:1].upper() + name[1:]
