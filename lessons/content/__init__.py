"""The course as files, and its loader. Pure: no Django, no clock.

To add a lesson, add a folder (see `loader`); `manage.py check_lessons` says what is wrong with it.
"""

from .lesson import Block, Course, Lesson, LessonHead, Module, ModuleHead, Prose, Term
from .loader import FOLDER, LoadedCourse, load_course

__all__ = [
    "FOLDER",
    "Block",
    "Course",
    "Lesson",
    "LessonHead",
    "LoadedCourse",
    "Module",
    "ModuleHead",
    "Prose",
    "Term",
    "load_course",
]
