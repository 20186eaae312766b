"""What this house's processes count and hold: for Prometheus as text, for people as a table.

Each process leaves its figures in the cache every few seconds, so that whichever process is asked can tell of
all that share it.
"""

from __future__ import annotations

import hmac
import ipaddress
import json
import time
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from people import allowances
from simulator.runs import tallies
from simulator.runs.hubs import audience
from simulator.runs.processes import this_process
from simulator.runs.replicas import kept
from simulator.runs.workshop import workshop
from simulator.web.seats import open_sockets

INDEX = "metrics:processes"
SHOWN_S = 60


class Metric(NamedTuple):
    """One figure: its name without the house's, its kind, and what it says."""

    name: str
    kind: str
    says: str


METRICS = (
    Metric("viewers", "gauge", "Sockets that watch runs"),
    Metric("sockets", "gauge", "Sockets that are open"),
    Metric("runs_watched", "gauge", "Runs that have viewers"),
    Metric("replicas", "gauge", "Replicas in memory, with viewers or without"),
    Metric("replica_bytes", "gauge", "What these replicas weigh, estimated"),
    Metric("workshop_processes", "gauge", "Processes for heavy work that are there"),
    Metric("frames_total", "counter", "Frames made, each for all viewers of a run"),
    Metric("frame_lag_seconds", "histogram", "How much later than due a round of frames began"),
    Metric("commands_total", "counter", "Commands that entered runs"),
    Metric("rebuilds_total", "counter", "Times a replica went back for a late command"),
    Metric("notices_lost_total", "counter", "Notices that Redis did not take; each costs half a second"),
    Metric("slow_viewers_total", "counter", "Times a viewer was too slow and was given a keyframe"),
    Metric("evictions_total", "counter", "Replicas without viewers that were forgotten"),
    Metric("pruned_total", "counter", "Untouched runs that were deleted"),
    Metric("workshop_pieces_total", "counter", "Pieces of heavy work that were done"),
    Metric("workshop_toolong_total", "counter", "Pieces that were killed at the bound on time"),
    Metric("workshop_toolarge_total", "counter", "Pieces that were stopped at the bound on memory"),
    Metric("workshop_lost_total", "counter", "Pieces whose process ended"),
    Metric("workshop_busy_total", "counter", "Pieces for which there was no process in time"),
    *(
        Metric(f"refused_{what}_total", "counter", f"Requests beyond the allowance of {what}")
        for what in allowances.ALLOWANCES
    ),
)

Figures = Mapping[str, float]


def figures() -> dict[str, float]:
    """This process's figures, by name; of the histogram its buckets, `name:bound`, and its sum."""
    watched, viewers = audience()
    replicas, weight = kept()
    counted, lags = tallies.counted(), tallies.lags()
    found: dict[str, float] = {
        "viewers": viewers,
        "sockets": open_sockets(),
        "runs_watched": watched,
        "replicas": replicas,
        "replica_bytes": weight,
        "workshop_processes": len(workshop().process_ids),
        "frame_lag_seconds:sum": lags.sum_s,
    }
    for metric in METRICS:
        if metric.kind == "counter":
            found[metric.name] = counted.get(metric.name.removesuffix("_total"), 0)
    for what in allowances.ALLOWANCES:
        found[f"refused_{what}_total"] = allowances.refused[what]
    below = 0
    for bound, number in zip((*map(str, tallies.LAG_S), "+Inf"), lags.counts, strict=True):
        below += number
        found[f"frame_lag_seconds:{bound}"] = below
    return found


def publish() -> None:
    """Leave this process's figures where the others find them."""
    process, now = this_process(), time.time()
    cache.set(f"metrics:{process}", json.dumps(figures()), SHOWN_S)
    known = cache.get(INDEX) or {}
    young = {name: wall for name, wall in known.items() if now - wall < SHOWN_S}
    cache.set(INDEX, {**young, process: now}, SHOWN_S)


def of_all() -> dict[str, Figures]:
    """The figures of every process that said something lately; this one's are new."""
    found: dict[str, Figures] = {}
    try:
        publish()
        for name, text in cache.get_many([f"metrics:{name}" for name in cache.get(INDEX) or {}]).items():
            found[name.removeprefix("metrics:")] = json.loads(text)
    except Exception:  # the cache is away: this process still knows its own
        found.clear()
    return found or {this_process(): figures()}


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """The text that Prometheus reads."""
    _only_for_keepers(request)
    text = "".join(f"{line}\n" for line in exposition(of_all()))
    return HttpResponse(text, content_type="text/plain; version=0.0.4; charset=utf-8")


@require_safe
@never_cache
def status(request: HttpRequest) -> HttpResponse:
    """The same for people: a column for each process."""
    _only_for_keepers(request)
    processes = of_all()
    rows = [
        (metric.says, metric.name, [_cell(metric, process) for process in processes.values()])
        for metric in METRICS
    ]
    return render(request, "status.html", {"processes": list(processes), "rows": rows})


def _cell(metric: Metric, process: Figures) -> str:
    if metric.kind == "histogram":
        number = process.get(f"{metric.name}:+Inf", 0)
        mean_ms = 1000 * process.get(f"{metric.name}:sum", 0) / number if number else 0
        return f"{mean_ms:.1f} ms on average"
    return f"{process.get(metric.name, 0):,.0f}"


def exposition(processes: Mapping[str, Figures]) -> Iterator[str]:
    """The lines of the text format."""
    for metric in METRICS:
        name = f"signalbox_{metric.name}"
        yield f"# HELP {name} {metric.says}."
        yield f"# TYPE {name} {metric.kind}"
        for process, found in processes.items():
            if metric.kind != "histogram":
                yield f'{name}{{process="{process}"}} {found.get(metric.name, 0):g}'
                continue
            for bound in (*map(str, tallies.LAG_S), "+Inf"):
                number = found.get(f"{metric.name}:{bound}", 0)
                yield f'{name}_bucket{{process="{process}",le="{bound}"}} {number:g}'
            yield f'{name}_sum{{process="{process}"}} {found.get(f"{metric.name}:sum", 0):g}'
            yield f'{name}_count{{process="{process}"}} {found.get(f"{metric.name}:+Inf", 0):g}'


def _only_for_keepers(request: HttpRequest) -> None:
    """Staff, whoever has the token, and outside production this machine; nobody else learns that it is there.

    In production an address of this machine says nothing: it may be a proxy's.
    """
    user = request.user
    if user.is_authenticated and user.is_active and user.is_staff:
        return
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
    if settings.METRICS_TOKEN and hmac.compare_digest(given, settings.METRICS_TOKEN.encode()):
        return
    if not settings.PRODUCTION and _is_here(request.META.get("REMOTE_ADDR", "")):
        return
    raise Http404("Metrics are for those who keep this server.")


def _is_here(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
