"""One test for each control and key of the lab. In each, drawing, table and transcript tell the same."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lab import SLOW, Lab


@pytest.fixture
def lab(page: Page) -> Lab:
    """A quiet run, paused, with one payment done."""
    lab = Lab(page).open()
    lab.lever("send-one").click()
    lab.play()
    expect(page.locator("[data-transcript]")).to_contain_text("deletes it from Sales queue", timeout=SLOW)
    lab.pause()
    return lab


@pytest.mark.parametrize("hand", ["button", "key"])
def test_play_and_pause(lab: Lab, hand: str) -> None:
    def toggle() -> None:
        lab.act("play") if hand == "button" else lab.press(" ")

    before = lab.us
    toggle()
    lab.wait_rate("1")
    toggle()
    lab.wait_rate("0")
    lab.settle()
    assert lab.us > before
    lab.agree()


def test_space_after_a_click_on_a_lever_pauses_and_does_not_press_it_again(lab: Lab) -> None:
    lab.play()
    lab.wait_rate("1")
    lab.lever("send-one").click()
    lab.page.keyboard.press(" ")
    lab.wait_rate("0")
    lab.settle()
    lab.agree()
    assert len([says for says in lab.sentences() if says.startswith("Web page sent ")]) == 2


@pytest.mark.parametrize("hand", ["button", "key"])
def test_step_back_and_step(lab: Lab, hand: str) -> None:
    def back() -> None:
        lab.act("back") if hand == "button" else lab.press(",")

    def step() -> None:
        lab.act("step") if hand == "button" else lab.press(".")

    latest = lab.sentences()
    back()
    lab.wait_state("behind")
    lab.settle()
    lab.agree()
    before = lab.sentences()
    assert len(before) < len(latest)
    back()
    lab.settle()
    lab.agree()
    step()
    lab.settle()
    lab.agree()
    assert lab.sentences() == before


def test_a_step_at_the_live_edge_lets_the_next_thing_happen(lab: Lab) -> None:
    lab.lever("send-one").click()
    lab.settle()
    known = lab.entries
    lab.act("step")
    lab.wait_entries(known)
    lab.settle()
    assert lab.data("state") == "live"
    lab.agree()


@pytest.mark.parametrize("hand", ["button", "key"])
def test_to_the_start(lab: Lab, hand: str) -> None:
    lab.act("reset") if hand == "button" else lab.press("Home")
    lab.wait_state("behind")
    lab.settle()
    assert lab.us == 0
    expect(lab.notice).to_contain_text("The start")
    lab.agree()


@pytest.mark.parametrize("hand", ["button", "key"])
def test_back_to_the_live_edge(lab: Lab, hand: str) -> None:
    edge = lab.us
    lab.act("reset")
    lab.wait_state("behind")
    lab.act("live") if hand == "button" else lab.press("End")
    lab.wait_state("live")
    lab.settle()
    assert lab.us == edge
    lab.agree()


def test_scrubbing_with_pointer_and_arrows(lab: Lab) -> None:
    box = lab.page.locator("[data-range]").bounding_box()
    assert box
    lab.page.mouse.click(box["x"] + box["width"] * 0.08, box["y"] + box["height"] / 2)
    lab.wait_state("behind")
    lab.settle()
    first = lab.us
    assert first > 0
    lab.agree()
    lab.press("ArrowRight")
    lab.settle()
    assert lab.us == first + 1_000_000
    lab.agree()
    lab.press("Shift+ArrowLeft")
    lab.settle()
    assert lab.us == 0
    lab.agree()


def test_bookmarks_and_the_next_interesting_event(lab: Lab) -> None:
    for pressed in ("true", "false"):
        lab.lever("crash-sales").click()
        expect(lab.lever("crash-sales")).to_have_attribute("aria-pressed", pressed, timeout=SLOW)
    lab.settle()
    lab.press("[")
    lab.wait_state("behind")
    lab.settle()
    lab.agree()
    assert "Fault on Sales" in lab.sentences()[-1]
    on = lab.us
    lab.press("[")
    lab.settle()
    assert lab.us < on
    lab.agree()
    lab.press("]")
    lab.settle()
    assert lab.us == on
    lab.agree()
    lab.bookmark_words(re.compile("Fault on Sales cleared")).click()
    lab.wait_state("live")
    lab.agree()
    lab.bookmark_words(re.compile("set to 0")).click()
    lab.settle()
    lab.act("next")
    lab.settle()
    assert lab.us == on
    lab.agree()


def test_the_next_interesting_event_at_the_live_edge_is_waited_for_by_nobody(lab: Lab) -> None:
    lab.lever("crash-sales").click()
    lab.lever("send-one").click()
    lab.settle()
    at = lab.us
    lab.act("next")
    expect(lab.page.locator("[data-transcript]")).to_contain_text("crashed", timeout=SLOW)
    lab.settle()
    assert lab.us > at
    lab.agree()


def test_speed_of_the_run_and_of_looking_back(lab: Lab) -> None:
    lab.speed("0.1")
    expect(lab.notice).to_contain_text("The next play runs at 0.1 ×")
    lab.play()
    lab.wait_rate("0.1")
    lab.speed("2")
    lab.wait_rate("2")
    lab.pause()
    lab.act("reset")
    lab.settle()
    lab.speed("0.5")
    lab.play()
    lab.wait_rate("0.5")
    lab.wait_state("behind")
    lab.act("play")
    lab.agree()


def test_a_long_wait_is_skipped_and_said(lab: Lab) -> None:
    lab.lever("crash-sales").click()
    lab.lever("send-one").click()
    lab.play()
    expect(lab.page.locator("[data-clock-state]")).to_have_text(re.compile(r"\d s skipped"), timeout=SLOW)
    expect(lab.page.locator("[data-transcript]")).to_contain_text("(receive 2)", timeout=SLOW)
    expect(lab.page.locator(".timeline-cut").first).to_contain_text("skipped")
    lab.pause()
    lab.agree()


def test_forking_keeps_the_old_run(lab: Lab) -> None:
    old = lab.run
    lab.press(",")
    lab.wait_state("behind")
    lab.settle()
    told = lab.sentences()
    lab.act("fork")
    lab.wait_state("live")
    expect(lab.notice).to_contain_text("this is a new run")
    assert lab.run != old
    assert lab.run in lab.page.url
    lab.agree()
    assert lab.sentences() == told
    lab.page.get_by_role("link", name="The old one").click()
    lab.wait_state("live")
    assert lab.run == old
    lab.agree()


def test_a_lever_behind_the_live_edge_forks_there_and_says_so(lab: Lab) -> None:
    old = lab.run
    lab.press(",")
    lab.press(",")
    lab.wait_state("behind")
    lab.settle()
    at = lab.us
    lab.lever("crash-sales").click()
    expect(lab.lever("crash-sales")).to_have_attribute("aria-pressed", "true", timeout=SLOW)
    expect(lab.notice).to_contain_text("Forked at")
    assert lab.run != old
    lab.settle()
    assert at <= lab.us <= at + 10
    lab.agree()
    expect(lab.node("sales")).to_have_attribute("data-fault", re.compile("Crash"))


def test_levers_show_at_once_while_paused(lab: Lab) -> None:
    told, known = len(lab.sentences()), lab.entries
    lab.lever("send-one").click()
    lab.wait_entries(known)
    lab.settle()
    assert len(lab.sentences()) > told
    expect(lab.notice).to_contain_text("it shows at once")
    lab.set("visibility", "5")
    lab.settle()
    assert lab.sentences()[-1].endswith("set to 5s.")
    lab.agree()


def test_sharing_gives_a_link_to_watch_and_one_to_drive(lab: Lab) -> None:
    lab.act("share")
    dialog = lab.page.get_by_role("dialog", name="Share this run")
    watch = dialog.get_by_label("Watch link").input_value()
    drive = dialog.get_by_label("Drive link").input_value()
    assert lab.run in watch
    assert "/drive/" in drive
    lab.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(lab.page.locator("[data-act=share]")).to_be_focused()
    lab.agree()


def test_who_watches_sees_the_same_and_drives_a_fork_of_their_own(
    lab: Lab, browser, console, base_url
) -> None:
    told = lab.sentences()
    context = browser.new_context(base_url=base_url)
    context.on("page", console.watch)
    other = Lab(context.new_page())
    other.show(f"/runs/{lab.run}/")
    other.settle()
    other.agree()
    assert other.sentences() == told
    assert other.data("drive") == "false"
    other.act("play")
    expect(other.notice).to_contain_text("You are watching")
    other.lever("send-one").click()
    expect(other.notice).to_contain_text("Forked at", timeout=SLOW)
    other.settle()
    assert other.run != lab.run
    other.agree()
    lab.agree()
    context.close()


def test_help_and_switching_the_keys_off(lab: Lab) -> None:
    lab.press("?")
    dialog = lab.page.get_by_role("dialog", name="Playing a run")
    expect(dialog).to_be_visible()
    dialog.get_by_role("switch", name="Keys work on this page").uncheck()
    dialog.get_by_role("button", name="Close").click()
    before = lab.us
    for key in (",", "[", "Home", "?"):
        lab.press(key)
    lab.page.wait_for_timeout(300)
    assert lab.us == before
    expect(dialog).to_be_hidden()
    lab.agree()
    lab.page.reload()
    lab.wait_state("live")
    lab.press("Home")
    lab.page.wait_for_timeout(300)
    assert lab.data("state") == "live", "the switch is remembered"
    lab.act("help")
    dialog.get_by_role("switch").check()
    lab.page.keyboard.press("Escape")
    lab.press("Home")
    lab.wait_state("behind")


def test_a_reload_doubles_nothing(lab: Lab) -> None:
    told = lab.sentences()
    lab.page.reload()
    lab.wait_state("live")
    lab.settle()
    assert lab.sentences() == told
    lab.agree()
