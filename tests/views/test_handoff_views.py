"""What is shown of handoffs stays inside Slack's limits and loses no word, in every language."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.commands import Note, Remark
from bot.domain.customers import Customer
from bot.domain.details import HandoffChoices, HandoffDetails, HandoffKept, HandoffPage
from bot.domain.handoffs import Handoff, HandoffState, Terms
from bot.domain.references import handoff_ref
from bot.domain.tasks import Due, State, Task
from bot.domain.timeline import Entry, Happened
from bot.i18n.translator import Translator, Translators
from bot.playground.limits import words_in
from bot.views import handoff_forms as forms
from bot.views import handoffs as views
from bot.views import ids
from bot.views.blocks import when

TRANSLATORS = Translators()
NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
ZONE = "Europe/Tallinn"
NASTY = ["<!channel> & <@U1> `*_~ \u202eevil", "😀" * 3000, "&" * 3000, "x\n" * 1500, "]]>%00{name}", "> " * 900]
STATES = {
    HandoffState.DRAFT: {},
    HandoffState.OFFERED: {"offered_at": NOW},
    HandoffState.ACCEPTED: {"accepted_at": NOW, "receiver_due_at": NOW},
    HandoffState.RETURNED: {"returned_at": NOW},
}
MOST_BLOCKS = 50
REFUSED_FROM = 11_300
"""Characters in the blocks of a post; Slack's limit is said to be 12,000 "with a buffer"."""

every_language = pytest.mark.parametrize("t", [*map(TRANSLATORS.of, TRANSLATORS.languages)], ids=lambda t: t.language)
every_text = pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
every_state = pytest.mark.parametrize("state", STATES, ids=str)


def details_of(state: HandoffState, text: str, **more: Any) -> HandoffDetails:
    """Make a handoff that has everything, in a state."""
    terms = Terms(
        receiver=None if state is HandoffState.DRAFT else "UMARI",
        customer=1,
        promised=text,
        situation=text,
        next_step=text,
        watch_out=text,
        changes_owner=True,
    )
    facts = {"receiver_words": text, "reason": text, **STATES[state], **more}
    handoff = Handoff(number=999999999, state=state, giver="UANE", terms=terms, created_at=NOW, **facts)
    happened = {
        Happened.HANDOFF_WAS_DRAFTED: {},
        Happened.HANDOFF_WAS_OFFERED: {"to": "UMARI"},
        Happened.HANDOFF_WAS_ASKED: {"question": text},
        Happened.HANDOFF_WAS_ANSWERED: {"question": text, "answer": text},
        Happened.HANDOFF_WAS_ACCEPTED: {"words": text},
        Happened.HANDOFF_WAS_RETURNED: {"reason": text},
    }
    return HandoffDetails(
        handoff=handoff,
        customer=Customer(number=1, name=text),
        tasks=tuple(task(number, text) for number in range(1, 30)),
        entries=tuple(Entry(handoff_ref(1), what, NOW, "UANE", data) for what, data in happened.items()),
    )


def task(number: int, title: str) -> Task:
    """Make a task that a promise became."""
    due = Due(at=NOW + timedelta(hours=number))
    facts = {"author": "UANE", "assignee": "UANE", "created_at": NOW, "handoff": 999999999}
    return Task(number=number, title=title, state=State.OPEN, due=due, **facts)


def assert_fits(*messages: Any) -> None:
    """Make sure that Slack takes it and that nothing in it calls anybody."""
    for message in messages:
        assert len(message.payload["blocks"]) <= MOST_BLOCKS
        assert "<!channel>" not in str(message.payload)
        assert "\u202e" not in str(message.payload)


@every_language
@every_state
@every_text
def test_every_message_holds_any_text(t: Translator, state: HandoffState, text: str) -> None:
    details = details_of(state, text)
    notes = [Note(remark, text) for remark in (*UNKNOWN, Remark.UNREAD_TIME)]
    kept = HandoffKept(details=details, notes=tuple(notes))
    assert_fits(
        views.card(details, t),
        views.more(details, t),
        views.offer(details, t),
        views.offered(kept, ZONE, t),
        views.offered(replace(kept, is_new=False), ZONE, t),
        views.accepted(details, ZONE, notes, t),
        views.result(details, "UANE", t),
        views.result(details, "ULEAD", t),
        views.question(details, text, t),
        views.answer(details, text, text, "UANE", t, has_buttons=True),
        views.reminder(details, t),
        views.draft(details, notes, t),
        views.draft_offered(details.handoff, "C1", t),
        views.listed(HandoffPage(handoffs=(details,) * 10, after=10), "mine", t),
    )
    asked = details_of(state, text, question=text)
    assert_fits(views.card(asked, t), views.more(asked, t), views.offer(asked, t), views.reminder(asked, t))


@every_language
@every_text
def test_what_is_posted_is_not_too_long_for_slack(t: Translator, text: str) -> None:
    details = details_of(HandoffState.OFFERED, text, question=text)
    whole = views.offer(details_of(HandoffState.OFFERED, "x" * 1650), t)
    offered = views.offer(details_of(HandoffState.OFFERED, "x" * 3000), t)
    for message in (
        views.card(details, t),
        views.offer(details, t),
        offered,
        views.result(details_of(HandoffState.RETURNED, text), "UANE", t),
        views.question(details, text, t),
        views.answer(details, text, text, "UANE", t, has_buttons=True),
        views.reminder(details, t),
    ):
        assert words_in(message.payload["blocks"]) <= REFUSED_FROM
    assert ids.HANDOFF_SHOW in str(offered.payload)  # the rest is one click away
    assert ids.HANDOFF_SHOW not in str(whole.payload)


UNKNOWN = (Remark.UNKNOWN_PERSON, Remark.NOT_A_MEMBER, Remark.UNKNOWN_CUSTOMER)


@every_language
@every_text
def test_every_form_can_be_opened(t: Translator, text: str) -> None:
    details = details_of(HandoffState.OFFERED, text, question=text)
    handoff, terms = details.handoff, replace(details.handoff.terms, tasks=(1, 2))
    choices = HandoffChoices(
        customers=tuple(Customer(number=number, name=text) for number in range(1, 200)),
        tasks=tuple(task(number, text) for number in range(1, 200)),
        draft=handoff,
    )
    made = [
        forms.handoff_form(
            t, choices=choices, terms=terms, metadata="{}", notes=views.noted(Note(UNKNOWN[0], text), t)
        ),
        forms.handoff_form(t, choices=HandoffChoices(customers=()), terms=Terms(), metadata="{}"),
        forms.accept_form(handoff, t, zone=ZONE, metadata="{}"),
        forms.ask_form(handoff, t, metadata="{}"),
        forms.answer_form(handoff, t, metadata="{}"),
        forms.return_form(handoff, t, metadata="{}"),
    ]
    for form in made:
        assert all(len(form[part]["text"]) <= 24 for part in ("title", "submit", "close"))


def test_a_menu_names_a_task_without_the_bare_ids_of_people() -> None:
    titles = ("<@UMARI> call Bo <@UKIM000000> today", "<@UMARI>")
    tasks = tuple(task(number, title) for number, title in enumerate(titles, start=1))
    choices = HandoffChoices(customers=(), tasks=tasks)
    shown = forms.handoff_form(TRANSLATORS.of("en"), choices=choices, terms=Terms(), metadata="{}")
    (menu,) = (block["element"] for block in shown["blocks"] if block["block_id"] == "tasks")
    assert [option["text"]["text"] for option in menu["options"]] == ["T-1 call Bo today", "T-2"]


@every_language
def test_the_receiver_reads_every_word_while_the_channel_sees_one_screen(t: Translator) -> None:
    long = "\n".join(f"line {number} of what was promised" for number in range(45))
    details = details_of(HandoffState.OFFERED, long)
    offered = str(views.offer(details, t).payload)
    assert all(f"line {number} of" in offered for number in range(45))
    shown = views.card(details, t).payload
    assert len(shown["blocks"]) <= 7
    assert "line 9 of" not in str(shown)


@every_language
@every_state
def test_a_card_names_exactly_one_owner(t: Translator, state: HandoffState) -> None:
    blocks = views.card(details_of(state, "words"), t).payload["blocks"]
    facts = str(next(block for block in blocks if block["type"] == "context"))
    owner = "UMARI" if state is HandoffState.ACCEPTED else "UANE"
    assert t("handoff.owned_by", person=f"<@{owner}>") in facts


def test_a_card_for_everybody_tells_no_private_title() -> None:
    t, details = TRANSLATORS.of("en"), details_of(HandoffState.OFFERED, "words")
    secret = replace(task(1, "Talk about the raise"), is_private=True)
    shown = str(views.card(replace(details, tasks=(secret,)), t).payload)
    assert ("T-1" in shown, "raise" in shown) == (True, False)
    own = replace(details, handoff=replace(details.handoff, is_private=True), tasks=(secret,))
    assert "raise" in str(views.card(own, t).payload)


@every_language
def test_the_buttons_fit_what_can_be_done(t: Translator) -> None:
    def actions(state: HandoffState) -> list[str]:
        blocks = views.card(details_of(state, "words"), t).payload["blocks"]
        return [each["action_id"] for block in blocks if block["type"] == "actions" for each in block["elements"]]

    assert actions(HandoffState.DRAFT) == ["handoff.open"]
    assert actions(HandoffState.OFFERED) == ["handoff.accept", "handoff.ask", "handoff.return"]
    assert actions(HandoffState.ACCEPTED) == []
    assert actions(HandoffState.RETURNED) == ["handoff.open"]


@every_language
def test_every_missing_field_and_every_list_has_its_words(t: Translator) -> None:
    assert all(t(f"handoff.list.{name}") for name in ("mine", "in", "out", "all"))
    said = views.draft(details_of(HandoffState.DRAFT, ""), (), t).text
    assert all(t(f"handoff.missing.{name}") in said for name in Terms().missing)


@every_language
def test_what_was_not_answered_in_time_says_so_and_only_the_giver_offers_it_again(t: Translator) -> None:
    details = details_of(HandoffState.RETURNED, "words", reason=None)
    said = t("handoff.no_answer", giver="<@UANE>")
    for message, has_buttons in ((views.card(details, t), True), (views.offer(details, t), False)):
        assert said in str(message.payload)
        assert ("handoff.open" in str(message.payload)) is has_buttons
    assert said not in str(views.result(details, "UANE", t).payload)


@every_language
def test_whoever_hears_of_a_handoff_reads_for_whom_it_is_and_the_lead_may_open_it(t: Translator) -> None:
    accepted, returned = (details_of(HandoffState(name), "Acme", reason=None) for name in ("accepted", "returned"))
    named = f"{accepted.handoff.ref} Acme"
    kept = HandoffKept(details=details_of(HandoffState.OFFERED, "Acme"))
    told = [views.result(details, reader, t) for details in (accepted, returned) for reader in ("UANE", "UKIM")]
    told += [views.accepted(accepted, ZONE, (), t), views.offered(kept, ZONE, t), views.offer(kept.details, t)]
    assert all(named in message.text for message in told)
    opened = ["handoff.show" in str(message.payload) for message in told]
    assert opened == [False, True, False, True, False, False, False]


@every_language
def test_the_giver_hears_when_quiet_time_keeps_the_offer_back(t: Translator) -> None:
    kept = HandoffKept(details=details_of(HandoffState.OFFERED, "Acme"))
    said = t("handoff.held_for_quiet", person="<@UMARI>", when=when(NOW, t))
    assert said not in str(views.offered(kept, ZONE, t).payload)
    assert said in str(views.offered(replace(kept, held_until=NOW), ZONE, t).payload)


@every_language
def test_promises_in_a_list_do_not_run_into_each_other(t: Translator) -> None:
    page = HandoffPage(handoffs=(details_of(HandoffState.OFFERED, "a draft\n\n  a price "),), after=None)
    assert "a draft · a price" in str(views.listed(page, "all", t).payload)
