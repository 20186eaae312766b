"""The gallery: all scenarios, and one with its story, drawing and source."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from simulator.scenarios import library, topology
from simulator.web.drawings import drawings_of, picture_of
from simulator.web.listing import listing_of_scenario
from simulator.web.stories import story_html, summary_html


@require_safe
def scenarios(request: HttpRequest) -> HttpResponse:
    """All scenarios of the library."""
    items = [
        {
            "scenario": scenario,
            "summary": summary_html(scenario.story),
            "picture": picture_of(scenario),
            "services": sorted({(node.service.kind, node.service.title) for node in scenario.nodes}),
        }
        for scenario in library().values()
    ]
    return render(request, "scenarios/list.html", {"items": items})


@require_safe
def scenario(request: HttpRequest, scenario_id: str) -> HttpResponse:
    """One scenario, and the way into its lab."""
    found = library().get(scenario_id)
    if found is None:
        raise Http404("There is no such scenario.")
    seen = topology(found)
    context = {
        "scenario": found,
        "story": story_html(found.story),
        "drawings": drawings_of(found),
        "nodes": [(node, found.titles[node.id]) for node in found.nodes],
        "listing": listing_of_scenario(found, len(seen.edges)),
    }
    return render(request, "scenarios/detail.html", context)
