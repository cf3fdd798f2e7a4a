"""Handoffs: nothing is dropped between two people, and one of them owns the work at every instant."""

from dataclasses import replace

import pytest

from bot.app import App
from bot.playground.sample import TEAM
from tests.support.lines import over_both_lines
from tests.support.outgoing import waits_until_all_is_said
from tests.support.seen import Seen
from tests.support.stories import Slack

LINE = "/handoff Acme to @mari: they were promised a draft by friday"
OFFERED = "annab sulle üle"
FRIDAY = "Friday, 5 March 2027 at 17:00 (Europe/London)"


@pytest.fixture(autouse=True)
def acme(slack: Slack) -> None:
    """Let Acme be a customer of Kim's with a channel of its own."""
    slack.user("kim").types("/customer add Acme #acme @kim", channel="#general")


def offer(slack: Slack, **more: object) -> Seen:
    """Let Kim offer Acme to Mari; return the offer that Mari gets."""
    slack.user("kim").types(LINE, channel="#general")
    form = slack.user("kim").form()
    assert form.fill(state="The outline is done", next_step="Call Bo", **more).submits() is None
    return slack.dm("mari").waits_for(OFFERED)


def accept(slack: Slack, offered: Seen, words: str, **more: object) -> None:
    """Let Mari take it over in her own words."""
    slack.user("mari").presses("handoff.accept", on=offered)
    assert slack.user("mari").form().fill(next_step=words, **more).submits() is None


def test_a_line_opens_the_form_filled_in_and_the_offer_reaches_its_receiver(slack: Slack) -> None:
    slack.user("kim").types(LINE, channel="#general")
    form = slack.user("kim").form()
    assert form.callback_id == "handoff.form"
    assert (form.values["receiver"], form.values["promised"]) == ("UMARI00000", LINE.partition(": ")[2])
    form.fill(state="The outline is done", next_step="Call Bo").submits()

    read_back = slack.user("kim").sees("*H-1 Acme* is offered to <@UMARI00000>")
    assert f"they were promised a draft: {FRIDAY}" in read_back
    offered = slack.dm("mari").waits_for(OFFERED)
    assert offered.actions == ["handoff.accept", "handoff.ask", "handoff.return"]
    assert "The outline is done" in offered
    card = slack.channel("#acme").waits_for("*H-1 Acme* · Offered")
    assert "Owner: <@UKIM000000>" in card


def test_the_form_alone_offers_a_handoff(slack: Slack) -> None:
    assert slack.user("kim").types("/handoff", channel="#acme") is None
    form = slack.user("kim").form()
    assert form.fields == ["customer", "receiver", "promised", "state", "next_step", "watch_out", "changes_owner"]
    form.fill(receiver="UKIM000000", promised="A draft", state="Half done", next_step="Call Bo")
    assert "receiver" in (form.submits() or {})
    assert form.fill(receiver="UMARI00000", watch_out="Bo is hard of hearing").submits() is None
    assert "Bo is hard of hearing" in slack.dm("mari").waits_for(OFFERED)


@over_both_lines
def test_on_acceptance_everything_moves_and_both_read_the_next_step_back(slack: Slack) -> None:
    slack.user("kim").types("/task Prepare slides for Acme", channel="#acme")
    offered = offer(slack, tasks=["1"], changes_owner=["yes"])
    for line in ("T-1", "T-2"):
        assert "Assignee: <@UKIM000000>" in seen_task(slack, line)

    accept(slack, offered, "Helistan Bole homme kell 10")
    read_back = slack.user("mari").sees("*H-1 Acme* on nüüd sinu")
    assert "teisipäev, 2. märts 2027 kell 10:00 (Europe/Tallinn)" in read_back
    told = slack.dm("kim").waits_for("has taken over *H-1 Acme*")
    assert "Helistan Bole homme kell 10" in told
    assert "Tuesday, 2 March 2027 08:00 UTC" in told
    slack.channel("#acme").waits_for("*H-1 Acme* · Accepted")
    assert offered.changes_to("Vastu võetud").actions == []
    for line in ("T-1", "T-2", "T-3"):
        assert "Assignee: <@UMARI00000>" in seen_task(slack, line)
    assert "<@UMARI00000>" in str(slack.user("kim").types("/customer Acme", channel="#general"))


def seen_task(slack: Slack, ref: str) -> str:
    """Read who has a task, as Kim sees it."""
    seen = slack.user("kim").types(f"/task {ref}", channel="#general")
    assert seen is not None
    return "Assignee: " + seen.text.split("· Open\n")[-1].splitlines()[0]


def test_a_picked_time_counts_more_than_the_words(slack: Slack) -> None:
    offered = offer(slack)
    accept(slack, offered, "Helistan Bole homme", due=int(slack.clock.now) // 600 * 600 + 7 * 3600)
    assert "1. märts 2027" in slack.user("mari").sees("*H-1 Acme* on nüüd sinu")


def test_a_question_is_answered_and_the_handoff_goes_on(slack: Slack) -> None:
    offered = offer(slack)
    card = slack.channel("#acme").waits_for("*H-1 Acme* · Offered")
    slack.user("mari").presses("handoff.ask", on=offered)
    slack.user("mari").form().fill(comment="Kes on Bo?").submits()
    question = slack.dm("kim").waits_for("asks about *H-1 Acme*")
    threaded = slack.channel("#acme").waits_for("> Kes on Bo?", after=card)
    assert threaded.thread_ts == card.ts

    slack.user("kim").presses("handoff.answer", on=question)
    slack.user("kim").form().fill(comment="The boss of Acme").submits()
    answer = slack.dm("mari").waits_for("The boss of Acme")
    assert "Kes on Bo?" in question.loses_its_buttons()
    slack.user("kim").presses_as_seen("handoff.answer", on=question)
    slack.user("kim").sees("answered already")
    accept(slack, answer, "Räägin Boga")
    slack.dm("kim").waits_for("has taken over *H-1 Acme*")


def test_the_givers_words_in_the_thread_are_the_answer(slack: Slack) -> None:
    offered = offer(slack)
    card = slack.channel("#acme").waits_for("*H-1 Acme* · Offered")
    slack.user("mari").presses("handoff.ask", on=offered)
    slack.user("mari").form().fill(comment="Kes on Bo?").submits()
    slack.channel("#acme").waits_for("> Kes on Bo?", after=card)
    slack.user("deniz").says("I wonder, too", channel="#acme", thread=card)
    slack.user("kim").says("The boss of Acme", channel="#acme", thread=card)
    answer = slack.dm("mari").waits_for("The boss of Acme")
    assert "I wonder" not in answer


def test_the_givers_words_under_the_question_are_the_answer(slack: Slack, bot: App) -> None:
    offered = offer(slack)
    slack.user("mari").presses("handoff.ask", on=offered)
    slack.user("mari").form().fill(comment="Kes on Bo?").submits()
    question = slack.dm("kim").waits_for("asks about *H-1 Acme*")
    waits_until_all_is_said(slack, bot.database)
    slack.user("kim").says("The boss of Acme", thread=question)
    slack.dm("mari").waits_for("The boss of Acme")
    slack.user("kim").says("and a friend of mine", thread=question)
    slack.dm("kim").waits_for("Write to me like this", after=question)  # nothing is asked any more
    assert not slack.dm("mari").containing("a friend of mine")


@over_both_lines
def test_what_is_over_has_no_buttons_left_anywhere(slack: Slack, bot: App) -> None:
    offered = offer(slack)
    card = slack.channel("#acme").waits_for("*H-1 Acme* · Offered")
    slack.clock.forward(hours=4, minutes=1)
    reminder = slack.dm("mari").waits_for("ootab ikka")
    slack.user("mari").presses("handoff.ask", on=reminder)
    slack.user("mari").form().fill(comment="Kes on Bo?").submits()
    asked = [slack.dm("kim").waits_for("> Kes on Bo?"), slack.channel("#acme").waits_for("> Kes on Bo?", after=card)]
    assert [question.actions for question in asked] == [["handoff.answer"], ["handoff.answer"]]
    assert "edasi liikunud" in reminder.loses_its_buttons()

    waits_until_all_is_said(slack, bot.database)
    slack.user("kim").says("The boss of Acme", thread=asked[0])
    answer = slack.dm("mari").waits_for("The boss of Acme")
    assert answer.actions == offered.actions
    assert all("Kes on Bo?" in question.loses_its_buttons() for question in asked)

    accept(slack, offered, "Räägin Boga")
    offered.loses_its_buttons()
    assert "The boss of Acme" in answer.loses_its_buttons()
    card.loses_its_buttons()


def test_what_is_returned_comes_back_with_its_reason_and_can_be_offered_again(slack: Slack) -> None:
    offered = offer(slack)
    slack.user("mari").presses("handoff.return", on=offered)
    slack.user("mari").form().fill(reason="Olen puhkusel").submits()
    back = slack.dm("kim").waits_for("returned *H-1 Acme*")
    assert "Olen puhkusel" in back
    assert "Owner: <@UKIM000000>" in back

    slack.user("kim").presses("handoff.open", on=back)
    slack.user("kim").form().fill(receiver="UDENIZ0000").submits()
    slack.dm("deniz").waits_for("*H-1 Acme*")
    slack.channel("#acme").waits_for("<@UKIM000000> → <@UDENIZ0000>")
    assert len(slack.channel("#acme").containing("H-1 Acme")) == 1
    back.loses_its_buttons()


def test_only_the_receiver_answers_and_the_first_answer_counts(slack: Slack) -> None:
    offered = offer(slack)
    card = slack.channel("#acme").waits_for("*H-1 Acme* · Offered")
    slack.user("deniz").presses("handoff.accept", on=card)
    assert "<@UMARI00000>" in slack.user("deniz").sees("H-1")
    assert not slack.user("deniz").has_form

    slack.user("mari").presses("handoff.accept", on=offered)
    slack.user("mari").form().fill(next_step="Räägin Boga")
    slack.user("mari").presses("handoff.return", on=offered)
    slack.user("mari").form(with_field="reason").fill(reason="Siiski mitte").submits()
    slack.dm("kim").waits_for("returned *H-1 Acme*")
    slack.user("mari").presses_as_seen("handoff.accept", on=card)
    slack.user("mari").sees("H-1 on juba tagasi")


def test_silence_reminds_the_receiver_once_and_then_the_giver_and_the_lead_hear(slack: Slack, bot: App) -> None:
    with bot.store.work(TEAM) as uow:
        uow.settings.save(replace(uow.settings.get(), lead="UDENIZ0000"))
    offered = offer(slack)
    slack.dm("mari").stays_without("ootab ikka", for_seconds=0.3)
    slack.clock.forward(hours=4, minutes=1)
    reminder = slack.dm("mari").waits_for("ootab ikka", after=offered)
    assert reminder.actions == ["handoff.accept", "handoff.ask", "handoff.return"]

    slack.clock.forward(hours=20)
    assert "No due time has moved" in slack.dm("kim").waits_for("didn't answer *H-1 Acme* in time")
    slack.dm("deniz").waits_for("*H-1 Acme*")
    slack.channel("#acme").waits_for("*H-1 Acme* · Returned")
    slack.user("mari").presses_as_seen("handoff.accept", on=reminder)
    slack.user("mari").sees("H-1 on juba tagasi")
    reminder.loses_its_buttons()
    assert len(slack.dm("mari").containing("edasi liikunud")) == 1  # it reminded once
    assert not slack.dm("mari").containing("ootab ikka")


def test_an_offer_at_night_waits_for_the_receivers_morning(slack: Slack) -> None:
    slack.clock.forward(hours=11)  # ten at night in Tallinn
    slack.user("kim").types(LINE, channel="#general")
    slack.user("kim").form().fill(state="Half done", next_step="Call Bo").submits()
    card = slack.channel("#acme").waits_for("*H-1 Acme* · Offered")
    slack.user("mari").presses("handoff.ask", on=card)
    slack.user("mari").form().fill(comment="Kes on Bo?").submits()
    card.changes_to("Waits for an answer")
    slack.dm("mari").stays_without(OFFERED, for_seconds=0.5)
    slack.clock.forward(hours=12)
    assert "Kes on Bo?" in slack.dm("mari").waits_for(OFFERED)
    assert len(slack.dm("mari").containing(OFFERED)) == 1


def test_work_is_not_handed_to_outsiders(slack: Slack) -> None:
    for name, id in (("gus", "UGUS000000"), ("sam", "USAM000000")):
        slack.user("kim").types(f"/handoff Acme to @{name}: a draft by friday", channel="#general")
        form = slack.user("kim").form()
        assert form.values["receiver"] is None
        errors = form.fill(receiver=id, state="Half done", next_step="Call Bo").submits()
        assert (errors or {})["receiver"].startswith(f"{name} isn't a full member")
        form.closes()
    slack.channel("#acme").stays_without("H-1")


@pytest.mark.parametrize("word", ["handoff", "overlevering", "üleandmine", "devir"])
def test_a_line_in_a_message_is_kept_and_completed(slack: Slack, word: str) -> None:
    said = slack.user("kim").says(f"{word}: Acme @mari: they were promised a draft by friday", channel="#general")
    kept = slack.channel("#general").waits_for("*H-1 Acme* is kept")
    assert kept.thread_ts == said.ts
    assert kept.actions == ["handoff.open"]
    slack.user("kim").presses("handoff.open", on=kept)
    form = slack.user("kim").form()
    assert form.values["promised"] == "they were promised a draft by friday"
    form.fill(state="Half done", next_step="Call Bo").submits()
    slack.dm("mari").waits_for(OFFERED)
    assert "<#CACME00001>" in kept.changes_to("*H-1* is offered to")


def test_in_the_customers_own_channel_the_answer_becomes_the_card(slack: Slack, bot: App) -> None:
    said = slack.user("kim").says("@Stafet handoff @mari: they were promised a draft by friday", channel="#acme")
    kept = slack.channel("#acme").waits_for("*H-1 Acme* is kept")
    waits_until_all_is_said(slack, bot.database)
    slack.user("kim").presses("handoff.open", on=kept)
    slack.user("kim").form().fill(state="Half done", next_step="Call Bo").submits()
    card = kept.changes_to("*H-1 Acme* · Offered")
    assert card.thread_ts == said.ts
    assert len(slack.channel("#acme").containing("*H-1")) == 1


def test_a_message_that_says_everything_is_offered_at_once(slack: Slack) -> None:
    text = "handoff: Acme to @mari: a draft by friday\nstate: half done\nnext step: call Bo"
    said = slack.user("kim").says(text, channel="#acme")
    assert slack.channel("#acme").waits_for("*H-1 Acme* · Offered").thread_ts == said.ts
    slack.dm("mari").waits_for(OFFERED)


def test_a_message_is_handed_off_by_shortcut_once(slack: Slack) -> None:
    said = slack.user("ane").says("Acme wants the draft by friday, @mari takes it", channel="#general")
    slack.user("kim").uses_shortcut("handoff.from_message", on=said)
    form = slack.user("kim").form()
    assert (form.values["receiver"], form.values["customer"]) == ("UMARI00000", "1")
    assert "wants the draft" in form.values["promised"]
    form.fill(state="Half done", next_step="Call Bo").submits()
    slack.user("kim").sees("*H-1 Acme* is offered to")

    slack.user("deniz").uses_shortcut("handoff.from_message", on=said)
    slack.user("deniz").sees("*H-1*")
    assert not slack.user("deniz").has_form


def test_the_global_shortcut_opens_an_empty_form(slack: Slack) -> None:
    slack.user("deniz").uses_shortcut("handoff.new")
    assert slack.user("deniz").form().values["receiver"] is None


def test_what_is_named_and_unknown_is_refused_with_an_example_that_works(slack: Slack) -> None:
    kim = slack.user("kim")
    refused = kim.types("/handoff Zeta to @mari: they were promised a draft by friday", channel="#general")
    assert "I know no customer called “Zeta”" in refused
    assert "/handoff Acme to @name: " in refused
    assert "@nobody" in kim.types("/handoff Acme to @nobody: a draft by friday", channel="#general")
    assert "I don't know H-9" in kim.types("/handoff H-9", channel="#general")
    assert "/handoff list in" in kim.types("/handoff list nonsense", channel="#general")
    assert not kim.has_form
    said = slack.user("ane").types("/handoff Zeta til @mari: de er lovet et udkast", channel="#general")
    assert "Jeg kender ingen kunde" in said


def test_lists_and_cards_show_what_waits(slack: Slack) -> None:
    offer(slack)
    for asks, user, there in (("list", "mari", True), ("list in", "mari", True), ("list out", "mari", False)):
        assert ("H-1 Acme" in slack.user(user).types(f"/handoff {asks}", channel="#general")) is there
    assert "H-1 Acme" in slack.user("kim").types("/handoff list out", channel="#general")
    shown = slack.user("kim").types("/handoff H-1", channel="#general")
    assert "offered it to <@UMARI00000>" in shown


def test_where_the_bot_is_not_the_card_goes_to_the_giver(slack: Slack) -> None:
    slack.user("kim").types("/handoff to @mari: a draft by friday", channel="#random")
    slack.user("kim").form().fill(state="Half done", next_step="Call Bo").submits()
    slack.dm("kim").waits_for("*H-1* · Offered")
    slack.channel("#random").stays_without("H-1")
    slack.dm("mari").waits_for(OFFERED)
