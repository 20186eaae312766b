"""Laws that hold whatever learners do: random commands and faults on the payment world."""

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine import Picture, is_hop, ledger, trace_hash
from tests.services.worlds import Log, payments, services_of

SECOND = 1_000_000
END = 60 * SECOND

FAULTS = st.sampled_from(
    [
        ("sales", "crash", {}),
        ("sales", "crash", {"after_step": "write-row"}),
        ("sales", "throttle", {}),
        ("customer", "crash", {"after_step": "store", "times": 1}),
        ("customer", "throttle", {}),
        ("api", "unavailable", {}),
        ("sales-queue", "unavailable", {}),
        ("dead-letters", "unavailable", {}),
        ("sales-store", "slow", {"by": "2s"}),
        ("sales-store", "unavailable", {}),
        ("customer-store", "unavailable", {}),
    ]
)
SETTINGS = st.sampled_from(
    [
        ("web", "rate", "2/s"),
        ("web", "rate", 0),
        ("web", "timeout", "300ms"),
        ("api", "timeout", "100ms"),
        ("api", "throttle_rate", "1/s"),
        ("sales", "error_rate", 0.5),
        ("sales", "extra_latency", "3s"),
        ("sales", "timeout", "1s"),
        ("sales", "polling", False),
        ("sales", "polling", True),
        ("sales", "reserved_concurrency", 1),
        ("sales-queue", "visibility_timeout", "0s"),
        ("sales-queue", "visibility_timeout", "1s"),
        ("sales-queue", "delay", "2s"),
        ("sales-queue", "duplicates", 0.5),
        ("sales-queue", "disorder", 0.5),
    ]
)
COMMANDS = st.one_of(
    st.integers(1, 8).map(lambda count: ("send", "web", {"count": count})),
    FAULTS.map(lambda f: ("fault", f[0], {"fault": f[1], "on": True, "parameters": f[2]})),
    FAULTS.map(lambda f: ("fault", f[0], {"fault": f[1], "on": False})),
    SETTINGS.map(lambda s: ("configure", s[0], {"setting": s[1], "value": s[2]})),
)
HISTORIES = st.lists(st.tuples(st.integers(0, 40 * SECOND), COMMANDS), max_size=12)
BATCHES = st.fixed_dictionaries(
    {"batch_size": st.integers(1, 10), "report_batch_item_failures": st.booleans()},
    optional={"window": st.just("1s"), "maximum_concurrency": st.just(2)},
)


def lived(history, mapping, checkpoints=()):
    """The payment world after a history of commands."""
    world = payments(
        sales={"event_source_mappings": [{"queue": "sales-queue", **mapping}]},
        sales_queue={"visibility_timeout": "5s", "retention": "1min"},
    )
    log = Log(world)
    for at_us, (kind, node, body) in sorted(history, key=lambda one: one[0]):
        log(at_us, kind, node, **body)
    for at_us in sorted(checkpoints):
        world.run_until(at_us)
        checkpoint = world.checkpoint()
        world.run_until(at_us + SECOND)
        world.restore(checkpoint)
    world.run_until(END)
    return world


@given(HISTORIES, BATCHES)
@settings(max_examples=60, deadline=None)
def test_nothing_is_lost_and_nothing_comes_from_nowhere(history, mapping):
    world = lived(history, mapping)
    picture, at_us = Picture.of(services_of(world)), 0
    for entry in world.entries:
        assert entry.at_us >= at_us
        assert entry.cause is None or entry.cause < entry.id
        at_us = entry.at_us
        picture.add(entry)
        assert all(account.balanced for account in ledger(picture, services_of(world))), entry
    for node, state in zip(world.nodes, world.states, strict=True):
        assert picture.gauges[node.id] == node.service.counts(state)
    sent_to_queue = {e.message for e in world.entries if e.kind == "message_sent"}
    known = {e.message for e in world.entries if e.node == "sales-queue" and e.message}
    assert known <= sent_to_queue
    for node, state in zip(world.nodes, world.states, strict=True):
        if node.service.kind == "lambda_function":
            working = {m for m, stay in picture.stays[node.id].items() if stay.place == "working"}
            assert working == {m for run in state.running.values() for m in run.messages}


@given(HISTORIES, BATCHES, st.lists(st.integers(0, 50 * SECOND), max_size=3))
@settings(max_examples=25, deadline=None)
def test_going_back_to_a_checkpoint_changes_nothing(history, mapping, checkpoints):
    assert trace_hash(lived(history, mapping, checkpoints).entries) == trace_hash(
        lived(history, mapping).entries
    )


@given(HISTORIES)
@settings(max_examples=25, deadline=None)
def test_every_message_is_somewhere(history):
    """A letter is waiting, answered or given up; a child is in a queue, on its way, done, or lost with a reason."""
    world = lived(history, {})
    ends = {"answered", "turned_away", "server_failed", "gave_up"}
    asked = {e.message for e in world.entries if e.kind == "request_sent"}
    ended = {e.message for e in world.entries if e.kind in ends}
    waiting = {e.message for e in world.entries if e.kind == "request_sent" and e.message not in ended}
    client = world.states[world.seats["web"]]
    assert len(asked) == len(ended) + len(waiting) == client.sent
    assert len(waiting) == len(client.waiting)
    for entry in world.entries:
        if entry.kind == "message_sent" and entry.detail["arrives_us"] <= END:
            fates = {e.kind for e in world.entries if e.message == entry.message and not is_hop(e)}
            assert fates & {"sent", "sent_delayed", "send_refused"}, entry
