"""What a queue's entries and gauges mean."""

from __future__ import annotations

from simulator.engine import EntryKind, Gauge

_COST = {"bill": "cost"}

ENTRIES: dict[str, EntryKind] = {
    "sent": EntryKind(
        "{message} is stored in {node} and visible.",
        "{message} is visible in {node}: it waits for a consumer to receive it.",
        place="visible",
        gauges={"messages_sent": 1, "messages_visible": 1, **_COST},
        tone="waiting",
    ),
    "sent_delayed": EntryKind(
        "{message} is stored in {node}; delayed until {until_us:clock}.",
        "{message} is delayed in {node} until {until_us:clock}; nobody can receive it before.",
        place="delayed",
        gauges={"messages_sent": 1, "messages_delayed": 1, **_COST},
        tone="waiting",
    ),
    "delay_ended": EntryKind(
        "The delay of {message} in {node} is over; it is visible.",
        "{message} is visible in {node} since its delay ended.",
        place="visible",
        gauges={"messages_delayed": -1, "messages_visible": 1},
        tone="waiting",
    ),
    "send_refused": EntryKind(
        "{node} refused {message}: {error}. {reason}",
        "{message} was never stored, because {node} refused it with {error}.",
        gauges={"sends_refused": 1, **_COST},
        interest="bookmark",
        tone="trouble",
    ),
    "received": EntryKind(
        "{node} gave {message} to {to} (receive {receive_count}); hidden until {until_us:clock}.",
        "{message} is hidden until {until_us:clock} because {to} received it and has not deleted it.",
        place="in_flight",
        gauges={"messages_visible": -1, "messages_not_visible": 1, "receives": 1, **_COST},
        tone="moving",
    ),
    "empty_receive": EntryKind(
        "{by_node} asked {node} for messages; there were none.",
        gauges={"empty_receives": 1, **_COST},
        interest="idle",
    ),
    "receive_refused": EntryKind(
        "{node} refused a receive by {by_node}: {error}. {reason}",
        gauges=_COST,
        interest="idle",
        tone="trouble",
    ),
    "visible_again": EntryKind(
        "The visibility timeout of {message} in {node} ended; {by_node} had not deleted it; visible again.",
        "{message} is visible again because {by_node} received it and did not delete it in time.",
        place="visible",
        gauges={"messages_not_visible": -1, "messages_visible": 1},
        interest="bookmark",
        tone="trouble",
    ),
    "copy_visible": EntryKind(
        "The copy of {message} in {node} that missed the delete by {by_node} is visible again.",
        "{message} is visible again, although {by_node} deleted it: one stored copy missed the delete.",
        place="visible",
        gauges={"messages_not_visible": -1, "messages_visible": 1},
        interest="bookmark",
        tone="trouble",
    ),
    "visibility_changed": EntryKind(
        "{by_node} changed how long {message} stays hidden in {node}: until {until_us:clock}.",
        "{message} is hidden until {until_us:clock} because {by_node} asked for that.",
        place="in_flight",
        gauges=_COST,
        tone="waiting",
    ),
    "change_refused": EntryKind(
        "{node} refused to change a visibility timeout for {by_node}: {reason}", gauges=_COST, tone="trouble"
    ),
    "deleted": EntryKind(
        "{by_node} deleted {message} from {node}.",
        "{message} is no longer in {node}: {by_node} processed and deleted it.",
        place="gone",
        gauges={"messages_not_visible": -1, "messages_deleted": 1, **_COST},
        tone="done",
    ),
    "deleted_late": EntryKind(
        "{by_node} deleted {message} from {node} after its visibility timeout, "
        "before anyone received it again.",
        "{message} is no longer in {node}: {by_node} deleted it, late but in time.",
        place="gone",
        gauges={"messages_visible": -1, "messages_deleted": 1, **_COST},
        tone="done",
    ),
    "delete_without_effect": EntryKind(
        "{by_node} deleted {message} from {node} with an old receipt handle; it changed nothing.",
        gauges=_COST,
        tone="trouble",
    ),
    "delete_missed_a_copy": EntryKind(
        "{by_node} deleted {message} from {node}, but one stored copy missed it; it will be delivered again.",
        "{message} is hidden until {until_us:clock} and will come back: one stored copy missed the delete.",
        place="in_flight",
        gauges=_COST,
        interest="bookmark",
        tone="trouble",
    ),
    "delete_refused": EntryKind(
        "{node} refused a delete by {by_node}: {error}. {reason}", gauges=_COST, tone="trouble"
    ),
    "dead_lettered": EntryKind(
        "{message} was received {receive_count} times and not deleted; {node} moves it to {to}.",
        "{message} left {node} for {to} because it was received {receive_count} times, "
        "the most that {node} allows.",
        place="gone",
        gauges={"messages_visible": -1, "messages_dead_lettered": 1},
        interest="bookmark",
        tone="trouble",
    ),
    "taken_in": EntryKind(
        "{node} took {message} in from {from_node}, after {receive_count} receives.",
        "{message} waits in {node} because it was received {receive_count} times from {from_node} "
        "and never deleted.",
        place="visible",
        gauges={"messages_taken_in": 1, "messages_visible": 1},
        tone="trouble",
    ),
    "expired": EntryKind(
        "{message} reached the end of its retention in {node} and was dropped.",
        "{message} is lost: nobody processed it within the retention period of {node}.",
        place="gone",
        gauges={
            "messages_visible": "visible",
            "messages_not_visible": "in_flight",
            "messages_delayed": "delayed",
            "messages_expired": 1,
        },
        interest="bookmark",
        tone="lost",
    ),
}

GAUGES: dict[str, Gauge] = {
    "messages_visible": Gauge("Visible", "messages", headline=True, balance="now"),
    "messages_not_visible": Gauge("In flight", "messages", balance="now"),
    "messages_delayed": Gauge("Delayed", "messages", balance="now"),
    "messages_sent": Gauge("Sent", "messages", balance="in"),
    "messages_taken_in": Gauge("Taken in from other queues", "messages", balance="in"),
    "messages_deleted": Gauge("Deleted", "messages", balance="out"),
    "messages_dead_lettered": Gauge("Moved to the dead-letter queue", "messages", balance="out"),
    "messages_expired": Gauge("Expired", "messages", balance="out"),
    "receives": Gauge("Receives", "messages"),
    "empty_receives": Gauge("Empty receives", "calls"),
    "sends_refused": Gauge("Refused sends", "messages"),
    "bill": Gauge("Bill", "pUSD"),
}
