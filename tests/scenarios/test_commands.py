"""The commands: check_scenarios and scenario_schema."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from simulator.scenarios.schema import scenario_schema
from tests.scenarios.documents import SMALL


def check(*arguments: str) -> tuple[str, str]:
    """What check_scenarios prints, and with what it ends."""
    out = io.StringIO()
    try:
        call_command("check_scenarios", *arguments, stdout=out)
    except CommandError as error:
        return out.getvalue(), str(error)
    return out.getvalue(), ""


def test_the_library_is_checked_when_nothing_is_named() -> None:
    out, error = check()

    assert error == ""
    assert out.endswith(" 0 errors, 0 warnings\n")


def test_errors_are_shown_with_their_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text(SMALL.replace("calls: api", "calls: apo"), encoding="utf-8")
    Path("bytes.yaml").write_bytes(b"title: \xff\n")

    out, error = check("mine.yaml", "bytes.yaml")

    assert "mine.yaml:7:12: error: There is no service 'apo'.\n    7 |     calls: apo\n" in out
    assert "bytes.yaml:1:8: error: The character U+DCFF is not allowed in YAML." in out
    assert error == "2 scenarios, 2 errors, 0 warnings"


def test_what_a_scenario_expects_can_be_run(tmp_path: Path) -> None:
    more = "expect: ['at 9s, parcels.rows == 1']\n"
    path = tmp_path / "mine.yaml"
    path.write_text(SMALL + more, encoding="utf-8")

    assert check(str(path)) == ("1 scenario, 0 errors, 0 warnings\n", "")
    out, error = check("--run", str(path))
    assert "expectation expect-1 (seed 1): at 9s, parcels.rows == 1: parcels.rows is 0 (at 9s)" in out
    assert error == "1 scenario, 1 error, 0 warnings"


def test_one_id_names_one_scenario(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(SMALL, encoding="utf-8")

    out, error = check(str(tmp_path / "a.yaml"), str(tmp_path / "b.yaml"))

    assert "has the id 'small' already" in out
    assert error == "2 scenarios, 1 error, 0 warnings"


def test_a_file_that_is_not_there_is_said_plainly() -> None:
    assert "cannot be read" in check("nowhere.yaml")[1]


def test_the_published_schema_is_current() -> None:
    call_command("scenario_schema", "--check")


def test_the_schema_offers_each_kind_of_service_with_its_fields() -> None:
    schema = scenario_schema()

    kinds = schema["properties"]["services"]["additionalProperties"]["oneOf"]
    queue = schema["$defs"]["service_sqs"]
    assert {"$ref": "#/$defs/service_sqs"} in kinds
    assert queue["properties"]["kind"]["const"] == "sqs"
    assert "visibility_timeout" in queue["properties"]
    assert queue["required"] == ["kind"]
    assert queue["additionalProperties"] is False
    used = json.dumps(schema)
    assert all(f'"#/$defs/{name}"' in used for name in schema["$defs"])
