"""What is written for containers and operators agrees with the code; no engine is needed to see that."""

import re

import yaml

from config.server import OPTIONS
from people.allowances import ALLOWANCES, Bucket
from tests.house.house import ROOT, text

DOCKERFILE = ROOT / "Dockerfile"
OPERATIONS = ROOT / "docs" / "operations.md"
UVICORNS_OWN = {"FORWARDED_ALLOW_IPS"}


def compose() -> dict:
    return yaml.safe_load(text(ROOT / "compose.yaml"))


def test_the_image_serves_with_the_options_of_every_other_command():
    for paper in (DOCKERFILE, OPERATIONS):
        words = re.sub(r"[\"\\,\s]+", " ", text(paper))
        assert (
            f"--ws {OPTIONS['ws']} --ws-per-message-deflate false --ws-max-size {OPTIONS['ws_max_size']}"
            in words
        )
        assert f"--timeout-graceful-shutdown {OPTIONS['timeout_graceful_shutdown']}" in words
        assert "--no-access-log" in words


def test_the_image_holds_every_room_that_serves():
    copied = set(re.findall(r"^COPY (\w+) \1$", text(DOCKERFILE), re.M))
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"benchmarks", "tests"}

    assert copied == rooms | {"templates", "static"}
    assert {f"!{room}" for room in copied} <= set(text(ROOT / ".dockerignore").splitlines())


def test_compose_sets_only_variables_that_are_read():
    settings = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', text(ROOT / "config" / "settings.py")))

    for name in ("web", "migrate"):
        assert set(compose()["services"][name]["environment"]) <= settings | UVICORNS_OWN


def test_compose_starts_two_workers_on_postgresql_and_redis_and_keeps_no_secret():
    web = compose()["services"]["web"]["environment"]

    assert web["WEB_CONCURRENCY"] == "2"
    assert web["DATABASE_URL"].startswith("postgres://")
    assert web["REDIS_URL"].startswith("redis://")
    for secret in (web["SECRET_KEY"], re.search(r"\$\{DATABASE_PASSWORD[^}]*\}", web["DATABASE_URL"])[0]):
        assert ":?" in secret, "given, or refused"


def written(bucket: Bucket) -> str:
    per_hour = bucket.per_s < 1.9 or round(bucket.per_s * 3600) in (6000,)
    number, unit = (bucket.per_s * 3600, "an hour") if per_hour else (bucket.per_s, "a second")
    return f"{bucket.at_once:g}, {number:g} {unit}"


def test_the_table_of_allowances_says_what_the_code_does():
    rows = {
        found[1]: (found[2], found[3])
        for found in re.finditer(
            r"^\| `(\w+)` [^|]*\| (\d+, [^|]*?) \| (\d+, [^|]*?) \|$", text(OPERATIONS), re.M
        )
    }

    assert rows == {
        what: (written(allowed.learner), written(allowed.address)) for what, allowed in ALLOWANCES.items()
    }


def test_the_defaults_in_the_table_are_those_of_settings():
    defaults = dict(
        re.findall(r'env\.(?:int|float)\("([A-Z_]+)", default=([\d._]+)', text(ROOT / "config/settings.py"))
    )
    table = dict(re.findall(r"^\| `([A-Z_]+)` \|.*\| ([\d.]+) \|$", text(OPERATIONS), re.M))

    assert len(table) > 15
    assert {name: float(value) for name, value in table.items()} == {
        name: float(defaults[name].replace("_", "")) for name in table
    }
