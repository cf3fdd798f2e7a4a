"""What is shown of customers, settings, help and home stays inside Slack's limits, in every language."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.commands import Note, Remark
from bot.domain.customers import Customer
from bot.domain.details import CustomerCard, CustomerKept, CustomerPage, HandoffPage, TaskDetails, TaskPage
from bot.domain.members import Member
from bot.domain.tasks import Due, State, Task
from bot.domain.undelivered import UndeliveredPage
from bot.domain.workspaces import Workspace
from bot.i18n.translator import Translator, Translators
from bot.views import customers as views
from bot.views import home, preferences
from bot.views.blocks import safe
from bot.views.help import help_message
from bot.views.languages import language_name

TRANSLATORS = Translators()
NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
NASTY = ["<!channel> & <@U1> `*_~ \u202eevil", "😀" * 80, "Ü" * 3000, "x" * 80, "]]>%00{name}"]
KEYS = ("customer.recorded", "customer.exists", "customer.edited", "customer.linked", "customer.linked_shared")

every_language = pytest.mark.parametrize("t", [*map(TRANSLATORS.of, TRANSLATORS.languages)], ids=lambda t: t.language)
every_name = pytest.mark.parametrize("name", NASTY, ids=range(len(NASTY)))


def customer_called(name: str, **more: Any) -> Customer:
    """Make a customer that has everything."""
    facts = {"language": "da", "owner": "UMARI", "channel": "C1", "shared_channel": "C2"}
    contacts = tuple(f"UCONTACT{number:03}" for number in range(120))
    return Customer(**{"number": 1, "name": name, "contacts": contacts, **facts, **more})


def task(number: int, title: str, *, hours: float | None = 1) -> Task:
    """Make an open task."""
    due = Due(at=NOW + timedelta(hours=hours)) if hours else None
    return Task(number=number, title=title, state=State.OPEN, author="UANE", assignee="UMARI", created_at=NOW, due=due)


def card_of(name: str) -> CustomerCard:
    """Make a card with more of everything than can be shown."""
    many = tuple(task(number, name) for number in range(1, 60))
    undated = tuple(task(number, name, hours=None) for number in range(60, 80))
    return CustomerCard(customer=customer_called(name), late=many, coming=many, undated=undated, waiting_handoffs=3)


@every_language
@every_name
def test_cards_lists_and_answers_hold_any_name(t: Translator, name: str) -> None:
    customer = customer_called(name)
    notes = tuple(Note(remark, name) for remark in Remark if t.has(f"note.{remark}") and "owner" in remark)
    page = CustomerPage(customers=(customer,) * 10, after=name[:80])
    assert views.card(card_of(name), t).payload
    assert views.listed(page, t).payload
    for key in KEYS:
        done = CustomerKept(customer=customer, notes=notes, is_new=True, uninvited=("C1", "C2"))
        assert views.kept(done, key, t).payload
    assert "<!channel>" not in str(views.card(card_of(name), t).payload)


@every_language
def test_every_form_can_be_opened(t: Translator) -> None:
    workspace = Workspace(id="T1", holidays="DK", lead="UKIM", team_channel="C1")
    member = Member(id="UMARI", name="Mari", own_hours="mon-fri 09:00-17:00", substitute="UKIM")
    away = Member(id="UMARI", name="Mari", away_from=date(2026, 12, 1), away_until=date(2026, 12, 5))
    languages = TRANSLATORS.languages
    forms = [
        views.customer_form(t, languages=languages, metadata="{}", owner="UANE"),
        views.customer_form(t, languages=languages, metadata="{}", customer=customer_called("Acme", contacts=("U1",))),
        preferences.settings_form(workspace, UndeliveredPage(), t, languages=languages, metadata="{}"),
        preferences.settings_form(Workspace(id="T1"), UndeliveredPage(), t, languages=languages, metadata="{}"),
        preferences.me_form(member, workspace, t, languages=languages, metadata="{}"),
        preferences.me_form(away, workspace, t, languages=languages, metadata="{}"),
    ]
    assert all(form["type"] == "modal" and form["submit"] for form in forms)
    assert preferences.settings_saved(workspace, t).payload
    assert preferences.myself_saved(away, workspace, t).payload


@every_language
def test_the_form_of_a_customer_with_more_contacts_than_it_can_hold_still_opens(t: Translator) -> None:
    form = views.customer_form(t, languages=("en",), metadata="{}", customer=customer_called("Acme"))
    element = form["blocks"][-1]["element"]
    assert len(element["initial_users"]) == element["max_selected_items"] == 100


@every_language
@every_name
def test_home_and_help_hold_any_words(t: Translator, name: str) -> None:
    details = tuple(
        TaskDetails(task=task(number, name * 40), customer=customer_called(name)) for number in range(1, 11)
    )
    for page in (TaskPage(tasks=()), TaskPage(tasks=details, after=10)):
        shown = home.home(page, HandoffPage(handoffs=()), t, now=NOW)
        assert shown["type"] == "home"
        assert len(shown["blocks"]) <= 100
    assert home.for_outsiders(t)["blocks"]
    assert help_message(t, unknown=name).payload


@every_language
def test_the_card_says_what_to_do_next_and_why(t: Translator) -> None:
    def step(**facts: Any) -> str:
        card = CustomerCard(**{"customer": customer_called("Acme"), **facts})
        return str(views.card(card, t).payload["blocks"][-2]["elements"][0]["text"])

    promised = {"coming": (task(5, "Offer"),), "undated": (task(6, "Report", hours=None),)}
    assert step(late=(task(4, "Call"),), **promised) == t("customer.step.late", ref="T-4")
    assert step(customer=customer_called("Acme", owner=None), **promised) == t("customer.step.owner", name="Acme")
    assert step(**promised) == t("customer.step.undated", ref="T-6")
    assert step(coming=promised["coming"]) == t("customer.step.coming", ref="T-5")
    assert step(customer=customer_called("Acme", channel=None)) == t("customer.step.channel", name="Acme")
    assert step() == t("customer.step.nothing", name="Acme")


def test_languages_are_called_as_those_who_speak_them_do() -> None:
    assert [language_name(code) for code in ("en", "da", "et", "tr")] == ["English", "Dansk", "Eesti", "Türkçe"]


def test_a_channel_is_rebuilt_from_its_id_and_nothing_else_is() -> None:
    assert safe("see <#C0ACME1> and <#acme> <#C1|x>") == "see <#C0ACME1> and &lt;#acme&gt; &lt;#C1|x&gt;"
