"""Each switch of the drawer, turned on the page, with the real bot behind it: what Stafet promises holds."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bot.app import App
from bot.playground.server import Playground
from scheduler import unknown
from tests.support.chromium import needs_chromium, opened
from tests.support.outgoing import is_all_said
from tests.support.stories import Slack

pytestmark = needs_chromium


@pytest.fixture
def page(browser: Browser, slack: Slack) -> Iterator[Page]:
    """Ane's page, with the drawer open."""
    slack.user("ane").types("/task", channel="#ops")  # what Stafet asks of Slack once is asked
    slack.user("ane").form().closes()
    with opened(browser, slack.playground.url, "#ane/acme") as page:
        page.get_by_role("button", name="Traffic and faults").click()
        yield page


def fault(page: Page, name: str) -> Locator:
    return page.locator(f"[data-fault={name}]")


def once(slack: Slack, bot: App, words: str) -> None:
    """See that a card comes and, when all that is on its way has ended, that it is the only one."""
    acme = slack.channel("#acme")
    assert words in acme.waits_for("T-1")
    slack.loop.run(bot.edge.settled())
    assert slack.until(lambda: is_all_said(bot.database) or None)
    assert len(acme.containing("T-1")) == 1
    assert not acme.containing("T-2")


def test_an_answer_that_was_lost_leaves_one_card(
    slack: Slack, bot: App, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unknown, "SETTLE_TIME", timedelta(seconds=1))
    lost = fault(page, "drop")
    lost.get_by_role("switch").check()
    expect(lost.locator(".now")).to_have_text("1 more of chat.postMessage")
    slack.user("ane").types("/task Send the offer", channel="#acme")
    expect(lost.locator(".struck")).to_have_text("struck 1×")
    expect(lost.get_by_role("switch")).not_to_be_checked()
    expect(page.locator("#drawer li.refused .outcome").last).to_have_text("no answer")
    once(slack, bot, "Send the offer")


def test_an_event_that_came_twice_is_one_task(slack: Slack, bot: App, page: Page) -> None:
    twice = fault(page, "twice")
    twice.get_by_role("switch").check()
    expect(page.locator("#open-drawer")).to_have_text("Traffic and faults (1 on)")
    slack.user("ane").says("task: call Bo tomorrow", channel="#acme")
    once(slack, bot, "call Bo")
    expect(twice.locator(".struck")).to_contain_text("struck")


def test_what_was_said_while_the_socket_was_cut_is_one_task(
    slack: Slack, bot: App, playground: Playground, page: Page
) -> None:
    playground.delivery.retry_after = (0.0, 1.0, 2.0)
    cut = fault(page, "cut")
    expect(cut.locator(".now")).to_have_text("2 links open")
    cut.get_by_role("button", name="Cut now").click()
    expect(cut.locator(".struck")).to_have_text("struck 2×")
    slack.user("ane").says("task: call Bo tomorrow", channel="#acme")
    once(slack, bot, "call Bo")
    expect(cut.locator(".now")).to_have_text("2 links open")


def test_a_channel_that_is_rate_limited_gets_its_card_later(slack: Slack, bot: App, page: Page) -> None:
    limit = fault(page, "rate_limit")
    limit.get_by_label("Channel", exact=True).select_option(label="#acme")
    limit.get_by_label("seconds").fill("3")
    limit.get_by_role("switch").check()
    expect(limit.locator(".now")).to_contain_text("#acme for")
    slack.user("ane").types("/task Send the offer", channel="#acme")
    expect(page.locator("#drawer li.refused .outcome")).to_have_text("429 ratelimited")
    once(slack, bot, "Send the offer")
    tries = slack.playground.core.traffic.calls_of("chat.postMessage")
    assert [each.answer["ok"] for each in tries] == [False, True]
    expect(limit.locator(".struck")).to_have_text("struck 1×")
    expect(limit.get_by_role("switch")).not_to_be_checked()


def test_a_slack_that_is_down_gets_its_card_when_it_is_up(slack: Slack, bot: App, page: Page) -> None:
    down = fault(page, "down")
    down.get_by_role("switch").check()
    expect(down).to_have_class("on")
    slack.user("ane").types("/task Send the offer", channel="#acme")
    expect(down.locator(".struck")).to_contain_text("struck")
    down.get_by_role("switch").uncheck()
    expect(down).not_to_have_class("on")
    once(slack, bot, "Send the offer")


def test_an_answer_that_is_late_is_waited_for(slack: Slack, bot: App, page: Page) -> None:
    late = fault(page, "hang")
    late.get_by_label("seconds").fill("0.8")
    late.get_by_role("switch").check()
    expect(late.locator(".now")).to_have_text("by 0.8 s")
    began = time.monotonic()
    slack.user("ane").types("/task Send the offer", channel="#acme")
    once(slack, bot, "Send the offer")
    assert time.monotonic() - began > 0.8
    expect(late.locator(".struck")).to_contain_text("struck")


def test_an_event_that_was_acknowledged_too_late_is_one_task(
    slack: Slack, bot: App, playground: Playground, page: Page
) -> None:
    playground.delivery.ack_within, playground.delivery.retry_after = 0.3, (0.0, 0.1, 0.1)
    late = fault(page, "late_ack")
    late.get_by_role("switch").check()
    expect(late.locator(".now")).to_have_text("by 4 s")
    slack.user("ane").says("task: call Bo tomorrow", channel="#acme")
    expect(page.locator("#drawer .retry").first).to_have_text("retry 3: timeout")
    once(slack, bot, "call Bo")
