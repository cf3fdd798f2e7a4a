"""A message that is dead tells the one whom it concerns: once, in their language, with what can be done."""

from dataclasses import replace

import pytest

from bot.domain.outgoing import Claimed, Outgoing, Saying
from bot.domain.references import Reference
from bot.domain.tasks import Task
from scheduler.undelivered_messages import put_undelivered
from tests.scheduler.conftest import MONDAY_MORNING, Bench

ANE, MARI, DENIZ, KIM = "UANE000000", "UMARI00000", "UDENIZ0000", "UKIM000000"


def leads(bench: Bench, person: str) -> None:
    """Name the workspace's lead."""
    with bench.app.store.work(bench.playground.workspace.id) as uow:
        uow.settings.save(replace(uow.settings.get(), lead=person))


def dies(bench: Bench, message: Outgoing, reason: str) -> None:
    """Settle a message as dead that never stood in the outbox."""
    workspace = bench.playground.workspace.id
    dead = Claimed(id=0, workspace=workspace, message=message, attempts=1, token="t", fence=1)
    with bench.app.store.work(workspace) as uow:
        put_undelivered(uow, dead, reason, bench.clock.now())
    bench.wait()


def message(saying: Saying, about: Reference, lane: str) -> Outgoing:
    return Outgoing(saying=saying, about=about, lane=lane, key=f"{saying}:{about}:{lane}", due_at=MONDAY_MORNING)


def told(bench: Bench, *names: str) -> dict[str, int]:
    """Count the messages that each person has about what could not be delivered."""
    return {name: len([seen for seen in bench.slack.dm(name).messages if is_word(seen.text)]) for name in names}


def is_word(text: str) -> bool:
    return any(words in text for words in ("couldn't deliver", "ikke levere", "kohale toimetada", "iletemedim"))


@pytest.fixture
def task(bench: Bench) -> Task:
    """Ane's task for Mari, whose card stands in #acme."""
    task = bench.records("Send the offer", assignee=MARI)
    bench.deliver()
    return task


def test_the_owner_hears_what_was_not_delivered_where_why_and_what_to_do(bench: Bench) -> None:
    bench.playground.fail("chat.postMessage", "msg_too_long")
    bench.records("Send the offer", by="mari")
    bench.deliver()
    bench.wait()
    (word,) = bench.slack.dm("mari").messages
    assert word.text == "\n".join(
        [
            "Ma ei saanud teadet kohale toimetada: ülesande kaart",
            "*Ma ei saanud teadet kohale toimetada: ülesande kaart*",
            f"*T-1* Send the offer\n*Kuhu:* <#{bench.channel('#acme')}>\n"
            "*Miks:* see on Slacki jaoks liiga pikk\n*Mida teha:* Tee tekst lühemaks.",
            "Ava",
            "Ütlen seda sulle, sest muidu ei märkaks seda keegi.",
        ]
    )
    assert word.actions == ["task.open"]


def test_of_a_message_to_somebody_who_is_gone_the_author_hears(bench: Bench) -> None:
    bench.playground.fail("chat.postMessage", "user_disabled")
    bench.records("Send the offer", assignee=MARI, asked_in=bench.channel("#private-deals"))
    bench.deliver()
    bench.wait()
    word = bench.slack.dm("ane").waits_for("Jeg kunne ikke levere")
    for words in (f"<@{MARI}>", "personen kan ikke længere nås i Slack", "`/task giv T-1 @navn`"):
        assert words in word
    assert told(bench, "ane", "deniz", "kim") == {"ane": 1, "deniz": 0, "kim": 0}


def test_where_everybody_concerned_is_gone_the_lead_hears(bench: Bench, task: Task) -> None:
    leads(bench, KIM)
    with bench.app.store.work(bench.playground.workspace.id) as uow:
        uow.members.save(replace(uow.members.list([ANE])[ANE], is_gone=True))
    dies(bench, message(Saying.HEADS_UP, task.ref, MARI), "user_disabled")
    assert told(bench, "ane", "mari", "kim") == {"ane": 0, "mari": 0, "kim": 1}


@pytest.mark.parametrize(
    ("saying", "lane", "reason", "hears"),
    [
        (Saying.LATE, "CACME00001", "failed", "mari"),
        (Saying.HEADS_UP, MARI, "failed", "mari"),
        (Saying.HEADS_UP, MARI, "user_not_found", "ane"),
        (Saying.HEADS_UP, MARI, "channel_not_found", "ane"),
        (Saying.TASK_CARD, "CACME00001", "is_archived", "mari"),
    ],
)
def test_whoever_it_concerns_and_can_act_hears(
    bench: Bench, task: Task, saying: Saying, lane: str, reason: str, hears: str
) -> None:
    dies(bench, message(saying, task.ref, lane), reason)
    assert told(bench, "ane", "mari", "deniz", "kim") == {"ane": 0, "mari": 0, "deniz": 0, "kim": 0} | {hears: 1}


@pytest.mark.parametrize(
    "saying",
    [Saying.REACTION, Saying.TASK_CARD_DELETED, Saying.TASK_UNINVITED, Saying.NOTICE, Saying.UNDELIVERED],
)
def test_nobody_is_told_of_what_nobody_misses_or_was_told_already(bench: Bench, task: Task, saying: Saying) -> None:
    dies(bench, message(saying, task.ref, MARI), "failed")
    assert told(bench, "ane", "mari") == {"ane": 0, "mari": 0}


def test_an_edit_that_fails_is_not_told(bench: Bench, task: Task) -> None:
    refresh = replace(message(Saying.LATE, task.ref, "CACME00001"), params={"ts": "1.2", "channel": "CACME00001"})
    dies(bench, refresh, "failed")
    assert told(bench, "mari") == {"mari": 0}


def test_the_same_is_told_once_a_day(bench: Bench, task: Task) -> None:
    for _ in range(3):
        dies(bench, message(Saying.LATE, task.ref, "CACME00001"), "is_archived")
    assert told(bench, "mari") == {"mari": 1}
    bench.clock.forward(days=1)
    dies(bench, message(Saying.LATE, task.ref, "CACME00001"), "is_archived")
    assert told(bench, "mari") == {"mari": 2}


def test_several_at_once_become_one(bench: Bench, task: Task) -> None:
    workspace = bench.playground.workspace.id
    with bench.app.store.work(workspace) as uow:
        for n in range(12):
            dead = message(Saying.LATE, task.ref, f"CACME{n:05}")
            claimed = Claimed(id=n, workspace=workspace, message=dead, attempts=1, token="t", fence=1)
            put_undelivered(uow, claimed, "is_archived", bench.clock.now())
    bench.wait()
    (word,) = [seen for seen in bench.slack.dm("mari").messages if is_word(seen.text)]
    assert "Ma ei saanud 12 teadet kohale toimetada" in word
    assert "ja veel 2" in word


def test_in_quiet_time_it_waits_and_what_is_over_by_then_is_not_told(bench: Bench) -> None:
    kept, over = bench.records("Send the offer", by="mari"), bench.records("Call Bo", by="mari")
    bench.deliver()
    bench.clock.forward(hours=12)
    for task in (kept, over):
        dies(bench, message(Saying.LATE, task.ref, "CACME00001"), "is_archived")
    assert told(bench, "mari") == {"mari": 0}
    bench.app.services.tasks.finish(bench.actor("mari"), over.ref)
    bench.clock.forward(hours=12)
    for _ in range(3):
        bench.wait()
    (word,) = [seen for seen in bench.slack.dm("mari").messages if is_word(seen.text)]
    assert "T-1" in word
    assert "T-2" not in word


def test_word_that_can_not_be_delivered_itself_makes_no_other(bench: Bench, task: Task) -> None:
    bench.playground.fail("chat.postMessage", "msg_too_long", 50)
    dies(bench, message(Saying.LATE, task.ref, "CACME00001"), "is_archived")
    for _ in range(5):
        bench.wait()
    words = [key for key in bench.states() if key.startswith("undelivered:")]
    assert [bench.states()[key] for key in words] == ["dead"]
