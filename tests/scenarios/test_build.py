"""Worlds, topologies, page models and canonical forms."""

import json

import pytest

from simulator.engine.service import WORLD_ENTRIES
from simulator.scenarios import Scenario, build_world, load_text, page_model, topology
from simulator.scenarios.scenario import spoken
from tests.scenarios.documents import SMALL, loaded, small


def test_nodes_are_drawn_in_the_order_of_the_document_with_messages_going_forward() -> None:
    drawn = topology(small("story: |\n  About orders.\n\n  More.\n"))

    assert drawn.title == "A small one"
    assert drawn.description == "About orders."
    assert [node.id for node in drawn.nodes] == ["web", "api", "taker", "orders", "packer", "parcels", "dead"]
    assert drawn.nodes[3].plate == "tickets"
    assert [edge.id for edge in drawn.edges] == [
        "web--api",
        "api--taker",
        "taker--orders",
        "orders--dead",
        "packer--parcels",
        "orders--packer",
    ]
    assert drawn.edges[5].label == "batches of 1"


def test_one_edge_for_all_that_two_services_ask_each_other() -> None:
    text = SMALL.replace(
        "      - {name: packed,",
        "      - {read: parcels, key: a}\n      - {read: parcels, key: b}\n      - {name: packed,",
    )
    edges = topology(small(text=text)).edges

    merged = next(edge for edge in edges if edge.id == "packer--parcels")
    assert merged.label == "reads · writes"
    assert merged.description == "Packer: GetItem (Parcels); Packer: PutItem (Parcels)"


def test_faults_begin_and_end_by_themselves() -> None:
    scenario = small(
        "faults: [{id: f, node: packer, fault: crash, at: 1s, until: 3s}, {id: g, node: orders, fault: unavailable}]\n"
    )
    world = build_world(scenario, "1")
    world.run_until(5_000_000)

    told = [(e.at_us, e.kind) for e in world.entries if e.kind.startswith("fault_")]
    assert told == [(1_000_000, "fault_started"), (3_000_000, "fault_cleared")]


def test_the_page_model_names_every_kind_of_every_service_once() -> None:
    model = page_model(small())
    names = [(kind["service"], kind["name"]) for kind in model["kinds"]]

    assert len(names) == len(set(names))
    for service in {node["kind"] for node in model["nodes"]}:
        assert {(service, name) for name in WORLD_ENTRIES} <= set(names)
    assert ("sqs", "received") in names
    assert model["nodes"][3] | {"gauges": 0, "faults": 0} == {
        "id": "orders",
        "kind": "sqs",
        "kind_title": "Queue",
        "title": "Orders",
        "plate": "tickets",
        "gauges": 0,
        "faults": 0,
    }
    assert json.loads(json.dumps(model)) == model


def test_controls_are_told_as_the_page_uses_them() -> None:
    controls = {
        control["id"]: control
        for control in page_model(small(CONTROLS, SMALL.partition("controls:")[0]))["controls"]
    }

    assert controls["send"] == {"id": "send", "type": "send", "label": "Send", "node": "web", "count": 20}
    assert controls["crash"]["parameters"] == {"after_step": "packed"}
    assert controls["crash"]["restore_label"] == "Mend"
    shown = {
        name: {k: c[k] for k in ("unit", "min", "max", "step", "value")}
        for name, c in controls.items()
        if c["type"] == "setting"
    }
    assert shown == {
        "visibility": {"unit": "s", "min": 0, "max": 120, "step": 1, "value": 30},
        "errors": {"unit": "", "min": 0, "max": 1, "step": 0.01, "value": 0},
        "latency": {"unit": "ms", "min": 0, "max": 5000, "step": 100, "value": 0},
        "rate": {"unit": "/s", "min": 0, "max": 2, "step": 0.5, "value": 0},
        "polling": {"unit": "bool", "min": 0, "max": 1, "step": 1, "value": True},
    }


CONTROLS = """\
controls:
  - {id: send, type: send, label: Send, node: web, count: 20}
  - id: crash
    type: fault
    label: Crash
    restore_label: Mend
    node: packer
    fault: crash
    parameters: {after_step: packed}
  - {id: visibility, type: setting, label: V, node: orders, setting: visibility_timeout, max: 120s}
  - {id: errors, type: setting, label: E, node: packer, setting: error_rate}
  - {id: latency, type: setting, label: L, node: packer, setting: extra_latency, max: 5s, step: 100ms}
  - {id: rate, type: setting, label: R, node: web, setting: rate, max: 2/s, step: 30/min}
  - {id: polling, type: setting, label: P, node: packer, setting: polling}
"""


@pytest.mark.parametrize("control", ["visibility", "errors", "latency", "rate"])
@pytest.mark.parametrize("end", ["min", "max"])
def test_both_ends_of_a_control_are_accepted_by_the_world(control: str, end: str) -> None:
    scenario = small(CONTROLS, SMALL.partition("controls:")[0])
    model = next(c for c in page_model(scenario)["controls"] if c["id"] == control)
    value = model[end] if model["unit"] in ("", "/s") else f"{model[end]}{model['unit']}"

    build_world(scenario, "1").check_command(
        "configure", {"node": model["node"], "setting": model["setting"], "value": value}
    )


def test_a_control_without_a_value_to_show_is_refused() -> None:
    text = (
        SMALL.replace("    rate: 0/s\n", "")
        + "  - {id: rate, type: setting, label: R, node: web, setting: rate}\n"
    )

    assert "'rate' has no value in this scenario" in load_text(text).render()


def test_the_canonical_form_forgets_layout_and_keeps_the_order_of_services() -> None:
    scenario = small()
    laid_out = load_text(SMALL.replace("\n", "\n\n") + "# a remark\n").scenario
    dead, parcels = "  dead: {kind: sqs}\n", "  parcels: {kind: table}\n"
    swapped = load_text(SMALL.replace(dead, "").replace(parcels, dead + parcels)).scenario

    assert laid_out == scenario
    assert hash(laid_out) == hash(scenario)
    assert laid_out is not None
    assert laid_out.digest == scenario.digest
    assert len(scenario.digest) == 64
    assert list(json.loads(scenario.canonical_json)["services"]) == [node.id for node in scenario.nodes]
    assert swapped is not None
    assert swapped.digest != scenario.digest


def test_a_stored_revision_that_is_no_longer_understood_is_a_value_error() -> None:
    stored = small().canonical_json

    for broken in (
        stored.replace('"sqs"', '"sqz"'),
        stored.replace('"title"', '"titel"', 1),
        "{}",
        "[]",
        "x",
    ):
        with pytest.raises(ValueError):
            Scenario.from_canonical(broken)


def test_names_of_nodes_come_from_the_document_or_the_id() -> None:
    text = SMALL.replace("parcels: {kind: table}", "parcels: {kind: table, title: The parcels}")
    titles = small(text=text).titles

    assert titles["parcels"] == "The parcels"
    assert titles["dead"] == "Dead"
    assert spoken("sales-dead-letters") == "Sales dead letters"
    with pytest.raises(KeyError):
        small().node("nobody")


def test_beginnings_are_kept_in_one_form() -> None:
    assert small("starts_at: 2026-03-01T10:00:00+01:00").starts_at == "2026-03-01T09:00:00Z"
    assert small().starts_at == "2026-01-05T09:00:00Z"
    assert "is not a date and time" in loaded("starts_at: tomorrow").render()
