"""Pages for trouble: they show without a request, and tell nothing that is not the visitor's business."""

import pytest
from django.template.loader import get_template
from django.test import Client

PAGES = ("refused.html", "400.html", "403.html", "403_csrf.html", "404.html", "500.html")


@pytest.mark.parametrize("page", PAGES)
def test_it_shows_without_a_request(page):
    """Django renders 500.html with nothing at hand, and must not fail in failing."""
    html = get_template(page).render()

    assert "<h1>" in html
    assert 'href="/"' in html


@pytest.mark.django_db
def test_a_wrong_address_gets_our_page(client):
    answer = client.get("/no/such/page/")

    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.content.decode()


@pytest.mark.django_db
def test_a_post_without_its_key_is_explained():
    answer = Client(enforce_csrf_checks=True).post("/runs/")

    assert answer.status_code in (403, 404)
    if answer.status_code == 403:
        assert "This page is out of date" in answer.content.decode()
