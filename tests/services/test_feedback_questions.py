"""Who is asked what, when and where, and why sometimes nobody; on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.commands import AddTask, AskPerson
from bot.domain.errors import AlreadyDone, DomainError, NotFound
from bot.domain.feedback import Kind, Prompt, PromptState, Reason, prompt_ref
from bot.domain.references import Noun, Reference, handoff_ref, task_ref
from bot.domain.timeline import Happened
from bot.services.feedback import Feedback
from bot.services.prompting import plan_after_handoff
from bot.services.tasks import Tasks
from storage.unit_of_work import Store
from tests.services.asking import ACME, KIM, MARI, answer, asked, done, prompt
from tests.support.clocks import FixedClock

pytestmark = pytest.mark.usefixtures("feedback")
HOUR = timedelta(hours=1)


def test_a_task_done_plans_one_question_to_the_first_contact(tasks: Tasks, store: Store, clock: FixedClock) -> None:
    about = done(tasks)
    planned = prompt(store)
    assert planned == Prompt(
        number=1,
        state=PromptState.PLANNED,
        kind=Kind.SCORE,
        person="USAM",
        is_contact=True,
        about=about,
        customer=1,
        credited="UMARI",
        ask_at=clock.now() + HOUR,
        created_at=clock.now(),
        next_check_at=clock.now() + HOUR,
    )


def test_the_delay_is_business_time(tasks: Tasks, store: Store, clock: FixedClock) -> None:
    clock.forward(days=2, hours=6, minutes=30)  # Friday, 16:30 in Copenhagen
    done(tasks)
    assert prompt(store).ask_at == datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


def test_nobody_is_asked_about_their_own_work(tasks: Tasks, store: Store) -> None:
    done(tasks, by=MARI, assignee="USAM")
    assert prompt(store).person == "UPIA"
    with store.work("T1") as uow:
        uow.customers.save(replace(ACME, contacts=("USAM",)))
    done(tasks, by=MARI, assignee="USAM")
    assert (prompt(store, 2).state, prompt(store, 2).reason) == (PromptState.SKIPPED, Reason.OWN_WORK)


def test_without_a_customer_or_a_contact_there_is_no_question(tasks: Tasks, store: Store) -> None:
    done(tasks, customer=None)
    with store.work("T1") as uow:
        uow.customers.save(replace(ACME, contacts=()))
    done(tasks)
    with pytest.raises(NotFound):
        prompt(store)


def test_what_is_due_is_asked_once_in_the_shared_channel(
    feedback: Feedback, tasks: Tasks, store: Store, clock: FixedClock
) -> None:
    about = done(tasks)
    feedback.sweep()
    assert prompt(store).state is PromptState.PLANNED
    clock.forward(hours=1)
    for _ in range(3):
        feedback.sweep()
    is_asked = prompt(store)
    assert (is_asked.state, is_asked.channel, is_asked.asked_at) == (PromptState.ASKED, "CSHARED", clock.now())
    with store.look("T1") as uow:
        assert uow.outbox.is_on_its_way("prompt:F-1")
        happened = [entry.happened for entry in uow.timeline.list(about)]
    assert happened.count(Happened.FEEDBACK_WAS_ASKED) == 1


def test_reopened_work_is_not_asked_about_and_the_row_says_why(
    feedback: Feedback, tasks: Tasks, store: Store, clock: FixedClock
) -> None:
    tasks.reopen(MARI, done(tasks))
    assert (prompt(store).state, prompt(store).reason) == (PromptState.WITHDRAWN, Reason.REOPENED)
    clock.forward(hours=2)
    feedback.sweep()
    assert prompt(store).state is PromptState.WITHDRAWN


def test_work_that_was_taken_back_is_not_asked_about_and_the_row_says_why(
    feedback: Feedback, tasks: Tasks, store: Store, clock: FixedClock
) -> None:
    tasks.undo(MARI, done(tasks))
    clock.forward(hours=1)
    feedback.sweep()
    assert (prompt(store).state, prompt(store).reason) == (PromptState.WITHDRAWN, Reason.TAKEN_BACK)


def test_work_that_was_asked_about_may_be_reopened_and_the_question_stands(
    feedback: Feedback, tasks: Tasks, store: Store, clock: FixedClock
) -> None:
    about = asked(feedback, tasks, store, clock).about
    assert about
    tasks.reopen(MARI, about)
    assert prompt(store).state is PromptState.ASKED


def test_not_this_time_is_kept_as_the_reason(feedback: Feedback, tasks: Tasks, store: Store) -> None:
    about = done(tasks)
    assert tasks.details(MARI, about).planned_prompt == 1
    feedback.skip(MARI, prompt_ref(1))
    assert prompt(store).reason is Reason.NOT_THIS_TIME
    assert tasks.details(MARI, about).planned_prompt is None
    with pytest.raises(AlreadyDone):
        feedback.skip(MARI, prompt_ref(1))


def test_of_two_questions_due_together_one_is_asked(
    feedback: Feedback, tasks: Tasks, store: Store, clock: FixedClock
) -> None:
    done(tasks)
    done(tasks)
    clock.forward(hours=1)
    feedback.sweep()
    assert [prompt(store, n).state for n in (1, 2)] == [PromptState.ASKED, PromptState.SKIPPED]
    assert prompt(store, 2).reason is Reason.OPEN_PROMPT


def test_many_replicas_ask_one_person_once(feedback: Feedback, tasks: Tasks, store: Store, clock: FixedClock) -> None:
    for _ in range(6):
        done(tasks)
    clock.forward(hours=1)
    with ThreadPoolExecutor(4) as pool:
        for sweep in [pool.submit(feedback.sweep) for _ in range(4)]:
            sweep.result()
    assert sorted(prompt(store, n).state for n in range(1, 7)) == [PromptState.ASKED] + [PromptState.SKIPPED] * 5


def test_within_the_window_nobody_is_asked_again(
    feedback: Feedback, tasks: Tasks, store: Store, clock: FixedClock
) -> None:
    asked(feedback, tasks, store, clock)
    answer(feedback, 5)
    clock.forward(days=1)
    done(tasks)
    clock.forward(days=1)
    feedback.sweep()
    assert prompt(store, 2).reason is Reason.ASKED_RECENTLY


def test_a_question_that_nobody_answered_expires(
    feedback: Feedback, tasks: Tasks, store: Store, clock: FixedClock
) -> None:
    asked(feedback, tasks, store, clock)
    clock.forward(days=7)
    feedback.sweep()
    expired = prompt(store)
    assert (expired.state, expired.next_check_at) == (PromptState.EXPIRED, None)
    with store.look("T1") as uow:
        assert uow.outbox.is_on_its_way(f"prompt:F-1:{expired.version}")
    with pytest.raises(DomainError):
        answer(feedback, 5)


def test_a_question_that_never_reached_slack_keeps_that_as_its_reason(
    feedback: Feedback, tasks: Tasks, store: Store, clock: FixedClock
) -> None:
    done(tasks)
    clock.forward(hours=1)
    feedback.sweep()
    clock.forward(days=7)
    feedback.sweep()
    assert (prompt(store).state, prompt(store).reason) == (PromptState.SKIPPED, Reason.NOT_DELIVERED)


def test_an_outsider_without_a_shared_channel_cannot_be_asked(
    feedback: Feedback, tasks: Tasks, store: Store, clock: FixedClock
) -> None:
    with store.work("T1") as uow:
        uow.customers.save(replace(ACME, shared_channel=None))
    done(tasks)
    clock.forward(hours=1)
    feedback.sweep()
    assert prompt(store).reason is Reason.NO_PLACE
    with pytest.raises(DomainError, match="no_place"):
        feedback.ask(KIM, AskPerson(person="USAM"))


def test_by_command_a_colleague_is_asked_at_once_and_credit_is_fixed(feedback: Feedback, tasks: Tasks) -> None:
    about = tasks.add(KIM, AddTask(title="x", assignee="UMARI", customer=1)).details.task.ref
    found = feedback.ask(KIM, AskPerson(person="UANE", about=about, kind=Kind.EFFORT)).prompt
    assert (found.state, found.channel, found.credited, found.is_contact) == (PromptState.ASKED, "UANE", "UMARI", False)
    assert found.asked_by == "UKIM"


def test_by_command_quiet_time_still_holds(feedback: Feedback, store: Store, clock: FixedClock) -> None:
    clock.forward(hours=12)
    held = feedback.ask(KIM, AskPerson(person="UANE")).prompt
    opening = datetime(2026, 11, 19, 8, 0, tzinfo=UTC)
    assert (held.state, held.next_check_at) == (PromptState.PLANNED, opening)
    clock.forward(hours=12)
    feedback.sweep()
    assert prompt(store).state is PromptState.ASKED


def test_a_question_that_waits_for_the_morning_is_the_only_one_then(
    feedback: Feedback, tasks: Tasks, store: Store, clock: FixedClock
) -> None:
    done(tasks)  # Acme's Sam is to be asked about it, within working hours
    clock.forward(hours=12)
    held = [feedback.ask(asker, AskPerson(person="USAM")).prompt for asker in (KIM, MARI)]
    assert [each.state for each in held] == [PromptState.PLANNED, PromptState.SKIPPED]
    assert held[1].reason is Reason.OPEN_PROMPT
    clock.forward(hours=12)
    feedback.sweep()
    asked_of_sam = [prompt(store, number).state for number in (1, held[0].number, held[1].number)]
    assert asked_of_sam.count(PromptState.ASKED) == 1


def test_a_second_question_waits_for_ask_anyway(feedback: Feedback, store: Store) -> None:
    feedback.ask(KIM, AskPerson(person="UANE"))
    held = feedback.ask(KIM, AskPerson(person="UANE", kind=Kind.YESNO)).prompt
    assert (held.state, held.reason) == (PromptState.SKIPPED, Reason.OPEN_PROMPT)
    assert feedback.ask_anyway(KIM, held.ref).prompt.state is PromptState.ASKED
    with pytest.raises(AlreadyDone):
        feedback.ask_anyway(KIM, held.ref)
    with store.look("T1") as uow:
        assert uow.outbox.is_on_its_way("prompt:F-2")


@pytest.mark.parametrize(
    ("command", "key"),
    [
        (AskPerson(person="UKIM"), "yourself"),
        (AskPerson(person="UROBOT"), "nobody"),
        (AskPerson(person="UNOBODY"), "unknown_person"),
        (AskPerson(person="UANE", about=Reference(Noun.CUSTOMER, 99)), "unknown_about"),
        (AskPerson(person="UANE", about=task_ref(99)), "task.problem.unknown"),
        (AskPerson(person="UANE", about=handoff_ref(99)), "handoff.problem.unknown"),
    ],
)
def test_who_or_what_is_not_known_is_refused(feedback: Feedback, command: AskPerson, key: str) -> None:
    with pytest.raises(DomainError, match=key):
        feedback.ask(KIM, command)


def test_the_receiver_of_a_handoff_is_asked_after_two_business_days(
    feedback: Feedback, store: Store, clock: FixedClock
) -> None:
    with store.work("T1") as uow:
        plan_after_handoff(uow, handoff_ref(7), receiver="UMARI", giver="UKIM", customer=1, now=clock.now())
    clock.forward(days=2, minutes=-1)
    feedback.sweep()
    assert prompt(store).state is PromptState.PLANNED
    clock.forward(minutes=1)
    feedback.sweep()
    found = prompt(store)
    assert (found.kind, found.channel, found.credited) == (Kind.YESNO, "UMARI", "UKIM")
    assert found.standard_question == "feedback.question.colleague.yesno"
    no = answer(feedback, 0, by=MARI)
    with store.look("T1") as uow:
        task = uow.tasks.get(task_ref(no.follow_up or 0))
    assert (task.assignee, task.is_private) == ("UANE", True)
