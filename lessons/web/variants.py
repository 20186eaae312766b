"""A lesson's scenario with one thing changed, to try in the lab: the changes are the scenario's own."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from lessons.content import Block, Lesson
from lessons.web.course import lesson_or_404
from people.allowances import spend
from people.learners import learner_of
from simulator.runs import create_run
from simulator.scenarios import changed, library


def variant_link(lesson: Lesson, variant: str) -> dict[str, str]:
    """The address that starts a run of the changed scenario, and the change in words."""
    where = {"module": lesson.module, "slug": lesson.slug, "variant": variant}
    return {"url": reverse("lessons:variant", kwargs=where), "words": variant.replace("-", " ")}


@require_POST
def variant(request: HttpRequest, module: str, slug: str, variant: str) -> HttpResponse:
    """Start a run of the lesson's scenario with the change `variant` of its `unless` section."""
    lesson = lesson_or_404(module, slug)
    offered = {
        word for part in lesson.parts if isinstance(part, Block) and part.name == "next" for word in part.more
    }
    scenario = library().get(lesson.scenario or "")
    if scenario is None or variant not in offered:
        raise Http404("This lesson offers no such change.")
    change = next(change for change in scenario.document.unless if change.id == variant)
    spend(request, "runs")
    run = create_run(changed(scenario, change), owner_id=learner_of(request).pk, purpose="lab")
    return HttpResponseRedirect(reverse("lab", args=[run.id]))
