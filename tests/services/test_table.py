"""The table's rules."""

from tests.services.probe import Subject


def put(subject, at, key="k", item=1, mode="put", message="A"):
    return subject.ask(at, "PutItem", {"key": key, "item": item, "mode": mode}, message)


def test_a_put_replaces_an_append_adds_an_insert_minds():
    subject = Subject("table")
    for at, mode in enumerate(("put", "put", "append", "append")):
        put(subject, at, mode=mode)
    refused, fine = put(subject, 5, mode="insert"), put(subject, 6, key="new", mode="insert")
    subject.run(8)
    assert subject.answer(refused)["error"] == "ConditionalCheckFailedException"
    assert subject.answer(fine)["ok"]
    assert subject.gauges["rows"] == 4
    assert (subject.gauges["rows_replaced"], subject.gauges["conditional_failures"]) == (1, 1)
    assert list(subject.world.states[0].rows) == ["k", "k#1", "k#2", "new"]


def test_rows_keep_who_wrote_them():
    subject = Subject("table")
    put(subject, 1, item={"amount": 120})
    subject.run(2)
    row = subject.world.states[0].rows["k"]
    assert (row.item, row.by_node, row.message, row.at_us) == ({"amount": 120}, "probe", "A", 1_000_000)


def test_a_get_finds_what_was_put():
    subject = Subject("table")
    missing = subject.ask(0, "GetItem", {"key": "k"})
    put(subject, 1, item=[1, 2])
    found = subject.ask(2, "GetItem", {"key": "k"})
    subject.run(3)
    assert (subject.answer(missing)["item"], subject.answer(found)["item"]) == (None, [1, 2])


def test_items_have_a_limit_and_a_price():
    subject = Subject("table")
    put(subject, 1, item="x" * 3000)
    subject.ask(2, "GetItem", {"key": "k"})
    too_large = put(subject, 3, key="big", item="x" * (400 * 1024))
    subject.run(4)
    assert subject.answer(too_large)["error"] == "ValidationException"
    assert subject.gauges["bill"] == 3 * 625_000 + 62_500 + 401 * 625_000


def test_a_slow_table_answers_later_and_an_unavailable_one_with_an_error():
    subject = Subject("table", latency="10ms")
    subject.ctx.set_fault("slow", True, {"by": "3s"})
    slow = put(subject, 1)
    subject.run(5)
    subject.ctx.set_fault("slow", False, {})
    subject.ctx.set_fault("unavailable", True, {})
    refused = put(subject, 6)
    subject.run(7)
    assert subject.answered_at(slow) == 4.01
    assert subject.answer(refused)["error"] == "InternalServerError"
    assert subject.gauges["rows"] == 1
