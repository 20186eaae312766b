"""The verbs, and what they say on a machine that lacks something."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.house.house import ROOT, text


def make(*arguments: str, folder: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name not in ("CONFORMANCE", "MAKEFLAGS")}
    return subprocess.run(
        ["make", *arguments],
        cwd=folder,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def python(folder: Path, program: str) -> str:
    """A program that answers as a Python would on some machine."""
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{program}\n")
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def clone(tmp_path) -> Path:
    """A fresh clone, as far as the first steps of `make serve` look at it."""
    for name in ("Makefile", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def test_make_alone_lists_every_verb():
    makefile = text(ROOT / "Makefile")
    said = make().stdout

    for verb in re.findall(r"^\.PHONY: ([a-z-]+)", makefile, re.M):
        assert re.search(rf"^  make {verb} +\S", said, re.M), f"{verb} says nothing about itself"


def test_conformance_says_when_it_is_not_run():
    assert "conformance: not run (CONFORMANCE is not set)" in make("conformance").stdout.splitlines()


def test_conformance_says_when_there_is_nothing_to_run(tmp_path):
    answer = make("conformance", f"CONFORMANCE={tmp_path}")

    assert answer.returncode != 0
    assert f"conformance: no program {tmp_path}/check" in answer.stderr


def test_an_old_python_is_told_apart(clone):
    answer = make("serve", f"PYTHON={python(clone, 'exit 1')}", folder=clone)

    assert answer.returncode != 0
    assert "Signalbox needs Python 3.11 or newer" in answer.stderr


def test_no_python_at_all(clone):
    answer = make("serve", "PYTHON=", folder=clone)

    assert answer.returncode != 0
    assert "Signalbox needs Python 3.11 or newer, and none was found." in answer.stderr


def test_debians_python_without_ensurepip_is_told_what_to_install(clone):
    lacking = python(clone, 'case "$2" in *ensurepip*) exit 1;; esac')
    answer = make("serve", f"PYTHON={lacking}", folder=clone)

    assert answer.returncode != 0
    assert "Install it with: sudo apt install python3-venv" in answer.stderr
    assert not (clone / ".venv").exists()


def test_serve_chooses_development_and_does_not_install_what_only_tests_need(clone):
    steps = make("--dry-run", "serve", folder=clone).stdout

    assert "requirements-dev.txt" not in steps
    assert "--require-hashes -r requirements.txt" in steps
    assert "SIGNALBOX_ENV=development .venv/bin/python manage.py serve" in steps
