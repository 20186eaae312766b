"""The queue's rules, call by call. Times are in seconds; `Subject` asks and keeps the answers."""

import pytest

from simulator.engine import Picture, why
from simulator.engine.quantities import SECOND
from tests.services.probe import Subject

FAST = {"latency": "1ms"}


def queue(**config):
    return Subject("sqs", **{**FAST, **config})


def send(subject, at, body="x", message=None, **more):
    return subject.ask(at, "SendMessage", {"body": body, **more}, message)


def receive(subject, at, **body):
    return subject.ask(at, "ReceiveMessage", body)


def got(subject, number):
    return [m["message_id"] for m in subject.answer(number)["messages"]]


def receipt(number, index=0):
    """The receipt handle that receive `number` will have brought."""
    return lambda answers: {"receipt_handle": answers[number][1]["messages"][index]["receipt_handle"]}


def test_a_receive_takes_one_message_unless_told_otherwise():
    subject = queue()
    for letter in "ABC":
        send(subject, 1, message=letter)
    one, rest, none = receive(subject, 2), receive(subject, 3, max_messages=10), receive(subject, 4)
    subject.run(5)
    assert got(subject, one) == ["A"]
    assert got(subject, rest) == ["B", "C"]
    assert got(subject, none) == []
    assert subject.gauges["empty_receives"] == 1
    assert subject.gauges["messages_not_visible"] == 3


def test_a_long_poll_returns_as_soon_as_a_message_arrives_and_does_not_wait_for_more():
    subject = queue()
    poll = receive(subject, 1, wait_us=20 * SECOND, max_messages=10)
    send(subject, 4, message="A")
    send(subject, 5, message="B")
    subject.run(6)
    assert got(subject, poll) == ["A"]
    assert subject.answered_at(poll) == 4


def test_a_long_poll_ends_empty_after_its_wait():
    subject = queue(receive_wait="3s")
    poll = receive(subject, 1)
    subject.run(10)
    assert got(subject, poll) == []
    assert subject.answered_at(poll) == pytest.approx(4.001)


def test_the_longest_waiting_poll_is_served_first():
    subject = queue()
    first, second = (receive(subject, at, wait_us=20 * SECOND) for at in (1, 2))
    send(subject, 3, message="A")
    subject.run(30)
    assert (got(subject, first), got(subject, second)) == (["A"], [])


def test_a_message_is_hidden_for_its_visibility_timeout_and_counts_its_receives():
    subject = queue()
    send(subject, 0, message="A")
    first, hidden, second = receive(subject, 1), receive(subject, 30.9), receive(subject, 31.1)
    subject.run(40)
    assert (got(subject, first), got(subject, hidden), got(subject, second)) == (["A"], [], ["A"])
    message = subject.answer(second)["messages"][0]
    assert message["attributes"]["ApproximateReceiveCount"] == "2"
    assert message["attributes"]["ApproximateFirstReceiveTimestamp"] == "1000"
    assert message["receipt_handle"] != subject.answer(first)["messages"][0]["receipt_handle"]


def test_a_call_may_hide_for_longer_or_not_at_all():
    subject = queue()
    send(subject, 0, message="A")
    calls = [
        receive(subject, 1, visibility_timeout_us=0),
        receive(subject, 1, visibility_timeout_us=3 * SECOND),
    ]
    calls += [receive(subject, 1), receive(subject, 4.1)]
    subject.run(5)
    assert [got(subject, call) for call in calls] == [["A"], ["A"], [], ["A"]]


def test_a_message_that_comes_back_stands_before_later_ones():
    subject = queue(visibility_timeout="2s")
    send(subject, 0, message="A")
    receive(subject, 1)
    send(subject, 2, message="B")
    both = receive(subject, 4, max_messages=10)
    subject.run(5)
    assert got(subject, both) == ["A", "B"]


def test_a_changed_timeout_holds_for_later_receives():
    subject = queue()
    send(subject, 0, message="A")
    receive(subject, 1)
    subject.run(2)
    subject.ctx.configure("visibility_timeout", "1s")
    early, later, again = receive(subject, 30.9), receive(subject, 31.1), receive(subject, 32.2)
    subject.run(40)
    assert [got(subject, call) for call in (early, later, again)] == [[], ["A"], ["A"]]


def test_changing_visibility_counts_from_the_call_and_is_not_remembered():
    subject = queue(visibility_timeout="5s")
    send(subject, 0, message="A")
    first = receive(subject, 1)
    subject.ask(
        2, "ChangeMessageVisibility", lambda a: {**receipt(first)(a), "visibility_timeout_us": 10 * SECOND}
    )
    calls = [receive(subject, at) for at in (11.9, 12.1, 17.0, 17.2)]
    subject.run(20)
    assert [got(subject, call) for call in calls] == [[], ["A"], [], ["A"]]


def test_changing_visibility_to_zero_gives_the_message_back_at_once():
    subject = queue()
    send(subject, 0, message="A")
    first = receive(subject, 1)
    subject.ask(2, "ChangeMessageVisibility", lambda a: {**receipt(first)(a), "visibility_timeout_us": 0})
    second, third = receive(subject, 2), receive(subject, 2)
    subject.run(3)
    assert (got(subject, second), got(subject, third)) == (["A"], [])


def test_twelve_hours_in_all_are_the_most_that_a_message_is_hidden():
    subject = queue()
    send(subject, 0, message="A")
    first = receive(subject, 1)
    change = subject.ask(
        20,
        "ChangeMessageVisibility",
        lambda a: {**receipt(first)(a), "visibility_timeout_us": 43_190 * SECOND},
    )
    subject.run(21)
    assert subject.answer(change)["error"] == "InvalidParameterValue"


def test_a_deleted_message_does_not_come_back_and_deleting_again_is_fine():
    subject = queue(visibility_timeout="5s")
    send(subject, 0, message="A")
    first = receive(subject, 1)
    deletes = [subject.ask(at, "DeleteMessage", receipt(first)) for at in (2, 3)]
    after = receive(subject, 10)
    change = subject.ask(
        11, "ChangeMessageVisibility", lambda a: {**receipt(first)(a), "visibility_timeout_us": 1}
    )
    subject.run(12)
    assert [subject.answer(d) for d in deletes] == [{"ok": True}, {"ok": True}]
    assert got(subject, after) == []
    assert not subject.answer(change)["ok"]
    assert subject.gauges["messages_deleted"] == 1


def test_an_expired_receipt_still_deletes_until_somebody_else_received_the_message():
    subject = queue(visibility_timeout="2s")
    send(subject, 0, message="A")
    send(subject, 0, message="B")
    both = receive(subject, 1, max_messages=2)
    subject.ask(4, "DeleteMessage", receipt(both, 0))
    again = receive(subject, 5)
    late = subject.ask(6, "DeleteMessage", receipt(both, 1))
    subject.run(6.5)
    assert got(subject, again) == ["B"]
    assert subject.answer(late) == {"ok": True}
    assert subject.gauges["messages_deleted"] == 1
    assert subject.gauges["messages_not_visible"] == 1
    assert "deleted_late" in subject.kinds()
    assert "delete_without_effect" in subject.kinds()


def test_a_batch_of_deletes_is_one_request():
    subject = queue()
    for letter in "ABC":
        send(subject, 0, message=letter)
    taken = receive(subject, 1, max_messages=3)
    subject.run(2)
    before = subject.gauges["bill"]
    receipts = [m["receipt_handle"] for m in subject.answer(taken)["messages"]]
    subject.ask(3, "DeleteMessageBatch", {"receipt_handles": receipts})
    subject.run(4)
    assert subject.gauges["bill"] - before == 400_000
    assert subject.gauges["messages_deleted"] == 3


def test_delayed_messages_are_counted_apart_and_seen_later():
    subject = queue(delay="2s")
    send(subject, 0, message="A")
    send(subject, 0, message="B", delay_us=0)
    subject.run(1)
    assert (subject.gauges["messages_visible"], subject.gauges["messages_delayed"]) == (1, 1)
    subject.run(3)
    assert (subject.gauges["messages_visible"], subject.gauges["messages_delayed"]) == (2, 0)


def test_messages_vanish_after_the_retention_period_in_flight_too():
    subject = queue(retention="1min", visibility_timeout="10min")
    send(subject, 0, message="A")
    send(subject, 30, message="B")
    send(subject, 59, message="C", delay_us=100 * SECOND)
    taken = receive(subject, 5)
    subject.run(70)
    assert subject.gauges["messages_expired"] == 1
    gone = subject.ask(80, "DeleteMessage", receipt(taken))
    subject.run(200)
    assert subject.answer(gone) == {"ok": True}
    assert subject.gauges["messages_expired"] == 3


def test_a_receive_beyond_the_maximum_moves_the_message_instead():
    subject = queue(visibility_timeout="2s", redrive={"dead_letter_queue": "probe", "max_receive_count": 2})
    send(subject, 0, body="text", message="A", attributes={"k": {"type": "String", "value": "v"}})
    calls = [receive(subject, at) for at in (1, 4, 7)]
    subject.run(8)
    assert [got(subject, call) for call in calls] == [["A"], ["A"], []]
    (moved,) = subject.world.states[1].answers["dead letters"]
    assert (moved.id, moved.body, moved.sent_us, moved.receive_count) == ("A", "text", 0, 2)
    assert moved.attributes == {"k": {"type": "String", "value": "v"}}
    assert subject.gauges["messages_dead_lettered"] == 1


def test_a_dead_letter_keeps_its_receive_count_and_names_its_source():
    source = queue(visibility_timeout="1s", redrive={"dead_letter_queue": "probe", "max_receive_count": 1})
    send(source, 0, message="A")
    receive(source, 1)
    receive(source, 3)
    source.run(4)
    (moved,) = source.world.states[1].answers["dead letters"]
    target = queue()
    target.ask(5, "DeadLetter", {"message": moved, "source": "orders"})
    found = receive(target, 6)
    target.run(7)
    attributes = target.answer(found)["messages"][0]["attributes"]
    assert attributes["ApproximateReceiveCount"] == "2"
    assert attributes["DeadLetterQueueSourceArn"] == "orders"
    assert attributes["SentTimestamp"] == "0"


@pytest.mark.parametrize(
    ("action", "body", "error"),
    [
        ("SendMessage", {"body": ""}, "MissingParameter"),
        ("SendMessage", {"body": "x" * 1025}, "InvalidParameterValue"),
        ("SendMessage", {"body": "é" * 513}, "InvalidParameterValue"),
        ("SendMessage", {"body": "x", "delay_us": 901 * SECOND}, "InvalidParameterValue"),
        ("ReceiveMessage", {"wait_us": 21 * SECOND}, "InvalidParameterValue"),
        ("ReceiveMessage", {"wait_us": -SECOND}, "InvalidParameterValue"),
        ("ReceiveMessage", {"max_messages": 0}, "InvalidParameterValue"),
        ("ReceiveMessage", {"max_messages": 11}, "InvalidParameterValue"),
        ("ReceiveMessage", {"visibility_timeout_us": 43_201 * SECOND}, "InvalidParameterValue"),
        ("DeleteMessage", {"receipt_handle": "made up"}, "ReceiptHandleIsInvalid"),
        (
            "ChangeMessageVisibility",
            {"receipt_handle": "made up", "visibility_timeout_us": 1},
            "ReceiptHandleIsInvalid",
        ),
    ],
)
def test_calls_beyond_the_limits_are_refused(action, body, error):
    subject = queue(max_message_size="1KB")
    asked = subject.ask(1, action, body)
    subject.run(2)
    assert subject.answer(asked)["error"] == error
    assert subject.gauges["bill"] == 400_000


def test_every_started_64_kb_is_a_request_and_an_empty_receive_costs_too():
    subject = queue()
    send(subject, 0, body="x" * (64 * 1024), message="A")
    send(subject, 0, body="x" * (64 * 1024 + 1), message="B")
    receive(subject, 1, max_messages=2)
    receive(subject, 2)
    subject.run(3)
    assert subject.gauges["bill"] == 400_000 * (1 + 2 + 3 + 1)


def test_a_copy_that_misses_the_delete_is_delivered_again():
    subject = queue(visibility_timeout="3s", duplicates=1.0)
    send(subject, 0, message="A")
    first = receive(subject, 1)
    subject.ask(2, "DeleteMessage", receipt(first))
    second = receive(subject, 5)
    subject.run(6)
    assert got(subject, second) == ["A"]
    assert subject.gauges["messages_deleted"] == 0
    assert "copy_visible" in subject.kinds()


def test_duplicates_are_rare_when_they_are_said_to_be():
    subject = queue(duplicates=0.1)
    for number in range(400):
        send(subject, number / 1000, message=f"M{number}")
    taken = [receive(subject, 1 + number / 1000, max_messages=10) for number in range(40)]
    for number in taken:
        subject.ask(
            2,
            "DeleteMessageBatch",
            lambda a, n=number: {"receipt_handles": [m["receipt_handle"] for m in a[n][1]["messages"]]},
        )
    subject.run(3)
    assert 20 <= 400 - subject.gauges["messages_deleted"] <= 65


def test_disorder_takes_others_first_but_loses_nothing():
    subject = queue(disorder=1.0)
    letters = [f"M{number}" for number in range(30)]
    for letter in letters:
        send(subject, 0, message=letter)
    calls = [receive(subject, 1) for _ in letters]
    subject.run(2)
    order = [got(subject, call)[0] for call in calls]
    assert order != letters
    assert sorted(order) == sorted(letters)


def test_an_unavailable_queue_keeps_what_it_has_and_serves_waiting_polls_afterwards():
    subject = queue(delay="2s")
    send(subject, 0, message="A")
    poll = receive(subject, 1, wait_us=10 * SECOND)
    subject.run(1.5)
    subject.ctx.set_fault("unavailable", True, {})
    refused = [
        send(subject, 3),
        receive(subject, 3),
        subject.ask(3, "DeleteMessage", {"receipt_handle": "A#1"}),
    ]
    subject.run(4)
    assert [subject.answer(n)["error"] for n in refused] == ["ServiceUnavailable"] * 3
    assert subject.answer(poll) is None
    subject.ctx.set_fault("unavailable", False, {})
    subject.service.fault_changed(subject.world.states[0], "unavailable", False, subject.ctx)
    subject.run(5)
    assert got(subject, poll) == ["A"]


def test_why_a_message_is_hidden():
    subject = queue(visibility_timeout="40s")
    send(subject, 0, message="A")
    receive(subject, 1)
    subject.run(2)
    kinds = Picture.of({node.id: node.service for node in subject.world.nodes}).kinds
    sentence, causes = why(
        subject.world.entries, kinds, {"probe": "sales"}, message="A", node="subject", until_us=2 * SECOND
    )
    assert sentence == "A is hidden until 0:41 because sales received it and has not deleted it."
    assert [entry.kind for entry in causes] == ["received", "sent", "asked"]
