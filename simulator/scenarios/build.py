"""From a scenario to what runs and what is drawn: its world, and its topology."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.engine import Link, Node, World, WorldCommand

from .scenario import Scenario


@dataclass(frozen=True)
class TopologyNode:
    """One service, as a drawing needs it."""

    id: str
    kind: str
    title: str
    description: str
    plate: str


@dataclass(frozen=True)
class TopologyEdge:
    """One connection: messages travel from `source` to `target`, answers back on the same track."""

    id: str
    source: str
    target: str
    label: str
    description: str


@dataclass(frozen=True)
class Topology:
    """An architecture in document order. Edge ids are ``source--target``."""

    title: str
    description: str
    nodes: tuple[TopologyNode, ...]
    edges: tuple[TopologyEdge, ...]


def build_world(scenario: Scenario, seed: str) -> World:
    """A fresh world of a scenario, at virtual time 0, with the faults that begin by themselves planned.

    Planned faults have negative command numbers: a run's own log begins at 1, and at one microsecond they
    come before it.
    """
    world = World(scenario.nodes, seed)
    planned = [
        (moment, fault, moment == fault.at)
        for fault in scenario.faults
        for moment in (fault.at, fault.until)
        if moment is not None and fault.at is not None
    ]
    for number, (at_us, fault, on) in enumerate(planned):
        body = {"node": fault.node, "fault": fault.fault, "on": on, "parameters": dict(fault.parameters)}
        world.add_command(WorldCommand(number - len(planned), at_us, "fault", body))
    return world


def topology(scenario: Scenario) -> Topology:
    """What a drawing shows: every service, and one edge for all that two services ask each other one way."""
    nodes = tuple(
        TopologyNode(
            node.id,
            node.service.kind,
            scenario.titles[node.id],
            node.config.note or node.service.title,
            node.service.plate,
        )
        for node in scenario.nodes
    )
    edges: dict[tuple[str, str], TopologyEdge] = {}
    for node in scenario.nodes:
        for link in node.service.links(node.config):
            _add_edge(edges, node, link, scenario.titles)
    summary = scenario.story.strip().partition("\n\n")[0].replace("\n", " ")
    return Topology(scenario.title, summary, nodes, tuple(edges.values()))


def ends(node_id: str, link: Link) -> tuple[str, str]:
    """The edge of a link: from where to where its messages travel."""
    return (link.target, node_id) if link.flow == "in" else (node_id, link.target)


def _add_edge(
    edges: dict[tuple[str, str], TopologyEdge], node: Node, link: Link, titles: dict[str, str]
) -> None:
    source, target = ends(node.id, link)
    description = f"{titles[node.id]}: {link.action} ({titles[link.target]})"
    before = edges.get((source, target))
    if before is None:
        edges[source, target] = TopologyEdge(f"{source}--{target}", source, target, link.label, description)
        return
    edges[source, target] = TopologyEdge(
        before.id,
        source,
        target,
        _joined(before.label, link.label, " · "),
        _joined(before.description, description, "; "),
    )


def _joined(before: str, more: str, between: str) -> str:
    if not more or more in before.split(between):
        return before
    return f"{before}{between}{more}" if before else more
