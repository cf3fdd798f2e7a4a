"""One message of every block that the page draws, one of every element that acts, one form of every input."""

from typing import Any

from tests.playground.parts import button, field, modal, plain, section

Block = dict[str, Any]
FRIDAY = 1_772_200_800
"""27 February 2026, 14:00 UTC, as a date in blocks."""
DATE = f"<!date^{FRIDAY}^{{date_num}} {{time}}|27 February>"
FAR = "https://example.com/far.png"
CONFIRM = {
    "title": plain("Sure?"),
    "text": {"type": "mrkdwn", "text": "It *can't* be undone."},
    "confirm": plain("Yes, do it"),
    "deny": plain("Leave it"),
    "style": "danger",
}
SIZES: list[Block] = [{"text": plain(name), "value": name.lower()} for name in ("Small", "Medium", "Large")]
DESCRIBED: list[Block] = [
    {"text": {"type": "mrkdwn", "text": "*Bold* box"}, "value": "bold", "description": plain("with a remark")},
    {"text": plain("Plain box"), "value": "plain"},
]
GROUPS: list[Block] = [
    {"label": plain(label), "options": [{"text": plain(name), "value": name.lower()} for name in names]}
    for label, names in (("Fruit", ["Apple"]), ("Trees", ["Oak", "Ash"]))
]


def mrkdwn(text: str, **more: Any) -> Block:
    """Build a text object with markup."""
    return {"type": "mrkdwn", "text": text, **more}


MARKUP = f"""\
*bold* _italic_ ~strike~ *_both_* `co*de*` snake_case 2*3*4 :tada: :+1::skin-tone-4: :nobody_knows:
&lt;b&gt;not markup&lt;/b&gt; &amp;amp; <img src=x onerror=alert(1)>
&gt; a quote
&gt; of two lines
• one point
<https://example.com/a?b=1&amp;c=2|a *link*> <javascript:alert(1)|no link> https://example.com/plain.
<@UANE000000> <@UMARI00000> <#CACME00001> <!here> <!subteam^S0123|@crew>
Due {DATE}, <!date^x^{{time}}|some day>
```
*raw* &lt;tag&gt;
```"""
RICH: list[Block] = [
    {
        "type": "rich_text_section",
        "elements": [
            {"type": "text", "text": "Rich <b>words</b> "},
            {"type": "text", "text": "loud", "style": {"bold": True, "italic": True}},
            {"type": "text", "text": "gone", "style": {"strike": True}},
            {"type": "text", "text": "code", "style": {"code": True}},
            {"type": "user", "user_id": "UANE000000"},
            {"type": "usergroup", "usergroup_id": "S0123"},
            {"type": "broadcast", "range": "channel"},
            {"type": "channel", "channel_id": "CACME00001"},
            {"type": "link", "url": "https://example.com/rich", "text": "rich link"},
            {"type": "emoji", "name": "wave"},
            {"type": "emoji", "name": "a_new_one", "unicode": "1f9ed"},
            {"type": "date", "timestamp": FRIDAY, "format": "{date_num} {time}", "fallback": "then"},
            {"type": "color", "value": "#F405B3"},
        ],
    },
    {
        "type": "rich_text_list",
        "style": "ordered",
        "offset": 2,
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "third point"}]}],
    },
    {"type": "rich_text_quote", "elements": [{"type": "text", "text": "rich quote"}]},
    {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "rich  pre"}]},
]
MARKDOWN = """\
# Heading
**bold** *italic* ~~strike~~ `code` [named](https://example.com/md) <b>

- first
  1. inner
- [x] done
> quoted
```py
x = '*'
```
---
| A | B |
|---|--:|
| 1 | **2** |"""
VIDEO: Block = {
    "type": "video",
    "title": plain("A film"),
    "alt_text": "film",
    "video_url": "https://example.com/v",
    "thumbnail_url": "https://example.com/t",
}
FEEDBACK: Block = {
    "type": "feedback_buttons",
    "action_id": "feedback",
    "positive_button": {"text": plain("Good"), "value": "+"},
    "negative_button": {"text": plain("Bad"), "value": "-"},
}
SHOWN: list[Block] = [
    {"type": "header", "text": plain("The header :wave:")},
    section(MARKUP),
    {"type": "section", "text": plain("*plain* <i>words</i>")},
    {"type": "section", "fields": [mrkdwn("*Left*\none"), mrkdwn("*Right*\ntwo")]},
    {
        "type": "section",
        "text": mrkdwn("@here in #general, <#CACME00001> and https://example.com/x", verbatim=True),
        "accessory": {"type": "image", "image_url": FAR, "alt_text": "a small square"},
    },
    {"type": "section", "text": mrkdwn("@here in #general")},
    {"type": "context", "elements": [{"type": "image", "image_url": FAR, "alt_text": "tiny"}, mrkdwn("Small _print_")]},
    {"type": "divider"},
    {"type": "image", "image_url": FAR, "alt_text": "a far image", "title": plain("Far away")},
    {"type": "rich_text", "elements": RICH},
    {
        "type": "table",
        "column_settings": [None, {"align": "right", "is_wrapped": True}],
        "rows": [
            [{"type": "raw_text", "text": "Name"}, {"type": "raw_text", "text": "Sum"}],
            [{"type": "rich_text", "elements": RICH[2:3]}, {"type": "raw_text", "text": "7 <b>"}],
        ],
    },
    {"type": "markdown", "text": MARKDOWN},
    VIDEO,
    {"type": "context_actions", "elements": [FEEDBACK]},
]  # fmt: skip


def element(kind: str, **more: Any) -> Block:
    """Build an element whose action is its kind."""
    return {"type": kind, "action_id": kind, **more}


def elements() -> list[Block]:
    """Build one of each element that may stand in a message, without the buttons."""
    some = {"options": SIZES}
    return [
        element("static_select", placeholder=plain("Pick a size"), **some),
        element("multi_static_select", placeholder=plain("Pick some"), option_groups=GROUPS, max_selected_items=2),
        element("external_select", placeholder=plain("Find one"), min_query_length=2),
        element("multi_external_select", placeholder=plain("Find some"), min_query_length=0),
        element("users_select", placeholder=plain("Whose")),
        element("multi_users_select", initial_users=["UMARI00000"]),
        element("channels_select"),
        element("multi_channels_select"),
        element("conversations_select", filter={"include": ["private"]}),
        element("multi_conversations_select"),
        element("checkboxes", options=DESCRIBED, initial_options=DESCRIBED[:1]),
        element("radio_buttons", options=DESCRIBED),
        element("datepicker", initial_date="2026-02-27"),
        element("timepicker", initial_time="09:30", timezone="Europe/Tallinn"),
        element("datetimepicker", initial_date_time=FRIDAY),
        element("overflow", **some),
    ]


def acting() -> list[Block]:
    """Build the blocks of a message in which every element can be used."""
    buttons = [
        button("plain"),
        button("primary", style="primary", text=plain("Go"), value="go"),
        button("danger", style="danger", text=plain("Stop"), confirm=CONFIRM, value="stop"),
        button("web", text=plain("Visit"), url="https://example.com/visit"),
        button("labelled", text=plain("✎"), accessibility_label="Edit the offer"),
    ]
    rows: list[Block] = [{"type": "actions", "block_id": "buttons", "elements": buttons}]
    for each in elements():
        kind = each["type"]
        alone = "external" in kind or kind == "datetimepicker"
        inside = {"type": "actions", "elements": [each]} if alone else section(kind, accessory=each)
        rows.append({**inside, "block_id": kind})
    return rows


def every_input() -> Block:
    """Build a form that has every input."""
    typed = [
        field("title", element("plain_text_input", min_length=3, max_length=10), hint=plain("3 to 10 characters")),
        field("words", element("plain_text_input", multiline=True), optional=True),
        field("rich", element("rich_text_input"), optional=True),
        field("number", element("number_input", is_decimal_allowed=False, min_value="1", max_value="9"), optional=True),
        field("email", element("email_text_input"), optional=True),
        field("url", element("url_text_input"), optional=True),
    ]
    chosen = [field(each["type"], each, optional=True) for each in elements() if each["type"] != "overflow"]
    for block in [*typed, *chosen]:
        block["label"] = plain(f"The {block['block_id']}")
    return modal(*typed, *chosen, callback_id="every.input")
