"""The page in a real Chromium: type, be refused, correct, press, move the clock."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.support.chromium import needs_chromium
from tests.support.stories import Slack

pytestmark = needs_chromium

THE_TOUR_ANSWERS_LATE_AND_WHAT_IS_DRAWN_IS_NOTED = """(() => {
  const ask = window.fetch;
  const late = (path) => (path.includes("/said") ? 300 : 0);
  window.fetch = (path, more) => new Promise((over) => setTimeout(over, late(path))).then(() => ask(path, more));
  window.drawn = [];
  const isThere = (place) => Boolean(document.querySelector(place));
  new MutationObserver(() => window.drawn.push([isThere("#main .list"), isThere("#tour:not([hidden])")]))
    .observe(document, { childList: true, subtree: true, attributes: true });
})()"""


def test_a_newcomer_finds_their_way(slack: Slack, page: Page) -> None:
    write = page.get_by_label("Write a message")
    write.fill("/ta")
    expect(page.locator(".suggestions")).to_contain_text("/task")
    write.fill("/task Send <b>the offer</b> @mari")
    write.press("Enter")
    expect(page.locator(".ephemeral")).to_contain_text("Recorded Send <b>the offer</b> @mari")
    page.locator("[data-action='task.done']").click()
    expect(page.locator("#main")).to_contain_text("Finished by ane")

    write.fill("/task ")
    write.press("Enter")
    page.locator("#send-form").click()
    expect(page.locator(".error")).to_have_text("Please complete this required field.")
    page.locator("[data-block=title] input").fill("bad")
    page.locator("#send-form").click()
    expect(page.locator("[data-block=title] .error")).to_have_text("Say more")
    page.locator("[data-block=title] input").fill("good")
    page.locator("#send-form").click()
    expect(page.locator("#form")).to_be_hidden()
    page.locator("[data-channel=dm]").click()
    expect(page.locator("#main")).to_contain_text("Kept good")

    page.get_by_text("+1 hour").click()
    expect(page.locator(".clock output")).to_have_class("shifted")
    assert slack.playground.clock.offset == 3600
    page.get_by_role("button", name="Home", exact=True).click()
    expect(page.locator(".home")).to_contain_text("Your tasks")


def test_the_tour_is_there_from_the_beginning_and_pushes_nothing_down(page: Page) -> None:
    page.add_init_script(THE_TOUR_ANSWERS_LATE_AND_WHAT_IS_DRAWN_IS_NOTED)
    page.reload()
    expect(page.locator("#main .list")).to_be_visible()
    expect(page.locator("#tour")).to_be_visible()
    drawn = page.evaluate("window.drawn")
    assert [True, True] in drawn
    assert [True, False] not in drawn


def test_a_press_counts_though_the_page_would_be_drawn_anew_meanwhile(slack: Slack, page: Page) -> None:
    button, time = page.get_by_role("button", name="+1 hour"), page.locator(".clock output")
    page.get_by_label("Write a message").click()  # what one was in loses the focus
    button.hover()
    page.mouse.down()
    slack.clock.forward(minutes=15)
    with page.expect_response("**/playground/state*"):
        slack.user("sam").says("something new", channel="#acme-shared")
    page.evaluate("fetch('/playground/said').then((all) => all.json())")  # by now the page knows what it would draw
    with page.expect_response("**/playground/clock"):
        page.mouse.up()
    expect(page.locator("[data-channel=acme-shared] .count")).to_be_visible()
    expect(time).to_have_class("shifted")
    assert slack.playground.clock.offset == 4500


def test_nothing_is_drawn_before_the_click_that_comes_a_moment_after_a_finger_was_lifted(page: Page) -> None:
    drawn_before_and_after = page.evaluate(
        """async () => {
            const { unlessPressed } = await import("/page/press.js");
            const moment = (ms) => new Promise((over) => setTimeout(over, ms));
            dispatchEvent(new PointerEvent("pointerdown", { button: 0 }));
            dispatchEvent(new PointerEvent("pointerup", { button: 0 }));
            await moment(50);
            let drawn = 0;
            unlessPressed(() => (drawn += 1));
            const before = drawn;
            dispatchEvent(new MouseEvent("click"));
            await moment(0);
            return [before, drawn];
        }"""
    )
    assert drawn_before_and_after == [0, 1]


def test_a_pointer_that_nobody_saw_lifted_holds_nothing_back(page: Page) -> None:
    held_back = page.evaluate(
        """async () => {
            const { unlessPressed } = await import("/page/press.js");
            const ends = ["pointercancel", "contextmenu", "blur", "pointermove"];
            return ends.map((end) => {
                dispatchEvent(new PointerEvent("pointerdown", { button: 0, buttons: 1 }));
                let drawn = 0;
                unlessPressed(() => (drawn += 1));
                const before = drawn;
                dispatchEvent(new PointerEvent(end, { buttons: 0 }));
                return [before, drawn];
            });
        }"""
    )
    assert held_back == [[0, 1]] * 4


def test_everybody_sees_the_same_message_in_their_own_words_and_hours(slack: Slack, page: Page) -> None:
    slack.user("sam").says("*hello* from New York to @ane", channel="#acme-shared")
    page.locator("[data-channel=acme-shared]").click()
    message = page.locator("article")
    expect(message).to_contain_text("hello from New York to @ane")
    expect(message.locator(".tag")).to_have_text("Acme")
    expect(page.locator("#main > header")).to_contain_text("shared with Acme")
    expect(page.locator("#main")).to_contain_text("Acme can read what is written here")
    expect(page.locator(".zone")).to_have_text("Danish · Europe/Copenhagen")
    expect(message.locator("time")).to_have_text(re.compile(r"\d\d\.\d\d"))
    in_copenhagen = hour_of(message)
    page.locator("#act-as").select_option("UMARI00000")
    expect(page.locator(".zone")).to_have_text("Estonian · Europe/Tallinn")
    expect(message.locator("time")).to_have_text(re.compile(r"\d\d:\d\d"))
    assert (hour_of(message) - in_copenhagen) % 24 == 1
    page.locator("#act-as").select_option("USAM000000")
    expect(page.locator("[data-channel]")).to_have_count(1)
    expect(page.get_by_role("button", name="Stafet home")).to_have_count(0)
    expect(message).to_contain_text("hello from New York to @ane")


def hour_of(message: Locator) -> int:
    return int(message.locator("time").inner_text()[:2])


def test_threads_reactions_and_edits_are_a_press_away(slack: Slack, page: Page) -> None:
    said = slack.user("mari").says("Who calls Acme?", channel="#acme")
    article = page.locator("#main article")
    article.hover()
    article.get_by_label("Reply in thread").click()
    page.get_by_label("Write a reply").fill("I do")
    page.get_by_label("Write a reply").press("Enter")
    expect(page.locator("#thread article")).to_have_count(2)
    expect(article.locator(".replies")).to_contain_text("1 reply")
    own = page.locator("#thread article").last
    own.hover()
    own.get_by_label("More actions").click()
    page.get_by_role("menuitem", name="Edit message").click()
    page.get_by_label("Change your message").fill("I do, at two")
    page.get_by_label("Change your message").press("Enter")
    expect(own).to_contain_text("I do, at two (edited)")
    article.hover()
    article.get_by_label("Add a reaction", exact=True).click()
    page.get_by_role("menuitem", name=":eyes:").click()
    expect(article.locator(".reactions .own")).to_have_attribute("aria-label", re.compile(r":eyes:, 1, Ane Holm"))
    assert slack.do(lambda: slack.playground.workspace.channels[said.channel].messages[said.ts].reactions) == {
        "eyes": ["UANE000000"]
    }
    page.keyboard.press("Escape")
    expect(page.locator("#thread")).to_be_hidden()


def test_unread_messages_are_marked_until_somebody_looks(slack: Slack, page: Page) -> None:
    slack.user("mari").says("The offer is out", channel="#ops")
    slack.user("mari").says("Can you look, @ane?", channel="#ops")
    row = page.locator("[data-channel=ops]")
    expect(row).to_have_class(re.compile("unread"))
    expect(row.locator(".count")).to_have_text("1")
    expect(row.locator(".count")).to_have_attribute("title", "2 unread")
    expect(page).to_have_title(re.compile(r"^\(2\) #acme"))
    row.click()
    expect(page.locator(".day.new + article")).to_contain_text("The offer is out")
    expect(row).not_to_have_class(re.compile("unread"))
    expect(page).to_have_title(re.compile(r"^#ops"))
    slack.user("mari").says("Thanks", channel="#ops")
    expect(page.locator("article").last).to_contain_text("Thanks")
    page.locator("[data-channel=acme]").click()
    expect(row).not_to_have_class(re.compile("unread"))


def test_what_was_begun_in_one_place_is_still_there(page: Page) -> None:
    page.get_by_label("Write a message").fill("half a sentence")
    page.locator("[data-channel=ops]").click()
    expect(page.get_by_label("Write a message")).to_have_value("")
    page.go_back()
    expect(page.get_by_label("Write a message")).to_have_value("half a sentence")
