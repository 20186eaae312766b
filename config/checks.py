"""System checks of the wiring."""

from collections.abc import Callable, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, register

from config import startup

FINDINGS: tuple[tuple[Callable[[], bool], Callable[..., CheckMessage], str, str], ...] = (
    (startup.lonely_workers, checks.Error, "config.E001", startup.LONELY_WORKERS),
    (startup.lonely_counters, checks.Error, "config.E002", startup.LONELY_COUNTERS),
    (startup.shared_file, checks.Warning, "config.W001", startup.SHARED_FILE),
)


@register()
def workers_share_what_they_must(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """The in-memory layer and cache serve one process; with several, notices and counts are lost silently."""
    return [
        kind(says.format(workers=settings.WEB_CONCURRENCY), id=name)
        for is_so, kind, name, says in FINDINGS
        if is_so()
    ]
