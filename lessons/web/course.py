"""The course that this server shows: read once, and anew on each look while one writes it (DEBUG)."""

from functools import lru_cache

from django.conf import settings
from django.http import Http404

from lessons.content import Course, Lesson, LoadedCourse, load_course
from simulator.scenarios import library


@lru_cache(maxsize=1)
def _once() -> LoadedCourse:
    return load_course(library())


def loaded() -> LoadedCourse:
    """The course and its diagnostics."""
    return load_course(library()) if settings.DEBUG else _once()


def course() -> Course:
    """The course."""
    return loaded().course


def lesson_or_404(module: str, slug: str) -> Lesson:
    """The lesson at an address."""
    lesson = course().lesson(f"{module}/{slug}")
    if lesson is None:
        raise Http404("There is no lesson at this address.")
    return lesson
