"""Whatever people write, no view lets it call anybody, hide anything or break a message: every view there is."""

import importlib
import inspect
import json
import pkgutil
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import bot.views
from bot.domain.errors import DomainError
from bot.i18n.translator import LOCALES, read_catalog
from bot.playground.limits import check_message, check_view
from bot.views import customers, delays, feedback, handoff_forms, handoffs, notices, problems, tasks
from bot.views.blocks import plain, safe
from bot.views.message import Message
from tests.support.anything import TRANSLATORS, arguments_of, texts

View = Callable[..., Any]

PIECES = ("blocks", "fields", "ids", "languages", "message")
"""Modules of which views are made."""

marked = texts.map(safe)
GIVEN: dict[View, dict[str, st.SearchStrategy[Any]]] = {
    tasks.listed: {"title": marked},
    tasks.list_title: {"kind": st.sampled_from(["mine", "person", "customer", "late", "today", "week", "all"])},
    tasks.told: {"key": st.sampled_from(["task.was_given", "task.was_blocked", "task.was_undone"])},
    handoffs.told: {"key": st.sampled_from(["handoff.was_asked", "handoff.answer_sent", "handoff.you_returned"])},
    handoffs.more: {"opening": marked, "remark": marked},
    handoff_forms.handoff_form: {"notes": marked},
    customers.kept: {"key": st.sampled_from(["customer.recorded", "customer.exists", "customer.edited"])},
    customers.channel: {"id": st.just("C1")},
    delays.said: {"words": marked.filter(bool)},
    delays.remarks: {"words": marked},
    delays.late_form: {"remark": marked},
}
"""What some views take that isn't people's words but a key, or markup that is safe already."""

BY_HAND = {problems.say, problems.at_a_field, problems.with_names, problems.explain, delays.with_remark}
NO_MARKUP = {notices.first_words, feedback.follow_up_title}
"""Views that make plain words: they are stored, and shown by another view."""

MARKUP = re.compile(
    r"<@[UW][A-Z0-9]{1,20}>|<#[CGD][A-Z0-9]{1,20}>"
    r"|<!date\^\d+\^\{date_short_pretty\} \{time\}\|[^<>|]*>"
    r"|<https://nordlys\.slack\.com/archives/C1ACME/p1\|[^<>|]*>"
    r"|<https?://[^<>|\s]+>"
)
"""The only commands to Slack in a message: mentions by id, times, our own links, and addresses in plain sight."""

CATALOGS = {language: read_catalog(LOCALES / f"{language}.po") for language in TRANSLATORS.languages}
KEYS = [message.id for message in CATALOGS["en"] if message.id and not message.context]
PLACEHOLDER = re.compile(r"\{(\w+)\}")
MENTIONED = re.compile(r"<([@#])\{(\w+)\}>")
IDS = {"@": "U1ANE", "#": "C1ACME"}

UNSEEN = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")


def views() -> Iterator[View]:
    """Find every view."""
    for module in pkgutil.iter_modules(bot.views.__path__):
        if module.name not in PIECES:
            made = vars(importlib.import_module(f"bot.views.{module.name}")).values()
            yield from (f for f in made if inspect.isfunction(f) and is_view(f, module.name))


def is_view(function: View, module: str) -> bool:
    is_own = function.__module__ == f"bot.views.{module}" and not function.__name__.startswith("_")
    return is_own and function not in BY_HAND | NO_MARKUP


def assert_harmless(shown: Any) -> None:
    """Look at everything that Slack would be told."""
    if isinstance(shown, Message):
        check_message(shown.payload["blocks"])
        assert shown.payload["blocks"] == [block.to_dict() for block in shown.blocks]  # which looks at the limits, too
        assert len(shown.text) <= 40_000
        shown = shown.payload
    elif isinstance(shown, dict):
        check_view(json.loads(json.dumps(shown)), shown["type"])
    elif isinstance(shown, str):
        shown = {"type": "mrkdwn", "text": shown, "verbatim": True}
    else:
        shown = [block.to_dict() for block in (shown if isinstance(shown, list) else [shown])]
    json.dumps(shown)
    for markup in marked_texts(shown):
        left = MARKUP.sub("", markup)
        assert "<" not in left, left
        assert UNSEEN.search(markup) is None


def marked_texts(node: Any) -> Iterator[str]:
    """Find every text in which Slack reads markup; it is told to make no mentions of plain words."""
    if isinstance(node, list):
        for each in node:
            yield from marked_texts(each)
    elif isinstance(node, dict):
        if node.get("type") == "mrkdwn":
            assert node["verbatim"] is True
            yield node["text"]
        elif isinstance(node.get("text"), str) and "blocks" in node:
            yield node["text"]
        if node.get("type") == "plain_text":
            assert UNSEEN.search(node["text"]) is None
        for key, value in node.items():
            if key != "initial_value":
                yield from marked_texts(value)


def fast(test: Any) -> Any:
    """Look at a few examples, and at the first that fails as it is: the worst texts are long to shrink."""
    relaxed = settings(deadline=None, max_examples=15, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    return relaxed(test)


@pytest.mark.parametrize("view", list(views()), ids=lambda view: f"{view.__module__[10:]}.{view.__name__}")
@fast
@given(st.data())
def test_no_view_lets_words_do_anything(view: View, data: st.DataObject) -> None:
    assert_harmless(view(**data.draw(arguments_of(view, GIVEN.get(view, {})))))


@pytest.mark.parametrize("key", [key for key in KEYS if ".problem." in key])
@fast
@given(texts)
def test_no_error_lets_words_do_anything(key: str, words: str) -> None:
    for t in map(TRANSLATORS.of, TRANSLATORS.languages):
        said = str(CATALOGS[t.language][key].string)
        params = dict.fromkeys(PLACEHOLDER.findall(said), words)
        params |= {name: IDS[sign] for sign, name in MENTIONED.findall(said)}
        assert_harmless(problems.explain(DomainError(key, **params), t))


@fast
@given(texts, st.integers(1, 3000))
def test_words_keep_to_their_limit_and_to_what_is_seen(words: str, limit: int) -> None:
    assert len(plain(words, limit=limit)) <= limit
    assert UNSEEN.search(plain(words, limit=limit) + safe(words, limit=limit)) is None
    assert plain(words)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("see https://a.example/x?b=1&c=2.", "see <https://a.example/x?b=1&amp;c=2>."),
        ("(https://a.example)", "(<https://a.example>)"),
        ("https://evil.example|https://bank.example", "<https://evil.example>|<https://bank.example>"),
        ("<https://evil.example|bank>", "&lt;<https://evil.example>|bank&gt;"),
        ("<@U1ANE> and <@U1ANE|boss>", "<@U1ANE> and &lt;@U1ANE|boss&gt;"),
        ("<!channel> @channel", "&lt;!channel&gt; @channel"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("\u200b\ufeff", "–"),
    ],
)
def test_addresses_stay_in_plain_sight_and_mentions_are_made_from_ids(words: str, shown: str) -> None:
    assert safe(words) == shown


def test_every_view_is_looked_at() -> None:
    looked_at = {view.__module__.rpartition(".")[2] for view in (*views(), *BY_HAND)}
    assert looked_at == {module.name for module in pkgutil.iter_modules(bot.views.__path__)} - set(PIECES)
