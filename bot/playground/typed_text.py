"""What Slack makes of the text that a person typed."""

import re

from bot.playground.state import Json, Workspace

_TOKEN = re.compile(
    r"(?P<url>https?://[^\s<>|]+)"
    r"|(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?<![\w&])@(?P<user>\w[\w.-]*)"
    r"|(?<![\w&])#(?P<channel>\w[\w-]*)"
    r"|(?<![\w.@/-])(?P<domain>(?:[a-z0-9-]+\.)+(?:com|org|net|dk|ee|io|eu))\b"
)
_ALL = {"channel", "here", "everyone"}
_PART = re.compile(r"<([^<>]+)>")


def escaped(text: str) -> str:
    """Escape the three characters that Slack escapes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def as_sent(workspace: Workspace, text: str, *, in_command: bool) -> str:
    """Turn typed names, channels and addresses into Slack's own form."""

    def replaced(found: re.Match[str]) -> str:
        kind = str(found.lastgroup)
        word = found.group(kind)
        if kind == "user":
            return _mention(workspace, word, in_command)
        if kind == "channel":
            channel = workspace.channel_named(word)
            return f"<#{channel.id}|{channel.name}>" if channel and channel.kind != "im" else f"#{word}"
        if kind == "email":
            return f"<mailto:{word}|{word}>"
        if kind == "domain":
            return f"<http://{word}|{word}>"
        address = word.rstrip(".,;:!?)")
        return f"<{address}>{word[len(address) :]}"

    return _TOKEN.sub(replaced, escaped(text))


def _mention(workspace: Workspace, word: str, in_command: bool) -> str:
    name = word
    while name:
        user = workspace.user_named(name)
        if user:
            label = f"|{user.name}" if in_command and workspace.labelled_mentions else ""
            return f"<@{user.id}{label}>{word[len(name) :]}"
        if name in _ALL and not in_command:
            return f"<!{name}>{word[len(name) :]}"
        if not re.search(r"[.-]", name):
            break
        name = re.sub(r"(?:[.-]+|[.-][^.-]*)$", "", name)
    return f"@{word}"


def as_rich_text(text: str) -> list[Json]:
    """Give the rich_text block that Slack puts beside a typed text."""
    elements: list[Json] = []
    at = 0
    for found in _PART.finditer(text):
        _add_plain(elements, text[at : found.start()])
        elements.append(_element(found.group(1)))
        at = found.end()
    _add_plain(elements, text[at:])
    section = {"type": "rich_text_section", "elements": elements}
    return [{"type": "rich_text", "block_id": "typed", "elements": [section]}]


def _add_plain(elements: list[Json], text: str) -> None:
    if text:
        plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        elements.append({"type": "text", "text": plain})


def _element(inside: str) -> Json:
    target, _, label = inside.partition("|")
    if target.startswith("@"):
        return {"type": "user", "user_id": target[1:]}
    if target.startswith("#"):
        return {"type": "channel", "channel_id": target[1:]}
    if target.startswith("!"):
        return {"type": "broadcast", "range": target[1:]}
    link = {"type": "link", "url": target.replace("&amp;", "&")}
    return {**link, "text": label} if label else link
