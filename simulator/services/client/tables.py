"""What a client's entries and gauges mean."""

from __future__ import annotations

from simulator.engine import EntryKind, Gauge

_ANSWER_TIME: dict[str, int | str] = {"answer_us_sum": "latency_us"}
_LAST = {"last_answer_us": "latency_us"}

ENTRIES: dict[str, EntryKind] = {
    "request_sent": EntryKind(
        "{node} sent {message} to {to}: {method} {path}.",
        "{node} sent {message} to {to} and waits for the answer, until {until_us:clock} at the longest.",
        place="waiting",
        gauges={"requests_sent": 1, "waiting": 1},
        tone="moving",
    ),
    "answered": EntryKind(
        "{node} got the answer to {message}: {status}, after {latency_us:duration}.",
        "{message} is answered: {status}, after {latency_us:duration}.",
        place="gone",
        gauges={"waiting": -1, "answered_ok": 1, **_ANSWER_TIME},
        sets=_LAST,
        tone="done",
    ),
    "turned_away": EntryKind(
        "{node} got {status} for {message}: {reason}",
        "{message} was turned away with {status}: {reason}",
        place="gone",
        gauges={"waiting": -1, "answered_error": 1, **_ANSWER_TIME},
        sets=_LAST,
        interest="bookmark",
        tone="trouble",
    ),
    "server_failed": EntryKind(
        "{node} got {status} for {message}, after {latency_us:duration}: {reason}",
        "{message} failed with {status}: {reason} {node} can't know how far it got.",
        place="gone",
        gauges={"waiting": -1, "answered_error": 1, **_ANSWER_TIME},
        sets=_LAST,
        interest="bookmark",
        tone="trouble",
    ),
    "gave_up": EntryKind(
        "{node} waited {latency_us:duration} for the answer to {message} and gave up.",
        "{node} gave up on {message} after {latency_us:duration}; it can't know whether it was done.",
        place="gone",
        gauges={"waiting": -1, "gave_up": 1},
        interest="bookmark",
        tone="trouble",
    ),
    "answer_too_late": EntryKind(
        "The answer to {message} reached {node} after it had given up: {status}.", tone="trouble"
    ),
}

GAUGES: dict[str, Gauge] = {
    "answered_ok": Gauge("Answered", "requests", headline=True, balance="out"),
    "answered_error": Gauge("Answered with an error", "requests", balance="out"),
    "gave_up": Gauge("Given up", "requests", balance="out"),
    "waiting": Gauge("Waiting", "requests", balance="now"),
    "requests_sent": Gauge("Sent", "requests", balance="in"),
    "last_answer_us": Gauge("Last answer time", "us"),
    "answer_us_sum": Gauge("Answer times together", "us"),
}
