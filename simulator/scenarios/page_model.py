"""What the player needs to know of a scenario, as plain JSON data. docs/architecture.md shows its form."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from simulator.engine import EntryKind, Gauge, Node
from simulator.engine.service import WORLD_ENTRIES

from .build import topology
from .document import Control, FaultControl, SendControl
from .scenario import Scenario
from .settings import range_of


def page_model(scenario: Scenario) -> dict[str, Any]:
    """The page model: nodes, entry kinds, edges, controls, charts and captions.

    An entry's `node` and `kind` on the wire are places in `nodes` and `kinds`; each service lists the world's
    kinds after its own, so that a kind's place names both.
    """
    return {
        "scenario": scenario.id,
        "title": scenario.title,
        "starts_at": scenario.starts_at,
        "nodes": [_node(scenario, node) for node in scenario.nodes],
        "kinds": [_kind(service, name, kind) for service, name, kind in entry_kinds(scenario)],
        "edges": [
            {"id": edge.id, "source": edge.source, "target": edge.target, "label": edge.label}
            for edge in topology(scenario).edges
        ],
        "controls": [_control(scenario, control) for control in scenario.controls],
        "charts": [chart.model_dump(mode="json") for chart in scenario.views.charts],
        "captions": [caption.model_dump(mode="json") for caption in scenario.views.captions],
        "bookmarks": [
            {"at_us": bookmark.at, "label": bookmark.label} for bookmark in scenario.document.bookmarks
        ],
    }


def entry_kinds(scenario: Scenario) -> list[tuple[str, str, EntryKind]]:
    """Every entry kind that a run of the scenario may record: the service's kind, the name, the meaning.

    Services come in the order in which they first appear, each with its own kinds and then the world's.
    """
    seen: dict[str, dict[str, EntryKind]] = {}
    for node in scenario.nodes:
        seen.setdefault(node.service.kind, {**node.service.ENTRIES, **WORLD_ENTRIES})
    return [(service, name, kind) for service, kinds in seen.items() for name, kind in kinds.items()]


def _node(scenario: Scenario, node: Node) -> dict[str, Any]:
    service = node.service
    return {
        "id": node.id,
        "kind": service.kind,
        "kind_title": service.title,
        "title": scenario.titles[node.id],
        "plate": service.plate,
        "gauges": {name: _gauge(gauge) for name, gauge in service.GAUGES.items()},
        "faults": {
            name: {"label": fault.label, "says": fault.says} for name, fault in service.FAULTS.items()
        },
    }


def _gauge(gauge: Gauge) -> dict[str, Any]:
    return {
        "label": gauge.label,
        "unit": gauge.unit,
        "headline": gauge.headline,
        "spare": gauge.spare,
        "balance": gauge.balance,
    }


def _kind(service: str, name: str, kind: EntryKind) -> dict[str, Any]:
    return {
        "service": service,
        "name": name,
        "says": kind.says,
        "state": kind.state,
        "place": kind.place,
        "gauges": dict(kind.gauges),
        "sets": dict(kind.sets),
        "interest": kind.interest,
        "tone": kind.tone,
    }


def _control(scenario: Scenario, control: Control) -> dict[str, Any]:
    shared = {"id": control.id, "type": control.type, "label": control.label, "node": control.node}
    if isinstance(control, SendControl):
        return {**shared, "count": control.count}
    if isinstance(control, FaultControl):
        return {
            **shared,
            "restore_label": control.restore_label,
            "fault": control.fault,
            "parameters": dict(control.parameters),
        }
    return {**shared, "setting": control.setting, **asdict(range_of(control, scenario.node(control.node)))}
