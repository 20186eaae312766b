"""What stands beside the diagram: why, inspector, transcript, source; and the gallery."""

import pytest

from tests.web.cast import PAYMENT, give, new_run

pytestmark = pytest.mark.django_db
CRASH = {"node": "sales", "fault": "crash", "on": True}


@pytest.fixture
def url(client):
    """A run in which sales received a payment and crashed."""
    url = new_run(client, seed="1")
    give(client, url, "clock", {"rate": 0}, "stop")
    give(client, url, "fault", CRASH, "crash")
    give(client, url, "send", PAYMENT, "send")
    give(client, url, "warp", {"to_us": 10_000_000}, "warp")
    return url


def text(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_why_tells_the_cause(client, url):
    html = text(client, f"{url}why/?message=A.1&node=sales-queue")

    assert "A.1 is hidden until" in html
    assert "has not deleted it" in html
    assert "What led to it" in html


def test_why_of_an_earlier_moment(client, url):
    assert "Nothing has happened to A yet" in text(client, f"{url}why/?message=A&at_us=1")


def test_the_inspector_of_a_message(client, url):
    html = text(client, f"{url}inspect/?message=A.1")

    assert "in flight" in html
    assert 'data-choose-node="sales-queue"' in html
    assert "received 1 time" in html
    assert "json-key" in html


def test_the_inspector_of_a_queue(client, url):
    give(
        client, url, "configure", {"node": "sales-queue", "setting": "visibility_timeout", "value": "5s"}, "c"
    )
    html = text(client, f"{url}inspect/?node=sales-queue")

    assert 'data-choose-message="A.1"' in html
    assert "5s" in html
    assert "the scenario says" in html
    assert "In flight" in html


def test_the_inspector_of_a_troubled_function(client, url):
    assert "Fault:" in text(client, f"{url}inspect/?node=sales")


def test_an_unknown_message_has_no_story(client, url):
    assert "Nothing has happened to it yet" in text(client, f"{url}inspect/?message=%3Cb%3E")
    assert "<b>" not in text(client, f"{url}inspect/?message=%3Cb%3E")


def test_the_transcript_as_text(client, url):
    answer = client.get(f"{url}transcript/")

    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    lines = answer.content.decode().splitlines()
    assert lines[0] == "A payment through a queue"
    assert any(line.endswith("Web page sent A to Payments API: POST /payments.") for line in lines)


def test_the_transcript_as_a_fragment(client, url):
    answer = client.get(f"{url}transcript/", headers={"HX-Request": "true"})

    assert "<li class=" in answer.content.decode()


def test_the_source_is_listed_and_checked(client, url):
    html = text(client, f"{url}source/")

    assert "No errors" in html or "diagnostic" in html
    assert "json-key" in html
    assert "sales-queue" in html


def test_the_lab(client, url):
    html = text(client, url)

    assert html.count("<svg") > 2
    assert 'id="run-model"' in html


def test_the_gallery(client):
    html = text(client, "/scenarios/")

    assert "/scenarios/payment-queue/" in html
    assert "style=" not in html


def test_a_scenario(client):
    html = text(client, "/scenarios/payment-queue/")

    assert "Open the lab" in html
    assert 'name="scenario" value="payment-queue"' in html


def test_a_scenario_that_is_not(client):
    assert client.get("/scenarios/no-such/").status_code == 404
