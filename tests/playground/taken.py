"""Messages and forms that stand right at Slack's limits, which it takes."""

from typing import Any

from tests.playground.parts import button, field, modal, plain, section
from tests.playground.refusals import Json, actions, confirming, line, marked, option, rich, select, table
from tests.playground.refused_forms import counted, typed
from tests.playground.refused_messages import MARKDOWN, VIDEO, bullets, feedback, image

EVERY_STYLE = dict.fromkeys(("bold", "italic", "strike", "code", "underline"), True)
PARTS: list[Json] = [
    {"type": "text", "text": "x" * 5000, "style": EVERY_STYLE},
    {"type": "link", "url": "https://x.dk", "text": "x", "unsafe": True},
    {"type": "user", "user_id": "U1"},
    {"type": "usergroup", "usergroup_id": "S1"},
    {"type": "channel", "channel_id": "C1"},
    {"type": "team", "team_id": "T1"},
    {"type": "broadcast", "range": "here"},
    {"type": "emoji", "name": "wave", "unicode": "1f44b", "skin_tone": 2},
    {"type": "color", "value": "#fff"},
    {"type": "date", "timestamp": 1_700_000_000, "format": "{date}", "url": "https://x.dk", "fallback": "x"},
]
GROUP = {"label": plain("x" * 75), "options": [option()] * 100}
EMOJI = {**plain("Two"), "emoji": True}
ICON = {"type": "icon_button", "icon": "trash", "text": plain("x")}
TWO = [option("One", "1"), option("Two", "2")]


def boxes(kind: str, **more: Any) -> Json:
    return {"type": kind, "options": [{"text": marked("x" * 75), "value": str(i)} for i in range(10)], **more}


MESSAGES: dict[str, list[Json]] = {
    "50 blocks, the first of 3000": [section("x" * 3000), *[section("x")] * 49],
    "no blocks": [],
    "fields of 2000 without a text": [{"type": "section", "fields": [plain("x" * 2000), *[marked("x")] * 9]}],
    "25 buttons": [actions(*[button(f"a{i}", text=plain("x" * 75), value="v" * 2000 * (i % 2)) for i in range(25)])],
    "the same action_id in two blocks": [actions(button("a")), actions(button("a"))],
    "a confirm": [actions(confirming(title=plain("x" * 100), text=marked("x" * 300), confirm=plain("x" * 30)))],
    "a header": [{"type": "header", "text": plain("x" * 150), "level": 4}],
    "a context": [{"type": "context", "elements": [*[plain("x")] * 9, image()]}],
    "feedback": [{"type": "context_actions", "elements": [feedback(value="v" * 2000, text=plain("x" * 75))]}],
    "an icon": [{"type": "context_actions", "elements": [ICON]}],
    "images": [image(alt_text="x" * 2000, title=plain("x" * 2000)), {**image(), "block_id": "b" * 255}],
    "an image in Slack": [{"type": "image", "alt_text": "A", "slack_file": {"id": "F1"}}],
    "a video": [{**VIDEO, "title": plain("x" * 200), "author_name": "x" * 50, "description": plain("x" * 200)}],
    "markdown": [{"type": "markdown", "text": "x" * 5000}, MARKDOWN],
    "a table": [table(100, 20, "x" * 5, column_settings=[None, {"align": "right", "is_wrapped": True}])],
    "a table of numbers": [{"type": "table", "rows": [[{"type": "raw_number", "value": 1.5}, rich(line())]]}],
    "rich text": [rich(line(*PARTS), {"type": "rich_text_preformatted", "elements": PARTS[:2], "border": 1}), rich()],
    "a list": [rich(bullets(line(PARTS[0]), line(), indent=8, offset=3, border=1), line())],
    "options": [actions(select(options=[option("x" * 75, "v" * 150)] * 100, placeholder=plain("x" * 150)))],
    "groups": [actions(select(option_groups=[GROUP] * 100, initial_option=option()))],
    "an option chosen before": [actions(select(options=TWO, initial_option={**TWO[1], "text": EMOJI}))],
    "an overflow": [actions({"type": "overflow", "options": [option(url="https://x.dk")] * 5})],
    "check boxes": [actions(boxes("checkboxes", initial_options=boxes("checkboxes")["options"]))],
    "radio buttons": [section("x", accessory=boxes("radio_buttons"))],
    "moments": [actions(*[{"type": "datetimepicker", "initial_date_time": n} for n in (10**9, 10**10 - 1)])],
    "days": [actions({"type": "datepicker", "initial_date": "2028-02-29"})],
    "times": [section("x", accessory={"type": "timepicker", "initial_time": "23:59", "timezone": "Europe/Copenhagen"})],
    "people": [actions({"type": "multi_users_select", "max_selected_items": 1, "initial_users": ["U1"]})],
    "a talk": [actions({"type": "conversations_select", "filter": {"include": ["im"]}})],
    "an input": [field("b" * 255)],
}  # fmt: skip
FORMS: dict[str, Json] = {
    "100 inputs": modal(*[field(f"f{i}") for i in range(100)], title=plain("x" * 24), submit=plain("x" * 24)),
    "metadata": modal(section("x"), private_metadata="x" * 3000, callback_id="x" * 255, external_id="x" * 255),
    "no submit and no input": {key: value for key, value in modal(section("x")).items() if key != "submit"},
    "an input's words": modal(field("a", label=plain("x" * 2000), hint=plain("x" * 2000))),
    "lengths": modal(field("a", typed(min_length=3000, max_length=3000, initial_value="x" * 3000))),
    "an empty text": modal(field("a", typed(initial_value="", min_length=0, max_length=1))),
    "numbers": modal(field("a", counted(min_value="-4.5", max_value="5", initial_value="0"))),
    "rich text": modal(
        field("a", {"type": "rich_text_input", "initial_value": rich(line()), "min_lines": 1, "max_lines": 100})
    ),
    "the focus in one place": modal(field("a", typed(focus_on_load=True)), field("b", typed(focus_on_load=False))),
    "a button pressed while typing": modal(
        field("a", typed(dispatch_action_config={"trigger_actions_on": ["on_enter_pressed"]}), dispatch_action=True)
    ),
}
