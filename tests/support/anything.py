"""Anything that a view may be given: every value it can take, with people's worst texts wherever people write."""

import dataclasses
import inspect
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any

from hypothesis import strategies as st

from bot.domain.customers import LONGEST_NAME, Customer
from bot.domain.details import CustomerPage
from bot.domain.feedback import Prompt, Reason
from bot.domain.timeline import Entry, Happened
from bot.i18n.translator import Translator, Translators

TRANSLATORS = Translators()
NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)

WORST = (
    *("<!channel>", "<!here|hi>", "<!everyone>", "<!subteam^S1>", "<!date^0^{date}|today>", "@channel", "@here"),
    *("<https://evil.example|https://bank.example>", "https://evil.example|bank", "<mailto:a@b.c|boss>", "https://&<"),
    *("&lt;!channel&gt;", "&amp;lt;", "<@U1EVIL>", "<@U1EVIL|boss>", "<#C1|general>", "#general", "<@>", "<", ">"),
    *("\u202e", "\u2066", "\u200b", "\ufeff", "\u00ad", "\0", "\x1b", "\x85", "\ud800", "\u2028"),
    *("{name}", "{0.__class__}", "%s", "*", "_", "~", "`", "```", "\n", "\n> ", "\r\n", "\t", "|", "&", ";", '"'),
    *("x" * 3001, "😀" * 1501, "&" * 3001, "https://a.example/" * 200, "\u200b" * 300, "word " * 800, "\n" * 300),
)
texts = st.lists(st.sampled_from(WORST) | st.text(max_size=20), max_size=4).map("".join)
"""What people write."""

people = st.sampled_from(["U1ANE", "U2MARI", "W3KIM"])
places = st.sampled_from(["C1ACME", "G2DEALS", "D3ANE"])
zones = st.sampled_from(["Europe/Copenhagen", "Europe/Istanbul", "UTC"])
languages = st.sampled_from(["en", "da", "et", "tr"])
links = st.just("https://nordlys.slack.com/archives/C1ACME/p1")

BY_NAME: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(("author", "assignee", "giver", "receiver", "person", "owner", "by", "credited", "id"), people),
    **dict.fromkeys(("lead", "substitute", "drafted_for", "sent_by", "reader", "first", "asked_by"), people),
    **dict.fromkeys(("bot_user", "bot_id", "whom"), people),
    **dict.fromkeys(("channel", "shared_channel", "asked_in", "team_channel", "failed_in", "replaced"), places),
    **dict.fromkeys(("watchers", "contacts"), st.lists(people, max_size=30, unique=True).map(tuple)),
    **dict.fromkeys(("task_emoji", "done_emoji"), st.just("pushpin")),
    "happened": st.sampled_from([each for each in Happened if TRANSLATORS.of("en").has(f"timeline.{each}")]),
    "uninvited": st.lists(places, max_size=2).map(tuple),
    "place": people | places,
    "zone": zones,
    "language": languages,
    "languages": st.just(("en", "da", "et", "tr")),
    "own_language": languages,
    "hours": st.just("mon-fri 09:00-17:00"),
    "own_hours": st.just("mon-thu 09:00-17:00"),
    "holidays": st.sampled_from(["", "DK"]),
    "permalink": links,
    "url": links,
    "ts": st.just("1.1"),
    "thread_ts": st.just("1.1"),
    "fate": st.sampled_from(["edited", "deleted"]),
    "metadata": st.just("{}"),
    "wanted": st.sampled_from(["mine", "in", "out", "all"]),
    "next_value": st.just("tasks:mine:10"),
    "handle": st.just("ane"),
}
"""What isn't people's words though it is text, by the name of the field or parameter."""

HAPPENED = (
    *("reason", "title", "title_was", "customer", "customer_was", "was", "to", "due", "until", "assignee"),
    *("question", "answer", "words", "name"),
)
KEPT = (*HAPPENED, "notice", "handoff", "in_time", "text", "owner", "channel", "shared_channel", "contacts")
"""What timeline entries keep."""


def anything(annotation: Any, name: str = "") -> st.SearchStrategy[Any]:
    """Give every value of a type; `name` is the field or parameter that holds it."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (types.UnionType, typing.Union):
        return st.one_of(*(anything(each, name) for each in arguments))
    if annotation is type(None):
        return st.none()
    if name in BY_NAME:
        return BY_NAME[name]
    if annotation in (str, Any):
        return texts
    if origin in (tuple, Sequence, Iterable, list):
        return st.lists(anything(arguments[0], name), max_size=3).map(tuple)
    if origin in (frozenset, set):
        return st.frozensets(anything(arguments[0], name), max_size=3)
    if origin is Mapping:
        return st.fixed_dictionaries(dict.fromkeys(KEPT, texts | people | st.just(NOW.isoformat())))
    if dataclasses.is_dataclass(annotation):
        return anything_like(typing.cast("type[Any]", annotation))
    return _plain(annotation)


def anything_like(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Give every value of a dataclass."""
    hints = typing.get_type_hints(kind)
    fields = {field.name: anything(hints[field.name], field.name) for field in dataclasses.fields(kind) if field.init}
    return st.builds(kind, **fields).map(POSSIBLE.get(kind, _as_it_is))


def arguments_of(view: Callable[..., Any], given: Mapping[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    """Give everything that a function may be called with, by the names of its parameters."""
    hints = typing.get_type_hints(view)
    names = inspect.signature(view).parameters
    return st.fixed_dictionaries(
        {name: given[name] if name in given else anything(hints[name], name) for name in names}
    )


def _plain(annotation: Any) -> st.SearchStrategy[Any]:
    if annotation is Translator:
        return st.sampled_from([TRANSLATORS.of(language) for language in TRANSLATORS.languages])
    if annotation is datetime:
        return st.integers(-500_000, 500_000).map(lambda seconds: NOW + timedelta(seconds=seconds))
    if annotation is date:
        return st.dates(date(2026, 1, 1), date(2027, 12, 31))
    if annotation is int:
        return st.integers(1, 999_999)
    if annotation is bool:
        return st.booleans()
    if inspect.isclass(annotation) and issubclass(annotation, Enum):
        return st.sampled_from(annotation)
    raise TypeError(f"nothing is known of {annotation}")


def _as_it_is(value: Any) -> Any:
    return value


def _named(customer: Customer) -> Customer:
    """Let a name be as long as a name may be."""
    return dataclasses.replace(customer, name=customer.name[:LONGEST_NAME])


def _after_a_name(page: CustomerPage) -> CustomerPage:
    """Let the next page begin behind a name."""
    return dataclasses.replace(page, after=page.after and page.after[:LONGEST_NAME])


def _dated(entry: Entry) -> Entry:
    """Let a customer have been told of times."""
    times = {"was": NOW.isoformat(), "to": NOW.isoformat()} if entry.happened is Happened.CUSTOMER_WAS_TOLD else {}
    return dataclasses.replace(entry, data={**entry.data, **times})


def _answered(prompt: Prompt) -> Prompt:
    """Let an answer be one that there is, and the reason one for which a question is held back."""
    answers = prompt.kind.answers
    answer = None if prompt.answer is None else answers[prompt.answer % len(answers)]
    return dataclasses.replace(prompt, answer=answer, reason=Reason.ASKED_RECENTLY)


POSSIBLE: dict[type[Any], Callable[[Any], Any]] = {
    Prompt: _answered,
    Entry: _dated,
    Customer: _named,
    CustomerPage: _after_a_name,
}
"""What keeps together the fields of some values."""
