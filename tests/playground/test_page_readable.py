"""The page for every eye: light and dark with enough contrast, and on a phone without scrolling sideways."""

from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.chromium import needs_chromium, opened
from tests.support.stories import Slack

pytestmark = needs_chromium
PHONE = {"width": 390, "height": 844}
TOO_WIDE = "node => node.scrollWidth - node.clientWidth"
LEAST_CONTRAST = 4.5  # WCAG 2.2, AA, for text

CONTRASTS = """
() => {
  const read = (colour) => [...colour.match(/[\\d.]+/g).map(Number), 1].slice(0, 4);
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const light = (colour) => colour.slice(0, 3).map((v) => v / 255)
    .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ancestors = (node) => (node ? [node, ...ancestors(node.parentElement)] : []);
  const behind = (node) => ancestors(node).reverse()
    .reduce((below, each) => over(read(getComputedStyle(each).backgroundColor), below), [255, 255, 255, 1]);
  const contrast = (node) => {
    const ground = behind(node);
    const ink = read(getComputedStyle(node).color);
    ink[3] *= ancestors(node).reduce((product, each) => product * getComputedStyle(each).opacity, 1);
    const [low, high] = [light(over(ink, ground)), light(ground)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const all = {};
  while (texts.nextNode()) {
    const [node, words] = [texts.currentNode.parentElement, texts.currentNode.textContent.trim()];
    if (words && node.checkVisibility({ opacityProperty: true, visibilityProperty: true })) all[words] = contrast(node);
  }
  return all;
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_words_stand_out(slack: Slack, browser: Browser, scheme: Literal["light", "dark"]) -> None:
    slack.user("ane").types("/task Send the offer @mari", channel="#acme")
    slack.user("mari").says("See #ops, @ane: `code`, *bold* and https://example.com", channel="#acme")
    slack.user("mari").says("Something unread", channel="#ops")
    with opened(browser, slack.playground.url, "#ane/acme") as page:
        page.emulate_media(color_scheme=scheme)
        expect(page.locator("#main article")).to_have_count(3)
        page.locator("#main article").last.hover()
        page.get_by_label("More actions").last.click()
        expect(page.locator("#menu")).to_be_visible()
        assert too_faint(page) == {}
        page.keyboard.press("Escape")
        page.get_by_label("Write a message").press_sequentially("/")
        expect(page.locator(".suggestions")).to_be_visible()
        assert too_faint(page) == {}
        page.get_by_label("Write a message").fill("/task ")
        page.keyboard.press("Enter")
        page.locator("#send-form").click()
        expect(page.locator(".error")).to_be_visible()
        assert too_faint(page) == {}


def too_faint(page: Page) -> dict[str, float]:
    """Give what can't be read well, with its contrast."""
    contrasts: dict[str, float] = page.evaluate(CONTRASTS)
    assert len(contrasts) > 20
    return {words: contrast for words, contrast in contrasts.items() if contrast < LEAST_CONTRAST}


def test_on_a_phone_everything_fits_and_the_places_are_a_press_away(slack: Slack, browser: Browser) -> None:
    slack.user("mari").says(f"A long word: {'x' * 300} and https://example.com/{'y' * 200}", channel="#acme")
    slack.user("mari").says("Look here", channel="#ops")
    with opened(browser, slack.playground.url, "#ane/acme", **PHONE) as page:
        expect(page.locator("#main article")).to_have_count(1)
        assert fits(page)
        shown = page.locator("#main .messages").evaluate("node => node.clientHeight / innerHeight")
        assert shown > 0.7
        expect(page.locator("#side")).not_to_be_in_viewport()
        page.get_by_label("Channels and people").click()
        expect(page.locator("[data-channel=ops]")).to_be_in_viewport(ratio=1)
        expect(page.locator("#act-as")).to_be_in_viewport(ratio=1)
        assert fits(page)
        page.locator("[data-channel=ops]").click()
        expect(page.locator("#main h2")).to_have_text("ops")
        expect(page.locator("#side")).not_to_be_in_viewport()
        page.locator("#main article").hover()
        page.get_by_label("Reply in thread").click()
        expect(page.get_by_label("Write a reply")).to_be_in_viewport(ratio=1)
        assert fits(page)
        page.get_by_label("Close thread").click()
        page.get_by_label("Write a message").fill("/task ")
        page.get_by_label("Write a message").press("Enter")
        expect(page.locator("#send-form")).to_be_in_viewport(ratio=1)
        assert fits(page)
        page.keyboard.press("Escape")
        expect(page.locator("#form")).to_be_hidden()


def test_a_channel_shared_with_others_keeps_its_name_and_gives_up_whom_it_is_shared_with(
    slack: Slack, browser: Browser
) -> None:
    slack.user("mari").says("Good morning", channel="#acme-shared")
    with opened(browser, slack.playground.url, "#ane/acme") as page:
        row = page.locator("[data-channel=acme-shared]")
        expect(row.locator(".count")).to_be_visible()
        assert row.locator(".name").evaluate(TOO_WIDE) <= 0
    with opened(browser, slack.playground.url, "#sam/acme-shared", **PHONE) as page:
        assert page.locator("main > header").evaluate(TOO_WIDE) <= 0


def fits(page: Page) -> bool:
    """Tell whether nothing has to be scrolled sideways to."""
    return all(page.locator(part).first.evaluate(TOO_WIDE) <= 0 for part in ("html", ".messages"))
