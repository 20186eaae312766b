"""Paper that lies fails the build."""

import re
import tomllib
from pkgutil import iter_modules

import simulator.services
from tests.house.house import ROOT, files, short, text

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def test_the_changelogs_newest_version_is_the_projects():
    version = tomllib.loads(text(ROOT / "pyproject.toml"))["project"]["version"]
    newest = re.search(r"^## \[(\d+\.\d+\.\d+)\]", text(ROOT / "CHANGELOG.md"), re.M)

    assert newest is not None
    assert newest[1] == version


def test_the_readme_shows_how_to_start_and_how_to_test():
    readme = text(ROOT / "README.md")

    for command in (
        "make serve",
        "make test",
        "pip install -r requirements.txt",
        "python manage.py migrate",
        "python manage.py runserver",
    ):
        assert f"\n{command}\n" in readme


def test_every_verb_that_the_readme_names_is_there():
    verbs = set(re.findall(r"^([a-z-]+):.*## ", text(ROOT / "Makefile"), re.M))

    assert {*re.findall(r"`make ([a-z-]+)", text(ROOT / "README.md"))} <= verbs


def test_links_between_pages_lead_somewhere():
    papers = [ROOT / "README.md", ROOT / "CHANGELOG.md", *files(".md", rooms=("docs",))]
    dead = [
        f"{short(paper)} -> {target}"
        for paper in papers
        for target in LINK.findall(text(paper))
        if "://" not in target and not (paper.parent / target).exists()
    ]

    assert dead == []


def test_every_decision_has_its_own_number():
    numbers = [path.name[:4] for path in files(".md", rooms=("docs/decisions",))]

    assert all(number.isdigit() for number in numbers)
    assert len(numbers) == len(set(numbers))


def test_every_service_says_what_it_models():
    services = sorted(module.name for module in iter_modules(simulator.services.__path__))
    silent = [kind for kind in services if not (ROOT / "docs" / "models" / f"{kind}.md").exists()]

    assert silent == []


def test_every_variable_that_settings_read_is_in_the_table():
    read = set(re.findall(r'env\.\w+\("([A-Z_]+)"', text(ROOT / "config" / "settings.py")))
    table = text(ROOT / "docs" / "operations.md")

    assert {name for name in read if f"`{name}`" not in table} == set()


def test_requirements_are_pinned_with_hashes_from_what_is_asked_for():
    for asked, locked in (
        ("requirements.in", "requirements.txt"),
        ("requirements-dev.in", "requirements-dev.txt"),
    ):
        names = re.findall(r"^([A-Za-z][A-Za-z0-9_-]*)", text(ROOT / asked), re.M)
        pins = {name.lower().replace("_", "-"): rest for name, rest in PIN.findall(text(ROOT / locked))}
        assert [name for name in names if name.lower().replace("_", "-") not in pins] == []
        assert [name for name, rest in pins.items() if "--hash=sha256:" not in rest] == []


PIN = re.compile(r"^([A-Za-z0-9_-]+)(?:\[[^]]*\])?==(.*(?:\n    .*)*)", re.M)
