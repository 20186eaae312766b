"""The first five minutes of a student, by keyboard alone: a payment moves, is broken, comes back, is understood."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

SLOW_MS = 60_000  # virtual time passes at the speed of the wall


def tab_to(page: Page, target: Locator) -> Locator:
    """Press Tab until `target`, or a part of it, has the focus."""
    expect(target).to_be_visible()
    for _ in range(120):
        if target.evaluate("element => element.contains(document.activeElement)"):
            return target
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {target}")


def press(page: Page, target: Locator, key: str = "Enter") -> None:
    """Go to `target` by keyboard and press a key there."""
    tab_to(page, target)
    page.keyboard.press(key)


def choose(page: Page, group: Locator, words: str) -> None:
    """Choose a radio button of `group` by its words, with Tab and the arrow keys."""
    wanted = group.get_by_role("radio", name=words)
    tab_to(page, group.get_by_role("radio").first.locator("xpath=ancestor::fieldset[1]"))
    page.keyboard.press("Space")
    for _ in range(8):
        if wanted.is_checked():
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"the arrow keys do not reach {words}")


def playhead(page: Page) -> int:
    return int(page.locator("[data-player]").get_attribute("data-playhead-us") or 0)


def shown(page: Page, selector: str) -> Locator:
    """Something in the drawing that is shown (there is one for wide and one for narrow screens)."""
    return page.locator(f"[data-player] svg.diagram {selector}").filter(visible=True)


def breaks_and_restores(page: Page, axe_clean: Callable[[Page], None]) -> None:
    """Home: a payment is broken and comes back."""
    # ---- home: a payment is moving with no step between
    page.goto("/")
    player = page.locator("[data-player]")
    expect(player).to_have_attribute("data-state", "live", timeout=SLOW_MS)
    expect(shown(page, ".token").first).to_be_visible(timeout=SLOW_MS)
    before = playhead(page)
    expect(player).not_to_have_attribute("data-playhead-us", str(before))
    expect(page.locator(".captions .lit")).to_contain_text("posts the payment")

    # ---- one button crashes: the message stays as a ghost
    button = page.get_by_role("button", name="Crash the sales function")
    press(page, page.locator("[data-hero-crash]"))
    restore = page.get_by_role("button", name="Restore the sales function").first
    expect(restore).to_be_visible(timeout=SLOW_MS)
    expect(page.locator("[data-hero-said]")).to_contain_text("hidden, not gone")
    expect(page.locator(".captions .lit")).to_contain_text("Sales is handed", timeout=SLOW_MS)
    crashed = page.locator("[data-bookmarks] [aria-label*='Sales crashed']")
    expect(crashed.first).to_be_attached(timeout=SLOW_MS)
    expect(shown(page, '.ticket[data-place="in_flight"]')).to_have_count(1)
    axe_clean(page)

    # ---- the same button restores: it comes again, and is done
    press(page, page.locator("[data-hero-crash]"))
    expect(button.first).to_be_visible(timeout=SLOW_MS)
    expect(shown(page, '.ticket[data-place="in_flight"] .badge-text')).to_have_text("2", timeout=SLOW_MS)
    expect(shown(page, '.ticket[data-message="A.1"]')).to_have_count(0, timeout=SLOW_MS)


def predicts(page: Page, axe_clean: Callable[[Page], None]) -> None:
    """On to the lesson: a prediction is locked in, run, and compared."""
    # ---- on to the lesson
    press(page, page.get_by_role("link", name=re.compile("^Why it behaves like that")))
    expect(page.get_by_role("heading", level=1)).to_have_text("Answered at once, finished later")
    expect(page.locator("[data-player]")).to_have_attribute("data-state", "live", timeout=SLOW_MS)
    press(page, page.get_by_role("button", name="queue", exact=True))
    expect(page.locator("#term-queue")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#term-queue")).to_be_hidden()

    # ---- a prediction, locked in before it happens
    prediction = page.locator("#prediction-rows-after-crash")
    choose(page, prediction, "One. It is one payment.")
    press(page, prediction.get_by_role("button", name="Lock it in"))
    expect(prediction.locator(".status")).to_have_text("Locked in")
    expect(prediction.get_by_role("radio")).to_have_count(0)
    expect(page.locator("#lesson-says")).to_contain_text("Locked in: One.")

    # ---- the focus stays, so the next Enter runs the experiment
    expect(prediction.get_by_role("button", name="Run the experiment")).to_be_focused()
    page.keyboard.press("Enter")
    expect(prediction.locator(".compare")).to_be_visible(timeout=SLOW_MS)
    expect(prediction.locator(".compare div").nth(1)).to_contain_text("Three")
    expect(prediction).to_contain_text("the queue can't know that the row is there")
    expect(page.locator("[data-player] [data-clock]")).to_contain_text("2:3", timeout=SLOW_MS)
    axe_clean(page)


def answers(page: Page, axe_clean: Callable[[Page], None]) -> None:
    """The quiz: every question, one of them wrongly first."""
    # ---- questions: a wrong answer comes with its reason, and may be tried again
    question = page.locator("#question-slow-not-dead")
    choose(page, question.locator("fieldset").first, "The message is deleted after 30 seconds.")
    choose(page, question.locator("fieldset.confidence"), "Certain")
    press(page, question.get_by_role("button", name="Answer"))
    expect(question).to_contain_text("Running out makes a message visible, never gone.")
    expect(page.locator("#lesson-says")).to_contain_text("Your answer, not right.")
    expect(question.get_by_role("button", name="Answer again")).to_be_focused()
    choose(page, question.locator("fieldset").first, "The message is lent out a second time")
    choose(page, question.locator("fieldset.confidence"), "I think so")
    press(page, question.get_by_role("button", name="Answer again"))
    expect(question.locator(".answer-reason")).to_have_count(4)
    page.reload()
    expect(question).to_contain_text("Your answer, right.")
    expect(question).to_contain_text("first try not right, certain")

    for name, words in (
        ("what-the-answer-says", "The payment is stored, and the work"),
        ("third-strike", "When it would be received a fourth time."),
        ("between-the-writes", "Nobody, until somebody compares"),
    ):
        question = page.locator(f"#question-{name}")
        choose(page, question.locator("fieldset").first, words)
        choose(page, question.locator("fieldset.confidence"), "I think so")
        press(page, question.get_by_role("button", name="Answer"))
        expect(question).to_contain_text("Your answer, right.")
    axe_clean(page)


def goes_on(page: Page, axe_clean: Callable[[Page], None]) -> None:
    """What is kept, and what to try next."""
    # ---- what is kept, and what to try next
    press(page, page.get_by_role("link", name="What you have done so far"))
    expect(page.locator("main")).to_contain_text(
        "4 of 4 questions answered rightly, 3 of them at the first try"
    )
    axe_clean(page)
    page.go_back()
    press(page, page.get_by_role("button", name="Open it with “idempotent write”"))
    expect(page).to_have_url(re.compile(r"/runs/[^/]+/$"))
    expect(page.locator("[data-player]")).to_have_attribute("data-state", "live", timeout=SLOW_MS)


@pytest.mark.timeout(240)
def test_the_first_five_minutes(live, page: Page, axe_clean) -> None:
    breaks_and_restores(page, axe_clean)
    predicts(page, axe_clean)
    answers(page, axe_clean)
    goes_on(page, axe_clean)


def test_a_refused_answer_says_so_on_the_page(live, page: Page, console) -> None:
    console.forgive("409")
    page.goto("/lessons/decoupled-messaging/01-a-payment-through-a-queue/")
    question = page.locator("#question-third-strike")
    question.locator("[name=revision]").evaluate("field => { field.value = '99'; }")
    question.get_by_text("When it would be received a fourth time.").click()
    question.get_by_text("A guess").click()
    question.get_by_role("button", name="Answer").click()
    expect(question.get_by_role("alert")).to_contain_text("rewritten since you opened the page")
    expect(question.get_by_role("radio", name="When it would be received a fourth time.")).to_be_checked()


@pytest.mark.parametrize("path", ["/", "/lessons/decoupled-messaging/01-a-payment-through-a-queue/"])
def test_without_a_script_there_is_something_to_read(live, browser, base_url, path: str) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=base_url)
    page = context.new_page()
    page.goto(path)
    expect(page.locator("svg.diagram").filter(visible=True)).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("noscript p")).to_contain_text("playing it needs JavaScript")
    expect(page.get_by_role("button", name="Crash the sales function")).to_have_count(0)
    if path == "/":
        expect(page.get_by_text("Web page sent A to Payments API")).to_be_visible()
    else:
        page.get_by_text("One. It is one payment.").click()
        page.get_by_role("button", name="Lock it in").click()
        expect(page.locator("#prediction-rows-after-crash .status")).to_have_text("Locked in")
    context.close()
