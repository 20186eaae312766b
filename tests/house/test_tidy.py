"""Rules that a reader relies on: small files, small functions, nothing left lying about."""

import ast
import re
from pathlib import Path

from tests.house.house import ROOT, files, lines, short, text

LINES_A_FILE = 500
LINES_A_FUNCTION = 70
WRITTEN = (".py", ".js", ".css", ".html", ".md", ".yaml", ".toml", "")
UNFINISHED = re.compile(r"\b(T[O]DO|F[I]XME|X[X]X)\b")  # so written, they are not found here
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}


def test_files_are_short():
    code = files(".py", ".js", ".css", ".html")
    long = {short(p): n for p in code if (n := len(text(p).splitlines())) > LINES_A_FILE}

    assert long == {}


def test_functions_are_short():
    long = {}
    for path in files(".py"):
        for node in ast.walk(ast.parse(text(path))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LINES_A_FUNCTION:
                    long[f"{short(path)}:{node.lineno} {node.name}"] = length

    assert long == {}


def test_nothing_is_left_for_later():
    assert [place for place, line in lines(*WRITTEN) if UNFINISHED.search(line)] == []


def test_no_module_is_called_after_nothing():
    named = [short(p) for p in files(".py", ".js") if EMPTY_NAMES & {p.stem, *p.relative_to(ROOT).parts[:-1]}]

    assert named == []


def test_migrations_say_what_they_do():
    automatic = [short(p) for p in files(".py") if p.parent.name == "migrations" and "_auto_" in p.name]

    assert automatic == []


def test_no_file_names_a_folder_of_the_machine_it_was_written_on():
    folders = {folder for folder in (ROOT.parent, Path.home()) if len(folder.parts) > 1}
    pattern = re.compile(r"(?<![\w.~}])(" + "|".join(re.escape(str(f)) for f in sorted(folders)) + r")(/|\b)")
    if not folders:
        pattern = re.compile(r"(?!)")

    assert [place for place, line in lines(*WRITTEN) if pattern.search(line)] == []


def test_packages_are_complete():
    """A folder with Python in it and no __init__.py is imported by accident only."""
    rooms = ("config", "people", "simulator", "lessons", "benchmarks")
    bare = {short(p.parent) for p in files(".py", rooms=rooms) if not (p.parent / "__init__.py").exists()}

    assert bare == set()
