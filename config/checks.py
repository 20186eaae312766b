"""System checks of the wiring."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from config.startup import LONELY_WORKERS, lonely_workers


@register()
def workers_hear_each_other(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The in-memory channel layer serves one process; with several it loses notices silently."""
    if not lonely_workers():
        return []
    return [Error(LONELY_WORKERS.format(workers=settings.WEB_CONCURRENCY), id="config.E001")]
