"""The project's files, as the house tests see them."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = (
    "config",
    "people",
    "simulator",
    "lessons",
    "templates",
    "static",
    "tests",
    "benchmarks",
    "docs",
    ".ci",
)
AT_THE_DOOR = ("manage.py", "Makefile", "README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml")


def files(*suffixes: str, rooms: tuple[str, ...] = ROOMS) -> list[Path]:
    """Every file of the project with one of `suffixes` (all without any), in a fixed order."""
    found = [path for room in rooms for path in sorted((ROOT / room).rglob("*")) if path.is_file()]
    if rooms == ROOMS:
        found += [ROOT / name for name in AT_THE_DOOR]
    return [p for p in found if "__pycache__" not in p.parts and (not suffixes or p.suffix in suffixes)]


@cache
def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines(*suffixes: str, rooms: tuple[str, ...] = ROOMS) -> Iterator[tuple[str, str]]:
    """Each line of these files as ("place:number", line)."""
    for path in files(*suffixes, rooms=rooms):
        for number, line in enumerate(text(path).splitlines(), 1):
            yield f"{short(path)}:{number}", line
