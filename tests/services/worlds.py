"""Small worlds for tests: services by id, built in a few lines.

world = build({"queue": sqs(visibility_timeout="5s"), "worker": function("queue")})
"""

import simulator.services  # noqa: F401  (registers the kinds)
from simulator.engine import Node, World, WorldCommand, service_kinds

PAYMENTS = {
    "web": {
        "kind": "client",
        "title": "Web client",
        "calls": "api",
        "request": {
            "method": "POST",
            "path": "/payments",
            "body": {"payment": "{$.message}", "customer": "C-{$.n}", "amount": 120},
        },
    },
    "api": {
        "kind": "api_gateway",
        "title": "API",
        "routes": [{"method": "POST", "path": "/payments", "function": "customer"}],
    },
    "customer": {
        "kind": "lambda_function",
        "title": "Customer",
        "steps": [
            {"name": "check", "work": {"p50": "40ms", "p99": "120ms"}},
            {
                "name": "store",
                "write": "customer-store",
                "key": "{$.event.body.payment}",
                "item": "{$.event.body}",
            },
            {
                "name": "pass-on",
                "send": "sales-queue",
                "body": {"payment": "{$.event.body.payment}", "amount": "{$.event.body.amount}"},
            },
            {"return": {"statusCode": 202, "body": "{$.event.requestContext.requestId}"}},
        ],
    },
    "customer-store": {"kind": "table", "title": "Customer store"},
    "sales-queue": {
        "kind": "sqs",
        "title": "Sales queue",
        "visibility_timeout": "30s",
        "redrive": {"dead_letter_queue": "dead-letters", "max_receive_count": 3},
    },
    "dead-letters": {"kind": "sqs", "title": "Dead letters"},
    "sales": {
        "kind": "lambda_function",
        "title": "Sales",
        "event_source_mappings": [{"queue": "sales-queue"}],
        "steps": [
            {"name": "post", "work": {"p50": "80ms", "p99": "300ms"}},
            {
                "name": "write-row",
                "write": "sales-store",
                "key": "{$.record.body.payment}",
                "item": "{$.record.body}",
                "mode": "append",
            },
        ],
    },
    "sales-store": {"kind": "table", "title": "Sales store"},
}


def build(document, seed="test"):
    """A world of `document`: node id to kind and config, as a scenario's services section has them."""
    kinds = service_kinds()
    nodes = []
    for node, written in document.items():
        written = dict(written)
        kind = kinds[written.pop("kind")]
        nodes.append(Node(node, kind(), kind.Config.model_validate(written)))
    return World(nodes, seed)


def payments(seed="test", **changes):
    """The payment world; `changes` replace fields of services (underscores for dashes)."""
    document = {node: dict(written) for node, written in PAYMENTS.items()}
    for node, fields in changes.items():
        document[node.replace("_", "-")].update(fields)
    return build(document, seed)


def services_of(world):
    return {node.id: node.service for node in world.nodes}


def titles_of(world):
    return {node.id: node.config.title or node.id for node in world.nodes}


class Log:
    """A command log for a world: each command gets the next number, as a run gives it."""

    def __init__(self, world):
        self.world = world
        self.commands = []

    def __call__(self, at_us, kind, node, **body):
        body = {"node": node, **body}
        self.world.check_command(kind, body)
        command = WorldCommand(len(self.commands) + 1, at_us, kind, body)
        self.commands.append(command)
        self.world.add_command(command)
        return self
