"""The function's rules: environments, concurrency, timeouts, crashes, the bill, its pollers."""

import pytest
from pydantic import ValidationError

from simulator.services.lambda_function.config import FunctionConfig
from simulator.services.lambda_function.pollers import split
from tests.services.probe import Subject
from tests.services.worlds import Log, payments

SECOND = 1_000_000
MS = 1_000
WORK = [{"work": "100ms"}, {"return": {"got": "{$.event}"}}]
EXACT = {"overhead": "10ms", "cold_start": "200ms", "network": "1ms"}


def function(**config):
    return Subject("lambda_function", **{"steps": WORK, **EXACT, **config})


def invoke(subject, at, payload=None, message="A"):
    return subject.ask(at, "Invoke", {"payload": payload}, message)


def world_gauges(world, node):
    seat = world.seats[node]
    return world.nodes[seat].service.counts(world.states[seat])


# ---- one call --------------------------------------------------------------------------------------


def test_the_first_call_is_cold_and_the_next_warm():
    subject = function()
    cold, warm = invoke(subject, 1, 7), invoke(subject, 2, [1])
    subject.run(3)
    assert subject.answer(cold) == {"ok": True, "payload": {"got": 7}}
    assert subject.answer(warm) == {"ok": True, "payload": {"got": [1]}}
    assert subject.answered_at(cold) == 1.31
    assert subject.answered_at(warm) == 2.11
    assert subject.gauges["cold_starts"] == 1


def test_an_environment_serves_one_call_at_a_time_and_dies_of_idleness():
    subject = function(idle_life="1min")
    for at in (1, 1, 1, 10, 10, 120):
        invoke(subject, at)
    subject.run(130)
    assert subject.gauges["cold_starts"] == 3 + 0 + 1
    assert subject.gauges["idle_environments"] == 1


def test_idle_environments_are_counted_until_their_time_is_over():
    subject = function(idle_life="1min")
    for at in (1, 1, 20):
        invoke(subject, at)
    subject.run(10)
    assert subject.gauges["idle_environments"] == 2
    subject.run(70)
    assert subject.gauges["idle_environments"] == 1
    subject.run(90)
    assert subject.gauges["idle_environments"] == 0


def test_the_bill_counts_started_milliseconds_memory_and_cold_starts():
    subject = function(memory="512MB", steps=[{"work": "100.4ms"}])
    invoke(subject, 1)
    subject.run(2)
    price = 200_000 + 301 * 512 * 16_666_700 // 1_024_000
    assert (subject.gauges["billed_ms"], subject.gauges["bill"]) == (301, price)
    invoke(subject, 3)
    subject.run(4)
    assert subject.gauges["billed_ms"] == 301 + 101


def test_a_function_that_runs_too_long_is_stopped_billed_and_loses_its_environment():
    subject = function(steps=[{"work": "5s"}], timeout="2s")
    number = invoke(subject, 1)
    subject.run(10)
    assert subject.answer(number)["error"] == "Sandbox.Timedout"
    assert subject.answer(number)["message"] == "Task timed out after 2.00 seconds"
    assert subject.answered_at(number) == 3.21
    invoke(subject, 11)
    subject.run(20)
    assert (subject.gauges["cold_starts"], subject.gauges["billed_ms"]) == (2, 4400)


def test_more_than_the_reserved_concurrency_is_throttled():
    subject = function(reserved_concurrency=2)
    numbers = [invoke(subject, 1, message=letter) for letter in "ABC"]
    subject.run(2)
    assert [subject.answer(n)["ok"] for n in numbers] == [True, True, False]
    refused = subject.answer(numbers[2])
    assert refused["error"] == "TooManyRequestsException"
    assert refused["reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
    assert subject.gauges["throttles"] == 1


def test_without_a_reservation_the_accounts_thousand_is_the_limit():
    subject = function(steps=[{"work": "2s"}])
    numbers = [invoke(subject, 1, message=f"M{n}") for n in range(1001)]
    subject.run(5)
    assert sum(not subject.answer(n)["ok"] for n in numbers) == 1
    assert subject.answer(numbers[-1])["reason"] == "ConcurrentInvocationLimitExceeded"


def test_a_raised_error_is_the_functions_own_and_keeps_the_environment():
    subject = function(steps=[{"raise": "NoMoney", "message": "only {$.event.left} left"}])
    number, again = invoke(subject, 1, {"left": 3}), invoke(subject, 2, {"left": 3})
    subject.run(3)
    assert subject.answer(number) == {
        "ok": False,
        "function_error": "Unhandled",
        "error": "NoMoney",
        "message": "only 3 left",
    }
    assert subject.answer(again) == subject.answer(number)
    assert subject.gauges["cold_starts"] == 1


def test_a_reference_that_leads_nowhere_is_modelled_trouble():
    subject = function(steps=[{"name": "answer", "return": "{$.event.body.amount}"}])
    numbers = [invoke(subject, 1, payload) for payload in ({}, {"body": "no json"}, {"body": "[]"}, None)]
    fine = invoke(subject, 1, {"body": '{"amount": 5}'})
    subject.run(3)
    assert {subject.answer(n)["error"] for n in numbers} == {"Runtime.TemplateError"}
    assert "$.event.body.amount is not there" in subject.answer(numbers[0])["message"]
    assert subject.answer(fine)["payload"] == 5


def test_errors_come_as_often_as_they_should():
    subject = function(error_rate=0.3, steps=[{"work": "1ms"}])
    numbers = [invoke(subject, 1 + n / 100, message=f"M{n}") for n in range(500)]
    subject.run(10)
    assert 110 <= sum(not subject.answer(n)["ok"] for n in numbers) <= 190


def test_a_crash_may_be_put_on_for_a_number_of_times():
    subject = function()
    subject.ctx.set_fault("crash", True, {"times": 2})
    numbers = [invoke(subject, at) for at in (1, 2, 3)]
    subject.run(4)
    assert [subject.answer(n).get("error") for n in numbers] == [
        "Runtime.ExitError",
        "Runtime.ExitError",
        None,
    ]
    assert subject.gauges["cold_starts"] == 3
    assert "fault_cleared" in subject.kinds()


@pytest.mark.parametrize(
    "parameters", [{"after_step": "nowhere"}, {"after_step": 2}, {"times": 0}, {"times": "2"}, {"what": 1}]
)
def test_crashes_that_make_no_sense(parameters):
    config = FunctionConfig.model_validate({"steps": WORK})
    body = {"fault": "crash", "on": True, "parameters": parameters}
    with pytest.raises(ValueError):
        function().service.check_command("fault", body, config)


@pytest.mark.parametrize(
    "written",
    [
        {"steps": [{"wrok": "1s"}]},
        {"steps": [{"work": "1s", "extra": 1}]},
        {"steps": [{"name": "a", "work": "1s"}, {"name": "a", "work": "1s"}]},
        {"steps": [{"return": "{$.steps.later.x}"}, {"name": "later", "work": "1s"}]},
        {"steps": [{"return": "{$.nothing}"}]},
        {"steps": [{"return": "{$.event.}"}]},
        {"memory": "127MB"},
        {"timeout": "901s"},
        {"event_source_mappings": [{"queue": "q", "batch_size": 11}]},
        {"event_source_mappings": [{"queue": "q", "maximum_concurrency": 1}]},
    ],
)
def test_documents_that_make_no_sense(written):
    with pytest.raises(ValidationError):
        FunctionConfig.model_validate(written)


def test_extra_latency_comes_before_the_first_step_and_counts():
    subject = function(extra_latency="1s")
    number = invoke(subject, 1)
    subject.run(4)
    assert subject.answered_at(number) == 2.31
    assert subject.gauges["last_duration_us"] == 1_100_000


def test_without_a_work_step_a_random_error_comes_at_once():
    subject = function(error_rate=1.0, steps=[{"return": 1}])
    number = invoke(subject, 1)
    subject.run(2)
    assert subject.answer(number)["error"] == "RandomError"


def test_a_conflict_may_be_passed_over():
    write = {"write": "sales-store", "key": "one", "mode": "insert", "on_conflict": "continue"}
    world = payments(sales={"steps": [write, {"write": "sales-store", "key": "two", "mode": "append"}]})
    Log(world)(SECOND, "send", "web", count=3)
    world.run_until(10 * SECOND)
    assert world_gauges(world, "sales-store")["rows"] == 1 + 3
    assert world_gauges(world, "sales-store")["conditional_failures"] == 2


# ---- the two writes, and what a crash between them leaves -------------------------------------------


def test_a_crash_between_the_two_writes_leaves_a_row_and_no_message():
    world = payments()
    log = Log(world)
    log(1, "fault", "customer", fault="crash", on=True, parameters={"after_step": "store"})
    log(SECOND, "send", "web", count=1)
    world.run_until(20 * SECOND)
    assert world_gauges(world, "customer-store")["rows"] == 1
    assert world_gauges(world, "sales-queue")["messages_sent"] == 0
    assert world_gauges(world, "web")["answered_error"] == 1


def test_a_crash_after_the_row_and_before_the_delete_doubles_the_row():
    world = payments()
    log = Log(world)
    log(1, "fault", "sales", fault="crash", on=True, parameters={"after_step": "write-row", "times": 1})
    log(SECOND, "send", "web", count=1)
    world.run_until(60 * SECOND)
    assert world_gauges(world, "sales-store")["rows"] == 2
    assert world_gauges(world, "sales-queue")["messages_deleted"] == 1


def test_an_insert_that_minds_keeps_one_row():
    steps = [
        {
            "name": "write-row",
            "write": "sales-store",
            "key": "{$.record.body.payment}",
            "mode": "insert",
            "on_conflict": "return",
        }
    ]
    world = payments(sales={"steps": steps})
    log = Log(world)
    log(1, "fault", "sales", fault="crash", on=True, parameters={"after_step": "write-row", "times": 1})
    log(SECOND, "send", "web", count=1)
    world.run_until(60 * SECOND)
    assert world_gauges(world, "sales-store")["rows"] == 1
    assert world_gauges(world, "sales-queue")["messages_deleted"] == 1


# ---- queues ----------------------------------------------------------------------------------------


def test_five_pollers_shrink_to_two_when_idle_and_are_five_again():
    world = payments()
    world.run_until(SECOND)
    assert world_gauges(world, "sales")["pollers"] == 5
    world.run_until(120 * SECOND)
    assert world_gauges(world, "sales")["pollers"] == 2
    before = world_gauges(world, "sales-queue")["empty_receives"]
    world.run_until(720 * SECOND)
    assert world_gauges(world, "sales-queue")["empty_receives"] - before == pytest.approx(60, abs=2)


def test_pollers_grow_while_all_are_busy_up_to_the_maximum():
    world = payments(
        sales={
            "steps": [{"work": "2s"}],
            "event_source_mappings": [{"queue": "sales-queue", "batch_size": 1, "maximum_concurrency": 8}],
        }
    )
    Log(world)(SECOND, "send", "web", count=40)
    world.run_until(6 * SECOND)
    changes = [(e.at_us, e.detail["pollers"]) for e in world.entries if e.kind == "pollers_changed"]
    assert [pollers for _, pollers in changes] == [5, 6, 7, 8]
    assert changes[2][0] - changes[1][0] >= 200 * MS
    running = peak = 0
    for entry in world.entries:
        running += entry.kind.startswith("batch_started") - (entry.kind == "batch_done")
        peak = max(peak, running)
    assert peak == 8


def batches(world):
    return [e.detail["messages"] for e in world.entries if e.kind.startswith("batch_started")]


def gathered(**mapping):
    world = payments(sales={"event_source_mappings": [{"queue": "sales-queue", **mapping}]})
    Log(world)(SECOND, "send", "web", count=30)
    world.run_until(40 * SECOND)
    assert world_gauges(world, "sales-queue")["messages_deleted"] == 30
    return batches(world)


def test_a_window_gathers_until_the_batch_is_full_or_the_window_over():
    assert len(gathered()) > len(gathered(batch_size=25, window="3s", maximum_concurrency=2))
    assert all(int(text.split()[0]) <= 25 for text in gathered(batch_size=25, window="3s") if " " in text)


def test_what_does_not_fit_into_six_megabytes_is_the_next_batch():
    world = payments(
        web={"request": {"method": "POST", "path": "/payments", "body": "x" * 900_000}},
        customer={"steps": [{"send": "sales-queue", "body": "{$.event.body}"}, {"return": {}}]},
        sales={
            "steps": [{"work": "10ms"}],
            "event_source_mappings": [{"queue": "sales-queue", "window": "5s", "maximum_concurrency": 2}],
        },
    )
    log = Log(world)
    log(1, "configure", "sales", setting="polling", value=False)
    log(25 * SECOND, "send", "web", count=8)
    log(40 * SECOND, "configure", "sales", setting="polling", value=True)
    world.run_until(60 * SECOND)
    assert batches(world)[0] == "6 messages"
    assert world_gauges(world, "sales-queue")["messages_deleted"] == 8


def failing(**mapping):
    steps = [
        {"name": "post", "work": "50ms"},
        {"write": "sales-store", "key": "{$.record.body.payment}", "mode": "append"},
    ]
    world = payments(
        sales={
            "steps": steps,
            "error_rate": 0.5,
            "event_source_mappings": [
                {"queue": "sales-queue", "window": "2s", "maximum_concurrency": 2, **mapping}
            ],
        },
        sales_queue={"visibility_timeout": "10s", "redrive": None},
    )
    log = Log(world)
    log(SECOND, "send", "web", count=10)
    log(25 * SECOND, "configure", "sales", setting="error_rate", value=0)
    world.run_until(60 * SECOND)
    assert world_gauges(world, "sales-queue")["messages_deleted"] == 10
    return world_gauges(world, "sales-store")["rows"]


def test_a_partial_answer_spares_the_good_messages():
    assert failing(report_batch_item_failures=True) == 10
    assert failing() > 10


def test_a_throttled_batch_counts_as_a_receive_and_ends_among_the_dead_letters():
    world = payments(sales={"reserved_concurrency": 0}, sales_queue={"visibility_timeout": "5s"})
    Log(world)(SECOND, "send", "web", count=1)
    world.run_until(30 * SECOND)
    assert world_gauges(world, "sales")["throttles"] == 3
    assert world_gauges(world, "dead-letters")["messages_visible"] == 1


def test_polling_can_be_switched_off_and_on():
    world = payments()
    log = Log(world)
    log(1, "configure", "sales", setting="polling", value=False)
    log(30 * SECOND, "send", "web", count=2)
    log(60 * SECOND, "configure", "sales", setting="polling", value=True)
    world.run_until(59 * SECOND)
    assert world_gauges(world, "sales-queue")["messages_visible"] == 2
    assert world_gauges(world, "sales")["pollers"] == 0
    world.run_until(65 * SECOND)
    assert world_gauges(world, "sales-queue")["messages_deleted"] == 2


def test_a_large_batch_closes_at_six_megabytes():
    records = [{"size": 1024 * 1024, "n": n} for n in range(8)]
    first, rest = split(records)
    assert (len(first), len(rest)) == (6, 2)
    assert split([{"size": 7 * 1024 * 1024}])[1] == []


def test_the_event_of_a_batch_is_that_of_the_queue():
    steps = [{"write": "sales-store", "key": "k", "item": "{$.event.Records[0]}"}]
    world = payments(sales={"steps": steps})
    Log(world)(SECOND, "send", "web", count=1)
    world.run_until(5 * SECOND)
    record = world.states[world.seats["sales-store"]].rows["k"].item
    assert record["messageId"] == "A.1"
    assert record["eventSource"] == "aws:sqs"
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["body"] == '{"payment":"A","amount":120}'
