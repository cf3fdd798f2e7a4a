"""What is seen of feedback: inside Slack's limits, in every language, and nothing internal for a customer."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.customers import Customer
from bot.domain.details import Answers, PromptDetails
from bot.domain.feedback import Kind, Numbers, Prompt, PromptState, Reason
from bot.domain.references import handoff_ref, task_ref
from bot.domain.tasks import Due, State, Task
from bot.i18n.translator import Translator, Translators
from bot.playground.limits import check_message
from bot.views import feedback as views
from bot.views.message import Message

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
TRANSLATORS = Translators()
NASTY = "<!channel> & <script>\u202e👩‍👩‍👧 " * 200
PROMPT = Prompt(
    number=3,
    state=PromptState.ANSWERED,
    kind=Kind.SCORE,
    person="USAM",
    is_contact=True,
    about=task_ref(42),
    customer=1,
    answer=2,
    answered_at=NOW,
    follow_up=43,
    channel="CSHARED",
    ask_at=NOW,
    created_at=NOW,
)
TASK = Task(number=43, title=NASTY, state=State.OPEN, author="U1", assignee="U1", created_at=NOW, due=Due(at=NOW))


@pytest.fixture(params=TRANSLATORS.languages)
def t(request: pytest.FixtureRequest) -> Translator:
    """Every language."""
    return TRANSLATORS.of(request.param)


def details(prompt: Prompt = PROMPT, **more: object) -> PromptDetails:
    return PromptDetails(prompt=prompt, **{"customer": Customer(number=1, name=NASTY), "follow_up": TASK, **more})


def fits(message: Message) -> str:
    """Make sure that Slack takes it, and give everything in it."""
    payload = message.payload
    check_message(payload["blocks"])
    shown = json.dumps(payload, ensure_ascii=False)
    assert "<!channel>" not in shown
    assert "\u202e" not in shown
    return shown


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("is_contact", [True, False])
@pytest.mark.parametrize("words", [NASTY, "&" * 4000, "<\n" * 2000])
def test_everything_holds_slacks_limits_for_any_words(t: Translator, kind: Kind, is_contact: bool, words: str) -> None:
    answer = kind.answers[0]
    prompt = replace(
        PROMPT, kind=kind, is_contact=is_contact, question=words, comment=words, answer=answer, asked_by="UKIM"
    )
    shown = details(prompt, subject=words, customer=Customer(number=1, name=words))
    for message in (
        views.prompt_message(shown, words, t),
        views.thank_you(shown, t),
        views.closed(shown, t),
        views.low_answer(shown, t),
        views.answers(Answers(customer=shown.customer, of_contacts=(shown,) * 10, of_colleagues=()), t),
    ):
        fits(message)
    form = views.comment_form(prompt, t, metadata="{}")
    assert len(form["title"]["text"]) <= 24
    assert len(form["submit"]["text"]) <= 24


@pytest.mark.parametrize("kind", Kind)
def test_a_question_offers_every_answer_as_one_click(t: Translator, kind: Kind) -> None:
    asked = views.prompt_message(details(replace(PROMPT, kind=kind, answer=None, answered_at=None)), "Nordlys", t)
    elements = asked.payload["blocks"][-1]["elements"]
    assert sorted(element["action_id"] for element in elements) == sorted(
        f"feedback.answer.{answer}" for answer in kind.answers
    )
    assert {element["value"] for element in elements} == {"3"}
    assert not any("style" in element for element in elements)


def test_a_customers_person_reads_nothing_internal(t: Translator) -> None:
    shown = fits(views.prompt_message(details(subject="Internal title"), "Nordlys", t))
    for internal in ("Internal title", "T-42", "F-3", "script"):
        assert internal not in shown
    assert "<@USAM>" in shown
    assert "Nordlys" in shown


def test_the_answer_that_was_given_is_marked(t: Translator) -> None:
    elements = views.thank_you(details(), t).payload["blocks"][2]["elements"]
    assert [element["text"]["text"] for element in elements] == ["1", "✓ 2", "3", "4", "5"]
    assert [element.get("style") for element in elements] == [None, "primary", None, None, None]


def test_a_colleagues_low_answer_is_told_without_name_number_or_words(t: Translator) -> None:
    prompt = replace(PROMPT, is_contact=False, comment="it was Mari's fault")
    shown = fits(views.low_answer(details(prompt), t))
    title = views.follow_up_title(details(prompt), t)
    for private in ("USAM", "Mari", t("feedback.answer.score", n=2)):
        assert private not in shown
        assert private not in title
    assert "T-42" in shown


def test_who_changed_a_low_answer_is_not_shown_as_dissatisfied(t: Translator) -> None:
    def said(prompt: Prompt) -> tuple[bool, bool]:
        shown = fits(views.low_answer(details(prompt), t))
        words = (t(f"feedback.{key}", ref="T-43", due="\0") for key in ("follow_up_made", "follow_up_was_made"))
        is_low, was_low = (each.partition("\0")[0] in shown for each in words)
        return is_low, was_low

    assert said(PROMPT) == (True, False)
    assert said(replace(PROMPT, answer=5)) == (False, True)
    assert said(replace(PROMPT, answer=5, is_contact=False)) == (True, False)


def test_a_question_about_a_handoff_says_for_whom_it_was(t: Translator) -> None:
    asked = replace(PROMPT, is_contact=False, about=handoff_ref(5), answer=None)
    shown = views.prompt_message(details(asked, customer=Customer(number=1, name="Acme")), "Nordlys", t).text
    assert t("feedback.about", about="H-5") + " Acme" in shown


def test_colleagues_numbers_are_shown_from_five_people_on(t: Translator) -> None:
    few, enough = (Numbers(kind=Kind.SCORE, people=people, answers=people, total=people * 4) for people in (4, 5))
    shown = fits(views.answers(Answers(customer=None, of_contacts=(), of_colleagues=(few,)), t))
    assert "4.0" not in shown.replace(",", ".")
    shown = fits(views.answers(Answers(customer=None, of_contacts=(), of_colleagues=(enough,)), t))
    assert "4.0" in shown.replace(",", ".")
    yes = Numbers(kind=Kind.YESNO, people=5, answers=5, total=4)
    assert "80" in fits(views.answers(Answers(customer=None, of_contacts=(), of_colleagues=(yes,)), t))


@pytest.mark.parametrize("reason", [Reason.OPEN_PROMPT, Reason.ASKED_RECENTLY])
def test_what_was_held_back_offers_to_ask_anyway(t: Translator, reason: Reason) -> None:
    shown = fits(views.asked(details(replace(PROMPT, state=PromptState.SKIPPED, reason=reason)), t))
    assert '"feedback.ask_anyway"' in shown


def test_every_kind_of_question_has_its_own_words(t: Translator) -> None:
    questions = {
        t(replace(PROMPT, kind=kind, is_contact=is_contact).standard_question)
        for kind in Kind
        for is_contact in (True, False)
    }
    assert len(questions) == 8
