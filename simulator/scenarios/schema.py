"""The published JSON Schema of scenario documents, generated from the models that check them.

Editors use it for completion; what it cannot say (names that exist, texts with a grammar) the checker says.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from simulator import services
from simulator.engine import Latency, ServiceConfig, service_kinds

from .document import Document

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def scenario_schema() -> dict[str, Any]:
    """The schema as JSON data: the document, with one alternative for each kind of service."""
    published = {
        name: kind for name, kind in service_kinds().items() if kind.__module__.startswith(services.__name__)
    }
    configs: dict[str, type[ServiceConfig]] = {name: kind.Config for name, kind in published.items()}
    models: list[type[BaseModel]] = [Document, *dict.fromkeys(configs.values())]
    references, shared = models_json_schema([(model, "validation") for model in models], by_alias=True)
    definitions: dict[str, Any] = shared["$defs"]
    root = definitions.pop(_name(references[Document, "validation"]))
    alternatives = []
    for kind, config in configs.items():
        name = _name(references[config, "validation"])
        definitions[f"service_{kind}"] = _with_kind(definitions[name], kind, published[kind].title)
        alternatives.append({"$ref": f"#/$defs/service_{kind}"})
    for config in dict.fromkeys(configs.values()):
        del definitions[_name(references[config, "validation"])]
    root["properties"]["services"]["additionalProperties"] = {"oneOf": alternatives}
    traffic = [
        d["properties"]["traffic"] for d in definitions.values() if "traffic" in d.get("properties", {})
    ]
    if traffic:
        root["properties"]["traffic"]["additionalProperties"] = {"anyOf": traffic}
    _allow_short_latency(definitions)
    return {"$schema": DIALECT, **root, "$defs": dict(sorted(definitions.items()))}


def schema_text() -> str:
    """The schema as the published file holds it."""
    return json.dumps(scenario_schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _name(reference: dict[str, Any]) -> str:
    return str(reference["$ref"]).rpartition("/")[2]


def _with_kind(schema: dict[str, Any], kind: str, title: str) -> dict[str, Any]:
    """A config's schema as a service of the document: with its kind."""
    properties = {"kind": {"const": kind, "description": title}, **schema["properties"]}
    return {**schema, "properties": properties, "required": ["kind", *schema.get("required", ())]}


def _allow_short_latency(definitions: dict[str, Any]) -> None:
    """A latency may be written as one duration."""
    full = definitions.get(Latency.__name__)
    if full is not None:
        definitions[Latency.__name__] = {"anyOf": [full["properties"]["p50"], full]}
