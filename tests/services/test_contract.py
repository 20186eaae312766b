"""What every service promises: checked on every kind, on worlds that record every kind of entry."""

import pickle
import re
from functools import cache
from pathlib import Path

import pytest

from simulator.engine import (
    Entry,
    Notice,
    Picture,
    World,
    is_hop,
    ledger,
    service_kinds,
    tell,
    trace_bytes,
    trace_hash,
)
from simulator.engine.service import WORLD_ENTRIES
from simulator.engine.trace import EntryKind
from tests.services.corpus import WORLDS, played
from tests.services.worlds import services_of, titles_of

DOCS = Path(__file__).parents[2] / "docs" / "models"
KINDS = {
    name: kind for name, kind in service_kinds().items() if kind.__module__.startswith("simulator.services.")
}
played = cache(played)

each_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
each_world = pytest.mark.parametrize("name", WORLDS)


def folded(world):
    """Every entry with the picture after it."""
    picture = Picture.of(services_of(world))
    for entry in world.entries:
        picture.add(entry)
        yield entry, picture


# ---- the tables ------------------------------------------------------------------------------------


@each_kind
def test_the_defaults_are_valid_and_have_a_schema(kind):
    config = kind.Config()
    assert kind.Config.model_validate(config.model_dump(by_alias=True)) == config
    assert kind.Config.model_json_schema()["properties"]


@each_kind
def test_fields_explain_themselves(kind):
    for name, field in kind.Config.model_fields.items():
        if name not in ("title", "note"):
            assert field.title, name
            assert field.description, name


@each_kind
def test_a_plate_has_one_headline_and_names_its_gauges(kind):
    assert [g.headline for g in kind.GAUGES.values()].count(True) == 1
    assert all(gauge.label for gauge in kind.GAUGES.values())


@each_kind
def test_entries_move_gauges_that_exist(kind):
    for entry_kind in kind.ENTRIES.values():
        assert set(entry_kind.gauges) | set(entry_kind.sets) <= set(kind.GAUGES)
    assert not set(kind.ENTRIES) & set(WORLD_ENTRIES)


@each_kind
def test_the_model_page_names_every_field_gauge_fault_and_entry(kind):
    page = (DOCS / f"{kind.kind}.md").read_text(encoding="utf-8")
    fields = {field.alias or name for name, field in kind.Config.model_fields.items()} - {"title", "note"}
    for word in [*fields, *kind.ENTRIES, *kind.FAULTS, *kind.GAUGES]:
        assert f"`{word}`" in page, f"docs/models/{kind.kind}.md does not name {word}"
    for heading in ("## Modelled", "## Simplified", "## Left out", "## States"):
        assert heading in page


@each_kind
def test_the_model_page_invents_nothing(kind):
    """What the page lists as an entry is one."""
    page = (DOCS / f"{kind.kind}.md").read_text(encoding="utf-8")
    listed = re.findall(
        r"^\| `(\w+)` \|", page.partition("## Entries")[2].partition("\n## ")[0], re.MULTILINE
    )
    assert set(listed) == set(kind.ENTRIES)


@each_kind
def test_an_unknown_notice_is_a_bug(kind):
    service = kind()
    with pytest.raises(KeyError):
        service.handle(kind.State(), Notice("Nonsense"), None)


@each_kind
def test_commands_that_make_no_sense_are_refused(kind):
    service, config = kind(), kind.Config()
    for command, body in (
        ("explode", {}),
        ("configure", {"setting": "title", "value": "x"}),
        ("configure", {"setting": "no such thing", "value": 1}),
        ("fault", {"fault": "no such thing", "on": True}),
        ("fault", {"fault": next(iter(kind.FAULTS), "crash"), "on": "yes"}),
        ("fault", {"fault": next(iter(kind.FAULTS), "crash"), "on": True, "parameters": {"what": 1}}),
    ):
        with pytest.raises(ValueError):
            service.check_command(command, body, config)


# ---- what is recorded ------------------------------------------------------------------------------


def test_the_worlds_record_every_kind_of_entry():
    seen = set()
    for name in WORLDS:
        services = services_of(played(name))
        seen |= {(services[entry.node].kind, entry.kind) for entry in played(name).entries}
    declared = {(name, entry) for name, kind in KINDS.items() for entry in kind.ENTRIES}
    assert declared <= seen, f"never recorded: {sorted(declared - seen)}"


@each_world
def test_every_sentence_finds_its_fields(name):
    world = played(name)
    titles, kinds = titles_of(world), Picture.of(services_of(world)).kinds
    for entry in world.entries:
        kind = kinds[entry.node][entry.kind]
        for template in (kind.says, kind.state):
            assert "–" not in tell(template, entry, titles), (entry, template)
        assert tell(kind.says, entry, titles).endswith(".") or entry.node == "probe", entry


@each_world
def test_ids_times_and_causes_are_in_order(name):
    before = Entry(-1, 0, "", "", None, None, None)
    for entry in played(name).entries:
        assert entry.id == before.id + 1
        assert entry.at_us >= before.at_us
        assert entry.cause is None or entry.cause < entry.id
        assert not is_hop(entry) or entry.detail["arrives_us"] >= entry.at_us
        before = entry


@each_world
def test_the_ledger_balances_after_every_entry(name):
    world = played(name)
    for entry, picture in folded(world):
        unbalanced = [account for account in ledger(picture, services_of(world)) if not account.balanced]
        assert not unbalanced, (entry, unbalanced)


@each_world
def test_gauges_of_the_trace_are_the_counts_of_the_state(name):
    world, *_ = WORLDS[name]()
    picture, done, until_us = Picture.of(services_of(world)), 0, WORLDS[name]()[1]
    while not world.run_until(until_us, notices=1):
        picture.add_all(world.entries[done:])
        done = len(world.entries)
        for node, state in zip(world.nodes, world.states, strict=True):
            assert picture.gauges[node.id] == node.service.counts(state), (node.id, world.entries[-1])


@each_world
def test_places_are_left_when_the_work_is_done(name):
    """Who is `working` or `waiting` at the end is so in the state, too."""
    world = played(name)
    *_, (_, picture) = folded(world)
    for node, state in zip(world.nodes, world.states, strict=True):
        stays = picture.stays[node.id]
        if node.service.kind == "lambda_function":
            working = {m for invocation in state.running.values() for m in invocation.messages}
            assert {m for m, stay in stays.items() if stay.place == "working"} == working
        elif node.service.kind == "sqs":
            assert {m: stay.place for m, stay in stays.items()} == {
                m: stored.where for m, stored in state.store.messages.items()
            }
        elif node.service.kind == "client":
            assert len(stays) == len(state.waiting)
        elif node.service.kind == "api_gateway":
            assert len(stays) == len(state.open)


@each_world
def test_links_name_what_the_other_side_accepts(name):
    world = played(name)
    services = services_of(world)
    for node in world.nodes:
        if node.id == "probe":
            continue
        for link in node.service.links(node.config):
            assert link.action in services[link.target].accepts()
            assert link.path


@each_world
def test_hops_follow_the_links(name):
    """Every hop, and its answer, travels along a connection that the config declares."""
    world = played(name)
    edges = set()
    for node in world.nodes:
        edges |= {(node.id, link.target) for link in node.service.links(node.config)}
    for entry in world.entries:
        if is_hop(entry):
            assert {(entry.node, entry.detail["to"]), (entry.detail["to"], entry.node)} & edges, entry


# ---- the same again --------------------------------------------------------------------------------


@each_world
def test_the_same_world_gives_the_same_trace(name):
    world, until_us = WORLDS[name]()
    world.run_until(until_us)
    assert trace_bytes(world.entries) == trace_bytes(played(name).entries)


@each_world
def test_a_checkpoint_changes_nothing(name):
    """Through checkpoints all along the way, and back to each of them."""
    whole = trace_hash(played(name).entries)
    world, until_us = WORLDS[name]()
    checkpoints = [world.checkpoint()]
    step = max(1, len(played(name).entries) // 20)
    while not world.run_until(until_us, notices=step):
        checkpoints.append(world.checkpoint())
    assert trace_hash(world.entries) == whole
    for checkpoint in reversed(checkpoints):
        world.restore(checkpoint)
        world.run_until(until_us)
        assert trace_hash(world.entries) == whole


def test_a_checkpoint_at_any_notice_changes_nothing():
    whole = trace_hash(played("sales_crashes").entries)
    world, until_us = WORLDS["sales_crashes"]()
    while not world.run_until(until_us, notices=1):
        checkpoint = world.checkpoint()
        world.restore(checkpoint)
        again, _ = WORLDS["sales_crashes"]()
        assert isinstance(again, World)
        again.entries[:] = world.entries
        again.restore(pickle.loads(pickle.dumps(checkpoint)))
        again.run_until(until_us)
        assert trace_hash(again.entries) == whole
    assert trace_hash(world.entries) == whole


def test_entry_kinds_are_plain():
    """They go to the browser as JSON."""
    for kind in KINDS.values():
        for entry_kind in kind.ENTRIES.values():
            assert isinstance(entry_kind, EntryKind)
            assert entry_kind.place != "gone" or entry_kind.tone in ("done", "trouble", "lost")
