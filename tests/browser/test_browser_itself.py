"""The floor under every browser test: a server, a browser, and a console that is listened to."""

from playwright.sync_api import Page


def test_the_live_server_answers_the_browser(page: Page) -> None:
    answer = page.goto("/progress/")

    assert answer is not None
    assert answer.ok
    assert page.request.get("/healthz").json() == {"status": "ok"}


def test_a_violation_of_the_policy_and_a_missing_page_are_noticed(page: Page, console) -> None:
    console.forgive("404", "Content Security Policy", "favicon")

    page.goto("/no-such-page/")
    page.evaluate("document.body.innerHTML = '<p style=\"color: red\">x</p>'")

    assert any("404" in trouble for trouble in console.troubles)
    assert any("Content Security Policy" in trouble for trouble in console.troubles)


def test_the_policy_lets_a_page_open_a_socket_to_its_own_host_and_to_no_other(page: Page, console) -> None:
    console.forgive("404", "403", "WebSocket connection to", "Content Security Policy")
    tried = """host => new Promise(done => {
        try { new WebSocket(`ws://${host || location.host}/no/such/socket/`).onerror = () => done("asked") }
        catch (error) { done("refused") }
    })"""

    page.goto("/no-such-page/")
    page.evaluate(tried, "")
    assert not any("Content Security Policy" in trouble for trouble in console.troubles)

    page.evaluate(tried, "signalbox.invalid")
    assert any("Content Security Policy" in trouble for trouble in console.troubles)
