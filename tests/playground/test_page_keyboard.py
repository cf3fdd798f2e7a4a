"""The page without a mouse: a command, a button, a form, a thread and a menu, by keys alone."""

from playwright.sync_api import Locator, Page, expect

from tests.support.chromium import needs_chromium
from tests.support.stories import Slack

pytestmark = needs_chromium
MOST_TABS = 40


def tab_to(page: Page, wanted: Locator, *, key: str = "Tab") -> None:
    """Press Tab until the focus is there, and see that it shows."""
    expect(wanted).to_have_count(1)  # it may still have to be drawn
    for _ in range(MOST_TABS):
        if wanted.evaluate("node => node === document.activeElement"):
            outline = "node => getComputedStyle(node).outlineStyle + getComputedStyle(node.parentNode).boxShadow"
            assert wanted.evaluate(outline) != "nonenone", "the focus can't be seen"
            return
        page.keyboard.press(key)
    raise AssertionError(f"{MOST_TABS} x {key} don't lead to {wanted}")


def test_a_command_its_button_and_a_form_need_no_mouse(slack: Slack, page: Page) -> None:
    write = page.get_by_label("Write a message")
    tab_to(page, write)
    page.keyboard.type("/")
    expect(page.locator(".suggestions [role=option]")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    expect(page.locator(".suggestions [aria-selected=true]")).to_contain_text("/raw")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(write).to_have_value("/task ")
    expect(page.locator(".suggestions")).to_contain_text("what @who when")
    page.keyboard.type("Call @ma")
    expect(page.locator(".suggestions [aria-selected=true]")).to_contain_text("Mari Tamm")
    page.keyboard.press("Tab")
    expect(write).to_have_value("/task Call @mari ")
    page.keyboard.type("about #bo")
    page.keyboard.press("Escape")
    expect(page.locator(".suggestions")).to_be_hidden()
    page.keyboard.press("Enter")
    slack.channel("#acme").waits_for("Call")

    tab_to(page, page.locator("[data-action='task.done']"), key="Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_contain_text("Finished by ane")

    tab_to(page, write)
    page.keyboard.type("/task ")
    page.keyboard.press("Enter")
    expect(page.locator("#form")).to_be_visible()
    tab_to(page, page.locator("[data-block=title] input"))
    page.keyboard.type("bad")
    tab_to(page, page.locator("#send-form"))
    page.keyboard.press("Enter")
    expect(page.locator("[data-block=title] .error")).to_have_text("Say more")
    tab_to(page, page.locator("[data-block=title] input"))
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("good")
    tab_to(page, page.locator("#send-form"))
    page.keyboard.press("Enter")
    expect(page.locator("#form")).to_be_hidden()
    slack.dm("ane").waits_for("Kept good")


def test_escape_closes_what_is_in_front_and_gives_the_keyboard_back(slack: Slack, page: Page) -> None:
    slack.user("mari").says("First", channel="#acme")
    slack.user("kim").says("Second", channel="#acme")
    first, second = page.locator("#main article").first, page.locator("#main article").last
    expect(second).to_contain_text("Second")
    write = page.get_by_label("Write a message")
    tab_to(page, write)
    page.keyboard.press("ArrowUp")
    expect(second).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(first).to_be_focused()
    page.keyboard.press("t")
    expect(page.get_by_label("Write a reply")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#thread")).to_be_hidden()
    expect(first).to_be_focused()

    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Make a task")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menuitem", name="Add a reaction")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#menu")).to_be_hidden()
    expect(first.get_by_label("More actions")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator("[data-block=title] input")).to_have_value("First")
    page.keyboard.press("Escape")
    expect(page.locator("#form")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(write).to_be_focused()


def test_the_places_are_reached_by_keys(page: Page) -> None:
    tab_to(page, page.locator("[data-channel=ops]"))
    page.keyboard.press("Enter")
    expect(page.locator("#main h2")).to_have_text("ops")
    expect(page.locator("[data-channel=ops]")).to_be_focused()
    tab_to(page, page.get_by_role("button", name="Stafet home"))
    page.keyboard.press("Enter")
    expect(page.locator(".home")).to_contain_text("Your tasks")
    tab_to(page, page.get_by_role("button", name="Messages", exact=True))
    page.keyboard.press("Enter")
    expect(page.locator("#main h2")).to_have_text("Stafet")
