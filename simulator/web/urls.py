"""Addresses of the simulator's pages."""

from django.urls import path, register_converter

from simulator.web import fragments, gallery, run_views, style_page


class RunId:
    """A run's id, as `secrets.token_urlsafe` makes it."""

    regex = "[A-Za-z0-9_-]{10,40}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(RunId, "run")

urlpatterns = [
    path("scenarios/", gallery.scenarios, name="scenarios"),
    path("scenarios/<slug:scenario_id>/", gallery.scenario, name="scenario"),
    path("runs/", run_views.create, name="create-run"),
    path("runs/<run:run_id>/", run_views.lab, name="lab"),
    path("runs/<run:run_id>/commands/", run_views.command, name="commands"),
    path("runs/<run:run_id>/frames/", run_views.frames, name="frames"),
    path("runs/<run:run_id>/fork/", run_views.fork_run, name="fork"),
    path("runs/<run:run_id>/share/", run_views.share, name="share"),
    path("runs/<run:run_id>/drive/<run:drive_key>/", run_views.drive, name="drive"),
    path("runs/<run:run_id>/why/", fragments.why, name="why"),
    path("runs/<run:run_id>/inspect/", fragments.inspect, name="inspect"),
    path("runs/<run:run_id>/transcript/", fragments.transcript, name="transcript"),
    path("runs/<run:run_id>/source/", fragments.source, name="source"),
    *style_page.urlpatterns,
]
