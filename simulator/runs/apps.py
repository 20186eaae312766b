"""The runs' app: tables of revisions, runs, commands and watches."""

from django.apps import AppConfig


class RunsConfig(AppConfig):
    name = "simulator.runs"
    label = "runs"
    default_auto_field = "django.db.models.BigAutoField"
