"""Every input that Stafet uses, on the page in a real Chromium: filled in, refused at its field, corrected, stored."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.chromium import needs_chromium, opened
from tests.support.stories import Slack

pytestmark = needs_chromium


@pytest.fixture
def page(browser: Browser, slack: Slack) -> Iterator[Page]:
    """Open the page as Kim, an admin in London, in #acme."""
    with opened(browser, slack.playground.url, "#kim/acme") as page:
        yield page


def types(page: Page, words: str) -> Locator:
    """Type a command that opens a form; give the form."""
    write = page.get_by_label("Write a message")
    write.fill(words)
    write.press("Enter")
    return page.locator("#form")


def refused(form: Locator, label: str, words: str) -> None:
    """Send the form; the words have to stand at this field and nowhere else, and the keyboard in it."""
    form.locator("#send-form").click()
    expect(form.get_by_role("alert")).to_have_text(words)
    field = form.get_by_label(label)
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(re.compile(f"{re.escape(words)}$"))


def taken(form: Locator) -> None:
    """Send the form; it has to close."""
    form.locator("#send-form").click()
    expect(form).to_be_hidden()


def test_a_form_of_each_kind_is_filled_in_refused_at_its_field_corrected_and_stored(slack: Slack, page: Page) -> None:
    form = types(page, "/customer add")
    form.get_by_label("Name").fill("Fjord & <b>Co</b>")
    form.get_by_label("The customer's language").select_option(label="Dansk")
    form.get_by_label("Owner").select_option(label="Mari Tamm")
    form.get_by_label("Internal channel").select_option(label="# ops")
    form.get_by_label("Shared channel").select_option(label="# ops")
    for name in ("Sam Carter", "Ane Holm"):
        form.get_by_label("Contacts").select_option(label=name)
    refused(form, "Shared channel", "One channel can't be both the internal and the shared one.")
    form.get_by_label("Shared channel").select_option(label="# acme-shared")
    form.get_by_label("Remove Ane Holm").click()
    taken(form)
    expect(page.locator("#main")).to_contain_text("Fjord & <b>Co</b>")

    form = types(page, "/task")
    form.get_by_label("What is to be done?").fill("Draw the plan")
    form.get_by_label("Customer").select_option(label="Fjord & <b>Co</b>")
    form.get_by_label("Who does it?").select_option(label="Kim Larsen")
    form.get_by_label("Priority").select_option(label="Urgent")
    form.get_by_label("Due").fill("2027-02-28T10:00")
    refused(form, "Due", "That time is past. Pick one that is still ahead.")
    form.get_by_label("Due").fill("2027-03-02T15:00")
    taken(form)
    card = slack.channel("#ops").waits_for("Draw the plan")
    page.locator("[data-channel=ops]").click()
    expect(page.locator(f"#main [data-ts='{card.ts}']")).to_contain_text("Draw the plan")

    form = types(page, "/handoff")
    form.get_by_label("Customer").first.select_option(label="Fjord & <b>Co</b>")
    form.get_by_label("Who takes over?").select_option(label="Kim Larsen")
    form.get_by_label("What was the customer promised?").fill("A drawing")
    form.get_by_label("Where do things stand?").fill("Half done")
    form.get_by_label("What is the next step?").fill("Call Bo")
    form.get_by_label("Which tasks move with it?").select_option(label="T-1 Draw the plan")
    form.get_by_role("checkbox").check()
    refused(form, "Who takes over?", "The work is with this person already. Pick somebody else.")
    form.get_by_label("Who takes over?").select_option(label="Mari Tamm")
    taken(form)
    offered = slack.dm("mari").waits_for("A drawing")
    assert [words for words in ("Half done", "Call Bo", "T-1") if words not in offered.text] == []

    form = types(page, "/stafet me")
    form.get_by_label("My working hours").fill("mon-thu 08:00-15:00")
    form.get_by_label("Away from").fill("2027-03-10")
    form.get_by_label("Away until and including").fill("2027-03-09")
    form.get_by_label("My substitute").select_option(label="Deniz Kaya")
    refused(form, "Away until and including", "This is before the first day.")
    form.get_by_label("Away until and including").fill("2027-03-12")
    taken(form)
    form = types(page, "/stafet me")
    stored = {"My working hours": "mon-thu 08:00-15:00", "Away from": "2027-03-10", "My substitute": "UDENIZ0000"}
    for label, value in {**stored, "Away until and including": "2027-03-12"}.items():
        expect(form.get_by_label(label)).to_have_value(value)
