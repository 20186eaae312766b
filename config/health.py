"""Is this process alive, and may it be sent visitors? Asked by load balancers and container platforms."""

from collections.abc import Callable, Iterator

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from simulator import diagrams

#: Redis that goes away later makes commands half a second late, and is no reason to send nobody.
AWAY = "away"
FINE = frozenset({"ok", "not used", AWAY})


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 as long as this process answers; a reason to start it anew where it does not."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 where everything that a visitor needs is there, otherwise 503; each with a word or two."""
    found = dict(_findings())
    ready = all(word in FINE for word in found.values())
    return JsonResponse(
        {"status": "ready" if ready else "not ready", "checks": found}, status=200 if ready else 503
    )


def _findings() -> Iterator[tuple[str, str]]:
    yield "database", _asked(_database, "does not answer")
    yield "migrations", _asked(_migrations, "can't be read")
    without = AWAY if _redis_answered else "does not answer"
    yield "redis", _asked(_redis, without) if settings.REDIS_URL else "not used"
    yield "drawing", "ok" if diagrams.warm() else "not warm yet"


def _asked(question: Callable[[], str], failing: str) -> str:
    """The answer; what went wrong is not told to strangers, the log has it where it matters."""
    try:
        return question()
    except Exception:
        return failing


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


_migrated = False
_redis_answered = False


def _migrations() -> str:
    """Looked up until they are all applied; a running process does not lose them again."""
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return "ok" if _migrated else "not applied"


def _redis() -> str:
    global _redis_answered
    cache.set("ready", 1, 10)
    _redis_answered = cache.get("ready") == 1
    return "ok" if _redis_answered else "does not keep"
