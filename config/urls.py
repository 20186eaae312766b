"""Addresses. Each web room brings its own."""

from django.urls import include, path

from config.health import healthz, readyz
from config.metrics import metrics, status

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("status/", status, name="status"),
    path("", include("simulator.web.urls")),
    path("", include("lessons.web.urls")),
]
