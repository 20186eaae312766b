"""What the lab has to show: a crash as ghosts and badges, and the same for who sees, reads, or uses no pointer."""

import re

import pytest
from playwright.sync_api import Page, expect

from simulator.runs import replica_at
from tests.browser.lab import SLOW, Lab


def test_a_crash_is_a_ghost_then_badge_two_then_three_then_a_dead_letter(page: Page) -> None:
    lab = Lab(page).open()
    lab.lever("crash-sales").click()
    expect(lab.node("sales")).to_have_attribute("data-fault", "Crash", timeout=SLOW)
    lab.lever("send-one").click()
    lab.play()
    ghost = lab.node("sales-queue").locator(".ticket[data-place=in_flight]")
    expect(ghost).to_have_count(1, timeout=SLOW)
    expect(ghost.locator(".countdown")).to_have_count(1)
    expect(ghost.locator(".badge-text")).to_have_text("2", timeout=2 * SLOW)
    expect(ghost.locator(".badge-text")).to_have_text("3", timeout=2 * SLOW)
    dead = lab.node("sales-dlq").locator(".ticket[data-place=visible]")
    expect(dead).to_have_count(1, timeout=2 * SLOW)
    lab.pause()
    lab.agree()

    told = lab.sentences()
    for words in ("(receive 1)", "(receive 2)", "(receive 3)", "moves it to Dead-letter queue"):
        assert any(words in sentence for sentence in told), words
    assert all(account.balanced for account in replica_at(lab.run, lab.us).ledger)
    lines = page.locator("[data-ledger]")
    assert lines.count() >= 6
    for line in lines.all():
        expect(line).to_contain_text(" balances")
    assert len(lab.node("sales-store").locator(".row").all()) == 3, "a row for each receive"

    ring_before(lab)


def ring_before(lab: Lab) -> None:
    """Back in time the ghost is there again, with the ring where it was then."""
    lab.bookmark_words(re.compile("visible again")).first.click()
    lab.wait_state("behind")
    lab.press("ArrowLeft")
    lab.settle()
    lab.agree()
    left = (
        lab.node("sales-queue")
        .locator(".countdown")
        .evaluate("(ring) => ring.style.getPropertyValue('--left')")
    )
    assert 0 < float(left) < 0.1


def test_why_is_answered_for_a_ghost_in_one_sentence(page: Page) -> None:
    lab = Lab(page).open()
    lab.lever("crash-sales").click()
    lab.lever("send-one").click()
    lab.settle()
    for _ in range(12):
        lab.act("step")
        lab.settle()
        if lab.node("sales-queue").locator(".ticket[data-place=in_flight]").count():
            break
    lab.node("sales-queue").locator(".ticket").click()
    expect(page.locator("[data-why]")).to_contain_text("hidden until", timeout=SLOW)
    expect(page.locator("[data-why]")).to_contain_text("because Sales received it and has not deleted it")
    expect(lab.node("sales-queue").locator(".ticket.selected")).to_have_count(1)
    lab.button("All messages").click()
    expect(page.locator("[data-places]")).to_contain_text("in flight")
    lab.agree()


def test_the_keyboard_alone_does_everything(page: Page) -> None:
    lab = Lab(page).open()
    lab.lever("crash-sales").focus()
    page.keyboard.press("Space")
    expect(lab.lever("crash-sales")).to_have_attribute("aria-pressed", "true", timeout=SLOW)
    lab.lever("send-one").focus()
    page.keyboard.press("Enter")
    lab.press(" ")
    expect(lab.node("sales-queue").locator(".ticket")).to_have_count(1, timeout=SLOW)
    lab.press(" ")
    lab.settle()
    lab.node("sales-queue").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-fragment]")).to_contain_text("Sales queue", timeout=SLOW)
    page.locator("[data-fragment] [data-choose-message]").first.press("Enter")
    expect(page.locator("[data-why]")).to_contain_text("hidden until", timeout=SLOW)
    tab = page.get_by_role("tab", name="Inspect")
    tab.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Events")).to_be_focused()
    button = page.locator("[data-table] [data-at]").first
    button.focus()
    page.keyboard.press("Enter")
    lab.wait_state("behind")
    lab.agree()


def test_the_table_filters_by_service_and_message(page: Page) -> None:
    lab = Lab(page).open()
    lab.lever("send-one").click()
    lab.play()
    expect(page.locator("[data-transcript]")).to_contain_text("deletes it from Sales queue", timeout=SLOW)
    lab.pause()
    lab.tab("Events")
    expect(page.locator("[data-table] tbody tr[data-entry]").first).to_be_visible()
    table = page.locator("[data-events]")

    def rows() -> int:
        return int(table.get_attribute("data-rows") or 0)

    every = rows()
    page.locator("[data-filter-node]").select_option("sales-store")
    expect(page.locator("[data-count]")).to_contain_text("filtered")
    assert 0 < rows() < every
    page.locator("[data-filter-node]").select_option("")
    page.locator("[data-filter-message]").fill("A.1")
    assert 0 < rows() < every
    page.locator("[data-filter-message]").fill("")
    assert rows() == every
    page.locator("[data-filter-idle]").check()
    assert rows() > every


def test_a_broken_connection_says_so_and_nothing_is_missed(page: Page, console) -> None:
    console.forgive("WebSocket", "ERR_INTERNET_DISCONNECTED", "ERR_CONNECTION")
    lab = Lab(page).open()
    lab.play()
    lab.wait_rate("1")
    page.evaluate("document.querySelector('[data-player]').player.feed.socket.close()")
    expect(lab.notice).to_contain_text("Reconnected; nothing was missed.", timeout=SLOW)
    lab.pause()
    lab.agree()


def test_where_sockets_are_blocked_frames_are_polled(page: Page, console) -> None:
    console.forgive("WebSocket")
    page.route_web_socket(re.compile("/ws/"), lambda socket: socket.close(code=1011))
    lab = Lab(page).open()
    lab.lever("send-one").click()
    lab.play()
    lab.wait_rate("1")
    expect(page.locator("[data-transcript]")).to_contain_text("deletes it from Sales queue", timeout=2 * SLOW)
    lab.pause()
    lab.agree()


def test_without_motion_everything_is_shown(page: Page, axe_clean) -> None:
    page.emulate_media(reduced_motion="reduce")
    lab = Lab(page).open()
    lab.lever("crash-sales").click()
    lab.lever("send-one").click()
    lab.speed("0.2")
    lab.play()
    token = page.locator("svg.diagram:visible .token[data-hop]")
    expect(token.first).to_be_attached(timeout=SLOW)
    expect(page.locator("svg.diagram:visible .edge.lit").first).to_be_attached()
    lab.speed("1")
    expect(lab.node("sales-queue").locator(".ticket[data-place=in_flight]")).to_have_count(1, timeout=SLOW)
    lab.pause()
    lab.agree()
    axe_clean(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_panel_passes_axe(page: Page, axe_clean, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    lab = Lab(page).open()
    lab.lever("crash-sales").click()
    lab.lever("send-one").click()
    lab.play()
    expect(lab.node("sales-queue").locator(".ticket")).to_have_count(1, timeout=SLOW)
    lab.pause()
    for tab in ("Gauges", "Inspect", "Events", "Words", "Source"):
        lab.tab(tab)
        page.wait_for_load_state("networkidle")
        axe_clean(page)
    lab.node("sales-queue").click()
    expect(page.locator("[data-fragment]")).to_contain_text("Sales queue", timeout=SLOW)
    axe_clean(page)
    for name in ("help", "share"):
        lab.act(name)
        page.wait_for_load_state("networkidle")
        axe_clean(page)
        page.keyboard.press("Escape")


@pytest.mark.parametrize(("width", "height"), [(360, 740), (320, 640)])
def test_on_a_phone_drawing_and_bar_share_the_first_screen(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    lab = Lab(page).open()
    for part in (page.locator("[data-stage]"), page.locator("[data-transport]")):
        box = part.bounding_box()
        assert box
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= height
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0
    lab.lever("send-one").click()
    lab.settle()
    lab.agree()


def test_before_the_first_event_every_panel_says_what_will_be_there(page: Page) -> None:
    lab = Lab(page).open(eventless=True)
    lab.act("reset")
    for chart in page.locator("[data-chart]").all():
        expect(chart.locator(".chart-axis")).to_be_attached()
    lab.tab("Inspect")
    expect(page.locator("[data-places-empty]")).to_contain_text("Send one")


def test_nothing_jumps_when_data_arrives(page: Page) -> None:
    page.add_init_script(
        "window.shifts = []; new PerformanceObserver((list) => { for (const e of list.getEntries())"
        " if (!e.hadRecentInput) window.shifts.push(e.value); }).observe({ type: 'layout-shift', buffered: true });"
    )
    lab = Lab(page).open()
    lab.speed("5")
    lab.lever("crash-sales").click()
    lab.lever("send-20").click()
    lab.play()
    expect(lab.node("sales-dlq").locator(".ticket").first).to_be_attached(timeout=3 * SLOW)
    lab.pause()
    assert sum(page.evaluate("window.shifts")) < 0.01
