"""Settings as the use cases keep them, on both databases."""

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.commands import ChangeMyself, ChangeSettings
from bot.domain.errors import DomainError, NotAllowed
from bot.domain.members import Actor, Channel, Member
from bot.domain.versions import fingerprint
from bot.domain.workspaces import Answering, Workspace
from bot.services.preferences import Preferences
from storage.unit_of_work import Store
from tests.support.clocks import FixedClock

BOSS, MARI = Actor(workspace="T1", member="UBOSS"), Actor(workspace="T1", member="UMARI")
WANTED = ChangeSettings(
    hours="mon-fri 8-16",
    zone="Europe/Tallinn",
    holidays="ee",
    language="et",
    lead="UMARI",
    team_channel="CTEAM",
    answering=Answering.REACTION,
    task_emoji=":rocket:",
    done_emoji="white_check_mark",
    feedback_delay=90,
    feedback_window=14,
    daily_cap=5,
    seen="",
)


@pytest.fixture
def preferences(store: Store, clock: FixedClock) -> Preferences:
    """The use cases under test, in a workspace with an admin, a member and a guest."""
    with store.work("T1") as uow:
        uow.members.learn(Member(id="UBOSS", name="Boss", is_admin=True))
        uow.members.learn(Member(id="UMARI", name="Mari", language="et-EE", zone="Europe/Tallinn"))
        uow.members.learn(Member(id="UGUEST", name="Guest", is_outsider=True))
    return Preferences(store, clock)


def change(preferences: Preferences, **other: object) -> Workspace:
    """Change the settings as the form that was just opened would."""
    seen = fingerprint(preferences.settings(BOSS))
    return preferences.change_settings(BOSS, replace(WANTED, seen=seen, **other))


def test_an_admin_changes_them_and_they_are_kept_as_they_are_meant(preferences: Preferences, store: Store) -> None:
    before = preferences.settings(BOSS)
    changed = change(preferences)
    assert preferences.settings(BOSS) == changed
    assert (changed.hours, changed.zone, changed.holidays) == ("mon-fri 08:00-16:00", "Europe/Tallinn", "EE")
    assert (changed.task_emoji, changed.answering) == ("rocket", Answering.REACTION)
    assert (changed.id, changed.name, changed.bot_user) == (before.id, before.name, before.bot_user)
    with store.look("T2") as uow:
        assert uow.settings.get().zone == "Europe/Copenhagen"


@pytest.mark.parametrize("member", ["UMARI", "UGUEST", "USTRANGER"])
def test_nobody_else_may_see_or_change_them(preferences: Preferences, member: str) -> None:
    actor = Actor(workspace="T1", member=member)
    with pytest.raises(NotAllowed):
        preferences.settings(actor)
    with pytest.raises(NotAllowed):
        preferences.change_settings(actor, WANTED)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("hours", "nine to five"),
        ("hours", ""),
        ("hours", "mon-fri 17:00-09:00"),
        ("zone", "Atlantis"),
        ("zone", ""),
        ("zone", "../etc/passwd"),
        ("holidays", "Lummerland"),
        ("holidays", "DK-99"),
        ("task_emoji", ""),
        ("task_emoji", "two words"),
        ("task_emoji", "x" * 65),
        ("done_emoji", "rocket"),
        ("feedback_delay", -1),
        ("feedback_window", 0),
        ("daily_cap", 101),
        ("lead", "UGUEST"),
        ("team_channel", "CSHARED"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(
    preferences: Preferences, store: Store, clock: FixedClock, field: str, value: object
) -> None:
    with store.work("T1") as uow:
        uow.channels.save(Channel(id="CSHARED", is_shared=True, checked_at=clock.machine_now()))
    before = preferences.settings(BOSS)
    with pytest.raises(DomainError) as refused:
        change(preferences, **{field: value})
    assert refused.value.field == field
    assert preferences.settings(BOSS) == before


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("europe/tallinn", "Europe/Tallinn"),
        ("Tallinn", "Europe/Tallinn"),
        (" new york ", "America/New_York"),
        ("utc", "UTC"),
    ],
)
def test_a_zone_is_found_by_its_name_or_its_city(preferences: Preferences, typed: str, zone: str) -> None:
    assert change(preferences, zone=typed).zone == zone


def test_no_holidays_are_a_choice(preferences: Preferences) -> None:
    assert change(preferences, holidays=" ").holidays == ""


def test_who_saves_an_old_form_overwrites_nobody(preferences: Preferences) -> None:
    seen = fingerprint(preferences.settings(BOSS))
    change(preferences, daily_cap=3)
    with pytest.raises(DomainError) as refused:
        preferences.change_settings(BOSS, replace(WANTED, seen=seen))
    assert refused.value.key == "settings.problem.changed"
    assert preferences.settings(BOSS).daily_cap == 3


def test_my_own_settings_are_kept_beside_what_slack_says(preferences: Preferences, store: Store) -> None:
    wanted = ChangeMyself(
        language="tr",
        hours="mon-wed 10-14",
        away_from=date(2026, 12, 1),
        away_until=date(2026, 12, 5),
        substitute="UBOSS",
    )
    changed = preferences.change_myself(MARI, wanted)
    assert preferences.myself(MARI) == changed
    assert (changed.own_language, changed.language, changed.zone) == ("tr", "et-EE", "Europe/Tallinn")
    assert changed.own_hours == "mon-wed 10:00-14:00"
    with store.work("T1") as uow:
        uow.members.learn(Member(id="UMARI", name="Mari Tamm", language="en-GB"))
    assert preferences.myself(MARI) == replace(changed, name="Mari Tamm", language="en-GB", zone=None)
    back = preferences.change_myself(MARI, ChangeMyself())
    assert (back.own_language, back.own_hours, back.away_from, back.substitute) == (None, None, None, None)


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (ChangeMyself(hours="whenever"), "hours"),
        (ChangeMyself(away_from=date(2026, 12, 1)), "away_until"),
        (ChangeMyself(away_until=date(2026, 11, 17)), "away_until"),
        (ChangeMyself(away_from=date(2026, 12, 2), away_until=date(2026, 12, 1)), "away_until"),
        (ChangeMyself(substitute="UMARI"), "substitute"),
        (ChangeMyself(substitute="UGUEST"), "substitute"),
    ],
)
def test_what_cannot_be_mine_is_refused_at_its_field(
    preferences: Preferences, command: ChangeMyself, field: str
) -> None:
    with pytest.raises(DomainError) as refused:
        preferences.change_myself(MARI, command)
    assert refused.value.field == field


def test_an_absence_begins_today_where_only_its_end_is_given_and_is_forgotten_when_over(
    preferences: Preferences, clock: FixedClock
) -> None:
    changed = preferences.change_myself(MARI, ChangeMyself(away_until=date(2026, 11, 18)))
    assert (changed.away_from, changed.away_until) == (date(2026, 11, 18), date(2026, 11, 18))
    assert preferences.myself(MARI).away_until == date(2026, 11, 18)
    clock.forward(days=1)
    assert preferences.myself(MARI).away_until is None


def test_somebody_never_seen_can_have_settings(preferences: Preferences) -> None:
    stranger = Actor(workspace="T1", member="UNEW")
    preferences.change_myself(stranger, ChangeMyself(language="da"))
    assert preferences.myself(stranger).own_language == "da"
