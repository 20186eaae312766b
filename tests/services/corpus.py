"""Worlds that together record every kind of entry: what the contract is checked on."""

from tests.services.probe import Subject
from tests.services.worlds import Log, build, payments

SECOND = 1_000_000


def happy():
    world = payments()
    Log(world)(1_000, "send", "web", count=3)
    return world, 20 * SECOND


def sales_crashes():
    world = payments(sales_queue={"visibility_timeout": "5s", "delay": "1s"})
    log = Log(world)
    log(500, "fault", "sales", fault="crash", on=True, parameters={"after_step": "write-row"})
    log(1_000, "send", "web", count=1)
    return world, 40 * SECOND


def crash_once_then_recover():
    world = payments(sales_queue={"visibility_timeout": "5s"})
    log = Log(world)
    log(500, "fault", "sales", fault="crash", on=True, parameters={"times": 1})
    log(600, "fault", "customer", fault="crash", on=True, parameters={"after_step": "store", "times": 1})
    log(1_000, "send", "web", count=2)
    log(3 * SECOND, "configure", "sales-queue", setting="visibility_timeout", value="7s")
    return world, 30 * SECOND


def everything_unavailable():
    world = payments()
    log = Log(world)
    for at_us, node, fault in (
        (1, "customer-store", "unavailable"),
        (2, "sales-queue", "unavailable"),
        (3, "api", "unavailable"),
    ):
        log(at_us, "fault", node, fault=fault, on=True)
    log(1_000, "send", "web", count=1)
    log(SECOND, "fault", "api", fault="unavailable", on=False)
    log(2 * SECOND, "send", "web", count=1)
    log(4 * SECOND, "fault", "customer-store", fault="unavailable", on=False)
    log(5 * SECOND, "send", "web", count=1)
    log(30 * SECOND, "fault", "sales-queue", fault="unavailable", on=False)
    log(31 * SECOND, "send", "web", count=1)
    return world, 45 * SECOND


def queue_lost_while_working():
    world = payments(sales={"steps": [{"work": "2s"}]}, sales_queue={"visibility_timeout": "5s"})
    log = Log(world)
    log(1_000, "send", "web", count=1)
    log(2 * SECOND, "fault", "sales-queue", fault="unavailable", on=True)
    log(9 * SECOND, "fault", "sales-queue", fault="unavailable", on=False)
    return world, 20 * SECOND


def too_slow_for_everyone():
    world = payments(
        web={"timeout": "2s"},
        api={"timeout": "1s"},
        customer={"steps": [{"work": "1500ms"}, {"return": {"statusCode": 200}}]},
    )
    log = Log(world)
    log(1_000, "send", "web", count=1)
    log(5 * SECOND, "configure", "customer", setting="extra_latency", value="5s")
    log(6 * SECOND, "configure", "web", setting="timeout", value="500ms")
    log(7 * SECOND, "send", "web", count=1)
    return world, 20 * SECOND


def refused_at_the_door():
    world = payments(api={"throttle": {"rate": "1/s", "burst": 1}}, web={"request": {"path": "/nowhere"}})
    log = Log(world)
    log(1_000, "send", "web", count=1)
    return world, 5 * SECOND


def throttled():
    world = payments(
        customer={"reserved_concurrency": 1}, sales={"reserved_concurrency": 0}, web={"rate": "2/s"}
    )
    log = Log(world)
    log(1_000, "send", "web", count=2)
    log(8 * SECOND, "configure", "sales", setting="reserved_concurrency", value=5)
    return world, 45 * SECOND


def slower_than_visible():
    """Two runs of one message at a time; old receipts; a delete after the timeout, and one without effect."""
    world = payments(
        sales={"steps": [{"work": "8s"}], "timeout": "20s"}, sales_queue={"visibility_timeout": "5s"}
    )
    log = Log(world)
    log(1_000, "send", "web", count=1)
    return world, 60 * SECOND


def deleted_late():
    """Polling is switched off while the only run works, so that nobody receives the visible message again."""
    world = payments(
        sales={"steps": [{"work": "30s"}], "timeout": "1min"}, sales_queue={"visibility_timeout": "25s"}
    )
    log = Log(world)
    log(1_000, "send", "web", count=1)
    log(SECOND, "configure", "sales", setting="polling", value=False)
    return world, 40 * SECOND


def batch_that_fails():
    world = payments(
        sales={"steps": [{"work": "10ms"}, {"raise": "NoSuchAccount", "message": "none for {$.record.body}"}]}
    )
    log = Log(world)
    log(1_000, "send", "web", count=2)
    log(2 * SECOND, "configure", "sales", setting="extra_latency", value="10s")
    log(3 * SECOND, "send", "web", count=1)
    return world, 15 * SECOND


def rows_replaced():
    world = payments(
        sales={"steps": [{"write": "sales-store", "key": "total", "item": "{$.record.body.amount}"}]}
    )
    Log(world)(1_000, "send", "web", count=2)
    return world, 10 * SECOND


def reads_refused():
    steps = [
        {"name": "row", "read": "sales-store", "key": "K"},
        {"return": {"statusCode": 200, "body": "{$.steps.row.item}"}},
    ]
    world = payments(customer={"steps": steps})
    log = Log(world)
    log(1_000, "send", "web", count=1)
    log(2 * SECOND, "fault", "sales-store", fault="unavailable", on=True)
    log(3 * SECOND, "send", "web", count=1)
    return world, 10 * SECOND


def visibility_by_hand():
    subject = Subject("sqs")
    subject.ask(1, "SendMessage", {"body": "x"}, "A")
    subject.ask(2, "ReceiveMessage", {})
    receipt = {"receipt_handle": "A#1"}
    subject.ask(3, "ChangeMessageVisibility", {**receipt, "visibility_timeout_us": 60 * SECOND})
    subject.ask(4, "ChangeMessageVisibility", {**receipt, "visibility_timeout_us": 43_199 * SECOND})
    return subject.world, 80 * SECOND


def batches_in_windows():
    world = payments(
        sales={
            "event_source_mappings": [
                {
                    "queue": "sales-queue",
                    "batch_size": 20,
                    "window": "2s",
                    "report_batch_item_failures": True,
                    "maximum_concurrency": 2,
                }
            ],
            "error_rate": 0.4,
        },
        sales_queue={"visibility_timeout": "6s", "duplicates": 0.5, "disorder": 0.5},
    )
    Log(world)(1_000, "send", "web", count=12)
    return world, 60 * SECOND


def rows_once():
    world = payments(
        sales={
            "steps": [
                {"name": "before", "read": "sales-store", "key": "{$.record.body.payment}"},
                {
                    "name": "write",
                    "write": "sales-store",
                    "key": "{$.record.body.payment}",
                    "item": "{$.record.body}",
                    "mode": "insert",
                    "on_conflict": "return",
                },
                {"name": "again", "read": "sales-store", "key": "{$.record.body.payment}"},
            ]
        },
        sales_queue={"visibility_timeout": "4s", "duplicates": 1.0},
        customer_store={},
    )
    log = Log(world)
    log(1_000, "send", "web", count=1)
    log(9 * SECOND, "fault", "sales-store", fault="unavailable", on=True)
    log(14 * SECOND, "fault", "sales-store", fault="unavailable", on=False)
    log(14 * SECOND, "fault", "sales-store", fault="slow", on=True, parameters={"by": "1s"})
    return world, 30 * SECOND


def expiring():
    world = payments(sales={"polling": False}, sales_queue={"retention": "1min"})
    Log(world)(1_000, "send", "web", count=2)
    return world, 90 * SECOND


def chain_of_functions():
    document = {
        "web": {"kind": "client", "calls": "api", "request": {"method": "GET", "path": "/price/{$.n}?tax=1"}},
        "api": {"kind": "api_gateway", "routes": [{"path": "/price/{id}", "function": "front"}]},
        "front": {
            "kind": "lambda_function",
            "steps": [
                {"name": "price", "call": "back", "payload": {"id": "{$.event.pathParameters.id}"}},
                {"return": {"statusCode": 200, "body": "{$.steps.price.text}"}},
            ],
        },
        "back": {
            "kind": "lambda_function",
            "steps": [{"work": "20ms"}, {"return": {"text": "price of {$.event.id}"}}],
            "memory": "1GB",
            "idle_life": "1s",
        },
    }
    world = build(document)
    log = Log(world)
    log(1_000, "send", "web", count=2)
    log(2 * SECOND, "fault", "back", fault="throttle", on=True)
    log(3 * SECOND, "send", "web", count=1)
    return world, 6 * SECOND


def all_traffics():
    world = payments(
        web={
            "traffic": [
                {"arrivals": "poisson", "rate": "3/s", "stops": "5s"},
                {"arrivals": "steady", "rate": "1/s", "starts": "2s"},
                {"arrivals": "burst", "count": 5, "at": "1s", "spread": "1s"},
                {"arrivals": "closed", "users": 2, "think": "1s"},
                {"arrivals": "tape", "payments": 4, "rate": "2/s", "size_max": "3KB"},
            ]
        }
    )
    log = Log(world)
    log(3 * SECOND, "configure", "web", setting="rate", value="0/s")
    log(4 * SECOND, "configure", "web", setting="rate", value="10/s")
    return world, 8 * SECOND


WORLDS = {
    made.__name__: made
    for made in (
        happy,
        sales_crashes,
        crash_once_then_recover,
        everything_unavailable,
        queue_lost_while_working,
        too_slow_for_everyone,
        refused_at_the_door,
        throttled,
        slower_than_visible,
        batch_that_fails,
        rows_replaced,
        reads_refused,
        visibility_by_hand,
        deleted_late,
        batches_in_windows,
        rows_once,
        expiring,
        chain_of_functions,
        all_traffics,
    )
}


def played(name):
    world, until_us = WORLDS[name]()
    world.run_until(until_us)
    return world
