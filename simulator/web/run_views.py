"""A run's pages and posts: make one, watch it, drive it, fork it, share it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from people.allowances import spend
from people.learners import learner_of
from simulator.runs import OpenRun, append, create_run, fork, latest_run, poll, step
from simulator.scenarios import library
from simulator.web.answers import READ_ONLY, in_sentences, sentence, wants_json
from simulator.web.door import run_or_404, take_drive_link
from simulator.web.forms import asked_cursor, command_post, fork_post, run_post
from simulator.web.players import player_of


@never_cache
@require_POST
@in_sentences
def create(request: HttpRequest) -> HttpResponse:
    """A new run of a scenario; a hero's run that is still young is taken up again."""
    post = run_post(request)
    scenario = library().get(post.scenario)
    if scenario is None:
        return sentence(f"There is no scenario called {post.scenario[:60]!r}.", 404)
    learner = learner_of(request)
    run = latest_run(scenario, owner_id=learner.pk, purpose="hero") if post.purpose == "hero" else None
    if run is None:
        spend(request, "runs")
        run = create_run(scenario, owner_id=learner.pk, seed=post.seed, purpose=post.purpose)
    return _made(request, run, with_model=True)


@never_cache
@require_safe
def lab(request: HttpRequest, run_id: str) -> HttpResponse:
    """The whole page of a run, for whoever knows its id."""
    run = run_or_404(request, run_id)
    return render(request, "runs/lab.html", {"run": run, "player": player_of(run)})


@never_cache
@require_POST
@in_sentences
def command(request: HttpRequest, run_id: str) -> HttpResponse:
    """Take a command. With `fork` and a playhead that looks back, it goes to a fork from there instead."""
    spend(request, "commands")
    run = run_or_404(request, run_id)
    post = command_post(request)
    if post.fork and post.playhead_us is not None:
        spend(request, "runs")
        learner = learner_of(request)
        run = fork(run_id, post.playhead_us, learner.pk)
        _give(run, post.kind, post.body, post.client_key)
        return _made(request, run)
    if not run.may_drive:
        return sentence(READ_ONLY, 403)
    _give(run, post.kind, post.body, post.client_key)
    return HttpResponse(status=204)


def _give(run: OpenRun, kind: str, body: dict[str, object], client_key: str) -> None:
    if kind == "step":
        step(run.id, body, client_key)
    else:
        append(run.id, kind, body, client_key)


@never_cache
@require_safe
@in_sentences
def frames(request: HttpRequest, run_id: str) -> HttpResponse:
    """Frames by polling, for whoever's network lets no socket through."""
    spend(request, "frames")
    known = asked_cursor(request.GET.get("commands"), request.GET.get("next"))
    return HttpResponse(poll(run_id, known), content_type="application/json")


@never_cache
@require_POST
@in_sentences
def fork_run(request: HttpRequest, run_id: str) -> HttpResponse:
    """A run of one's own from a moment of this one."""
    run = run_or_404(request, run_id)
    if not run.may_fork:
        return sentence(READ_ONLY, 403)
    post = fork_post(request)
    spend(request, "runs")
    return _made(request, fork(run_id, post.at_us, learner_of(request).pk, rate=post.rate))


@never_cache
@require_safe
def drive(request: HttpRequest, run_id: str, drive_key: str) -> HttpResponse:
    """The drive link: whoever follows it may drive the run from this browser."""
    take_drive_link(request, run_id, drive_key)
    return HttpResponseRedirect(reverse("lab", args=[run_id]))


@never_cache
@require_safe
def share(request: HttpRequest, run_id: str) -> HttpResponse:
    """The links that this visitor may hand on."""
    run = run_or_404(request, run_id)
    watch = request.build_absolute_uri(reverse("lab", args=[run.id]))
    drive_link = None
    if run.drive_key is not None:
        drive_link = request.build_absolute_uri(reverse("drive", args=[run.id, run.drive_key]))
    return render(request, "runs/share.html", {"run": run, "watch_link": watch, "drive_link": drive_link})


def _made(request: HttpRequest, run: OpenRun, *, with_model: bool = False) -> HttpResponse:
    url = reverse("lab", args=[run.id])
    if not wants_json(request):
        answer = HttpResponseRedirect(url)
        answer.status_code = 303
        return answer
    told: dict[str, object] = {"run": run.id, "url": url, "title": run.title, "drive": run.may_drive}
    if with_model:
        told["model"] = player_of(run)["model"]
    return JsonResponse(told)
