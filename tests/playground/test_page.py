"""The page in a real Chromium: type, be refused, correct, press, move the clock."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import ConsoleMessage, Page, Request, expect, sync_playwright

from tests.support.stories import Slack

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or ""
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium found: install it, or name it in CHROMIUM")


@pytest.fixture
def page(slack: Slack) -> Iterator[Page]:
    """Open the page as Ane; nothing may go wrong in it, nothing may leave this computer."""
    wrong: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            wrong.append(message.text)

    def watch(request: Request) -> None:
        if not request.url.startswith((slack.playground.url, "data:")):
            wrong.append(request.url)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.set_default_timeout(10_000)
        page.on("console", note)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", watch)
        page.goto(f"{slack.playground.url}/#ane/acme")
        page.wait_for_selector(".composer")
        yield page
        browser.close()
    assert wrong == []


def test_a_newcomer_finds_their_way(slack: Slack, page: Page) -> None:
    write = page.get_by_label("Write a message")
    write.fill("/ta")
    expect(page.locator(".suggestions")).to_contain_text("/task")
    write.fill("/task Send <b>the offer</b> @mari")
    write.press("Enter")
    expect(page.locator(".ephemeral")).to_contain_text("Recorded Send <b>the offer</b> @mari")
    page.locator("[data-action='task.done']").click()
    expect(page.locator("#main")).to_contain_text("Finished by ane")

    write = page.get_by_label("Write a message")
    write.fill("/task ")
    write.press("Enter")
    page.locator("#send-form").click()
    expect(page.locator(".error")).to_have_text("Please complete this required field.")
    page.locator("[data-block=title] input").fill("bad")
    page.locator("#send-form").click()
    expect(page.locator("[data-block=title] .error")).to_have_text("Say more")
    page.locator("[data-block=title] input").fill("good")
    page.locator("[data-block=assignee] select").select_option("UMARI00000")
    page.locator("#send-form").click()
    expect(page.locator("#form")).to_be_hidden()
    page.locator("[data-channel=dm]").click()
    expect(page.locator("#main")).to_contain_text("Kept good")

    page.get_by_text("+4 h").click()
    expect(page.locator(".clock output")).to_have_class("shifted")
    assert slack.playground.clock.offset == 4 * 3600
    page.get_by_text("Stafet home").click()
    expect(page.locator(".home")).to_contain_text("Your tasks")


def test_what_others_do_appears_at_once(slack: Slack, page: Page) -> None:
    said = slack.user("mari").says("*hello* from `Tallinn` to @ane", channel="#acme")
    expect(page.locator("article")).to_contain_text("hello from Tallinn to @ane")
    slack.user("mari").edits(said, "changed")
    expect(page.locator("article")).to_contain_text("changed")
    slack.user("kim").says("in the thread", channel="#acme", thread=said)
    page.locator(".replies").click()
    expect(page.locator("#thread")).to_contain_text("in the thread")
    page.locator("#act-as").select_option(label="Mari Tamm · Operations")
    expect(page.locator(".zone")).to_contain_text("Europe/Tallinn")
