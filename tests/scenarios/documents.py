"""Small documents for these tests."""

from simulator.scenarios import Loaded, Scenario, load_text

SMALL = """\
schema_version: 1
id: small
title: A small one
services:
  web:
    kind: client
    calls: api
    request: {method: POST, path: /orders}
    rate: 0/s
  api:
    kind: api_gateway
    routes: [{method: POST, path: /orders, function: taker}]
  taker:
    kind: lambda_function
    steps:
      - {name: sent, send: orders, body: order}
      - return: {statusCode: 202}
  orders:
    kind: sqs
    redrive: {dead_letter_queue: dead, max_receive_count: 2}
  packer:
    kind: lambda_function
    event_source_mappings: [{queue: orders, batch_size: 1}]
    steps:
      - {name: packed, write: parcels, key: "{$.record.messageId}", mode: append}
  parcels: {kind: table}
  dead: {kind: sqs}
controls:
  - {id: send-one, type: send, label: Send, node: web}
  - {id: crash, type: fault, label: Crash, node: packer, fault: crash, parameters: {after_step: packed}}
  - {id: visibility, type: setting, label: Visibility, node: orders, setting: visibility_timeout, max: 60s}
"""


def loaded(more: str = "", text: str = SMALL) -> Loaded:
    """The small document with more sections."""
    return load_text(text + more, "small.yaml")


def small(more: str = "", text: str = SMALL) -> Scenario:
    """The small scenario; a test fails here with the diagnostics if it is not sound."""
    found = loaded(more, text)
    assert found.scenario is not None, found.render()
    return found.scenario


def said(found: Loaded) -> list[str]:
    """What the checker said, as ``line:column message hint``."""
    return [f"{d.line}:{d.column} {d.message} {d.hint}".strip() for d in found.diagnostics]
