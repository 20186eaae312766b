"""A scenario: a checked document with the services that it describes, and its canonical form."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import simulator.services  # noqa: F401  (registers every kind)
from simulator.engine import Node, Service, service_kinds

from .document import Control, Document, ExpectGroup, Fault, Prediction, Views


@dataclass(frozen=True, eq=False)
class Scenario:
    """One revision of a scenario. `digest` (SHA-256 of `canonical_json`, in hex) names the revision.

    `nodes` are its services with their configs, in document order; a world is built from them. `source_text`
    is what an author wrote, empty when it is not known.
    """

    document: Document
    nodes: tuple[Node, ...]
    canonical_json: str
    source_text: str = ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scenario) and other.canonical_json == self.canonical_json

    def __hash__(self) -> int:
        return hash(self.canonical_json)

    @property
    def id(self) -> str:
        """The scenario's id, which its revisions share."""
        return self.document.id

    @property
    def title(self) -> str:
        """Its name."""
        return self.document.title

    @property
    def story(self) -> str:
        """What it is about, as Markdown."""
        return self.document.story

    @property
    def starts_at(self) -> str:
        """The date and time at which virtual time begins, ISO 8601 with a Z."""
        return self.document.starts_at

    @property
    def controls(self) -> tuple[Control, ...]:
        """The buttons and sliders, in document order."""
        return self.document.controls

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The faults that have a name, and perhaps a time."""
        return self.document.faults

    @property
    def predictions(self) -> tuple[Prediction, ...]:
        """The predictions, in document order."""
        return self.document.predictions

    @property
    def views(self) -> Views:
        """Charts and captions."""
        return self.document.views

    @cached_property
    def digest(self) -> str:
        """The revision's name: SHA-256 of the canonical JSON, in hex."""
        return hashlib.sha256(self.canonical_json.encode()).hexdigest()

    @cached_property
    def expect(self) -> dict[str, ExpectGroup]:
        """The expectations by their ids."""
        return self.document.expectations()

    @cached_property
    def services(self) -> dict[str, Service]:
        """The services by node id, as `Picture.of` and `ledger` take them."""
        return {node.id: node.service for node in self.nodes}

    @cached_property
    def titles(self) -> dict[str, str]:
        """The names on the plates, by node id."""
        return {node.id: node.config.title or spoken(node.id) for node in self.nodes}

    def node(self, node_id: str) -> Node:
        """The node of an id; KeyError if there is none."""
        return next((n for n in self.nodes if n.id == node_id), None) or _unknown(node_id)

    @classmethod
    def from_canonical(cls, json_text: str, source_text: str = "") -> Scenario:
        """A scenario from a stored revision, which was checked when it was stored.

        ValueError if this version of the simulator no longer understands it.
        """
        return scenario_of(json.loads(json_text), source_text)


def _unknown(node_id: str) -> Node:
    raise KeyError(node_id)


def spoken(node_id: str) -> str:
    """A node's id as a name: ``sales-queue`` is ``Sales queue``."""
    words = node_id.replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:]


def scenario_of(data: Mapping[str, Any], source_text: str = "") -> Scenario:
    """A scenario from plain data whose meaning was checked; ValueError if its shape is wrong."""
    document = Document.model_validate(data)
    kinds = service_kinds()
    nodes = []
    for node_id in document.services:
        kind, body = service_data(data, node_id)
        if kind not in kinds:
            raise ValueError(f"There is no service of kind {str(kind)[:40]!r}.")
        service = kinds[kind]()
        nodes.append(Node(node_id, service, service.Config.model_validate(body)))
    return Scenario(document, tuple(nodes), canonical(data), source_text)


def service_data(data: Mapping[str, Any], node_id: str) -> tuple[object, dict[str, Any]]:
    """A service's kind, and what its config is made of, as a document holds them."""
    body = dict(data["services"][node_id])
    traffic = data.get("traffic")
    if isinstance(traffic, Mapping) and node_id in traffic:
        body["traffic"] = traffic[node_id]
    return body.pop("kind", None), body


def canonical(data: Mapping[str, Any]) -> str:
    """A document's data as JSON in one form: keys sorted, services in their order, which has a meaning."""
    ordered = {key: _sorted(data[key]) for key in sorted(data)}
    if isinstance(data.get("services"), Mapping):
        ordered["services"] = {node: _sorted(body) for node, body in data["services"].items()}
    return json.dumps(ordered, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _sorted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _sorted(value[key]) for key in sorted(value)}
    if isinstance(value, list | tuple):
        return [_sorted(item) for item in value]
    return value
