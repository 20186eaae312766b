"""The client's arrivals, and what it knows of its requests."""

import pytest
from pydantic import ValidationError

from simulator.services.client.config import ClientConfig
from tests.services.worlds import Log, build, payments

SECOND = 1_000_000


def sent(until=20, seed="test", **web):
    """When the client sent what, in seconds and bytes, with an API that refuses all of it."""
    world = build(
        {"web": {"kind": "client", "calls": "api", **web}, "api": {"kind": "api_gateway"}}, seed=seed
    )
    world.run_until(until * SECOND)
    return [e.at_us / SECOND for e in world.entries if e.kind == "request_sent"]


def test_poisson_arrivals_have_their_rate():
    times = sent(200, traffic=[{"arrivals": "poisson", "rate": "5/s", "starts": "10s", "stops": "110s"}])
    assert 430 <= len(times) <= 570
    assert 10 < times[0] < times[-1] < 110


def test_steady_arrivals_are_at_equal_distances():
    times = sent(6, traffic=[{"arrivals": "steady", "rate": "30/min", "starts": "1s", "stops": "6s"}])
    assert times == [1, 3, 5]


def test_a_burst_is_spread_evenly():
    assert sent(5, traffic=[{"arrivals": "burst", "count": 4, "at": "2s", "spread": "2s"}]) == [
        2,
        2.5,
        3,
        3.5,
    ]


def test_users_wait_for_their_answer_and_think():
    times = sent(10, network="500ms", traffic=[{"arrivals": "closed", "users": 3, "think": "1s"}])
    assert times[:3] == [1, 1, 1]
    assert all(2 < b - a < 2.2 for a, b in zip(times, times[3:], strict=False))


def test_the_rate_of_a_control_comes_first():
    web = {"traffic": [{"arrivals": "steady", "rate": "1/s"}]}
    world = payments(web=web)
    log = Log(world)
    log(5 * SECOND, "configure", "web", setting="rate", value="0/s")
    log(10 * SECOND, "configure", "web", setting="rate", value="4/s")
    world.run_until(11 * SECOND)
    times = [e.at_us / SECOND for e in world.entries if e.kind == "request_sent"]
    assert times == [0, 1, 2, 3, 4, 10.25, 10.5, 10.75, 11]


def test_a_rate_alone_is_poisson_traffic():
    world = payments()
    Log(world)(SECOND, "configure", "web", setting="rate", value=5)
    world.run_until(60 * SECOND)
    assert 220 < sum(e.kind == "request_sent" for e in world.entries) < 380


def test_a_tape_gives_every_architecture_the_same_payments():
    tape = [{"arrivals": "tape", "name": "may", "payments": 20, "rate": "2/s", "size_max": "9KB"}]

    def work(**changes):
        world = payments(web={"traffic": tape, "network": "1ms"}, **changes)
        world.run_until(60 * SECOND)
        begun = [e.at_us for e in world.entries if e.kind == "request_sent"]
        durations = {}
        for entry in world.entries:
            if entry.node == "sales" and entry.kind == "write_asked":
                durations.setdefault(entry.message, entry.detail["key"])
        return begun, durations

    one = work(customer={"cold_start": "1s"})
    other = work(sales_queue={"visibility_timeout": "5s"}, sales={"memory": "1GB"})
    assert one == other
    assert len(one[0]) == 20


def test_one_command_sends_many_each_at_a_time_of_its_own():
    world = payments()
    Log(world)(SECOND, "send", "web", count=20)
    world.run_until(2 * SECOND)
    entries = [e for e in world.entries if e.kind == "request_sent"]
    assert [e.message for e in entries] == [*"ABCDEFGHIJKLMNOPQRST"]
    assert len({e.at_us for e in entries}) == 20


def test_a_client_without_an_api_sends_nothing():
    world = build({"web": {"kind": "client"}})
    with pytest.raises(ValueError, match="no API"):
        Log(world)(0, "send", "web", count=1)
    world.run_until(SECOND)
    assert world.entries == []


@pytest.mark.parametrize("count", [0, 201, "many", True, None])
def test_a_command_sends_1_to_200(count):
    with pytest.raises(ValueError, match="1 to 200"):
        Log(payments())(0, "send", "web", count=count)


def test_a_client_that_gave_up_does_not_count_the_answer():
    world = payments(web={"timeout": "100ms"})
    Log(world)(0, "send", "web", count=1)
    world.run_until(5 * SECOND)
    gauges = world.nodes[0].service.counts(world.states[0])
    assert (gauges["gave_up"], gauges["answered_ok"], gauges["waiting"]) == (1, 0, 0)
    late = next(e for e in world.entries if e.kind == "answer_too_late")
    assert late.detail == {"status": 202}


@pytest.mark.parametrize(
    "web",
    [
        {"traffic": [{"arrivals": "poisson"}]},
        {"calls": "api", "traffic": [{"arrivals": "often"}]},
        {"calls": "api", "traffic": [{"arrivals": "poisson", "rate": "501/s"}]},
        {"calls": "api", "traffic": [{"arrivals": "closed", "users": 1, "think": "0s"}]},
        {"calls": "api", "traffic": [{"arrivals": "tape", "payments": 1, "rate": "0/s"}]},
        {"calls": "api", "request": {"body": "{$.secret}"}},
        {"calls": "api", "request": {"body": "{$.n..x}"}},
        {"calls": "api", "timeout": "-1s"},
        {
            "calls": "api",
            "traffic": [{"arrivals": "tape", "payments": 1, "rate": 1, "size_min": "2KB", "size_max": "1KB"}],
        },
    ],
)
def test_documents_that_make_no_sense(web):
    with pytest.raises(ValidationError):
        ClientConfig.model_validate(web)
