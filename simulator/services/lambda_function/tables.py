"""What a function's entries and gauges mean."""

from __future__ import annotations

from simulator.engine import EntryKind, Gauge

_BEGUN_COLD: dict[str, int | str] = {"invocations": 1, "concurrent": 1, "cold_starts": 1}
_BEGUN: dict[str, int | str] = {"invocations": 1, "concurrent": 1, "idle_environments": -1}
_ENDED: dict[str, int | str] = {"concurrent": -1, "billed_ms": "billed_ms", "bill": "cost"}
_ENDED_WHOLE: dict[str, int | str] = {**_ENDED, "idle_environments": 1}  # the environment waits for the next
_DURATION = {"last_duration_us": "duration_us"}

ENTRIES: dict[str, EntryKind] = {
    # ---- one invocation for one caller
    "invoked": EntryKind(
        "{node} runs for {message}.",
        "{node} works on {message}.",
        place="working",
        gauges=_BEGUN,
        tone="moving",
    ),
    "invoked_cold": EntryKind(
        "{node} starts a new environment for {message}: {init_us:duration}.",
        "{node} works on {message}; its environment had to be started first, which took {init_us:duration}.",
        place="working",
        gauges=_BEGUN_COLD,
        tone="waiting",
    ),
    "returned": EntryKind(
        "{node} answered {to} about {message}; {billed_ms} ms billed.",
        "{node} is done with {message}.",
        place="gone",
        gauges={**_ENDED_WHOLE, "succeeded": 1},
        sets=_DURATION,
        tone="done",
    ),
    "failed": EntryKind(
        "{node} failed with {error} on {message}: {reason}",
        "{node} failed on {message} with {error}: {reason}",
        place="gone",
        gauges={**_ENDED_WHOLE, "failed": 1},
        sets=_DURATION,
        interest="bookmark",
        tone="trouble",
    ),
    "timed_out": EntryKind(
        "{node} was stopped on {message} after its timeout of {duration_us:duration}.",
        "{node} was stopped on {message}, because it took longer than its timeout of {duration_us:duration}.",
        place="gone",
        gauges={**_ENDED, "failed": 1},
        sets=_DURATION,
        interest="bookmark",
        tone="trouble",
    ),
    "crashed": EntryKind(
        "{node} crashed on {message}, {where}; its environment is lost.",
        "{node} crashed on {message}, {where}.",
        place="gone",
        gauges={**_ENDED, "failed": 1},
        sets=_DURATION,
        interest="bookmark",
        tone="trouble",
    ),
    "throttled": EntryKind(
        "{node} refused {message}: {limit} invocations at a time are its limit.",
        "{node} refused {message}, because {limit} invocations were running, its limit.",
        gauges={"throttles": 1},
        interest="bookmark",
        tone="trouble",
    ),
    # ---- one invocation for a batch of a queue
    "batch_started": EntryKind(
        "{node} runs for a batch of {messages} from {queue_node}.", gauges=_BEGUN, tone="moving"
    ),
    "batch_started_cold": EntryKind(
        "{node} starts a new environment for a batch of {messages} from {queue_node}: {init_us:duration}.",
        gauges=_BEGUN_COLD,
        tone="waiting",
    ),
    "record_gathered": EntryKind(
        "{node} holds {message} until its batch is full or its window ends, at {until_us:clock}.",
        "{message} waits at {node} for a batch to fill, until {until_us:clock} at the latest.",
        place="waiting",
        tone="waiting",
    ),
    "record_started": EntryKind(
        "{node} got {message} in a batch (receive {receive_count}).",
        "{node} works on {message} (receive {receive_count}).",
        place="working",
        tone="moving",
    ),
    "batch_done": EntryKind(
        "{node} is done with a batch of {messages}; {billed_ms} ms billed.",
        gauges={**_ENDED_WHOLE, "succeeded": 1},
        sets=_DURATION,
        tone="done",
    ),
    "batch_failed": EntryKind(
        "{node} failed on a batch of {messages} with {error}: {reason}",
        gauges={**_ENDED_WHOLE, "failed": 1},
        sets=_DURATION,
        interest="bookmark",
        tone="trouble",
    ),
    "batch_timed_out": EntryKind(
        "{node} was stopped on a batch of {messages} after its timeout of {duration_us:duration}.",
        gauges={**_ENDED, "failed": 1},
        sets=_DURATION,
        interest="bookmark",
        tone="trouble",
    ),
    "batch_crashed": EntryKind(
        "{node} crashed on a batch of {messages}, {where}; its environment is lost.",
        gauges={**_ENDED, "failed": 1},
        sets=_DURATION,
        interest="bookmark",
        tone="trouble",
    ),
    "batch_throttled": EntryKind(
        "{node} could not run for a batch of {messages} from {queue_node}: "
        "{limit} invocations at a time are its limit.",
        gauges={"throttles": 1},
        interest="bookmark",
        tone="trouble",
    ),
    "record_done": EntryKind(
        "{node} is done with {message} and deletes it from {queue_node}.",
        "{node} is done with {message}.",
        place="gone",
        tone="done",
    ),
    "record_left": EntryKind(
        "{node} left {message} in {queue_node}: {error}.",
        "{node} did not finish {message} ({error}), so {queue_node} will show it again.",
        place="gone",
        tone="trouble",
    ),
    "other_run_ended": EntryKind(
        "One of the runs of {node} that work on {message} ended: {error}. Another goes on.",
        "{node} works on {message} in more than one run, because it was delivered more than once.",
        tone="trouble",
    ),
    # ---- what a run asks of others
    "write_asked": EntryKind("{node} writes row {key} for {message} to {to}.", tone="moving"),
    "read_asked": EntryKind("{node} asks {to} for row {key} for {message}.", tone="moving"),
    "message_sent": EntryKind(
        "{node} sends {message} to {to}.", "{message} is on its way from {node} to {to}.", tone="moving"
    ),
    "function_called": EntryKind("{node} calls {to} about {message} and waits.", tone="moving"),
    # ---- its environments
    "environments_ended": EntryKind(
        "{node} lets {ended} of its environments go, unused for {unused_us:duration}.",
        gauges={"idle_environments": "change"},
        interest="idle",
    ),
    # ---- its pollers
    "pollers_changed": EntryKind(
        "{node} polls with {pollers} pollers.", sets={"pollers": "pollers"}, interest="idle"
    ),
}

GAUGES: dict[str, Gauge] = {
    "concurrent": Gauge("Running", "invocations", headline=True, balance="now"),
    "invocations": Gauge("Invocations", "invocations", balance="in"),
    "succeeded": Gauge("Succeeded", "invocations", balance="out"),
    "failed": Gauge("Failed", "invocations", balance="out"),
    "throttles": Gauge("Throttled", "invocations"),
    "cold_starts": Gauge("Cold starts", "invocations"),
    "idle_environments": Gauge("Idle environments", "environments", spare=True),
    "pollers": Gauge("Pollers", "pollers"),
    "last_duration_us": Gauge("Last duration", "us"),
    "billed_ms": Gauge("Billed time", "ms"),
    "bill": Gauge("Bill", "pUSD"),
}
