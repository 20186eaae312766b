"""The engine: virtual time, seeded draws, notices in order, a trace. No service, no wall clock."""

from .calendar import Notice
from .draws import Draws, Latency, Stream, keyed_exponential_us, keyed_latency_us, keyed_uniform
from .limits import LIMITS, Limit, limit
from .picture import Account, Picture, Stay, ledger
from .quantities import Duration, Rate, Size, clock_text, duration_text, microseconds, size_text
from .service import FaultKind, Link, Service, ServiceConfig, adjustable_fields, service_kinds
from .story import biography, chain, tell, why
from .templates import Template, TooLarge, Unresolved, fill, json_text, references
from .trace import Entry, EntryKind, Gauge, is_hop, trace_bytes, trace_hash
from .world import Checkpoint, Context, Node, World, WorldCommand

#: Raised whenever the same revision, seed and commands may give another trace than before.
ENGINE_VERSION = "1"

__all__ = [
    "ENGINE_VERSION",
    "LIMITS",
    "Account",
    "Checkpoint",
    "Context",
    "Draws",
    "Duration",
    "Entry",
    "EntryKind",
    "FaultKind",
    "Gauge",
    "Latency",
    "Limit",
    "Link",
    "Node",
    "Notice",
    "Picture",
    "Rate",
    "Service",
    "ServiceConfig",
    "Size",
    "Stay",
    "Stream",
    "Template",
    "TooLarge",
    "Unresolved",
    "World",
    "WorldCommand",
    "adjustable_fields",
    "biography",
    "chain",
    "clock_text",
    "duration_text",
    "fill",
    "is_hop",
    "json_text",
    "keyed_exponential_us",
    "keyed_latency_us",
    "keyed_uniform",
    "ledger",
    "limit",
    "microseconds",
    "references",
    "service_kinds",
    "size_text",
    "tell",
    "trace_bytes",
    "trace_hash",
    "why",
]
