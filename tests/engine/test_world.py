"""The world: order, determinism, checkpoints, commands, limits."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine import Picture, WorldCommand, ledger, trace_bytes, trace_hash
from simulator.engine import limits as engine_limits
from simulator.engine.limits import Limit
from tests.engine.toys import talk

SECOND = 1_000_000


def played(until_us=5 * SECOND, seed="1", commands=()):
    world = talk(seed)
    for command in commands:
        world.add_command(command)
    world.run_until(until_us)
    return world


def test_entries_are_dense_ordered_and_caused_by_earlier_ones():
    world = played()
    assert [e.id for e in world.entries] == list(range(len(world.entries)))
    assert all(a.at_us <= b.at_us for a, b in zip(world.entries, world.entries[1:], strict=False))
    assert all(e.cause is None or e.cause < e.id for e in world.entries)
    assert len(world.entries) > 200


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others():
    assert trace_bytes(played().entries) == trace_bytes(played().entries)
    assert trace_hash(played().entries) != trace_hash(played(seed="2").entries)


@given(st.lists(st.integers(1, 3 * SECOND), min_size=1, max_size=12))
@settings(max_examples=40, deadline=None)
def test_how_time_is_cut_changes_nothing(cuts):
    world = talk()
    for cut in sorted(cuts):
        while not world.run_until(cut, notices=7):
            pass
    world.run_until(3 * SECOND)
    assert trace_hash(world.entries) == trace_hash(played(3 * SECOND).entries)


def test_a_checkpoint_at_any_entry_changes_nothing():
    whole = played(SECOND)
    world = talk()
    taken = []
    for at_us in sorted({e.at_us for e in whole.entries}):
        world.run_until(at_us)
        taken.append(world.checkpoint())
    for checkpoint in reversed(taken):
        world.restore(checkpoint)
        assert len(world.entries) == checkpoint.entries
        world.run_until(SECOND)
        assert trace_bytes(world.entries) == trace_bytes(whole.entries)


def test_a_checkpoint_keeps_controls_and_faults():
    world = talk()
    world.add_command(WorldCommand(1, 100, "configure", {"node": "asker", "setting": "pause", "value": 500}))
    world.run_until(SECOND)
    checkpoint = world.checkpoint()
    world.add_command(WorldCommand(2, SECOND, "configure", {"node": "asker", "setting": "pause", "value": 1}))
    world.run_until(2 * SECOND)
    assert world.contexts[0].config.pause_ms == 1
    world.restore(checkpoint)
    assert world.contexts[0].config.pause_ms == 500


def test_commands_come_before_notices_of_the_same_time_whenever_they_were_learned():
    early = [
        WorldCommand(1, 40_000, "send", {"node": "asker"}),
        WorldCommand(2, 40_000, "send", {"node": "asker"}),
    ]
    first = played(commands=early)
    second = played(commands=early[::-1])
    world = talk()
    world.run_until(39_999)
    for command in early:
        world.add_command(command)
    world.run_until(5 * SECOND)
    assert trace_hash(first.entries) == trace_hash(second.entries) == trace_hash(world.entries)


def test_a_late_command_is_refused_loudly():
    world = played(SECOND)
    with pytest.raises(AssertionError, match="late command"):
        world.add_command(WorldCommand(1, SECOND - 1, "send", {"node": "asker"}))


@pytest.mark.parametrize(
    ("kind", "body", "said"),
    [
        ("send", {"node": "nobody"}, "no service 'nobody'"),
        ("send", {}, "no service 'None'"),
        ("fly", {"node": "asker"}, "does not take the command 'fly'"),
        ("configure", {"node": "asker", "setting": "asks", "value": "x"}, "cannot be changed while running"),
        ("configure", {"node": "asker", "setting": "pause", "value": 0}, "greater than or equal to 1"),
        ("fault", {"node": "asker", "fault": "crash", "on": True}, "knows the faults (none)"),
    ],
)
def test_a_command_that_does_not_fit_is_refused_with_a_sentence(kind, body, said):
    with pytest.raises(ValueError) as refused:
        talk().check_command(kind, body)
    assert said in str(refused.value)


@pytest.mark.parametrize("name", ["entries", "simulated_us", "notices_per_instant"])
def test_at_a_limit_the_run_stops_and_says_which(name, monkeypatch):
    numbers = {"entries": 10, "simulated_us": 2 * SECOND, "notices_per_instant": 1}
    monkeypatch.setitem(engine_limits.LIMITS, name, Limit(numbers[name], "", f"limit {name}"))
    world = played()
    assert world.ended == f"limit {name}"
    before = len(world.entries)
    assert world.run_until(10 * SECOND)
    assert len(world.entries) == before


def test_the_picture_folds_what_the_states_hold_and_the_ledger_balances():
    world = talk()
    services = {node.id: node.service for node in world.nodes}
    picture = Picture.of(services)
    for until_us in range(0, 2 * SECOND, 37_003):
        world.run_until(until_us)
        picture.add_all(world.entries[picture.entries :])
        for node, state in zip(world.nodes, world.states, strict=True):
            counted = node.service.counts(state)
            assert counted == {name: picture.gauges[node.id][name] for name in counted}
        assert all(account.balanced for account in ledger(picture, services))
    assert picture.stays["asker"]


def test_the_limit_of_one_instant_does_not_depend_on_how_time_is_cut(monkeypatch):
    monkeypatch.setitem(engine_limits.LIMITS, "notices_per_instant", Limit(6, "", "stood still"))
    commands = [WorldCommand(n, 40_000, "send", {"node": "asker"}) for n in range(1, 9)]
    whole = played(commands=commands)
    sliced = talk()
    for command in commands:
        sliced.add_command(command)
    for _ in range(200):
        if sliced.run_until(5 * SECOND, notices=1):
            break
        sliced.restore(sliced.checkpoint())
    assert whole.ended == sliced.ended == "stood still"
    assert trace_hash(whole.entries) == trace_hash(sliced.entries)
