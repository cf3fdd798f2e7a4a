"""The drawer in a real Chromium: what went back and forth, what was refused and why, by mouse and by keyboard."""

import pytest
from playwright.sync_api import Browser, Page, expect
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.playground.parts import section
from tests.support.chromium import needs_chromium, opened
from tests.support.stories import Slack

pytestmark = needs_chromium
RED = "rgb(192, 19, 67)"

WHAT_IS_READ_ARRIVES_LATE = """() => {
  const ask = window.fetch;
  window.fetch = async (path, more) => {
    const answer = await ask(path, more);
    if (!more) await new Promise((over) => setTimeout(over, 600));
    return answer;
  };
}"""


@pytest.fixture
def page(page: Page) -> Page:
    """Ane's page, with the drawer open."""
    page.get_by_role("button", name="Traffic and faults").click()
    return page


def refused(slack: Slack) -> None:
    """Let the app post what Slack refuses."""
    client = AsyncWebClient(token=slack.playground.bot_token, base_url=slack.playground.api_url)
    with pytest.raises(SlackApiError):
        slack.run(client.chat_postMessage(channel="CACME00001", text="x", blocks=[section("y" * 3001)]))


def test_a_refused_call_stands_in_red_with_its_pointer(slack: Slack, page: Page) -> None:
    slack.user("ane").types("/task Send the offer", channel="#acme")
    slack.channel("#acme").waits_for("Send the offer")
    refused(slack)
    row = page.locator("#drawer li.refused")
    expect(row).to_have_count(1)
    expect(row.locator(".name")).to_have_text("chat.postMessage")
    expect(row.locator(".outcome")).to_have_text("invalid_blocks")
    expect(row.locator(".why")).to_have_text("/blocks/0/text/text must be less than 3001 characters")
    expect(row.locator(".why")).to_have_css("color", RED)
    expect(row.locator(".where")).to_have_text("Stafet · #acme")
    row.locator("summary").click()
    expect(row.get_by_label("Request")).to_contain_text('"channel": "CACME00001"')
    expect(row.get_by_label("Answer")).to_contain_text("[json-pointer:/blocks/0/text/text]")


def test_both_ways_are_listed_newest_first_and_filtered(slack: Slack, page: Page) -> None:
    slack.user("ane").types("/task Send the offer", channel="#acme")
    card = slack.channel("#acme").waits_for("Send the offer")
    slack.user("mari").presses("task.done", on=card)
    card.changes_to("Finished by")
    rows = page.locator("#drawer ol > li:visible")
    names = page.locator("#drawer ol > li:visible .name")
    words, kind = page.get_by_label("Filter the traffic"), page.get_by_label("Show")
    words.fill("task")
    expect(names).to_have_text(["/task"])
    expect(rows.locator(".where")).to_have_text("Ane Holm · #acme")
    expect(rows.locator(".outcome")).to_have_text("acknowledged")
    words.fill("")
    kind.select_option(label="Clicks and forms")
    expect(names).to_have_text(["block_actions"])
    expect(rows.locator(".where")).to_have_text("Mari Tamm · #acme")
    kind.select_option(label="Calls to Slack")
    words.fill("chat.")
    expect(names).to_have_text(["chat.update", "chat.postMessage"])
    kind.select_option(label="Refused or failed")
    expect(page.locator("#drawer ol")).to_have_css("display", "block")
    expect(names).to_have_count(0)


def test_it_is_worked_with_the_keyboard_on_a_phone(slack: Slack, browser: Browser) -> None:
    refused(slack)
    with opened(browser, slack.playground.url, "#ane/acme", width=390, height=844) as page:
        opener = page.locator("#open-drawer")
        page.locator(".to-side").press("Enter")
        expect(opener).to_be_visible()
        opener.press("Enter")
        words = page.get_by_label("Filter the traffic")
        expect(words).to_be_focused()
        heads = page.locator("#drawer ol summary")
        expect(heads.nth(1)).to_be_visible()
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        expect(heads.nth(0)).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_label("Request").first).to_be_visible()
        page.keyboard.press("End")
        expect(heads.last).to_be_focused()
        page.keyboard.press("Home")
        page.keyboard.press("ArrowDown")
        expect(heads.nth(1)).to_be_focused()
        page.get_by_role("button", name="Faults", exact=True).press("Enter")
        page.get_by_role("switch", name="Deliver events twice").press("Space")
        expect(opener).to_have_text("Traffic and faults (1 on)")
        assert slack.playground.core.faults.times == 2
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.keyboard.press("Escape")
        expect(page.locator("#drawer")).to_be_hidden()
        expect(opener).to_be_focused()


def test_a_line_that_is_open_stays_open_while_more_comes(slack: Slack, page: Page) -> None:
    refused(slack)
    row = page.locator("#drawer li.refused")
    row.locator("summary").click()
    expect(row.get_by_label("Request")).to_be_visible()
    slack.user("ane").says("hello", channel="#acme")
    expect(page.locator("#drawer li.envelope .name")).to_have_text(["message"])
    expect(row.get_by_label("Request")).to_be_visible()
    expect(row.locator("summary")).to_be_focused()


def test_a_switch_stays_as_it_was_turned_though_an_older_answer_arrives(page: Page) -> None:
    switch = page.get_by_role("switch", name="Deliver events twice")
    page.evaluate(WHAT_IS_READ_ARRIVES_LATE)
    page.locator("#open-drawer").click()
    with page.expect_response("**/playground/faults*"):
        page.locator("#open-drawer").click()
    switch.check()
    page.evaluate("window.states = []")
    switch.evaluate("box => setInterval(() => window.states.push(box.checked), 20)")
    page.wait_for_function("() => window.states.length > 60")  # longer than what is read takes
    assert not page.evaluate("window.states.includes(false)")


def test_people_are_told_what_nobody_acknowledged_in_time(slack: Slack, page: Page) -> None:
    slack.user("ane").types("/task first", channel="#acme")
    card = slack.channel("#acme").waits_for("first")
    said = slack.user("ane").says("hello", channel="#acme")
    slack.playground.delivery.ack_within = 0.2
    late = page.locator("[data-fault=late_ack]")
    late.get_by_label("seconds").fill("4")
    late.get_by_role("switch").check()
    expect(late.locator(".now")).to_have_text("by 4 s")

    write = page.get_by_label("Write a message")
    write.fill("/task second")
    write.press("Enter")
    expect(page.locator("#main")).to_contain_text('/task failed with the error "dispatch_failed"')
    notice = page.locator("#notice")
    page.locator(f"[data-ts='{card.ts}'] [data-action='task.done']").click()
    expect(notice).to_have_text("We had some trouble connecting. Try again?")
    expect(page.locator("#drawer li.refused .outcome").first).to_have_text("not acknowledged: timeout")

    slack.run(slack.playground.people.shortcut("ane", "task.from_message", "#acme", said.ts))
    slack.user("ane").form().fill(title="good")
    outcome = slack.run(slack.playground.forms.submits("ane"))
    assert outcome.error == "We had some trouble connecting. Try again?"
    assert slack.user("ane").has_form
    expect(late.locator(".struck")).to_contain_text("struck")
