"""The API's rules: routes, throttle, limits, proxy answers, timeouts."""

import json

import pytest
from pydantic import ValidationError

from simulator.services.api_gateway.config import ApiConfig
from simulator.services.api_gateway.proxy import proxy_response
from simulator.services.api_gateway.stages import match_path
from tests.services.probe import Subject

ROUTES = [
    {"method": "GET", "path": "/part", "function": "probe"},
    {"method": "GET", "path": "/part/{id}", "function": "probe"},
    {"method": "ANY", "path": "/part/fixed", "function": "probe"},
    {"method": "GET", "path": "/{rest+}", "function": "probe"},
    {"method": "OPTIONS", "path": "/{rest+}", "function": "probe"},
]
STILL = {"overhead": "0s", "network": "0s"}


def api(**config):
    return Subject("api_gateway", **{"routes": ROUTES, **STILL, **config})


def request(subject, at, path="/part", method="GET", **more):
    return subject.ask(at, "HttpRequest", {"method": method, "path": path, "body": None, **more}, "A")


def answered(payload, ok=True, **more):
    """An API whose function answers this, and the API's answer."""
    subject = api()
    number = request(subject, 1)
    subject.run(2)
    _, notice = subject.world.states[1].answers["invoked"]
    subject.world.contexts[1].now_us = 2_000_000
    answer = {"ok": ok, "payload": payload, **more}
    subject.world.contexts[1].answer(notice, answer, after_us=0)
    return subject.run(3).answer(number)


@pytest.mark.parametrize(
    ("method", "path", "resource", "parameters"),
    [
        ("GET", "/part", "/part", None),
        ("GET", "/part/", "/part", None),
        ("GET", "/part/7", "/part/{id}", {"id": "7"}),
        ("GET", "/part/fixed", "/part/fixed", None),
        ("POST", "/part/fixed", "/part/fixed", None),
        ("GET", "/part/7/more", "/{rest+}", {"rest": "part/7/more"}),
        ("OPTIONS", "/part", "/{rest+}", {"rest": "part"}),
    ],
)
def test_the_most_specific_route_that_knows_the_method_wins(method, path, resource, parameters):
    subject = api()
    request(subject, 1, path, method)
    subject.run(2)
    event = subject.world.states[1].answers["invoked"][1].body["payload"]
    assert (event["resource"], event["pathParameters"]) == (resource, parameters)


@pytest.mark.parametrize(("method", "path"), [("POST", "/part"), ("GET", "/"), ("DELETE", "/nowhere")])
def test_a_miss_is_403_missing_authentication_token(method, path):
    subject = api()
    number = request(subject, 1, path, method)
    answer = subject.run(2).answer(number)
    assert answer["status"] == 403
    assert json.loads(answer["body"]) == {"message": "Missing Authentication Token"}
    assert answer["headers"]["x-amzn-ErrorType"] == "MissingAuthenticationTokenException"
    assert answer["headers"]["x-amzn-RequestId"]
    assert subject.gauges["errors_4xx"] == 1


def test_paths_are_matched_part_by_part():
    assert match_path("/", "/") == ([], {})
    assert match_path("/a/{b}", "/a") is None
    assert match_path("/a/{b+}", "/a") is None
    assert match_path("/a", "/a/b") is None


@pytest.mark.parametrize("path", ["no-slash", "/a//b", "/{rest+}/x", "/{}", "/a b{"])
def test_a_malformed_path_is_an_error_of_the_document(path):
    with pytest.raises(ValidationError):
        ApiConfig.model_validate({"routes": [{"path": path, "function": "f"}]})


def test_a_route_is_there_once():
    with pytest.raises(ValidationError, match="two routes"):
        ApiConfig.model_validate(
            {"routes": [{"path": "/a", "function": "f"}, {"path": "/a", "function": "g"}]}
        )


def test_the_bucket_holds_the_burst_and_fills_with_the_rate():
    subject = api(throttle={"rate": "10/s", "burst": 5}, timeout="1s")
    first = [request(subject, 1) for _ in range(20)]
    later = [request(subject, 2) for _ in range(10)]
    trickle = [request(subject, 3 + n / 10) for n in range(10)]
    subject.run(10)
    throttled = [[subject.answer(n)["status"] for n in group].count(429) for group in (first, later, trickle)]
    assert throttled == [15, 5, 0]


def test_a_control_may_lower_the_rate():
    subject = api(throttle={"burst": 1}, timeout="1s")
    subject.run(1)
    subject.ctx.configure("throttle_rate", "1/min")
    numbers = [request(subject, at) for at in (2, 3, 70)]
    subject.run(80)
    assert [subject.answer(n)["status"] for n in numbers] == [504, 429, 504]


def test_a_body_over_10_mb_is_413():
    subject = api(timeout="1s")
    too_large, just_right = (request(subject, 1, bytes=10 * 1024**2 + over) for over in (1, 0))
    subject.run(3)
    assert subject.answer(too_large)["status"] == 413
    assert subject.answer(just_right)["status"] == 504


def test_a_function_that_takes_too_long_is_504_and_its_answer_comes_too_late():
    subject = api(timeout="1500ms")
    number = request(subject, 1)
    answer = subject.run(4).answer(number)
    assert answer["status"] == 504
    assert json.loads(answer["body"]) == {"message": "Endpoint request timed out"}
    assert subject.answered_at(number) == 2.5
    _, notice = subject.world.states[1].answers["invoked"]
    subject.world.contexts[1].answer(notice, {"ok": True, "payload": {}}, after_us=10_000_000)
    assert "answer_too_late" in subject.run(20).kinds()
    assert subject.gauges["errors_5xx"] == 1


def test_a_routes_own_timeout_comes_first():
    subject = api(routes=[{"path": "/part", "function": "probe", "timeout": "100ms"}])
    number = request(subject, 1)
    subject.run(2)
    assert subject.answered_at(number) == 1.1


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ({"ok": False, "error": "ValueError", "message": "boom", "function_error": "Unhandled"}, 502),
        ({"ok": False, "error": "TooManyRequestsException", "message": "Rate Exceeded."}, 500),
    ],
)
def test_a_failed_function_is_502_and_one_that_was_not_invoked_500(answer, status):
    found = answered(None, **answer)
    assert found["status"] == status
    assert json.loads(found["body"]) == {"message": "Internal server error"}


@pytest.mark.parametrize(
    ("payload", "status", "body"),
    [
        ({}, 200, ""),
        ({"headers": {"a": "b"}}, 200, ""),
        ({"statusCode": "201"}, 201, ""),
        ({"statusCode": 204, "body": "text"}, 204, "text"),
        ({"statusCode": 200, "isBase64Encoded": False, "body": None}, 200, ""),
    ],
)
def test_answers_that_a_proxy_passes_on(payload, status, body):
    found = answered(payload)
    assert (found["status"], found["body"]) == (status, body)


@pytest.mark.parametrize(
    "payload",
    [
        None,
        "text",
        [],
        {"message": "hello"},
        {"statusCode": "ok"},
        {"statusCode": True},
        {"statusCode": 99},
        {"statusCode": 200, "headers": "a"},
        {"statusCode": 200, "multiValueHeaders": {"a": "b"}},
        {"statusCode": 200, "body": {"an": "object"}},
    ],
)
def test_malformed_answers_are_502(payload):
    assert answered(payload)["status"] == 502
    assert isinstance(proxy_response(payload), str)


def test_headers_of_one_name_are_joined_and_become_text():
    found = proxy_response(
        {"multiValueHeaders": {"a": ["x", "y"]}, "headers": {"a": "z", "flag": True, "n": 1}}
    )
    assert found["headers"] == {"a": "x, y, z", "flag": "true", "n": "1"}


def test_the_event_is_that_of_a_proxy_integration():
    subject = api()
    asked = {"headers": {"h": "v"}, "body": '{"a":1}'}
    subject.ask(1, "HttpRequest", {"method": "GET", "path": "/part/7?x=1&y=2", **asked}, "A")
    subject.run(2)
    event = subject.world.states[1].answers["invoked"][1].body["payload"]
    assert event["httpMethod"] == "GET"
    assert event["path"] == "/part/7"
    assert event["queryStringParameters"] == {"x": "1", "y": "2"}
    assert event["headers"] == {"h": "v"}
    assert event["body"] == '{"a":1}'
    assert event["requestContext"]["requestId"] == "subject-1"


def test_latency_is_overhead_and_integration():
    subject = api(overhead="20ms", network="3ms", timeout="1s")
    number = request(subject, 1, network_us=40_000)
    subject.run(3)
    assert subject.answered_at(number) == pytest.approx(1 + 0.020 + 1 + 0.040)
    assert subject.gauges["bill"] == 3_500_000
