"""Customers: added, linked, shown and changed, in the words of whoever asks."""

import time

from bot.app import App
from bot.domain.customers import Customer
from tests.stories.test_delays import WORKSPACE
from tests.support.lines import over_both_lines
from tests.support.stories import Slack

KIM, MARI, ANE, SAM = "UKIM000000", "UMARI00000", "UANE000000", "USAM000000"


def test_a_line_records_a_customer_at_once_and_shows_how_it_was_read(slack: Slack) -> None:
    answer = slack.user("kim").types("/customer add Acme #acme @mari", channel="#general")
    assert "*Acme* is recorded." in answer
    assert f"Owner: <@{MARI}>" in answer
    assert "Internal channel: <#CACME00001>" in answer
    assert answer.is_ephemeral


def test_without_an_owner_the_customer_is_the_askers_and_a_shared_channel_takes_its_place(slack: Slack) -> None:
    answer = slack.user("kim").types("/customer add Acme #acme-shared @sam", channel="#general")
    assert f"Owner: <@{KIM}>" in answer
    assert "Shared channel: <#CACMESHARE>" in answer
    assert f"Contacts: <@{SAM}>" in answer
    assert "is from outside, so I took them as a contact" in answer


def test_a_private_channel_can_be_named_and_the_asker_hears_how_to_invite_the_bot(slack: Slack) -> None:
    answer = slack.user("kim").types("/customer add Borealis #private-deals", channel="#general")
    assert "Internal channel: <#CDEALS0001>" in answer
    assert "I'm not in <#CDEALS0001> yet" in answer


def test_what_could_not_be_read_is_said_and_the_customer_is_recorded_all_the_same(slack: Slack) -> None:
    answer = slack.user("kim").types("/customer add Acme #nowhere @nobody @mari @deniz", channel="#general")
    assert "*Acme* is recorded." in answer
    assert f"Owner: <@{MARI}>" in answer
    for words in ("I don't know @nobody here", "I don't know the channel #nowhere", "A customer has one owner"):
        assert words in answer


def test_a_name_that_is_taken_shows_who_has_it_whatever_its_case(slack: Slack) -> None:
    kim = slack.user("kim")
    kim.types("/customer add Acme @mari", channel="#general")
    answer = kim.types("/customer add  aCME  @deniz", channel="#general")
    assert "*Acme* is recorded already, and nothing was changed." in answer
    assert f"Owner: <@{MARI}>" in answer
    kim.presses("customer.edit", on=answer)
    assert kim.form().values["name"] == "Acme"


def test_the_form_records_everything(slack: Slack) -> None:
    kim = slack.user("kim")
    kim.types("/customer add", channel="#general")
    form = kim.form()
    assert form.callback_id == "customer.form"
    assert form.fields == ["name", "language", "owner", "channel", "shared_channel", "contacts"]
    form.fill(name="Acme", language="da", owner=ANE, channel="CDEALS0001", shared_channel="CACMESHARE", contacts=[SAM])
    assert form.submits() is None
    answer = kim.sees("*Acme* is recorded.")
    for line in (f"Owner: <@{ANE}>", "<#CDEALS0001>", "<#CACMESHARE>", f"Contacts: <@{SAM}>", "language: Dansk"):
        assert line in answer
    kim.presses("customer.edit", on=answer)
    form = kim.form()
    assert form.values == {
        "name": "Acme",
        "language": "da",
        "owner": ANE,
        "channel": "CDEALS0001",
        "shared_channel": "CACMESHARE",
        "contacts": [SAM],
    }
    form.fill(name="Acme Nordic", language="none", contacts=[])
    assert form.submits() is None
    answer = kim.sees("*Acme Nordic* is saved.")
    assert "Dansk" not in answer
    assert SAM not in answer


def test_the_form_says_at_the_field_what_cannot_be(slack: Slack) -> None:
    kim = slack.user("kim")
    kim.types("/customer add Acme #acme", channel="#general")
    kim.types("/customer add Bo & Sons", channel="#general")
    kim.types("/customer add", channel="#general")
    form = kim.form()
    errors = form.fill(name="bo & sons").submits()
    assert errors == {"name": "There is a customer called Bo & Sons already: `/customer Bo & Sons`"}  # no markup here
    errors = form.fill(name="ACME").submits()
    assert errors == {"name": "There is a customer called Acme already: `/customer Acme`"}
    errors = form.fill(name="Borealis", channel="CACME00001").submits()
    assert errors == {"channel": "That channel belongs to Acme already: `/customer Acme`"}
    assert list(form.fill(channel="CACMESHARE").submits()) == ["channel"]
    assert list(form.fill(channel="CBOREALIS1", shared_channel="CBOREALIS1").submits()) == ["shared_channel"]
    assert list(form.fill(shared_channel=None, owner=SAM).submits()) == ["owner"]
    assert form.fill(owner=KIM).submits() is None


def test_who_saves_an_old_form_loses_nothing_of_what_others_did_meanwhile(slack: Slack) -> None:
    kim, mari = slack.user("kim"), slack.user("mari")
    kim.types("/customer add Acme", channel="#acme")
    for person in (kim, mari):
        person.presses("customer.edit", on=person.types("/customer Acme", channel="#acme"))
    assert mari.form().fill(owner=MARI).submits() is None
    errors = kim.form().fill(language="tr").submits()
    assert "Somebody changed Acme while this form was open" in errors["name"]


def test_a_channel_is_linked_as_what_it_is(slack: Slack) -> None:
    kim = slack.user("kim")
    kim.types("/customer add Acme", channel="#general")
    assert "now the internal channel for *Acme*" in kim.types("/customer link acme", channel="#acme")
    answer = kim.types("/customer link Acme", channel="#acme-shared")
    assert "now the one shared with *Acme*" in answer
    assert "Internal channel: <#CACME00001>" in answer
    kim.types("/task Send the offer to Acme", channel="#general")
    slack.channel("#acme").waits_for("Send the offer")
    assert slack.channel("#acme-shared").messages == []


def test_where_slack_does_not_tell_what_a_channel_is_it_is_linked_as_internal_and_the_answer_says_so(
    slack: Slack,
) -> None:
    kim = slack.user("kim")
    kim.types("/customer add Acme", channel="#general")
    slack.playground.fail("conversations.info", "internal_error", 1)
    answer = kim.types("/customer link Acme", channel="#acme-shared")
    assert "now the internal channel for *Acme*" in answer
    slack.do(lambda: slack.playground.hang(1.5))
    began = time.monotonic()
    answer = kim.types("/customer add Borealis #borealis", channel="#general")
    slack.do(lambda: slack.playground.hang(0))
    assert "Internal channel: <#CBOREALIS1>" in answer
    assert time.monotonic() - began < 3.0
    assert "now the one shared with *Acme*" in kim.types("/customer link Acme", channel="#acme-shared")


def test_a_channel_of_another_customer_is_not_taken(slack: Slack) -> None:
    kim = slack.user("kim")
    kim.types("/customer add Acme #acme", channel="#general")
    kim.types("/customer add Borealis", channel="#general")
    refused = "That channel belongs to Acme already: `/customer Acme`"
    assert refused in kim.types("/customer link Borealis", channel="#acme")
    assert refused in kim.types("/customer add Cirrus #acme", channel="#general")
    assert "I know no customer called “Cirrus”" in kim.types("/customer Cirrus", channel="#general")


def test_a_channel_that_takes_anothers_place_names_it(slack: Slack) -> None:
    kim = slack.user("kim")
    kim.types("/customer add Acme", channel="#general")
    assert "place of" not in kim.types("/customer link Acme", channel="#acme")
    assert "place of" not in kim.types("/customer link Acme", channel="#acme")
    assert "It takes the place of <#CACME00001>" in kim.types("/customer link Acme", channel="#ops")
    assert "place of" not in kim.types("/customer link Acme", channel="#acme-shared")


def test_a_direct_message_is_no_channel_to_link(slack: Slack) -> None:
    slack.user("kim").types("/customer add Acme", channel="#general")
    assert "Type this in the channel that is to be linked" in slack.user("kim").types("/customer link Acme")


def test_an_unknown_customer_is_refused_with_an_example_that_works(slack: Slack) -> None:
    kim = slack.user("kim")
    answer = kim.types("/customer Acme", channel="#general")
    assert "I know no customer called “Acme”. To record it: `/customer add Acme`" in answer
    kim.types("/customer add Acme", channel="#general")
    assert "Did you mean Acme? `/customer Acme`" in kim.types("/customer Amce", channel="#general")


def test_the_card_shows_what_is_late_and_what_comes_to_whoever_may_see_it(slack: Slack) -> None:
    kim, ane = slack.user("kim"), slack.user("ane")
    kim.types("/customer add Acme #acme @mari", channel="#general")
    kim.types("/task Call Acme back in 1 hour", channel="#acme")
    kim.types("/task Send the offer to Acme in 3 days", channel="#acme")
    kim.types("/task A secret about Acme in 4 days")
    slack.clock.forward(hours=2)
    card = kim.types("/customer acme", channel="#general")
    for words in ("1 promise is late", "Call Acme back", "Promised next", "Send the offer", "A secret about"):
        assert words in card
    assert "Next step: T-1 is late." in card
    card = ane.types("/customer acme", channel="#general")
    assert "1 løfte er forsinket" in card
    assert "A secret about" not in card
    assert "Call Acme back" in ane.types("/customer", channel="#acme")


def test_the_list_has_pages(slack: Slack) -> None:
    kim = slack.user("kim")
    assert "There is no customer yet" in kim.types("/customer list", channel="#general")
    for number in range(12):
        kim.types(f"/customer add Firm {number:02}", channel="#general")
    page = kim.types("/customer list", channel="#general")
    assert "Firm 09" in page
    assert "Firm 10" not in page
    kim.presses("list.next", on=page)
    assert "Firm 11" in page.changes_to("Firm 10")
    kim.presses("customer.open", on=page)
    kim.sees("Next step: give Firm 1")


def test_everybody_uses_their_own_words(slack: Slack) -> None:
    assert "*Acme* er oprettet." in slack.user("ane").types("/customer tilføj Acme", channel="#general")
    assert "kliendi *Acme* sisekanal" in slack.user("mari").types("/customer seo ACME", channel="#acme")
    assert "Müşteri sorumlusu" in slack.user("deniz").types("/customer acme", channel="#acme")


def test_nasty_names_are_recorded_as_written_and_shown_harmless(slack: Slack) -> None:
    answer = slack.user("kim").types("/customer add <!channel> & Sons “payload” %00 🚀", channel="#general")
    assert "*&lt;!channel&gt; &amp; Sons “payload” %00 🚀* is recorded." in answer
    assert "at most 80 characters" in slack.user("kim").types("/customer add " + "Long " * 20, channel="#general")


@over_both_lines
def test_any_of_very_many_customers_is_found_in_a_form_and_let_go_again(slack: Slack, bot: App) -> None:
    with bot.store.work(WORKSPACE) as uow:
        for number in range(1, 121):
            uow.customers.add(Customer(number=number, name=f"Customer {number:03}"))
    kim = slack.user("kim")
    kim.types("/task Send the offer tomorrow", channel="#general")
    kim.presses("task.edit")
    form = kim.form()
    everything = [option["text"]["text"] for option in form.searches("customer")]
    assert everything == ["No customer", *(f"Customer {number:03}" for number in range(1, 100))]
    (last,) = form.searches("customer", "er 120")
    assert form.fill(customer=last).submits() is None
    kim.sees("is saved")
    assert "Customer 120" in kim.types("/task T-1", channel="#general")
    kim.presses("task.edit")
    form = kim.form()
    assert form.values["customer"] == "120"
    (none,) = form.searches("customer", "no cust")
    assert form.fill(customer=none).submits() is None
    kim.sees("is saved")
    assert "Customer 120 → No customer" in kim.types("/task T-1", channel="#general")
