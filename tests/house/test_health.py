"""Health, readiness, metrics, request ids: what machines and keepers of a server ask."""

import json
import logging

import pytest
from asgiref.testing import ApplicationCommunicator
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import DatabaseError, OperationalError
from django.test import Client

from config import health, metrics
from config.body_limit import bodies_up_to
from config.logs import Json
from people.allowances import ALLOWANCES
from simulator import diagrams
from simulator.runs import tallies
from simulator.runs.workshop import Busy, TooLarge
from tests.house.house import files, text

ELSEWHERE = {"REMOTE_ADDR": "192.0.2.9"}


def away(*arguments, **named):
    raise DatabaseError("secret-host refuses user secret")


def test_a_process_is_alive_without_its_database(client):
    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}


@pytest.mark.django_db
def test_ready_when_all_is_there(client, monkeypatch):
    monkeypatch.setattr(health, "_migrated", False)
    diagrams.warm_up()
    answer = client.get("/readyz")

    assert answer.status_code == 200
    checks = answer.json()["checks"]
    assert checks.pop("redis") in ("ok", "not used")
    assert checks == {"database": "ok", "migrations": "ok", "drawing": "ok"}


@pytest.mark.django_db
def test_not_ready_says_what_and_no_secret(client, monkeypatch, settings):
    settings.REDIS_URL = "redis://secret-host"
    monkeypatch.setattr(health, "_database", away)
    monkeypatch.setattr(health, "_migrations", lambda: "not applied")
    monkeypatch.setattr(health, "_redis", away)
    monkeypatch.setattr(health, "_redis_answered", False)
    monkeypatch.setattr(diagrams, "warm", lambda: False)
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert b"secret" not in answer.content
    assert answer.json() == {
        "status": "not ready",
        "checks": {
            "database": "does not answer",
            "migrations": "not applied",
            "redis": "does not answer",
            "drawing": "not warm yet",
        },
    }


@pytest.mark.django_db
def test_redis_that_goes_away_later_sends_nobody_home(client, monkeypatch, settings):
    diagrams.warm_up()
    settings.REDIS_URL = "redis://somewhere"
    assert client.get("/readyz").json()["checks"]["redis"] == "ok"
    monkeypatch.setattr(health, "_redis", away)
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["checks"]["redis"]) == (200, "away")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/metrics", "/status/"])
def test_metrics_are_for_keepers(path, settings):
    def asks(client=None, **named):
        return (client or Client()).get(path, **named).status_code

    staff = Client(**ELSEWHERE)
    staff.force_login(get_user_model().objects.create_user("keeper", is_staff=True))
    somebody = Client(**ELSEWHERE)
    somebody.force_login(get_user_model().objects.create_user("somebody"))

    assert asks(staff) == 200
    assert asks(somebody) == asks(**ELSEWHERE) == 404
    assert asks() == 200
    settings.PRODUCTION = True
    assert asks() == 404, "in production this may be a proxy"
    assert asks(headers={"Authorization": "Bearer "}) == 404
    settings.METRICS_TOKEN = "a-long-word"
    assert asks(headers={"Authorization": "Bearer a-long-word"}, **ELSEWHERE) == 200
    assert asks(headers={"Authorization": "Bearer é"}, **ELSEWHERE) == 404


@pytest.mark.django_db
def test_metrics_count(client):
    tallies.count("rebuilds", 3)
    tallies.lag(0.02)
    lines = client.get("/metrics").content.decode().splitlines()
    found = {line.split("{")[0]: float(line.rsplit(" ", 1)[1]) for line in lines if not line.startswith("#")}

    assert found["signalbox_rebuilds_total"] >= 3
    assert found["signalbox_frame_lag_seconds_count"] >= 1
    assert found["signalbox_frame_lag_seconds_sum"] >= 0.02
    assert {f"signalbox_refused_{what}_total" for what in ALLOWANCES} <= set(found)
    for metric in metrics.METRICS:
        assert f"# TYPE signalbox_{metric.name} {metric.kind}" in lines
        assert any(line.startswith(f"signalbox_{metric.name}") for line in lines)


def test_every_tally_has_its_metric():
    counted = {metric.name.removesuffix("_total") for metric in metrics.METRICS}

    assert set(tallies.counted()) <= counted


def test_every_metric_is_counted_somewhere():
    runs = "".join(text(path) for path in files(".py", rooms=("simulator",)))
    undone = {"workshop_toolong", "workshop_toolarge", "workshop_lost"}  # named after their class
    counters = {m.name.removesuffix("_total") for m in metrics.METRICS if m.kind == "counter"}
    silent = {
        name
        for name in counters - undone
        if not name.startswith("refused_") and f'count("{name}"' not in runs
    }

    assert silent == set()


def test_metrics_tell_of_all_processes(monkeypatch):
    cache.clear()
    for name in ("one", "other"):
        monkeypatch.setattr(metrics, "this_process", lambda name=name: name)
        metrics.publish()

    assert set(metrics.of_all()) == {"one", "other"}
    monkeypatch.setattr(metrics, "cache", None)
    assert set(metrics.of_all()) == {"other"}
    cache.clear()


def test_every_answer_has_an_id_and_log_lines_say_it(client, monkeypatch, caplog):
    from config.requests import InRequest

    records = []
    monkeypatch.setattr(health, "_findings", lambda: records.append(said("asked")) or [])

    def said(message: str) -> dict:
        record = logging.makeLogRecord({"msg": message, "name": "x"})
        InRequest().filter(record)
        return json.loads(Json().format(record))

    given = client.get("/readyz", headers={"X-Request-ID": "from-the-proxy-1"})
    made = client.get("/readyz", headers={"X-Request-ID": "bad id\x1b[31m"})

    assert given["X-Request-ID"] == "from-the-proxy-1"
    assert records[0]["request_id"] == "from-the-proxy-1"
    assert made["X-Request-ID"] == records[1]["request_id"] != "bad id\x1b[31m"
    assert "request_id" not in said("outside")


@pytest.mark.django_db
def test_a_runs_log_lines_say_which_run(client, monkeypatch):
    from config.requests import InRequest
    from simulator.web import run_views

    seen = []

    def looked(*arguments):
        record = logging.makeLogRecord({"msg": "x"})
        InRequest().filter(record)
        seen.append(record.run)
        return "{}"

    monkeypatch.setattr(run_views, "poll", looked)
    client.get("/runs/abcdefghijklmnopqrstuv/frames/")

    assert seen == ["abcdefgh"]


@pytest.mark.django_db
def test_djangos_own_lines_say_which_request_too(client, caplog):
    from config.requests import InRequest

    answer = client.get("/runs/abcdefghijklmnopqrstuv/", headers={"X-Request-ID": "from-the-proxy-2"})
    [record] = [record for record in caplog.records if record.name == "django.request"]
    InRequest().filter(record)

    assert answer.status_code == 404
    assert (record.request_id, record.run) == ("from-the-proxy-2", "abcdefgh")


def test_json_lines_are_whole():
    try:
        raise ValueError("two\nlines")
    except ValueError as error:
        record = logging.makeLogRecord({"msg": "it %s", "args": ("broke",), "levelname": "ERROR", "run": "7"})
        record.exc_info = (type(error), error, error.__traceback__)
    line = Json().format(record)

    assert "\n" not in line
    told = json.loads(line)
    assert (told["message"], told["level"], told["run"]) == ("it broke", "error", "7")
    assert "ValueError: two\nlines" in told["traceback"]


@pytest.mark.django_db
@pytest.mark.parametrize(("trouble", "status", "retry"), [(Busy, 503, "10"), (TooLarge, 422, None)])
def test_work_that_was_not_done_is_a_sentence(client, monkeypatch, trouble, status, retry):
    from simulator.web import gallery

    def fails(*arguments):
        raise trouble

    monkeypatch.setattr(gallery, "drawings_of", fails)
    page = client.get("/scenarios/payment-queue/")
    script = client.get("/scenarios/payment-queue/", headers={"Accept": "application/json"})

    assert page.status_code == script.status_code == status
    assert page.headers.get("Retry-After") == retry
    assert trouble.says in page.content.decode()
    assert script.json() == {"error": trouble.says}


@pytest.mark.django_db
def test_without_a_database_there_is_a_sentence(client, monkeypatch):
    from simulator.web import gallery

    def fails(*arguments):
        raise OperationalError("connection to secret-host refused")

    monkeypatch.setattr(gallery, "drawings_of", fails)
    answer = client.get("/scenarios/payment-queue/", headers={"Accept": "application/json"})

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "does not answer at this moment" in answer.json()["error"]
    assert b"secret" not in answer.content


async def echo(scope, receive, send):
    """Reads all of the body, then answers with its length."""
    read, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return  # as Django does, which lets go of what it has read
        read += len(message["body"])
        more = message["more_body"]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(read).encode()})


async def posted(parts: list[bytes], headers=()) -> int:
    app = ApplicationCommunicator(bodies_up_to(100, echo), {"type": "http", "headers": list(headers)})
    for number, part in enumerate(parts, 1):
        await app.send_input({"type": "http.request", "body": part, "more_body": number < len(parts)})
    status = (await app.receive_output(5))["status"]
    await app.wait(5)
    return status


@pytest.mark.asyncio
async def test_bodies_are_bounded_announced_or_not():
    assert await posted([b"x" * 50, b"x" * 50]) == 200
    assert await posted([b"x" * 50, b"x" * 51]) == 413
    assert await posted([b""], [(b"content-length", b"101")]) == 413
    assert await posted([b""], [(b"content-length", b"99999999999999999999999")]) == 413
    assert await posted([b"x"], [(b"content-length", b"-7")]) == 200


@pytest.mark.asyncio
async def test_a_server_makes_its_rounds_from_the_start_and_stops_them(monkeypatch):
    from config import lifespan as server
    from simulator.runs import hub

    monkeypatch.setattr(server, "warm_up", lambda: None)
    app = ApplicationCommunicator(server.lifespan, {"type": "lifespan"})
    await app.send_input({"type": "lifespan.startup"})
    assert (await app.receive_output(5))["type"] == "lifespan.startup.complete"
    assert hub()._running

    await app.send_input({"type": "lifespan.shutdown"})
    assert (await app.receive_output(5))["type"] == "lifespan.shutdown.complete"
    assert not hub()._running
