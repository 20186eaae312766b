"""Every address of the app: the pages that the browser walks, and why the others are no pages."""

from collections.abc import Callable, Iterator

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from lessons.web.course import course
from simulator.runs import create_run
from simulator.scenarios import library


def _lab() -> list[str]:
    """A new run's page, seen by somebody whose run it is not."""
    run = create_run(library()["payment-queue"], owner_id=None, purpose="lab", seed="walk")
    return [reverse("lab", args=[run.id])]


#: Route -> its addresses. Asked inside a test, since some of them make what they show.
PAGES: dict[str, Callable[[], list[str]]] = {
    "lessons:home": lambda: [reverse("lessons:home")],
    "lessons:list": lambda: [reverse("lessons:list")],
    "lessons:lesson": lambda: [reverse("lessons:lesson", args=[x.module, x.slug]) for x in course().lessons],
    "lessons:progress": lambda: [reverse("lessons:progress")],
    "scenarios": lambda: [reverse("scenarios")],
    "scenario": lambda: [reverse("scenario", args=[name]) for name in library()],
    "lab": _lab,
    "status": lambda: [reverse("status")],
    "style": lambda: [reverse("style")],
}

#: Route -> why no page is opened for it.
NO_PAGES = {
    "healthz": "JSON, for machines",
    "readyz": "JSON, for machines",
    "metrics": "text, for Prometheus",
    "create-run": "a post",
    "commands": "a post",
    "fork": "a post",
    "drive": "leads to the lab",
    "frames": "data, for the player",
    "why": "a fragment of the lab",
    "inspect": "a fragment of the lab",
    "transcript": "a fragment of the lab",
    "source": "a fragment of the lab",
    "share": "a fragment of the lab",
    "lessons:question": "a post, or a fragment of its lesson",
    "lessons:prediction": "a post, or a fragment of its lesson",
    "lessons:experiment": "a post",
    "lessons:variant": "a post",
    "lessons:forget": "a post",
}


def routes() -> set[str]:
    """The full name of every route."""
    return set(_named(get_resolver().url_patterns, ""))


def _named(patterns: list[URLPattern | URLResolver], space: str) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _named(pattern.url_patterns, inner)
        else:
            yield f"{space}{pattern.name or pattern.pattern}"
