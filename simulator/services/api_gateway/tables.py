"""What an API's entries and gauges mean."""

from __future__ import annotations

from simulator.engine import EntryKind, Gauge

_IN: dict[str, int | str] = {"requests": 1, "open": 1, "bill": "cost"}

ENTRIES: dict[str, EntryKind] = {
    "request_received": EntryKind(
        "{node} got {message}: {method} {path}.",
        "{node} is looking at {message}: {method} {path}.",
        place="waiting",
        gauges=_IN,
        tone="moving",
    ),
    "function_invoked": EntryKind(
        "{node} invokes {to} for {message} and waits for its answer.",
        "{message} waits in {node} for {to} to answer, until {until_us:clock} at the latest.",
        place="waiting",
        tone="moving",
    ),
    "request_answered": EntryKind(
        "{node} answered {message} with {status}.",
        "{node} answered {message} with {status}.",
        place="gone",
        gauges={"open": -1, "answered": 1},
        sets={"last_integration_us": "integration_us"},
        tone="done",
    ),
    "request_rejected": EntryKind(
        "{node} turned {message} away with {status} {reason}.",
        "{node} turned {message} away with {status} {reason}; no function saw it.",
        place="gone",
        gauges={"open": -1, "errors_4xx": 1},
        interest="bookmark",
        tone="trouble",
    ),
    "integration_failed": EntryKind(
        "{node} answered {message} with {status} {reason}: {cause_text}",
        "{node} answered {message} with {status}: {cause_text}",
        place="gone",
        gauges={"open": -1, "errors_5xx": 1},
        interest="bookmark",
        tone="trouble",
    ),
    "integration_timed_out": EntryKind(
        "{node} waited {waited_us:duration} for {function_node} and answered {message} with 504; "
        "the function runs on.",
        "{node} answered {message} with 504, because {function_node} took longer than {waited_us:duration}.",
        place="gone",
        gauges={"open": -1, "errors_5xx": 1},
        interest="bookmark",
        tone="trouble",
    ),
    "answer_too_late": EntryKind(
        "{function_node} answered {message} after {node} had given up on it.", tone="trouble"
    ),
}

GAUGES: dict[str, Gauge] = {
    "requests": Gauge("Requests", "requests", headline=True, balance="in"),
    "open": Gauge("On their way", "requests", balance="now"),
    "answered": Gauge("Answered", "requests", balance="out"),
    "errors_4xx": Gauge("4xx errors", "requests", balance="out"),
    "errors_5xx": Gauge("5xx errors", "requests", balance="out"),
    "last_integration_us": Gauge("Last integration latency", "us"),
    "bill": Gauge("Bill", "pUSD"),
}
