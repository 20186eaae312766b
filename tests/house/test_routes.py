"""No address without a walk: a new page is looked at in the browser, or says why it is no page."""

from tests.house.walk import NO_PAGES, PAGES, routes


def test_every_route_is_walked_or_says_why_not():
    assert routes() == {*PAGES, *NO_PAGES}
    assert not {*PAGES} & {*NO_PAGES}
