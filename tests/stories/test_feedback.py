"""Feedback: one question, one click, a few words, and what a low answer sets going."""

from datetime import UTC, datetime

import pytest

from bot.app import App
from bot.domain.customers import Customer
from bot.domain.references import Noun
from tests.support.lines import over_both_lines
from tests.support.seen import Seen, actions_of
from tests.support.stories import Slack

ANE, MARI, DENIZ, KIM, SAM = "UANE000000", "UMARI00000", "UDENIZ0000", "UKIM000000", "USAM000000"
QUESTION = "How satisfied are you with the work we just finished?"


@pytest.fixture
def acme(slack: Slack, bot: App) -> Customer:
    """Acme: Ane's customer, with Sam in the shared channel."""

    def add() -> Customer:
        with bot.store.work("TNORDLYS01") as uow:
            customer = Customer(
                number=uow.settings.next_number(Noun.CUSTOMER),
                name="Acme",
                language="en",
                owner=ANE,
                channel="CACME00001",
                shared_channel="CACMESHARE",
                contacts=(SAM,),
            )
            uow.customers.add(customer)
            return customer

    return slack.loop.run(bot.workers.run(add))


def finish_work(slack: Slack, title: str = "Send the offer") -> Seen:
    """Let Mari record and finish a task for Acme; give its card."""
    slack.user("mari").types(f"/task {title}", channel="#acme")
    card = slack.channel("#acme").waits_for(title)
    slack.user("mari").presses("task.done", on=card)
    return card.changes_to("· Done")


def loses(slack: Slack, card: Seen, action: str) -> bool:
    """Wait until a message no longer has a button."""

    def look() -> bool | None:
        message = card.find()
        return True if message and action not in actions_of(message.blocks) else None

    return bool(slack.until(look))


def asked(slack: Slack) -> Seen:
    """Finish work, let an hour go by, and give the question that Sam sees."""
    finish_work(slack)
    slack.clock.forward(hours=1, minutes=1)
    return slack.channel("#acme-shared").waits_for(QUESTION)


def test_work_that_is_done_asks_the_customers_contact_after_one_business_hour(slack: Slack, acme: Customer) -> None:
    card = finish_work(slack)
    assert "feedback.skip" in card.actions
    slack.clock.forward(minutes=50)
    slack.channel("#acme-shared").stays_without(QUESTION)
    slack.clock.forward(minutes=11)
    prompt = slack.channel("#acme-shared").waits_for(QUESTION)
    assert f"<@{SAM}>" in prompt
    assert "Send the offer" not in prompt
    assert [each for each in prompt.actions if each.startswith("feedback.answer.")] == [
        f"feedback.answer.{n}" for n in range(1, 6)
    ]
    assert loses(slack, card, "feedback.skip")


def test_one_click_stores_the_answer_and_the_message_turns_into_a_thank_you(slack: Slack, acme: Customer) -> None:
    prompt = asked(slack)
    slack.user("sam").presses("feedback.answer.5", on=prompt)
    thanks = prompt.changes_to("Thank you")
    assert "5 of 5" in thanks
    assert "feedback.comment" in thanks.actions
    answers = slack.user("kim").types("/feedback acme", channel="#acme")
    assert f"<@{SAM}> · *5 of 5* · T-1" in answers.text + str(answers.blocks)


def test_only_the_click_of_the_one_who_was_asked_counts(slack: Slack, acme: Customer) -> None:
    prompt = asked(slack)
    slack.user("kim").presses("feedback.answer.1", on=prompt)
    told = slack.channel("#acme-shared", seen_by="kim").waits_for("only their answer counts")
    assert told.is_ephemeral
    assert "Thank you" not in prompt.now


@over_both_lines
def test_a_few_words_may_follow_and_the_answer_may_change(slack: Slack, acme: Customer) -> None:
    prompt, sam = asked(slack), slack.user("sam")
    sam.presses("feedback.answer.4", on=prompt)
    prompt.changes_to("4 of 5")
    sam.presses("feedback.comment", on=prompt)
    form = sam.form()
    assert form.callback_id == "feedback.comment.form"
    assert form.fill(comment="Quick & kind <!channel>").submits() is None
    prompt.changes_to("Your words are noted")
    sam.presses("feedback.answer.5", on=prompt)
    prompt.changes_to("5 of 5")
    answers = slack.user("ane").types("/feedback Acme", channel="#acme")
    assert "> Quick &amp; kind &lt;!channel&gt;" in str(answers.blocks)


def test_a_low_answer_is_told_to_the_owner_and_makes_one_follow_up(slack: Slack, acme: Customer) -> None:
    prompt, sam = asked(slack), slack.user("sam")
    sam.presses("feedback.answer.2", on=prompt)
    told = slack.dm("ane").waits_for("2 af 5")
    assert f"<@{SAM}> (Acme)" in told
    card = slack.channel("#acme").waits_for("Følg op hos Acme")
    assert f"<@{ANE}>" in str(card.blocks)
    sam.presses("feedback.answer.1", on=prompt)
    told.changes_to("1 af 5")
    assert len(slack.channel("#acme").containing("Følg op hos Acme")) == 1
    assert "T-1" in slack.user("mari").types("/task T-1", channel="#acme")


def test_what_is_reopened_before_it_was_asked_is_not_asked(slack: Slack, acme: Customer) -> None:
    card = finish_work(slack)
    slack.user("mari").presses("task.reopen", on=card)
    card.changes_to("· Open")
    slack.clock.forward(hours=2)
    slack.channel("#acme-shared").stays_without(QUESTION)


def test_whoever_closes_the_work_may_say_not_this_time(slack: Slack, acme: Customer) -> None:
    card = finish_work(slack)
    slack.user("mari").presses("feedback.skip", on=card)
    assert loses(slack, card, "feedback.skip")
    slack.clock.forward(hours=2)
    slack.channel("#acme-shared").stays_without(QUESTION)


def test_the_same_person_is_not_asked_again_within_a_week(slack: Slack, acme: Customer) -> None:
    prompt = asked(slack)
    slack.user("sam").presses("feedback.answer.5", on=prompt)
    prompt.changes_to("Thank you")
    card = finish_work(slack, "Another thing")
    slack.clock.forward(hours=3)
    assert loses(slack, card, "feedback.skip"), "nothing was decided"
    assert len(slack.channel("#acme-shared").messages) == 1


def test_nobody_answered_within_a_week_closes_the_question_in_place(slack: Slack, acme: Customer) -> None:
    prompt = asked(slack)
    slack.clock.forward(days=7, minutes=1)
    closed = prompt.changes_to("This question is closed")
    assert closed.actions == []


def test_a_colleague_is_asked_by_command_in_their_own_language(slack: Slack, acme: Customer) -> None:
    slack.user("mari").types("/task Send the offer", channel="#acme")
    answer = slack.user("kim").types("/feedback ask @ane about T-1 effort", channel="#acme")
    assert f"I am asking <@{ANE}> in a direct message." in answer
    prompt = slack.dm("ane").waits_for("Hvor besværligt var det her for dig?")
    assert "Om T-1: Send the offer" in prompt
    slack.user("ane").presses("feedback.answer.7", on=prompt)
    prompt.changes_to("Tak")
    told = slack.dm("mari").waits_for("Kolleegi vastus oli madal (T-1)")
    assert f"<@{ANE}>" not in str(told.blocks)


def test_a_contact_is_asked_by_command_in_the_shared_channel_in_the_askers_words(slack: Slack, acme: Customer) -> None:
    answer = slack.user("kim").types("/feedback ask @sam about Acme recommend Would you come back?", channel="#acme")
    assert f"I am asking <@{SAM}> in <#CACMESHARE>." in answer
    prompt = slack.channel("#acme-shared").waits_for("Would you come back?")
    assert prompt.actions == [f"feedback.answer.{n}" for n in range(11)]


def test_a_second_question_wants_ask_anyway(slack: Slack, acme: Customer) -> None:
    kim = slack.user("kim")
    kim.types("/feedback ask @deniz yesno", channel="#ops")
    slack.dm("deniz").waits_for("İhtiyacınız olan her şey elinizde miydi?")
    held = kim.types("/feedback ask @deniz score", channel="#ops")
    assert "still has a question open" in held
    slack.dm("deniz").stays_without("ne kadar iyi gitti")
    kim.presses("feedback.ask_anyway", on=held)
    slack.dm("deniz").waits_for("Bu iş sizin için ne kadar iyi gitti?")


def test_quiet_time_holds_for_a_command_too_and_says_so(slack: Slack, acme: Customer) -> None:
    slack.clock.forward_to(datetime(2027, 3, 1, 20, 0, tzinfo=UTC))
    held = slack.user("kim").types("/feedback ask @ane score How was it?", channel="#ops")
    assert "outside" in held
    slack.dm("ane").stays_without("How was it?")
    slack.clock.forward(hours=12, minutes=5)
    slack.dm("ane").waits_for("How was it?")


def test_what_cannot_be_asked_is_answered_with_an_example(slack: Slack, acme: Customer) -> None:
    refused = {
        "/feedback ask": "Whom shall I ask?",
        "/feedback ask @nobody": "I don't know @nobody here",
        "/feedback ask @kim": "That is you",
        "/feedback ask @stafet": "can't be asked",
        "/feedback ask @mari about T-99": "I don't know T-99",
        "/feedback ask @mari about H-99": "I don't know H-99",
        "/feedback ask @mari about Zebra": "I don't know “Zebra”",
        "/feedback Zebra": "I know no customer called “Zebra”",
        "/feedback": "No answers yet",
    }
    for typed, told in refused.items():
        answer = slack.user("kim").types(typed, channel="#ops")
        assert told in answer
        assert "`/" in str(answer.blocks)
    slack.dm("mari").stays_without("How well did this go")
