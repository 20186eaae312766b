"""Every page, light, dark and at 320 px: no noise in the console, nothing for axe, no sideways scroll."""

import pytest
from playwright.sync_api import Page, expect

from tests.house.walk import PAGES

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 320, "height": 640}
LOOKS = {
    "light": ("light", WIDE),
    "dark": ("dark", WIDE),
    "narrow": ("light", NARROW),
}


def scrolls_sideways(page: Page) -> bool:
    width = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    return bool(page.evaluate(width))


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("route", PAGES)
def test_a_page(route: str, look: str, live, page: Page, axe_clean) -> None:
    scheme, size = LOOKS[look]
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size(size)

    addresses = PAGES[route]()
    assert addresses, f"{route} has no page to look at"
    for address in addresses:
        answer = page.goto(address)
        assert answer is not None
        assert answer.ok
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert not scrolls_sideways(page), f"{address} scrolls sideways at {size['width']} px"
        axe_clean(page)


@pytest.mark.parametrize("look", LOOKS)
def test_the_page_of_a_wrong_address(look: str, page: Page, axe_clean, console) -> None:
    console.forgive("404")
    scheme, size = LOOKS[look]
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(size)

    page.goto("/no/such/page/")

    expect(page.get_by_role("heading", name="There is nothing at this address")).to_be_visible()
    assert not scrolls_sideways(page)
    axe_clean(page)
