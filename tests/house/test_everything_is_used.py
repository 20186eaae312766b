"""No template and no static file lies about that nothing names."""

import re
from pathlib import Path

from tests.house.house import ROOT, files, short, text

NAMED_BY_DJANGO = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html"}
NAMING = (".py", ".html", ".js", ".css", ".md", ".yaml")
ROOMS = ("config", "people", "simulator", "lessons", "templates", "static")


def named(name: str, *, besides: Path) -> bool:
    """Whether any file of the app says `name`, as a whole path or as its last part."""
    pattern = re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w-])")
    return any(pattern.search(text(path)) for path in files(*NAMING, rooms=ROOMS) if path != besides)


def folder_is_filled_in(folder: str) -> bool:
    """Whether templates are chosen from `folder` by a name put in at run time ("services/" + kind)."""
    pattern = re.compile(rf"""{re.escape(folder)}/(\{{|["'])""")
    return any(pattern.search(text(path)) for path in files(".py", ".html", rooms=ROOMS))


def test_every_template_is_used():
    unused = []
    for path in files(".html", rooms=("templates",)):
        name = path.relative_to(ROOT / "templates").as_posix()
        folder = name.rpartition("/")[0]
        if name in NAMED_BY_DJANGO or named(name, besides=path):
            continue
        if not (folder and folder_is_filled_in(folder)):
            unused.append(short(path))

    assert unused == []


def test_every_static_file_is_used():
    """A module is named by who imports it ("./clock.js"), everything else by its path under static/."""
    unused = []
    for path in files(rooms=("static",)):
        name = path.relative_to(ROOT / "static").as_posix()
        if not named(name, besides=path) and not named(path.name, besides=path):
            unused.append(short(path))

    assert unused == []
