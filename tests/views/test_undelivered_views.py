"""What is said of messages that could not be delivered has words for every kind and reason, inside Slack's limits."""

from datetime import UTC, datetime

import pytest

from bot.domain.outgoing import Saying
from bot.domain.references import Noun, Reference
from bot.domain.undelivered import Undelivered, UndeliveredPage, Why, why
from bot.i18n.translator import Translator, Translators
from bot.views import undelivered as views

TRANSLATORS = Translators()
NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
NASTY = ["<!channel> & <@U1> `*_~ \u202eevil", "😀" * 300, "&" * 3000]
CODES = {
    Why.GONE: "user_disabled",
    Why.UNINVITED: "not_in_channel",
    Why.ARCHIVED: "is_archived",
    Why.FORBIDDEN: "restricted_action",
    Why.TOO_LONG: "msg_too_long",
    Why.SCOPE: "missing_scope",
    Why.TROUBLE: "internal_error",
    Why.UNSURE: "unknowable: channel_not_found",
    Why.MISTAKE: "failed",
    Why.OTHER: "<!channel>_" * 30,
}

every_language = pytest.mark.parametrize("t", [*map(TRANSLATORS.of, TRANSLATORS.languages)], ids=lambda t: t.language)


def message(title: str = "Send the offer", reason: str = "is_archived", saying: Saying = Saying.LATE) -> Undelivered:
    about = Reference(Noun.TASK, 999_999_999)
    return Undelivered(saying=saying, place="C12345678", reason=reason, at=NOW, about=about, title=title)


@pytest.mark.parametrize("meaning", Why)
def test_every_code_has_its_meaning(meaning: Why) -> None:
    assert why(CODES[meaning], "C1") is meaning


@pytest.mark.parametrize(("code", "place"), [("channel_not_found", "U1"), ("is_archived", "D1")])
def test_direct_messages_without_a_channel_have_no_reader_any_more(code: str, place: str) -> None:
    assert why(code, place) is Why.GONE


@every_language
@pytest.mark.parametrize("meaning", Why)
def test_every_reason_is_said_and_what_to_do(t: Translator, meaning: Why) -> None:
    shown = views.undelivered([message(reason=CODES[meaning])], t).payload
    (said,) = [block["text"]["text"] for block in shown["blocks"] if "Send the offer" in str(block)]
    assert len(said.splitlines()) == 4
    assert "<!channel>" not in said


@every_language
@pytest.mark.parametrize("saying", Saying)
def test_every_kind_of_message_has_a_name(t: Translator, saying: Saying) -> None:
    assert views.listed(UndeliveredPage(shown=[message(saying=saying)]), t)
    views.undelivered([message(saying=saying), message(saying=saying)], t).payload  # noqa: B018 - raises on a limit


@every_language
@pytest.mark.parametrize("title", NASTY, ids=range(len(NASTY)))
@pytest.mark.parametrize("count", [1, 2, 5, 200])
def test_nothing_goes_over_slacks_limits(t: Translator, title: str, count: int) -> None:
    shown = views.undelivered([message(title, CODES[Why.OTHER])] * count, t).payload
    assert len(shown["blocks"]) <= 50
    assert "<!channel>" not in str(shown)
    page = UndeliveredPage(shown=[message(title, CODES[Why.OTHER])] * 5, more=count)
    assert all(block.to_dict() for block in views.listed(page, t))


def test_without_anything_nothing_is_listed() -> None:
    assert views.listed(UndeliveredPage(), TRANSLATORS.of("en")) == []
