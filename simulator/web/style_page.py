"""The visual language on one page: every component in every state, in both lights side by side.

It needs no run, no database and no script, so that it still shows the look when all else is broken.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

THEMES = ("light", "dark")


@dataclass(frozen=True)
class Part:
    """One section; its specimen is `style/parts/<slug>.html`, rendered once for each theme."""

    slug: str
    title: str
    says: str
    stacked: bool = False

    @property
    def template(self) -> str:
        return f"style/parts/{self.slug}.html"


PARTS = (
    Part(
        "colour",
        "Ink, paper, and six states",
        "Colour is kept for states; it never speaks alone. Vermillion is loss, and nothing else.",
    ),
    Part(
        "type",
        "Three voices",
        "A humanist sans works, a book serif explains, a monospace is the machine's words. One scale, 1.2.",
    ),
    Part(
        "glyphs",
        "Kinds are told by line",
        "Drawn for this house on a 24-unit square. A word stands beside each.",
    ),
    Part(
        "controls",
        "Buttons are verbs, faults are levers",
        "A lever shows its state by the position of its handle, by a word and by colour.",
    ),
    Part(
        "transport",
        "The transport bar keeps its order",
        "Reset, step back, play, step, next, speed, track, clock, fork, share, help: the same everywhere.",
        stacked=True,
    ),
    Part(
        "diagram",
        "The diagram is the stage",
        "Plates at rest are quiet. Shape is the kind of message, the letter its identity, the badge how "
        "often it was received. A received message leaves a dashed ghost with its timeout running down.",
        stacked=True,
    ),
    Part(
        "instruments",
        "Instruments stand still",
        "Fixed size, tabular figures, and words before the first event.",
    ),
    Part(
        "records",
        "Everything that moves is also written down",
        "Event table, transcript, inspector, and Why?",
    ),
    Part("panels", "What opens, closes and announces", "Panels are ruled headings, not boxes in boxes."),
    Part("states", "The states nobody draws", "Each of them says what is, why, and what to do next."),
    Part(
        "learning",
        "Asking, predicting, answering",
        "A reason for every choice; a locked prediction is a record.",
    ),
    Part("reading", "The lesson's page", "One column to read, terms that explain themselves, honest notes."),
    Part("source", "The source, and what the checker says", "Line, column, what is wrong, and a suggestion."),
)


@require_safe
def style_page(request: HttpRequest) -> HttpResponse:
    """All parts; the template walks PARTS × THEMES."""
    return render(request, "style/index.html", {"parts": PARTS, "themes": THEMES})


urlpatterns = [path("style/", style_page, name="style")]
