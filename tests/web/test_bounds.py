"""What the web room bounds: runs, commands, frames by polling, details, sockets; each refusal is a sentence."""

import pytest
from django.core.cache import cache
from django.test import Client

from people import allowances
from people.allowances import ALLOWANCES, Allowance, Bucket
from simulator.runs import hub
from simulator.web import seats
from simulator.web.sockets import TOO_MANY
from tests.web.cast import PAYMENT, SCENARIO, give, new_run
from tests.web.sockets import Socket

SLOW = 1 / 3600


@pytest.fixture(autouse=True)
def tight(monkeypatch):
    """Three of everything for a learner, then none for an hour."""
    cache.clear()
    seats._taken.clear()
    table = {
        what: Allowance(Bucket(3, SLOW), Bucket(1000, 1000), allowance.says)
        for what, allowance in ALLOWANCES.items()
    }
    monkeypatch.setattr(allowances, "ALLOWANCES", table)
    yield
    cache.clear()


@pytest.fixture
def learner(db):
    client = Client()
    client.url = new_run(client)
    return client


JSON = {"Accept": "application/json"}


def start(client):
    return client.post("/runs/", {"scenario": SCENARIO}, headers=JSON)


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (start, "very many runs"),
        (lambda c: c.post(f"{c.url}fork/", {"at_us": "0"}, headers=JSON), "very many runs"),
        (lambda c: give(c, c.url, "send", PAYMENT, "one-key"), "too many commands"),
        (lambda c: c.get(f"{c.url}frames/", headers=JSON), "asks for frames too often"),
        (lambda c: c.get(f"{c.url}transcript/", headers=JSON), "asks for details too often"),
        (lambda c: c.get(f"{c.url}why/?message=A", headers=JSON), "asks for details too often"),
        (lambda c: c.get(f"{c.url}inspect/?node=sales", headers=JSON), "asks for details too often"),
    ],
)
def test_beyond_the_allowance_there_is_a_sentence(learner, ask, says):
    answers = [ask(learner) for _ in range(4)]
    last = answers[-1]

    assert [answer.status_code for answer in answers[:2]] == [answers[0].status_code] * 2
    assert answers[0].status_code < 300
    assert last.status_code == 429
    assert says in last.json()["error"]
    assert 1 < int(last["Retry-After"]) <= 3600


def test_people_get_a_page(learner):
    for _ in range(3):
        answer = learner.post("/runs/", {"scenario": SCENARIO})

    assert answer.status_code == 429
    assert "You have started very many runs" in answer.content.decode()
    assert "<h1>" in answer.content.decode()


def test_one_learners_flood_is_not_anothers(learner):
    for n in range(10):
        give(learner, learner.url, "send", PAYMENT, f"k{n}")

    other = Client()
    assert give(other, new_run(other), "send", PAYMENT).status_code == 204


def test_taking_up_the_heros_run_again_costs_nothing(db):
    client = Client()
    for _ in range(6):
        answer = client.post("/runs/", {"scenario": SCENARIO, "purpose": "hero"}, headers=JSON)

    assert answer.status_code == 200


@pytest.mark.asyncio
@pytest.mark.usefixtures("transactional_db")
async def test_sockets_of_one_run_are_bounded(settings):
    settings.SOCKETS_PER_RUN = 2
    url = await _run()
    sockets = [Socket(f"/ws{url}") for _ in range(3)]
    for socket in sockets:
        assert await socket.opened()

    assert '"keyframe"' in await sockets[0].frame()
    assert '"keyframe"' in await sockets[1].frame()
    assert (await sockets[2].receive_output(5))["code"] == TOO_MANY
    for socket in sockets:
        await socket.leave()
    assert seats.open_sockets() == 0

    again = Socket(f"/ws{url}")
    await again.opened()
    assert '"keyframe"' in await again.frame()
    await again.leave()
    await hub().stop()


@pytest.mark.asyncio
@pytest.mark.usefixtures("transactional_db")
async def test_connecting_too_often_is_refused(monkeypatch):
    few = Allowance(Bucket(1, SLOW), Bucket(1, SLOW), "Too often.")
    monkeypatch.setattr(allowances, "ALLOWANCES", {**ALLOWANCES, "sockets": few})
    url = await _run()
    first, second = Socket(f"/ws{url}"), Socket(f"/ws{url}")
    await first.opened()
    await second.opened()

    assert (await second.receive_output(5))["code"] == TOO_MANY
    await first.leave()
    await second.leave()
    assert seats.open_sockets() == 0
    await hub().stop()


async def _run() -> str:
    from asgiref.sync import sync_to_async

    return await sync_to_async(new_run)(Client())


def test_a_seat_counts_for_learner_address_and_run(settings):
    settings.SOCKETS_PER_LEARNER, settings.SOCKETS_PER_ADDRESS, settings.SOCKETS_PER_RUN = 1, 2, 5
    first = seats.take_seat("learner:a", "address:x", "r1")
    assert seats.take_seat("learner:a", "address:x", "r2") is None
    second = seats.take_seat(None, "address:x", "r2")
    assert seats.take_seat("learner:b", "address:x", "r3") is None

    seats.leave_seat(first)
    third = seats.take_seat("learner:b", "address:x", "r3")
    assert third is not None
    seats.leave_seat(second)
    seats.leave_seat(third)
    assert seats.open_sockets() == 0
