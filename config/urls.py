"""Addresses. Each web room brings its own."""

from importlib.util import find_spec

from django.conf import settings
from django.urls import include, path

from config.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    *(
        path("", include(f"{room}.urls"))
        for room in ("simulator.web", "lessons.web")
        if room in settings.INSTALLED_APPS and find_spec(f"{room}.urls")
    ),
]
