"""The wiring's own app: its commands and its checks."""

from django.apps import AppConfig


class HouseConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config import checks  # noqa: F401  (registers itself)
        from config.metrics import publish
        from simulator.runs.upkeep import chores

        chores.append(publish)
