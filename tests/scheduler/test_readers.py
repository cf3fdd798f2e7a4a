"""Who reads a message is asked right before it leaves: outsiders get no internal word, of whatever kind it is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.customers import Customer
from bot.domain.feedback import Kind, Prompt, PromptState, prompt_ref
from bot.domain.handoffs import Handoff, HandoffState, Terms
from bot.domain.members import Channel
from bot.domain.notices import Notice, NoticeState, notice_ref
from bot.domain.outgoing import Outgoing, Post, Saying
from bot.domain.references import Reference, handoff_ref, task_ref
from bot.domain.tasks import Due, State, Task
from bot.playground.state import Channel as SlackChannel
from bot.views.notices import notice
from scheduler.messages import KINDS
from storage.tables import outbox
from storage.unit_of_work import UnitOfWork
from tests.scheduler.conftest import MONDAY_MORNING as NOW
from tests.scheduler.conftest import Bench

SECRET = "Lower the price"
ANE, MARI, SAM, GUS = "UANE000000", "UMARI00000", "USAM000000", "UGUS000000"
HERE = "#borealis"
DUE = NOW + timedelta(hours=3)
SENDING, DRAFTED = notice_ref(1), notice_ref(2)
ASKED, ANSWERED, LOW = prompt_ref(1), prompt_ref(2), prompt_ref(3)
OFFERED, DRAFT = handoff_ref(1), handoff_ref(2)
DATED, UNDONE = task_ref(1), task_ref(2)

Messages = dict[Saying, Outgoing]


def messages(lane: str, said: str) -> Messages:
    """Word one message of each kind for a lane, all of them true; `said` is the ts of a message that stands there."""

    def word(saying: Saying, about: Reference, /, *, person: str | None = None, **params: str) -> Outgoing:
        return Outgoing(
            saying=saying, about=about, lane=lane, key=f"{saying}:{about}:1", due_at=NOW, person=person, params=params
        )

    due = DUE.isoformat()
    worded = [
        word(Saying.TASK_CARD, DATED),
        word(Saying.TASK_CARD_DELETED, UNDONE),
        word(Saying.TASK_GIVEN, DATED, person=MARI, giver=ANE, told_by_card=""),
        word(Saying.TASK_ANSWER, DATED, thread_ts=said),
        word(Saying.TASK_UNINVITED, DATED, person=ANE, channel="CRANDOM001"),
        word(Saying.HEADS_UP, DATED, person=MARI, due=due),
        word(Saying.LATE, DATED, due=due),
        word(Saying.HANDOFF_CARD, OFFERED),
        word(Saying.HANDOFF_OFFER, OFFERED, person=MARI, is_new="yes"),
        word(Saying.HANDOFF_RESULT, OFFERED, person=ANE, outcome="offered"),
        word(Saying.HANDOFF_QUESTION, OFFERED, person=ANE, question=SECRET),
        word(Saying.HANDOFF_ANSWER, OFFERED, person=MARI, question=SECRET, answer=SECRET, by=ANE),
        word(Saying.HANDOFF_REMINDER, OFFERED, person=ANE, waits_as=f"offered:{ANE}:True"),
        word(Saying.HANDOFF_DRAFT, DRAFT, person=ANE),
        word(Saying.NOTICE_DRAFT, DRAFTED, person=ANE),
        word(Saying.NOTICE, SENDING),
        word(Saying.PROMPT, ASKED, person=SAM),
        word(Saying.PROMPT_REFRESH, ANSWERED),
        word(Saying.LOW_ANSWER, LOW, person=ANE),
        word(Saying.REACTION, DATED, message=said),
        word(Saying.UNDELIVERED, DATED, person=ANE, saying="task.card", place=lane, reason="is_archived", due=due),
    ]
    return {message.saying: message for message in worded}


def fill(uow: UnitOfWork, lane: str, said: str, undone: str) -> None:
    """Make true what the messages speak of."""
    due = Due(at=DUE)
    task = Task(number=1, title=SECRET, state=State.OPEN, author=ANE, assignee=MARI, created_at=NOW, customer=1)
    terms = Terms(receiver=lane if lane[0] == "U" else MARI, promised=SECRET, situation=SECRET, next_step=SECRET)
    handoff = Handoff(number=1, state=HandoffState.OFFERED, giver=ANE, terms=terms, created_at=NOW, question=SECRET)
    told = Notice(number=1, task=1, state=NoticeState.SENDING, text="Soon", drafted_for=ANE, due_at=DUE, created_at=NOW)
    prompt = Prompt(
        number=1,
        state=PromptState.ASKED,
        kind=Kind.SCORE,
        person=SAM,
        is_contact=True,
        asked_by=ANE,
        about=DATED,
        customer=1,
        ask_at=NOW,
        created_at=NOW,
    )
    answered = replace(prompt, number=2, state=PromptState.ANSWERED, answer=1, answered_at=NOW, follow_up=1)
    uow.customers.add(Customer(number=1, name="Acme", owner=ANE, shared_channel=lane))
    uow.tasks.add(replace(task, due=due, first_due_at=DUE))
    uow.tasks.add(replace(task, number=2, state=State.CANCELLED, is_undone=True))
    uow.handoffs.add(handoff)
    uow.handoffs.add(replace(handoff, number=2, state=HandoffState.DRAFT, question=None))
    uow.notices.add(told)
    uow.notices.add(replace(told, number=2, state=NoticeState.DRAFT, text=SECRET))
    for one in (prompt, answered, replace(answered, number=3)):
        uow.prompts.add(one)
    for about, role, ts in ((UNDONE, Saying.TASK_CARD, undone), (ANSWERED, Saying.PROMPT, said)):
        uow.posts.save(Post(about=about, role=role.value, channel=lane, ts=ts))


def put_all(bench: Bench, lane: str, said: str = "1.1", undone: str = "1.2") -> None:
    """Write down one message of each kind for a lane, as its channel is fine."""
    workspace = bench.playground.workspace.id
    with bench.app.store.work(workspace) as uow:
        fill(uow, lane, said, undone)
        for message in messages(lane, said).values():
            uow.put(message, at=NOW)
    if lane[0] == "C":
        fine = Channel(id=lane, is_shared=False, is_member=True)
        bench.app.services.people.learn_channel(workspace, fine)


def deliver_all(bench: Bench) -> None:
    """Let a minute pass in small steps, which is longer than a channel's facts are believed."""
    for _ in range(len(KINDS) + 10):
        bench.wait(3)


def ends(bench: Bench, lane: str) -> dict[str, str]:
    """Tell how what was put into a lane has ended, by kind."""
    with bench.app.database.reading() as connection:
        rows = connection.execute(select(outbox.c.saying, outbox.c.state).where(outbox.c.lane == lane))
        return {row.saying: row.state for row in rows}


def put_all_here(bench: Bench) -> tuple[SlackChannel, str]:
    """Write them down for a channel where the bot has said something before; give the card that is to be deleted."""
    channel = bench.playground.workspace.channels[bench.channel(HERE)]
    post = partial(bench.app.gateway.post, channel.id, {"text": "hello"}, token="t", thread_ts=None)
    said, undone = (bench.loop.run(post()).ts for _ in range(2))
    put_all(bench, channel.id, said, undone)
    return channel, undone


def test_every_kind_is_here() -> None:
    assert messages("C1", "1.1").keys() == set(KINDS) == set(Saying)


def test_among_colleagues_each_of_these_messages_is_sent(bench: Bench) -> None:
    """See that the messages of the tests below would be sent if nobody else read them."""
    channel, _ = put_all_here(bench)
    deliver_all(bench)
    elsewhere = {Saying.HANDOFF_OFFER: "dropped", Saying.HEADS_UP: "dropped"}  # for their reader's own messages alone
    expected = {saying.value: elsewhere.get(saying, "sent") for saying in KINDS}
    assert ends(bench, channel.id) == expected


def become_shared(bench: Bench, channel: SlackChannel) -> None:
    channel.is_ext_shared = True
    event = {"type": "channel_shared", "channel": channel.id, "connected_team_id": "TACMECORP1"}
    body = {"type": "event_callback", "team_id": bench.playground.workspace.id, "event_id": "Ev1", "event": event}
    bench.loop.run(bench.app.edge.receive(body))


def become_shared_unheard(bench: Bench, channel: SlackChannel) -> None:
    channel.is_ext_shared = True
    bench.clock.both_forward(seconds=61)


def become_shared_and_hours_pass_on_peoples_clock(bench: Bench, channel: SlackChannel) -> None:
    known = Channel(id=channel.id, name="here", is_shared=False, is_member=True)
    bench.app.services.people.learn_channel(bench.playground.workspace.id, known)
    channel.is_ext_shared = True
    bench.clock.machine_forward(seconds=1)
    bench.clock.forward(hours=1)


def be_about_to_be_shared(bench: Bench, channel: SlackChannel) -> None:
    channel.is_pending_ext_shared = True
    bench.clock.both_forward(seconds=61)


def refuse_to_tell(code: str) -> Callable[[Bench, SlackChannel], None]:
    def refuse(bench: Bench, channel: SlackChannel) -> None:
        channel.is_ext_shared = True
        bench.playground.fail("conversations.info", code, times=10_000)
        bench.clock.both_forward(seconds=61)

    return refuse


TROUBLES = {
    "became shared": become_shared,
    "became shared, unheard": become_shared_unheard,
    "became shared, and the clock was moved": become_shared_and_hours_pass_on_peoples_clock,
    "about to be shared": be_about_to_be_shared,
    "Slack fails": refuse_to_tell("internal_error"),
    "Slack refuses": refuse_to_tell("missing_scope"),
    "Slack doesn't know it": refuse_to_tell("channel_not_found"),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_where_outsiders_may_read_no_kind_says_an_internal_word(bench: Bench, trouble: str) -> None:
    channel, _ = put_all_here(bench)
    TROUBLES[trouble](bench, channel)
    deliver_all(bench)
    assert_nothing_internal(bench, channel, ends(bench, channel.id))


@pytest.mark.parametrize("person", [SAM, GUS])
def test_an_outsiders_direct_messages_get_no_internal_word(bench: Bench, person: str) -> None:
    """Somebody who became a guest since, or a stranger whom a form let through while Slack was silent."""
    put_all(bench, person)
    deliver_all(bench)
    assert_nothing_internal(bench, bench.playground.workspace.direct(person), ends(bench, person))


def test_a_conversation_with_an_outsider_gets_no_internal_word(bench: Bench) -> None:
    workspace = bench.playground.workspace.id
    channel = bench.playground.workspace.direct(GUS)
    with bench.app.store.work(workspace) as uow:
        uow.members.keep_dm(GUS, channel.id)
    put_all(bench, channel.id)
    deliver_all(bench)
    assert_nothing_internal(bench, channel, ends(bench, channel.id))


@pytest.mark.parametrize("code", ["user_not_found", "user_not_visible", "internal_error"])
def test_who_is_nobody_here_gets_no_internal_word(bench: Bench, code: str) -> None:
    bench.playground.fail("users.info", code, times=10_000)
    put_all(bench, "USTRANGER1")
    deliver_all(bench)
    assert "sent" not in {state for saying, state in ends(bench, "USTRANGER1").items() if is_internal(saying)}


def test_a_card_that_outsiders_read_since_can_still_be_taken_back(bench: Bench) -> None:
    channel, undone = put_all_here(bench)
    become_shared(bench, channel)
    deliver_all(bench)
    assert ends(bench, channel.id)[Saying.TASK_CARD_DELETED.value] == "sent"
    assert undone not in channel.messages


def test_a_notice_tells_a_customer_its_own_words_alone() -> None:
    shown: Any = notice("Soon", (SAM,)).payload
    assert [block["text"]["text"] for block in shown["blocks"]] == [f"<@{SAM}>", "Soon"]


def assert_nothing_internal(bench: Bench, channel: SlackChannel, ended: dict[str, str]) -> None:
    """Look at everything the bot has posted in a place, and at how each kind has ended."""
    assert {saying for saying, state in ended.items() if state == "sent" and is_internal(saying)} == set()
    assert ended.keys() == {saying.value for saying in KINDS}
    assert SECRET not in str(channel.messages)
    assert "T-1" not in str(channel.messages)


def is_internal(saying: str) -> bool:
    return not KINDS[Saying(saying)].for_customers
