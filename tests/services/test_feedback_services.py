"""Feedback as the use cases keep it, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.commands import AddTask, AnswerPrompt, AskPerson
from bot.domain.customers import Customer
from bot.domain.errors import AlreadyDone, DomainError, NotAllowed, NotFound
from bot.domain.feedback import Kind, Prompt, PromptState, Reason, prompt_ref
from bot.domain.members import Actor, Member
from bot.domain.outgoing import Post, Saying
from bot.domain.references import Noun, Reference, handoff_ref, task_ref
from bot.domain.tasks import Origin
from bot.domain.timeline import Happened
from bot.services.feedback import Feedback
from bot.services.prompting import plan_after_handoff
from bot.services.tasks import Tasks
from storage.unit_of_work import Store
from tests.support.clocks import FixedClock

ANE, MARI, KIM, SAM = (Actor(workspace="T1", member=f"U{name}") for name in ("ANE", "MARI", "KIM", "SAM"))
HOUR = timedelta(hours=1)
ACME = Customer(
    number=1, name="Acme", owner="UANE", channel="CACME", shared_channel="CSHARED", contacts=("USAM", "UPIA")
)


@pytest.fixture
def feedback(store: Store, clock: FixedClock) -> Feedback:
    """The use cases under test; Acme's contacts are Sam and Pia."""
    with store.work("T1") as uow:
        for name in ("Ane", "Mari", "Kim"):
            uow.members.learn(Member(id=f"U{name.upper()}", name=name, handle=name.lower()))
        uow.members.learn(Member(id="USAM", name="Sam", is_outsider=True, zone="America/New_York"))
        uow.members.learn(Member(id="UROBOT", name="Robot", is_bot=True))
        uow.customers.add(ACME)
    return Feedback(store, clock)


@pytest.fixture
def tasks(feedback: Feedback, store: Store, clock: FixedClock) -> Tasks:
    """Tasks beside them."""
    return Tasks(store, clock)


def done(tasks: Tasks, *, by: Actor = MARI, assignee: str = "UMARI", customer: int | None = 1) -> Reference:
    """Record a task and finish it."""
    ref = tasks.add(by, AddTask(title="Internal words", assignee=assignee, customer=customer)).details.task.ref
    tasks.finish(by, ref)
    return ref


def prompt(store: Store, number: int = 1) -> Prompt:
    with store.look("T1") as uow:
        return uow.prompts.get(prompt_ref(number))


def asked(feedback: Feedback, tasks: Tasks, store: Store, clock: FixedClock) -> Prompt:
    """Finish a task, let an hour go by, and ask."""
    done(tasks)
    clock.forward(hours=1)
    feedback.sweep()
    with store.work("T1") as uow:
        uow.posts.save(Post(about=prompt_ref(1), role=Saying.PROMPT.value, channel="CSHARED", ts="1.1"))
    return prompt(store)


def answer(feedback: Feedback, given: int, *, by: Actor = SAM, number: int = 1) -> Prompt:
    return feedback.answer(by, AnswerPrompt(prompt=prompt_ref(number), answer=given, follow_up="Look into it")).prompt


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
        assert uow.outbox.was_put("prompt:F-1")
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
        assert uow.outbox.was_put(f"prompt:F-1:{expired.version}")
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
    with store.look("T1") as uow:
        assert [each.comment for each in uow.prompts.list_answered()] == ["quick!"]
        assert not uow.prompts.list_answered(after=1)


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


def test_a_second_question_waits_for_ask_anyway(feedback: Feedback, store: Store) -> None:
    feedback.ask(KIM, AskPerson(person="UANE"))
    held = feedback.ask(KIM, AskPerson(person="UANE", kind=Kind.YESNO)).prompt
    assert (held.state, held.reason) == (PromptState.SKIPPED, Reason.OPEN_PROMPT)
    assert feedback.ask_anyway(KIM, held.ref).prompt.state is PromptState.ASKED
    with pytest.raises(AlreadyDone):
        feedback.ask_anyway(KIM, held.ref)
    with store.look("T1") as uow:
        assert uow.outbox.was_put("prompt:F-2")


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
