"""The floor under every browser test: a server, a browser, and a console that is listened to."""

from playwright.sync_api import Page


def test_the_live_server_answers_the_browser(page: Page) -> None:
    answer = page.goto("/healthz")

    assert answer is not None
    assert answer.text() == "ok\n"


def test_a_violation_of_the_policy_and_a_missing_page_are_noticed(page: Page, console) -> None:
    console.forgive("404", "Content Security Policy", "favicon")

    page.goto("/no-such-page/")
    page.evaluate("document.body.innerHTML = '<p style=\"color: red\">x</p>'")

    assert any("404" in trouble for trouble in console.troubles)
    assert any("Content Security Policy" in trouble for trouble in console.troubles)
