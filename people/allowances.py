"""How much anybody may ask for: token buckets, one a learner and one an address, for each thing that costs.

Kept in Django's cache, so that they hold across processes where the cache does. Two processes that read the
same bucket at the same moment may both take its last token: the bound is soft by that much. Where the cache
is away, each process counts for itself.
"""

from __future__ import annotations

import ipaddress
import logging
import math
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django.http import HttpRequest

from people.learners import SESSION_KEY

logger = logging.getLogger(__name__)


class Bucket(NamedTuple):
    """So many tokens at once, and so many more a second."""

    at_once: float
    per_s: float


@dataclass(frozen=True)
class Allowance:
    """What one learner, and one address (a school has one), may have of something."""

    learner: Bucket
    address: Bucket
    says: str


#: docs/operations.md shows these numbers; a test compares them.
ALLOWANCES: Mapping[str, Allowance] = {
    "runs": Allowance(
        Bucket(60, 120 / 3600), Bucket(2000, 6000 / 3600), "You have started very many runs in a short time."
    ),
    "commands": Allowance(Bucket(60, 20), Bucket(2000, 500), "These were too many commands at once."),
    "frames": Allowance(Bucket(60, 10), Bucket(2000, 1000), "This page asks for frames too often."),
    "looks": Allowance(Bucket(120, 20), Bucket(2000, 500), "This page asks for details too often."),
    "sockets": Allowance(Bucket(60, 2), Bucket(3000, 200), "This browser connects too often."),
}

#: How often each was refused since this process started, for the metrics page.
refused: Counter[str] = Counter()

AWAY_S = 5.0
_own = LocMemCache("allowances", {"OPTIONS": {"MAX_ENTRIES": 20_000}})
_locks = tuple(threading.Lock() for _ in range(64))
_away_until = 0.0


class TooMuch(Exception):
    """The allowance is used up; the text says so, and `retry_s` when there is some again."""

    def __init__(self, says: str, retry_s: int) -> None:
        self.retry_s = retry_s
        wait = (
            "a moment"
            if retry_s <= 2
            else f"{retry_s} seconds"
            if retry_s < 120
            else f"{retry_s // 60} minutes"
        )
        super().__init__(f"{says} Wait {wait}, then try again.")


def spend(request: HttpRequest, what: str) -> None:
    """Take a token for this request's learner and address. Raises TooMuch when either has none."""
    spend_as(what, learner_in(request.session), address_of(request.META.get("REMOTE_ADDR")))


def spend_as(what: str, learner: str | None, address: str) -> None:
    """The same for a socket, which has no request."""
    allowed = ALLOWANCES[what]
    buckets = {f"allow:{what}:{address}": _scaled(allowed.address, settings.ALLOWANCE_ADDRESS)}
    if learner is not None:
        buckets[f"allow:{what}:{learner}"] = _scaled(allowed.learner, settings.ALLOWANCE_LEARNER)
    wait_s = _take({key: bucket for key, bucket in buckets.items() if bucket.per_s > 0})
    if wait_s > 0:
        refused[what] += 1
        raise TooMuch(allowed.says, math.ceil(wait_s))


def learner_in(session: SessionBase | Mapping[str, Any]) -> str | None:
    """Who asks, without asking the database for more than the session."""
    found = session.get("_auth_user_id") or session.get(SESSION_KEY)
    return f"learner:{found}"[:80] if found else None


def address_of(address: str | None) -> str:
    """An address as it is counted: of IPv6 the network that a subscriber has, a /64."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return "address:unknown"
    if isinstance(found, ipaddress.IPv6Address):
        mapped = found.ipv4_mapped
        found = mapped or ipaddress.IPv6Address(int(found) >> 64 << 64)
    return f"address:{found}".replace(":", "-")


def _scaled(bucket: Bucket, factor: float) -> Bucket:
    return Bucket(max(1.0, bucket.at_once * factor), bucket.per_s * factor)


def _take(buckets: Mapping[str, Bucket]) -> float:
    """0 and a token from each bucket, or the seconds until all have one, and nothing taken.

    A bucket is one number: the time at which it would be full again.
    """
    if not buckets:
        return 0.0
    with _locks[hash(min(buckets)) % len(_locks)]:
        now = time.time()
        kept = _cached("get_many", list(buckets))
        full_at = {key: max(now, kept.get(key, now)) + 1 / bucket.per_s for key, bucket in buckets.items()}
        wait_s = max(full_at[key] - now - bucket.at_once / bucket.per_s for key, bucket in buckets.items())
        if wait_s > 1e-4:
            return wait_s
        _cached("set_many", full_at, max(60.0, *(full - now + 1 for full in full_at.values())))
        return 0.0


def _cached(method: str, *args: Any) -> Any:
    """Ask the cache, or, where it is away, this process's own."""
    global _away_until
    if time.monotonic() >= _away_until:
        try:
            return getattr(cache, method)(*args)
        except Exception:
            _away_until = time.monotonic() + AWAY_S
            logger.warning("the cache is away; allowances hold for each process", exc_info=True)
    return getattr(_own, method)(*args)
