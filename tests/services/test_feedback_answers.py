"""What becomes of an answer: who may give it, what follows, who sees it; on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.commands import AskPerson
from bot.domain.errors import DomainError, NotAllowed, NotFound
from bot.domain.feedback import Kind, Reason, prompt_ref
from bot.domain.references import task_ref
from bot.domain.tasks import Origin
from bot.domain.timeline import Happened
from bot.services.feedback import Feedback
from bot.services.tasks import Tasks
from storage.unit_of_work import Store
from tests.services.asking import ANE, KIM, MARI, SAM, answer, asked, done, prompt
from tests.support.clocks import FixedClock

pytestmark = pytest.mark.usefixtures("feedback")


def test_a_low_answer_makes_one_follow_up_for_the_owner(
    feedback: Feedback, tasks: Tasks, store: Store, clock: FixedClock
) -> None:
    asked(feedback, tasks, store, clock)
    first = answer(feedback, 2)
    assert first.follow_up == 2
    task = tasks.details(ANE, task_ref(2)).task
    assert (task.title, task.assignee, task.customer, task.origin) == ("Look into it", "UANE", 1, Origin.FEEDBACK)
    assert task.due_at == clock.now() + timedelta(days=1)
    assert answer(feedback, 1).follow_up == 2
    assert answer(feedback, 5).follow_up == 2
    with pytest.raises(NotFound):
        tasks.details(ANE, task_ref(3))
    assert tasks.details(MARI, task_ref(1)).task.is_over, "no answer ever opens or closes work"


def test_a_follow_up_asked_for_at_night_is_due_in_working_hours(
    feedback: Feedback, tasks: Tasks, store: Store, clock: FixedClock
) -> None:
    asked(feedback, tasks, store, clock)
    clock.forward(hours=12)
    answer(feedback, 1)
    assert tasks.details(ANE, task_ref(2)).task.due_at == datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def test_a_follow_up_that_is_done_asks_nothing(
    feedback: Feedback, tasks: Tasks, store: Store, clock: FixedClock
) -> None:
    asked(feedback, tasks, store, clock)
    answer(feedback, 1)
    tasks.finish(ANE, task_ref(2))
    with pytest.raises(NotFound):
        prompt(store, 2)


def test_nobody_is_asked_while_a_complaint_is_open(
    feedback: Feedback, tasks: Tasks, store: Store, clock: FixedClock
) -> None:
    asked(feedback, tasks, store, clock)
    answer(feedback, 1)
    clock.forward(days=14)
    done(tasks)
    clock.forward(hours=1)
    feedback.sweep()
    assert prompt(store, 2).reason is Reason.COMPLAINT


def test_only_the_person_asked_may_answer_or_look(
    feedback: Feedback, tasks: Tasks, store: Store, clock: FixedClock
) -> None:
    asked(feedback, tasks, store, clock)
    with pytest.raises(NotAllowed):
        answer(feedback, 5, by=KIM)
    with pytest.raises(NotAllowed):
        feedback.details(KIM, prompt_ref(1))
    with pytest.raises(NotFound):
        feedback.details(replace(SAM, workspace="T2"), prompt_ref(1))
    assert prompt(store).answer is None


def test_two_clicks_at_once_leave_one_answer_and_one_follow_up(
    feedback: Feedback, tasks: Tasks, store: Store, clock: FixedClock
) -> None:
    asked(feedback, tasks, store, clock)
    with ThreadPoolExecutor(4) as pool:
        for click in [pool.submit(answer, feedback, given) for given in (1, 2, 1, 2)]:
            click.result()
    assert prompt(store).answer in (1, 2)
    with pytest.raises(NotFound):
        tasks.details(ANE, task_ref(3))


def test_the_timeline_knows_who_answered_only_where_the_answer_carries_a_name(
    feedback: Feedback, tasks: Tasks, store: Store, clock: FixedClock
) -> None:
    about = asked(feedback, tasks, store, clock).about
    answer(feedback, 5)
    feedback.ask(KIM, AskPerson(person="UANE", about=about))
    answer(feedback, 5, by=ANE, number=2)
    with store.look("T1") as uow:
        entries = uow.timeline.list(about or prompt_ref(0))
    answered = [entry.by for entry in entries if entry.happened is Happened.FEEDBACK_WAS_ANSWERED]
    assert answered == ["USAM", None]


def test_words_are_kept_beside_the_answer(feedback: Feedback, tasks: Tasks, store: Store, clock: FixedClock) -> None:
    asked(feedback, tasks, store, clock)
    with pytest.raises(DomainError):
        feedback.comment(SAM, prompt_ref(1), "too early")
    answer(feedback, 5)
    feedback.comment(SAM, prompt_ref(1), "quick!")
    assert prompt(store).comment == "quick!"


def test_colleagues_answers_are_numbers_and_customers_carry_their_name(
    feedback: Feedback, tasks: Tasks, store: Store, clock: FixedClock
) -> None:
    asked(feedback, tasks, store, clock)
    answer(feedback, 4)
    feedback.ask(KIM, AskPerson(person="UANE"))
    feedback.ask(KIM, AskPerson(person="UMARI"))
    answer(feedback, 5, by=ANE, number=2)
    answer(feedback, 3, by=MARI, number=3)
    found = feedback.answers(KIM, None)
    assert [each.prompt.person for each in found.of_contacts] == ["USAM"]
    (numbers,) = found.of_colleagues
    assert (numbers.kind, numbers.people, numbers.average, numbers.may_be_shown) == (Kind.SCORE, 2, 4.0, False)
    assert feedback.answers(KIM, 1).of_colleagues == ()
    assert feedback.answers(replace(KIM, workspace="T2"), None).of_contacts == ()
