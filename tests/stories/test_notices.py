"""Notices to customers: written for a person, sent by a person, in the customer's own language."""

import pytest

from bot.app import App
from bot.domain.customers import Customer
from bot.domain.references import task_ref
from tests.stories.test_delays import LONG, WORKSPACE, at
from tests.support.outgoing import waits_until_all_is_said
from tests.support.seen import Seen
from tests.support.stories import Slack


def knows_acme(bot: App, **more: object) -> None:
    """Record a customer with a shared channel, whose owner is Kim."""
    given = {
        "language": "da",
        "owner": "UKIM000000",
        "shared_channel": "CACMESHARE",
        "channel": "CACME00001",
        "contacts": ("USAM000000",),
    }
    with bot.store.work(WORKSPACE) as uow:
        uow.customers.add(Customer(number=1, name="Acme", **given | more))


@pytest.fixture
def late_for_acme(slack: Slack, bot: App) -> Seen:
    """Acme is owned by Kim; Mari is late with something for them."""
    knows_acme(bot)
    slack.user("kim").types("/task Send the offer to Acme @mari in 4 hours", channel="#acme")
    slack.clock.forward(hours=4)
    return slack.channel("#acme").waits_for("is late")


def test_the_customer_is_told_by_a_person_in_their_own_language(slack: Slack, bot: App, late_for_acme: Seen) -> None:
    waits_until_all_is_said(slack, bot.database)
    slack.user("ane").presses("delay.tell_customer", on=late_for_acme)
    assert "<@UKIM000000>" in slack.user("ane").sees("venter på")
    draft = slack.dm("kim").waits_for("A notice for *Acme*")
    waits_until_all_is_said(slack, bot.database)
    assert draft.actions == ["notice.send", "notice.edit", "notice.dismiss"]
    assert "Det beklager vi" in draft
    assert not slack.channel("#acme-shared").messages
    slack.user("kim").presses("notice.edit", on=draft)
    form = slack.user("kim").form()
    assert form.fill(notice="Vi er klar i morgen.").submits() is None
    draft.changes_to("Vi er klar i morgen.")
    slack.user("kim").presses("notice.send", on=draft)
    told = slack.channel("#acme-shared").waits_for("Vi er klar i morgen.")
    assert "<@USAM000000>" in told
    assert told.actions == []
    assert "T-1" not in told
    assert draft.changes_to("Sent to").actions == []
    late_for_acme.changes_to("the customer was told")
    assert "told the customer" in slack.user("kim").types("/task T-1", channel="#acme")


def test_a_notice_sent_twice_arrives_once(slack: Slack, bot: App, late_for_acme: Seen) -> None:
    slack.user("kim").presses("delay.tell_customer", on=late_for_acme)
    draft = slack.dm("kim").waits_for("A notice for *Acme*")
    for trigger, value in (("1.1.a", "1"), ("1.2.b", "N-1")):  # an old value keeps working
        body = {
            "type": "block_actions",
            "trigger_id": trigger,
            "team": {"id": WORKSPACE},
            "user": {"id": "UKIM000000"},
            "channel": {"id": draft.channel},
            "container": {"type": "message", "channel_id": draft.channel, "message_ts": draft.ts},
            "actions": [{"type": "button", "action_id": "notice.send", "block_id": "b", "value": value}],
        }
        assert slack.run(bot.edge.receive(body)).status == 200
    slack.dm("kim").waits_for("was sent already")
    slack.channel("#acme-shared").waits_for("Det beklager vi")
    draft.changes_to("Sent to")
    assert len(slack.channel("#acme-shared").messages) == 1


def test_a_notice_that_cannot_be_posted_comes_back_to_its_reader(slack: Slack, bot: App) -> None:
    knows_acme(bot, shared_channel="CRANDOM001")  # Stafet isn't in #random
    slack.user("kim").types("/task Send the offer to Acme in 4 hours", channel="#acme")
    slack.clock.forward(hours=4)
    slack.user("kim").presses("delay.tell_customer", on=slack.channel("#acme").waits_for("is late"))
    draft = slack.dm("kim").waits_for("A notice for *Acme*")
    slack.user("kim").presses("notice.send", on=draft)
    assert "notice.send" in draft.changes_to("I'm not in <#CRANDOM001>").actions
    slack.user("kim").invites_bot("#random")
    slack.user("kim").presses("notice.send", on=draft)
    slack.channel("#random").waits_for("Det beklager vi")
    draft.changes_to("Sent to")


def test_not_now_tells_the_customer_nothing(slack: Slack, late_for_acme: Seen) -> None:
    slack.user("kim").presses("delay.tell_customer", on=late_for_acme)
    draft = slack.dm("kim").waits_for("A notice for *Acme*")
    slack.user("kim").presses("notice.dismiss", on=draft)
    assert draft.changes_to("was not told").actions == []
    slack.channel("#acme-shared").stays_without("offer")


def test_a_heads_up_tells_the_customer_before_the_promise_is_broken(slack: Slack, bot: App) -> None:
    knows_acme(bot, language="en")
    slack.user("kim").types("/task Send the offer to Acme in 4 hours", channel="#acme")
    slack.clock.forward(hours=3)
    heads_up = slack.dm("kim").waits_for(LONG)
    slack.user("kim").presses("delay.late", on=heads_up)
    form = slack.user("kim").form()
    assert form.fields == ["due", "reason", "tell_customer"]
    assert form.fill(due=at(2, 12), reason="The printer broke.", tell_customer=["yes"]).submits() is None
    slack.user("kim").sees("The notice for Acme is in your direct messages")
    draft = slack.dm("kim").waits_for("A notice for *Acme*")
    assert "The reason: The printer broke." in draft
    assert "Tuesday, 2 March 2027 at 13:00 (Copenhagen)" in draft
    slack.user("kim").presses("notice.send", on=draft)
    slack.channel("#acme-shared").waits_for("it will take longer")
    draft.changes_to("Sent to")
    with bot.store.look(WORKSPACE) as uow:
        entries = uow.timeline.list(task_ref(1))
    assert entries[-1].data["in_time"] == "yes"
    assert entries[-1].data["was"].startswith("2027-03-01T13:00")


def test_a_notice_that_the_task_has_left_behind_is_not_sent(slack: Slack, late_for_acme: Seen) -> None:
    slack.user("kim").presses("delay.tell_customer", on=late_for_acme)
    draft = slack.dm("kim").waits_for("A notice for *Acme*")
    slack.user("kim").types("/task done T-1", channel="#acme")
    slack.user("kim").presses("notice.send", on=draft)
    slack.dm("kim").waits_for("has changed since this was written")
    assert not slack.channel("#acme-shared").messages


def test_without_a_shared_channel_the_words_are_offered_to_copy(slack: Slack, bot: App) -> None:
    knows_acme(bot, shared_channel=None)
    slack.user("kim").types("/task Send the offer to Acme in 4 hours", channel="#acme")
    slack.clock.forward(hours=4)
    slack.user("kim").presses("delay.tell_customer", on=slack.channel("#acme").waits_for("is late"))
    draft = slack.dm("kim").waits_for("no shared channel")
    assert "```Hej!" in draft
    assert draft.actions == ["notice.edit", "notice.dismiss"]
