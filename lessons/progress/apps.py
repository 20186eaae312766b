from django.apps import AppConfig


class ProgressConfig(AppConfig):
    name = "lessons.progress"
    label = "progress"
    verbose_name = "Progress"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from lessons.progress.experiments import unfinished
        from simulator.runs.pruning import keepers

        keepers.append(unfinished)
