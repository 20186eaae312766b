"""Malformed posts: each gets a sentence as JSON, never a 500."""

import json

import pytest
from django.test import Client

from tests.web.cast import PAYMENT, give, new_run

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def url(client):
    return new_run(client)


def test_a_form_leads_to_the_lab(client):
    answer = client.post("/runs/", {"scenario": "payment-queue"})

    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/runs/")


def test_a_script_gets_the_run_and_its_model(client):
    told = client.post("/runs/", {"scenario": "payment-queue", "seed": "7"}, headers=JSON).json()

    assert told["url"] == f"/runs/{told['run']}/"
    assert told["model"]["scenario"] == "payment-queue"
    assert told["drive"] is True


def test_a_hero_is_taken_up_again(client):
    first, second = (new_run(client, purpose="hero") for _ in range(2))

    assert first == second
    assert new_run(Client(), purpose="hero") != first


@pytest.mark.parametrize(
    ("fields", "status", "says"),
    [
        ({}, 404, "no scenario"),
        ({"scenario": "no-such"}, 404, "no-such"),
        ({"scenario": "payment-queue", "purpose": "world"}, 400, "purpose"),
        ({"scenario": "payment-queue", "seed": "x" * 41}, 400, "seed"),
        ({"scenario": "payment-queue", "seed": "a\u202eb"}, 400, "seed"),
    ],
)
def test_runs_that_can_not_be_made(client, fields, status, says):
    answer = client.post("/runs/", fields, headers=JSON)

    assert answer.status_code == status
    assert says in answer.json()["error"]


FORM = "application/x-www-form-urlencoded"
MALFORMED = [
    (FORM, "", "kind"),
    (FORM, 'kind=clock&body={"rate": 1}', "client_key"),
    (FORM, "kind=send&body=&client_key=a", "JSON"),
    (FORM, "kind=send&body={&client_key=a", "JSON"),
    (FORM, "kind=send&body=[]&client_key=a", "JSON object"),
    (FORM, "kind=send&body=NaN&client_key=a", "JSON"),
    (FORM, 'kind=clock&body={"rate": NaN}&client_key=a', "JSON"),
    (FORM, 'kind=clock&body={"rate": 1e999}&client_key=a', "JSON"),
    (FORM, "kind=send&client_key=a&body=" + "[" * 5000, "JSON"),
    (FORM, 'kind=send&body={"node": "\\ud800"}&client_key=a', "JSON"),
    (FORM, 'kind=send&body={"node": "\\u0000"}&client_key=a', "zero characters"),
    (FORM, "kind=%00&body={}&client_key=a", "kind"),
    (FORM, 'kind=clock&body={"rate": 1}&client_key=%00', "client_key"),
    (FORM, "kind=clock&body={}&client_key=a&fork=1&playhead_us=-4", "at_us"),
    (FORM, "kind=clock&body={}&client_key=a&fork=1&playhead_us=4.5", "at_us"),
    (FORM, "kind=send&body={}&client_key=a&x=" + "y" * 20_000, "16 KB"),
    (FORM, "&".join(f"f{n}=1" for n in range(2000)), "could not be read"),
    ("application/json", "{", "JSON"),
    ("application/json", "[]", "JSON object"),
    ("application/json", '{"kind": 5, "body": {}, "client_key": "a"}', "kind is a text"),
    ("application/json", '{"kind": "send", "body": 5, "client_key": "a"}', "JSON object"),
    ("application/json", '{"kind": "send", "body": {}, "client_key": ["a"]}', "client_key"),
    ("application/json", b"\xff\xfe", "JSON"),
    ("text/plain", "hello", "kind"),
    ("multipart/form-data; boundary=x", "nonsense", "kind"),
    ("multipart/form-data", "nonsense", "could not be read"),
]


@pytest.mark.parametrize(("content_type", "body", "says"), MALFORMED, ids=range(len(MALFORMED)))
def test_malformed_commands(client, url, content_type, body, says):
    answer = client.post(f"{url}commands/", body, content_type=content_type, headers=JSON)

    assert answer.status_code == 400, answer.content[:300]
    assert says in answer.json()["error"]


def test_a_command_as_json(client, url):
    body = json.dumps({"kind": "send", "body": PAYMENT, "client_key": "a"})

    assert client.post(f"{url}commands/", body, content_type="application/json").status_code == 204


def test_a_repeated_post_is_one_command(client, url):
    give(client, url, "clock", {"rate": 0}, "stop")
    for _ in range(3):
        assert give(client, url, "send", PAYMENT, "once").status_code == 204

    frame = client.get(f"{url}frames/").json()
    assert frame["commands"] == 3


@pytest.mark.parametrize("at_us", ["", "-1", "1.5", "x", "9" * 40, "٣"])
def test_forks_that_can_not_be(client, url, at_us):
    answer = client.post(f"{url}fork/", {"at_us": at_us}, headers=JSON)

    assert answer.status_code == 400
    assert "at_us" in answer.json()["error"]


def test_a_fork_of_what_has_not_happened(client, url):
    answer = client.post(f"{url}fork/", {"at_us": str(10**10)}, headers=JSON)

    assert answer.status_code == 400
    assert "where it has been" in answer.json()["error"]


@pytest.mark.parametrize("rate", ["fast", "-1", "nan", "1e400"])
def test_a_forks_rate(client, url, rate):
    answer = client.post(f"{url}fork/", {"at_us": "0", "rate": rate}, headers=JSON)

    assert answer.status_code == 400
    assert answer.json()["error"]


@pytest.mark.parametrize(
    "query", ["commands=x&next=y", "commands=-1", "next=99999999999999999999", "commands=9&next=9"]
)
def test_a_senseless_cursor_gets_a_keyframe(client, url, query):
    assert client.get(f"{url}frames/?{query}").json()["type"] == "keyframe"


@pytest.mark.parametrize(
    "path",
    ["why/", "inspect/", "inspect/?node=nobody", "inspect/?node=web&at_us=x", "why/?message=A&at_us=-3"],
)
def test_fragments_that_make_no_sense(client, url, path):
    answer = client.get(f"{url}{path}")

    assert answer.status_code in (400, 404)
    assert answer.json()["error"]


@pytest.mark.parametrize(
    "run_id", ["short", "x" * 60, "..%2f..%2fetc", "%00" * 22, "<script>alert(1)</script>"]
)
def test_ids_that_are_none(client, run_id):
    assert client.get(f"/runs/{run_id}/").status_code == 404
