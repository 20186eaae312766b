"""Pages whose work is heavy get it from the workshop, and show the same."""

import pytest

from simulator.runs.workshop import workshop
from simulator.scenarios import library
from simulator.web import drawings, listing
from simulator.web.drawings import drawings_of

pytestmark = pytest.mark.slow


@pytest.fixture
def pieces(monkeypatch):
    """What the pages hand to the workshop, which does it."""
    handed = []

    class Watched:
        def do(self, work, *arguments):
            handed.append(work.__name__)
            return workshop().do(work, *arguments)

    for page in (drawings, listing):
        monkeypatch.setattr(page, "workshop", Watched)
    yield handed
    workshop().close()


def test_a_large_drawing_comes_from_there_once(pieces, monkeypatch, tmp_path):
    scenario = library()["payment-queue"]
    small = drawings_of(scenario)
    assert pieces == []

    monkeypatch.setattr(drawings, "LARGE_NODES", 2)
    monkeypatch.setattr(drawings, "_folder", tmp_path)
    monkeypatch.setattr(drawings, "_cache", drawings.DiagramCache())
    assert drawings_of(scenario) == small
    assert drawings_of(scenario) == small
    assert pieces == ["laid_out", "laid_out"]


def test_our_own_source_is_checked_here_and_others_there(pieces):
    ours = library()["payment-queue"].source_text
    listing._listing.cache_clear()
    listing._listing(ours, 1, 1)
    assert pieces == []

    found = listing._listing("id: nobody's\nid: twice\n", 1, 1)
    assert pieces == ["checked"]
    assert any("twice" in d.message or "id" in d.message for d in found.diagnostics)
