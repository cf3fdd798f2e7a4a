"""Slack's limits inside a rich_text block: sections, lists, quotes, code, and what stands in their lines."""

from bot.playground.checks import Check, anything, boolean, by_type, fields, integer, items, number, one_of, string
from bot.playground.objects import URL

_STYLES = ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink")
_STYLE = fields(dict.fromkeys(_STYLES, boolean))


def _part(*needed: str, **known: Check) -> Check:
    return fields({"type": anything, "style": _STYLE, **known}, *needed)


_IN_A_LINE = by_type(
    {
        "text": _part("text", text=string()),
        "link": _part("url", url=URL, text=string(), unsafe=boolean),
        "user": _part("user_id", user_id=string()),
        "usergroup": _part("usergroup_id", usergroup_id=string()),
        "channel": _part("channel_id", channel_id=string()),
        "team": _part("team_id", team_id=string()),
        "broadcast": _part("range", range=one_of("here", "channel", "everyone")),
        "emoji": _part("name", name=string(), unicode=string(), skin_tone=number(1), url=URL),
        "color": _part("value", value=string()),
        "date": _part(
            "timestamp", "format", timestamp=integer, format=string(), url=URL, fallback=string()
        ),
    }
)  # fmt: skip
_LINE = items(_IN_A_LINE, least=0)


def _piece(elements: Check, *needed: str, **known: Check) -> Check:
    return fields({"type": anything, "elements": elements, **known}, "elements", *needed)


_SECTION = _piece(_LINE)
_BORDER = number(0, 1)
_PIECES: dict[str, Check] = {
    "rich_text_section": _SECTION,
    "rich_text_list": _piece(
        items(by_type({"rich_text_section": _SECTION})),
        "style",
        style=one_of("bullet", "ordered"),
        indent=number(0, 8),
        offset=number(0),
        border=_BORDER,
    ),
    "rich_text_quote": _piece(_LINE, border=_BORDER),
    "rich_text_preformatted": _piece(_LINE, border=_BORDER, language=string()),
}
RICH_TEXT = fields(
    {"type": one_of("rich_text"), "block_id": string(255), "elements": items(by_type(_PIECES), least=0)}, "elements"
)
