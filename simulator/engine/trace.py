"""The trace: what happened, in order, and the only thing that a run puts out.

An `EntryKind` says once what an entry means: its sentence, where it leaves its message, which gauges it
moves. From these tables come the drawing, the gauges, the ledger, the transcript and the answers to "Why?",
in Python and, as JSON, in the browser.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec


class Entry(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """One recorded fact.

    `id` counts from 0 without gaps; `at_us` is virtual microseconds since the start; `cause` is the id of the
    entry that led to this one (always smaller). `detail` holds plain JSON values. An entry whose detail has
    `to` and `arrives_us` is a hop: its message travels from `node` to `to` from `at_us` to `arrives_us`.
    """

    id: int
    at_us: int
    node: str
    kind: str
    message: str | None
    cause: int | None
    detail: dict[str, Any] | None


Place = Literal["visible", "in_flight", "delayed", "working", "waiting", "stored", "gone"]
Tone = Literal["quiet", "moving", "waiting", "done", "trouble", "lost"]
Interest = Literal["idle", "normal", "bookmark"]


@dataclass(frozen=True)
class EntryKind:
    """What entries of one kind mean.

    `says` is the transcript's sentence, a template over the entry's fields and details (see `story`).
    `state` is what holds from then on, for "Why?". `place` is where the message is at this node afterwards;
    None leaves it where it is, "gone" takes it away. `gauges` maps a gauge of the node to what is added to
    it: a number, or the name of a detail that holds the number. `sets` maps a gauge to the detail that holds
    its new value. An `idle` entry (an empty poll) may be skipped over by a warp; a `bookmark` is a moment
    worth returning to.
    """

    says: str
    state: str = ""
    place: Place | None = None
    gauges: Mapping[str, int | str] = field(default_factory=dict)
    sets: Mapping[str, str] = field(default_factory=dict)
    interest: Interest = "normal"
    tone: Tone = "quiet"


@dataclass(frozen=True)
class Gauge:
    """A number that a service shows: its label, its unit, and how it is used.

    Units are words (`messages`), `us`, or `pUSD`: millionths of a millionth of a dollar, so that money is
    whole.

    The `headline` gauge is the one live figure on the service's plate. `balance` is the ledger's side: "in"
    for what came, "now" for what is there, "out" for what left; in = now + out holds after every entry.
    """

    label: str
    unit: str = ""
    headline: bool = False
    balance: Literal["", "in", "now", "out"] = ""
    spare: bool = False


def is_hop(entry: Entry) -> bool:
    """Whether the entry's message travels along an edge."""
    return entry.detail is not None and "arrives_us" in entry.detail


_encode = msgspec.json.Encoder(order=None).encode


def trace_bytes(entries: Sequence[Entry]) -> bytes:
    """The trace as bytes, one JSON array a line: what "the same trace, byte for byte" compares."""
    return b"\n".join(map(_encode, entries))


def trace_hash(entries: Sequence[Entry]) -> str:
    """SHA-256 of `trace_bytes`, in hex."""
    return hashlib.sha256(trace_bytes(entries)).hexdigest()
