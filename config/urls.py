"""Addresses. Each web room brings its own."""

from django.urls import include, path

from config.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", include("simulator.web.urls")),
    path("", include("lessons.web.urls")),
]
