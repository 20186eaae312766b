"""Fragments beside the diagram: why, inspector, transcript, source. Each reads one moment of a run."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from people.allowances import spend
from simulator.runs import Moment, blueprint_of, replica_at
from simulator.web import inspection
from simulator.web.answers import in_sentences, sentence
from simulator.web.door import run_or_404
from simulator.web.forms import asked_us
from simulator.web.listing import listing_of

MESSAGE_LENGTH_MAX = 40


def _moment(request: HttpRequest, run_id: str) -> Moment:
    spend(request, "looks")
    run = run_or_404(request, run_id)
    return replica_at(run.id, asked_us(request))


def _asked_node(request: HttpRequest, moment: Moment) -> str | None:
    node = request.GET.get("node", "")
    return node if node in moment.blueprint.services else None


@never_cache
@require_safe
@in_sentences
def why(request: HttpRequest, run_id: str) -> HttpResponse:
    """Why a message is where it is: a sentence, and the chain of causes."""
    moment = _moment(request, run_id)
    message = request.GET.get("message", "")[:MESSAGE_LENGTH_MAX]
    if not message:
        return sentence("Name a message: ?message=A.")
    answer = inspection.why(moment, message, _asked_node(request, moment))
    return render(request, "runs/why.html", {"run_id": run_id, "why": answer})


@never_cache
@require_safe
@in_sentences
def inspect(request: HttpRequest, run_id: str) -> HttpResponse:
    """A message's biography, or a service with its settings, figures and messages."""
    moment = _moment(request, run_id)
    context: dict[str, object] = {"run_id": run_id}
    message = request.GET.get("message", "")[:MESSAGE_LENGTH_MAX]
    node = _asked_node(request, moment)
    if message:
        context["message"] = inspection.message(moment, message)
    elif node is not None:
        context["node"] = inspection.node(moment, node)
    else:
        return sentence("Name a message or a service of this run: ?message=A or ?node=sales-queue.", 404)
    return render(request, "runs/inspect.html", context)


@never_cache
@require_safe
@in_sentences
def transcript(request: HttpRequest, run_id: str) -> HttpResponse:
    """What happened, a sentence a line: text, or a fragment for htmx."""
    spend(request, "looks")
    run = run_or_404(request, run_id)
    moment = replica_at(run.id, asked_us(request))
    lines = inspection.transcript(moment)
    if request.headers.get("HX-Request") == "true":
        return render(request, "runs/transcript.html", {"run_id": run_id, "lines": lines})
    head = f"{run.title}\nRun {run.id}, seed {run.seed}, revision {run.revision[:12]}\n\n"
    text = head + "".join(f"{line.clock:>12}  {line.says}\n" for line in lines)
    if moment.ended:
        text += f"\n{moment.ended}\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def source(request: HttpRequest, run_id: str) -> HttpResponse:
    """The scenario as its author wrote it, and what the checker says."""
    spend(request, "looks")
    run = run_or_404(request, run_id)
    blueprint = blueprint_of(run.revision)
    return render(request, "runs/source.html", {"run": run, "listing": listing_of(blueprint)})
