"""Block Kit in a real Chromium: every block drawn, every element used, every input filled in."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import Playground
from tests.playground.every_block import DATE, DESCRIBED, FRIDAY, GROUPS, SHOWN, SIZES, acting, every_input
from tests.playground.parts import MANIFEST, button, field, modal, plain, section
from tests.support.backstage import StoryLoop
from tests.support.chromium import needs_chromium, opened
from tests.support.stories import Slack

pytestmark = needs_chromium
ACME, ANE, MARI, DEALS = "CACME00001", "UANE000000", "UMARI00000", "CDEALS0001"
CARDS = [{"text": plain(name), "value": name.lower()} for name in ("Card one", "Card two")]
Json = dict[str, Any]


class Told:
    """What the bot of this test was told, and what it says."""

    def __init__(self, slack: Slack, client: AsyncWebClient) -> None:
        self.slack = slack
        self.client = client
        self.actions: list[Json] = []
        self.asked: list[str] = []
        self.forms: list[Json] = []

    def next_action(self, do: Callable[[], Any]) -> Json:
        """Do something on the page; give the action that the bot is told, without the parts that all have."""
        before = len(self.actions)
        do()
        told = self.slack.until(lambda: self.actions[before] if len(self.actions) > before else None)
        assert told is not None, "the bot was told nothing"
        return {key: value for key, value in told.items() if key.startswith(("selected_", "value"))}

    def posts(self, *blocks: Json, **more: Any) -> None:
        """Post blocks to #acme."""
        self.slack.run(self.client.chat_postMessage(channel=ACME, text="blocks", blocks=list(blocks), **more))

    def opens(self, view: Json) -> str:
        """Open a form in front of Ane; give its id."""
        trigger = self.slack.do(lambda: self.slack.playground.core.triggers.give(ANE))
        return str(self.slack.run(self.client.views_open(trigger_id=trigger, view=view))["view"]["id"])


def listening(client: AsyncWebClient, told: Told) -> AsyncApp:
    """Build an app that takes everything, and suggests cards."""
    app = AsyncApp(client=client)
    everything = re.compile(".*")

    @app.action(everything)
    async def on_action(ack: Any, body: Json) -> None:
        await ack()
        told.actions.extend(body["actions"])
        if body["actions"][0]["action_id"] == "push":
            pushed = modal(section("On top"), title=plain("Second"))
            await client.views_push(trigger_id=body["trigger_id"], view=pushed)

    @app.options(everything)
    async def on_options(ack: Any, payload: Json) -> None:
        told.asked.append(payload["value"])
        if payload["action_id"] == "external_select":
            await ack(options=CARDS)
        else:
            await ack(option_groups=GROUPS)

    @app.view(everything)
    async def on_form(ack: Any, view: Json) -> None:
        await ack()
        told.forms.append(view["state"]["values"])

    return app


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Told]:
    """Start a playground and the listening app."""
    loop = StoryLoop()
    playground = Playground(manifest=MANIFEST, clock_file=tmp_path / "offset")
    loop.run(playground.start())
    slack = Slack(playground, loop)

    async def joined() -> tuple[Told, AsyncSocketModeHandler]:
        client = AsyncWebClient(token=playground.bot_token, base_url=playground.api_url)
        told = Told(slack, client)
        handler = AsyncSocketModeHandler(listening(client, told), playground.app_token)
        await handler.connect_async()
        await playground.connected()
        return told, handler

    told, handler = loop.run(joined())
    yield told
    loop.run(handler.close_async())
    loop.run(playground.stop())
    loop.stop()


@pytest.fixture
def slack(told: Told) -> Slack:
    """The Slack in which the listening app is."""
    return told.slack


def texts(place: Locator, selector: str) -> list[str]:
    """Read all that is drawn in a certain way."""
    return place.locator(selector).all_inner_texts()


def test_every_block_is_drawn_and_nothing_in_it_becomes_markup(told: Told, page: Page) -> None:
    told.posts(*SHOWN)
    message = page.locator("#main article")
    expect(message.get_by_role("heading", name="The header 👋")).to_be_visible()
    expect(message.locator("img, script, iframe, object")).to_have_count(0)

    words = message.locator(".mrkdwn").first
    assert texts(words, "b") == ["bold", "both"]
    assert texts(words, "i") == ["italic", "both"]
    assert texts(words, "s") == ["strike"]
    assert texts(words, "code") == ["co*de*"]
    assert texts(words, "pre") == ["*raw* <tag>"]
    assert texts(words, "blockquote") == ["a quote\nof two lines"]
    expect(words).to_contain_text("snake_case 2*3*4 🎉 👍🏽 :nobody_knows:")
    expect(words).to_contain_text("<b>not markup</b> &amp;")
    expect(words).to_contain_text("some day")
    assert texts(words, ".mention") == ["@ane", "@mari", "#acme", "@here", "@crew"]
    assert texts(words, ".mention.own") == ["@ane", "@here"]
    linked = words.get_by_role("link")
    assert linked.all_inner_texts() == ["a *link*", "https://example.com/plain"]
    expect(linked.first).to_have_attribute("href", "https://example.com/a?b=1&c=2")

    expect(message).to_contain_text("*plain* <i>words</i>")
    assert texts(message, ".fields b") == ["Left", "Right"]
    verbatim = message.locator(".section", has_text="and https://example.com/x")
    assert texts(verbatim, ".mention, .words a") == ["#acme"]
    assert texts(message.locator(".section", has_text="@here in #general").last, ".mention") == ["@here", "#general"]
    expect(message.get_by_role("img", name="a small square")).to_be_visible()
    expect(message.locator(".context").get_by_role("img", name="tiny")).to_be_visible()
    expect(message.locator("figure").get_by_role("link", name="a far image")).to_be_visible()
    expect(message.locator(".content > hr")).to_have_count(1)


def test_rich_text_tables_and_markdown_are_drawn_and_what_is_unknown_is_its_json(told: Told, page: Page) -> None:
    told.posts(*SHOWN, attachments=[{"fallback": "of old", "text": "a bar at the side"}])
    message = page.locator("#main article")
    rich = message.locator(".rich").first
    expect(rich).to_contain_text("Rich <b>words</b> ")
    assert texts(rich, "b > i, i > b") == ["loud"]
    assert texts(rich, ".mention") == ["@ane", "@S0123", "@channel", "#acme"]
    expect(rich).to_contain_text("👋🧭")
    expect(rich.get_by_role("link", name="rich link")).to_have_attribute("href", "https://example.com/rich")
    expect(rich.locator("ol")).to_have_attribute("start", "3")
    assert texts(rich, "blockquote") == ["rich quote"]
    assert texts(rich, "pre") == ["rich  pre"]

    table = message.get_by_role("group", name="Table")
    expect(table.get_by_role("columnheader")).to_have_text(["Name", "Sum"])
    expect(table.get_by_role("cell")).to_have_text(["rich quote", "7 <b>"])

    markdown = message.locator(".markdown")
    expect(markdown.get_by_role("heading", name="Heading")).to_be_visible()
    assert [texts(markdown, "p " + tag) for tag in ("b", "i", "s", "code", "a")] == [
        ["bold"], ["italic"], ["strike"], ["code"], ["named"]
    ]  # fmt: skip
    assert texts(markdown, "li li") == ["inner"]
    expect(markdown.get_by_role("checkbox")).to_be_checked()
    assert texts(markdown, "pre") == ["x = '*'"]
    expect(markdown.get_by_role("cell")).to_have_text(["1", "2"])

    film = message.get_by_role("group", name="video, shown as its JSON")
    expect(film).to_contain_text('"video_url": "https://example.com/v"')
    expect(message.get_by_role("group", name="context_actions, shown as its JSON")).to_contain_text("negative_button")
    expect(message.get_by_role("group", name="attachment, shown as its JSON")).to_contain_text("a bar at the side")


def test_every_element_of_a_message_tells_the_bot_what_was_chosen(told: Told, page: Page) -> None:
    told.posts(*acting())

    def chosen(label: str, option: str) -> Json:
        return told.next_action(lambda: page.get_by_label(label, exact=True).select_option(option))

    assert chosen("Pick a size", "medium") == {"selected_option": _whole(SIZES[1])}
    assert chosen("Whose", ANE) == {"selected_user": ANE}
    assert chosen("Select a channel", ACME) == {"selected_channel": ACME}
    talks = page.get_by_label("Select a conversation", exact=True).locator("option")
    expect(talks).to_have_text(["Select a conversation", "🔒 private-deals"])
    assert chosen("Select a conversation", DEALS) == {"selected_conversation": DEALS}
    assert chosen("Select channels", ACME) == {"selected_channels": [ACME]}
    assert chosen("Select conversations", DEALS) == {"selected_conversations": [DEALS]}
    removing = page.get_by_label("Remove Mari Tamm")
    assert told.next_action(removing.click) == {"selected_users": []}

    assert chosen("Pick some", "oak") == {"selected_options": [_whole(GROUPS[1]["options"][0])]}
    both = [_whole(option) for option in GROUPS[1]["options"]]
    assert chosen("Pick some", "ash") == {"selected_options": both}
    expect(page.get_by_label("Pick some", exact=True).locator("option")).to_have_text(["No more than 2"])
    assert told.next_action(page.get_by_label("Remove Oak").click) == {"selected_options": both[1:]}

    ticked = told.next_action(page.locator("[data-block=checkboxes]").get_by_label("Plain box").check)
    assert [option["value"] for option in ticked["selected_options"]] == ["bold", "plain"]
    radio = page.locator("[data-block=radio_buttons]").get_by_label("Plain box")
    assert told.next_action(radio.check) == {"selected_option": _whole(DESCRIBED[1])}

    def filled(label: str, words: str) -> Json:
        return told.next_action(lambda: page.get_by_label(label, exact=True).fill(words))

    day = page.get_by_label("Select a date", exact=True)
    day.press_sequentially("03042026")
    assert told.next_action(lambda: day.press("Enter")) == {"selected_date": "2026-03-04"}
    assert [action["type"] for action in told.actions].count("datepicker") == 1
    assert filled("Select a date", "2026-03-02") == {"selected_date": "2026-03-02"}
    assert filled("Select a time", "10:15") == {"selected_time": "10:15"}
    moment = page.locator("input[type=datetime-local]")
    expect(moment).to_have_value("2026-02-27T15:00")
    assert filled("Select a date and a time", "2026-03-02T10:00") == {"selected_date_time": 1_772_442_000}


def test_buttons_menus_and_searches_work_and_a_refused_confirmation_tells_nobody(told: Told, page: Page) -> None:
    told.posts(*acting())
    assert told.next_action(page.get_by_role("button", name="Go").click) == {"value": "go"}
    expect(page.get_by_role("button", name="Edit the offer")).to_be_visible()
    expect(page.get_by_role("link", name="Visit")).to_have_attribute("href", "https://example.com/visit")

    page.get_by_role("button", name="Stop").click()
    asking = page.get_by_role("dialog", name="Sure?")
    expect(asking).to_contain_text("It can't be undone.")
    asking.get_by_role("button", name="Leave it").click()
    page.get_by_role("button", name="Stop").click()
    assert told.next_action(asking.get_by_role("button", name="Yes, do it").click) == {"value": "stop"}
    assert [action["action_id"] for action in told.actions] == ["primary", "danger"]

    page.get_by_role("button", name="More options").click()
    item = page.get_by_role("menuitem", name="Large")
    assert told.next_action(item.click) == {"selected_option": _whole(SIZES[2])}

    search = page.get_by_role("combobox", name="Find one")
    search.press_sequentially("c")
    page.wait_for_timeout(300)  # longer than the pause after which a long enough word is asked for
    search.press_sequentially("a")
    expect(page.get_by_role("option", name="Card one")).to_be_visible()
    assert told.asked == ["ca"]
    search.press("ArrowDown")
    search.press("ArrowDown")
    assert told.next_action(lambda: search.press("Enter")) == {"selected_option": CARDS[1]}
    expect(search).to_have_value("Card two")
    page.get_by_role("combobox", name="Find some").focus()
    found = page.get_by_role("listbox", name="Suggestions")
    expect(found).to_contain_text("Trees")
    oak = found.get_by_role("option", name="Oak")
    assert told.next_action(oak.click) == {"selected_options": GROUPS[1]["options"][:1]}


def test_a_form_with_every_input_is_refused_at_its_fields_and_then_sent_in_slacks_own_shape(
    told: Told, page: Page
) -> None:
    told.opens(every_input())
    form = page.get_by_role("dialog", name="Form")
    send = form.get_by_role("button", name="Send")
    for label, words in {"title": "No", "number": "1.5", "email": "nowhere", "url": "example"}.items():
        form.get_by_label(f"The {label}").fill(words)
    send.click()
    expect(form.get_by_role("alert")).to_have_text(
        ["Must be at least 3 characters.", "Must be a whole number.", "Must be an email address.", "Must be a URL."]
    )
    title = form.get_by_label("The title")
    expect(title).to_be_focused()
    expect(title).to_have_accessible_description(re.compile("3 to 10 characters Must be at least 3 characters."))

    right = {"title": "Yes", "words": "two\nlines", "rich": "rich", "number": "7"}
    right |= {"email": "a@b.example", "url": "https://b.example", "datepicker": "2026-03-02", "timepicker": "10:15"}
    for label, words in {**right, "datetimepicker": "2026-03-02T10:00"}.items():
        form.get_by_label(f"The {label}").fill(words)
    picked = {"static_select": "large", "multi_static_select": "apple", "users_select": ANE, "multi_users_select": ANE}
    picked |= {"channels_select": ACME, "multi_channels_select": ACME}
    for label, option in {**picked, "conversations_select": DEALS, "multi_conversations_select": DEALS}.items():
        form.locator(f"[data-block={label}] select").select_option(option)
    form.get_by_label("The external_select").press_sequentially("card")
    form.get_by_role("option", name="Card one").click()
    form.get_by_label("The multi_external_select").focus()
    form.get_by_role("listbox", name="Suggestions").get_by_role("option", name="Ash").click()
    form.get_by_role("group", name="The checkboxes").get_by_label("Plain box").check()
    form.get_by_role("radiogroup", name="The radio_buttons").get_by_label("Plain box").check()
    send.click()
    expect(form).to_be_hidden()
    assert told.forms == [SENT]


def test_what_was_typed_stays_when_the_form_changes_and_when_another_one_lay_on_top(told: Told, page: Page) -> None:
    blocks = [field("title"), {"type": "actions", "block_id": "more", "elements": [button("push")]}]
    view = told.opens(modal(*blocks))
    title = page.get_by_label("Field")
    title.fill("half a wo")
    slack, client = told.slack, told.client
    slack.run(client.views_update(view_id=view, view=modal(*blocks, section("A new line"), title=plain("Changed"))))
    expect(page.get_by_role("dialog", name="Changed")).to_contain_text("A new line")
    expect(title).to_have_value("half a wo")
    expect(title).to_be_focused()
    page.keyboard.type("rd")
    page.get_by_role("button", name="Press").click()
    second = page.get_by_role("dialog", name="Second")
    expect(second).to_contain_text("On top")
    second.get_by_role("button", name="Back").click()
    expect(title).to_have_value("half a word")
    title.press("Enter")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert told.forms[0]["title"] == {"value": {"type": "plain_text_input", "value": "half a word"}}

    early = modal(field("title", optional=True, dispatch_action=True), submit_disabled=True)
    told.opens(early)
    expect(page.get_by_role("button", name="Send").last).to_be_disabled()
    title.fill("x")
    expect(page.get_by_role("button", name="Send").last).to_be_enabled()
    assert told.next_action(lambda: title.press("Enter")) == {"value": "x"}


def test_two_people_read_one_moment_each_in_their_own_zone_and_language(
    told: Told, page: Page, browser: Browser
) -> None:
    told.posts(section(f"Due {DATE}"), section(f"<!date^{FRIDAY}^{{date_long}} {{time}}|then>"))
    expect(page.locator("article time", has_text="2026-02-27")).to_have_text("2026-02-27 15.00")
    expect(page.locator("article .section").last).to_have_text("Fredag den 27. februar 2026 15.00")
    with opened(browser, told.slack.playground.url, "#mari/acme") as other:
        expect(other.locator("article time", has_text="2026-02-27")).to_have_text("2026-02-27 16:00")
        expect(other.locator("article .section").last).to_have_text("Reede, 27. veebruar 2026 16:00")
        soon = int(told.slack.clock.now) + 80
        told.posts(section(f"<!date^{soon}^{{date_short_pretty}} {{ago}}|soon>"))
        expect(other.locator("article .section").last).to_have_text(re.compile("^(Täna|Homme) "))
    expect(page.locator("article .section").last).to_have_text(re.compile("^I (dag|morgen) om 1 minut"))


def _whole(option: Json) -> Json:
    """Give an option as Slack completes it."""
    text = option["text"]
    filled = {"emoji": True} if text["type"] == "plain_text" else {"verbatim": False}
    return {**option, "text": {**text, **filled}}


def _held(kind: str, **value: Any) -> Json:
    return {kind: {"type": kind, **value}}


SENT = {
    "title": _held("plain_text_input", value="Yes"),
    "words": _held("plain_text_input", value="two\nlines"),
    "rich": _held(
        "rich_text_input",
        rich_text_value={
            "type": "rich_text",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "rich"}]}],
        },
    ),
    "number": _held("number_input", value="7"),
    "email": _held("email_text_input", value="a@b.example"),
    "url": _held("url_text_input", value="https://b.example"),
    "static_select": _held("static_select", selected_option=_whole(SIZES[2])),
    "multi_static_select": _held("multi_static_select", selected_options=[_whole(GROUPS[0]["options"][0])]),
    "external_select": _held("external_select", selected_option=CARDS[0]),
    "multi_external_select": _held("multi_external_select", selected_options=[GROUPS[1]["options"][1]]),
    "users_select": _held("users_select", selected_user=ANE),
    "multi_users_select": _held("multi_users_select", selected_users=[MARI, ANE]),
    "channels_select": _held("channels_select", selected_channel=ACME),
    "multi_channels_select": _held("multi_channels_select", selected_channels=[ACME]),
    "conversations_select": _held("conversations_select", selected_conversation=DEALS),
    "multi_conversations_select": _held("multi_conversations_select", selected_conversations=[DEALS]),
    "checkboxes": _held("checkboxes", selected_options=[]),
    "radio_buttons": _held("radio_buttons", selected_option=_whole(DESCRIBED[1])),
    "datepicker": _held("datepicker", selected_date="2026-03-02"),
    "timepicker": _held("timepicker", selected_time="10:15", timezone="Europe/Tallinn"),
    "datetimepicker": _held("datetimepicker", selected_date_time=1_772_442_000),
}
BOXES = [_whole(DESCRIBED[0]), _whole(DESCRIBED[1])]
BOXES[0]["description"] = {**DESCRIBED[0]["description"], "emoji": True}
SENT["checkboxes"]["checkboxes"]["selected_options"] = BOXES
