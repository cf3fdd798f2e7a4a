"""Delay warnings, from the quiet before to the message that stands in the channel."""

import time
from dataclasses import replace
from datetime import UTC, datetime

from bot.app import App
from bot.domain.commands import AddTask
from bot.domain.delays import Step
from bot.domain.members import Actor
from bot.domain.references import task_ref
from bot.domain.tasks import Due
from bot.playground.server import Playground
from bot.services.ladders import warning_of
from tests.stories.conftest import RunBot
from tests.support.backstage import StoryLoop
from tests.support.outgoing import waits_until_all_is_said
from tests.support.seen import Seen
from tests.support.stories import Slack

WORKSPACE = "TNORDLYS01"
LONG = "Will it be on time?"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Name a moment of the story's week: 1 March 2027 is a Monday; Kim's clock in London shows UTC."""
    return datetime(2027, 3, day, hour, minute, tzinfo=UTC)


def promises(slack: Slack, line: str, *, by: str = "kim", channel: str = "#acme") -> Seen:
    """Have somebody promise something to themself; give its card."""
    slack.user(by).types(f"/task {line}", channel=channel)
    return slack.channel(channel).waits_for(line.split(" in ")[0].split(" friday")[0].split(" today")[0])


def headed_up(slack: Slack) -> Seen:
    """Promise something for 13:00 and wait for its heads-up at noon."""
    promises(slack, "Call the bank in 4 hours")
    slack.clock.forward(hours=3)
    return slack.dm("kim").waits_for(LONG)


def told_of(bot: App) -> frozenset[Step]:
    """See which steps of T-1's ladder were decided, said aloud or not."""
    with bot.store.look(WORKSPACE) as uow:
        return uow.tasks.get(task_ref(1)).told


def record_many(bot: App, count: int) -> None:
    """Record promises of Kim's in #ops, all for 13:00."""
    actor = Actor(workspace=WORKSPACE, member="UKIM000000")
    for number in range(count):
        command = AddTask(title=f"Call {number}", due=Due(at=at(1, 13)), asked_in="COPS000001")
        bot.services.tasks.add(actor, command)


def test_a_short_promise_has_its_heads_up_at_three_quarters_and_is_late_on_time(slack: Slack) -> None:
    promises(slack, "Call the bank in 4 hours")
    slack.clock.forward(hours=2, minutes=55)
    slack.dm("kim").stays_without("Call the bank")
    slack.clock.forward(minutes=5)
    heads_up = slack.dm("kim").waits_for(LONG)
    assert heads_up.actions == ["delay.on_track", "delay.late", "delay.blocked", "delay.done", "delay.snooze"]
    assert "You get this because T-1 is yours" in heads_up
    slack.channel("#acme").stays_without("is late")
    slack.clock.forward(hours=1)
    late = slack.channel("#acme").waits_for("is late")
    assert late.actions == ["delay.take", "delay.move"]
    assert "because T-1 belongs in this channel" in late


def test_a_long_promise_has_its_heads_up_one_business_day_ahead(slack: Slack) -> None:
    promises(slack, "Call the bank friday 15:00")
    slack.clock.forward_to(at(4, 14, 59))
    slack.dm("kim").stays_without("Call the bank")
    slack.clock.forward_to(at(4, 15, 1))
    slack.dm("kim").waits_for(LONG)


def test_a_late_task_has_one_message_that_says_when_it_is_done(slack: Slack) -> None:
    card = promises(slack, "Call the bank in 4 hours")
    slack.clock.forward(hours=4)
    late = slack.channel("#acme").waits_for("is late")
    slack.clock.forward(hours=2)
    slack.user("kim").presses("task.done", on=card)
    done = late.changes_to("Done, 2 hours late.")
    assert done.actions == []
    assert len(slack.channel("#acme").messages) == 2


def test_every_warning_is_told_once_across_ticks_and_restarts(
    playground: Playground, story_loop: StoryLoop, run_bot: RunBot
) -> None:
    slack = Slack(playground, story_loop)
    with run_bot():
        headed_up(slack)
    with run_bot():
        slack.clock.forward(minutes=30)
        slack.channel("#acme").stays_without("is late")
    slack.clock.forward(minutes=30)
    with run_bot():
        slack.channel("#acme").waits_for("is late")
    with run_bot():
        slack.clock.forward(hours=1)
        slack.dm("kim").stays_without("never", for_seconds=0.5)
    assert len(slack.dm("kim").containing("Call the bank")) == 1
    assert len(slack.channel("#acme").containing("is late")) == 1


def test_what_becomes_late_in_the_evening_is_said_in_the_morning(slack: Slack) -> None:
    promises(slack, "Call the bank today 20:00")
    slack.clock.forward_to(at(1, 20, 5))
    slack.channel("#acme").stays_without("is late")
    slack.clock.forward_to(at(2, 7, 55))
    slack.channel("#acme").stays_without("is late")
    slack.clock.forward_to(at(2, 8, 1))
    slack.channel("#acme").waits_for("is late")


def test_a_quarter_of_an_hour_after_closing_still_counts_as_open(slack: Slack) -> None:
    promises(slack, "Call the bank today 16:10")
    slack.clock.forward_to(at(1, 16, 11))
    slack.channel("#acme").waits_for("is late")


def test_a_bot_that_wakes_at_night_waits_with_what_it_should_have_said_by_day(
    playground: Playground, story_loop: StoryLoop, run_bot: RunBot
) -> None:
    slack = Slack(playground, story_loop)
    with run_bot():
        promises(slack, "Call the bank in 4 hours")
    slack.clock.forward_to(at(1, 22))
    with run_bot():
        slack.channel("#acme").stays_without("is late", for_seconds=0.6)
        slack.clock.forward_to(at(2, 8, 1))
        slack.channel("#acme").waits_for("is late")
    slack.dm("kim").stays_without("Call the bank", for_seconds=0)


def test_what_was_put_down_by_day_and_left_until_night_waits_for_the_morning(slack: Slack, bot: App) -> None:
    promises(slack, "Call the bank in 4 hours")
    with bot.store.work(WORKSPACE) as uow:
        warning = warning_of(uow, uow.tasks.get(task_ref(1)), Step.LATE, at(1, 13))
        uow.put(warning, at=at(1, 13))
    slack.clock.forward_to(at(1, 22))
    slack.channel("#acme").stays_without("is late", for_seconds=0.6)
    slack.clock.forward_to(at(2, 8, 1))
    slack.channel("#acme").waits_for("is late")


def test_nobody_is_warned_on_a_weekend_nor_on_a_holiday(slack: Slack, bot: App) -> None:
    with bot.store.work(WORKSPACE) as uow:
        uow.settings.save(replace(uow.settings.get(), holidays="DK"))
    slack.clock.forward_to(at(24, 9))  # the Wednesday before Easter: Thursday, Friday and Monday are holidays
    slack.user("kim").types("/task Call the bank 25 march 10:00", channel="#acme")
    slack.clock.forward_to(at(27, 12))
    slack.channel("#acme").stays_without("is late")
    slack.clock.forward_to(at(29, 12))
    slack.channel("#acme").stays_without("is late")
    slack.clock.forward_to(at(30, 8))
    slack.channel("#acme").waits_for("is late")


def test_a_moved_promise_starts_a_new_ladder(slack: Slack, bot: App) -> None:
    promises(slack, "Call the bank in 4 hours")
    slack.clock.forward(hours=4)
    late = slack.channel("#acme").waits_for("is late")
    slack.user("kim").types("/task move T-1 today 15:00", channel="#acme")
    moved = late.changes_to("Moved to")
    assert moved.actions == []
    slack.clock.forward_to(at(1, 14, 45))
    slack.dm("kim").waits_for(LONG, after=late)
    slack.clock.forward_to(at(1, 15, 1))
    again = slack.channel("#acme").waits_for("is late")
    assert again.ts != late.ts
    waits_until_all_is_said(slack, bot.database)
    slack.user("kim").types("/task done T-1", channel="#acme")
    again.changes_to("Done")
    assert "Moved to" in late.now


def test_what_is_finished_waits_or_is_cancelled_says_nothing_more(slack: Slack) -> None:
    for number, verb in enumerate(("done", "wait", "cancel"), start=1):
        promises(slack, f"Call number {number} in 4 hours")
        slack.user("kim").types(f"/task {verb} T-{number}", channel="#acme")
    slack.clock.forward(hours=3)
    slack.dm("kim").stays_without("Call number")
    slack.clock.forward(hours=2)
    slack.channel("#acme").stays_without("is late")


def test_on_track_is_thanked_for_and_ends_the_asking(slack: Slack) -> None:
    heads_up = headed_up(slack)
    slack.user("kim").presses("delay.on_track", on=heads_up)
    assert heads_up.changes_to("On track, thanks.").actions == []


def test_done_finishes_the_task(slack: Slack) -> None:
    heads_up = headed_up(slack)
    slack.user("kim").presses("delay.done", on=heads_up)
    assert heads_up.changes_to("Done.").actions == []
    slack.channel("#acme").waits_for("T-1 · Done")


def test_blocked_asks_for_the_reason_and_keeps_it(slack: Slack, bot: App) -> None:
    heads_up = headed_up(slack)
    waits_until_all_is_said(slack, bot.database)
    slack.user("kim").presses("delay.blocked", on=heads_up)
    assert slack.user("kim").form().fill(reason="no keys").submits() is None
    assert heads_up.changes_to("blocked: no keys").actions == ["delay.late", "delay.done"]
    slack.clock.forward(hours=1)
    slack.channel("#acme").waits_for("is late")


def test_snooze_moves_that_one_notice_and_nothing_else(slack: Slack) -> None:
    promises(slack, "Call the bank today 17:00")
    slack.clock.forward_to(at(1, 15))
    heads_up = slack.dm("kim").waits_for(LONG)
    slack.user("kim").presses("delay.snooze", on=heads_up)
    assert heads_up.changes_to("ask again").actions == []
    slack.clock.forward_to(at(1, 15, 58))
    slack.dm("kim").stays_without("never")
    assert len(slack.dm("kim").messages) == 1
    slack.clock.forward_to(at(1, 16, 1))
    again = slack.dm("kim").waits_for(LONG, after=heads_up)
    assert "delay.on_track" in again.actions
    assert "17:00 UTC" in slack.channel("#acme").waits_for("Call the bank")


def test_will_be_late_gives_a_new_time_with_its_reason(slack: Slack) -> None:
    heads_up = headed_up(slack)
    slack.user("kim").presses("delay.late", on=heads_up)
    form = slack.user("kim").form()
    assert form.callback_id == "delay.late.form"
    assert form.fields == ["due", "reason"]
    assert "past" in (form.fill(due=at(1, 8)).submits() or {})["due"]
    assert form.fill(due=at(2, 12), reason="the bank is closed").submits() is None
    assert heads_up.changes_to("Moved to").actions == []
    assert "(the bank is closed)" in slack.user("kim").types("/task T-1", channel="#acme")
    slack.clock.forward(hours=2)
    slack.channel("#acme").stays_without("is late")


def test_somebody_takes_a_late_task_and_moves_it(slack: Slack, bot: App) -> None:
    promises(slack, "Call the bank in 4 hours")
    slack.clock.forward(hours=4)
    late = slack.channel("#acme").waits_for("is late")
    waits_until_all_is_said(slack, bot.database)
    slack.user("ane").presses("delay.take", on=late)
    late.changes_to("<@UANE000000>")
    slack.user("ane").presses("delay.move", on=late)
    assert slack.user("ane").form().fill(due=at(2, 12), reason="closed").submits() is None
    assert late.changes_to("Moved to").actions == []


def test_twenty_heads_ups_of_one_person_are_one_message_and_each_is_answered_in_it(slack: Slack, bot: App) -> None:
    record_many(bot, 20)
    slack.clock.forward_to(at(1, 12, 5))
    heads_up = slack.dm("kim").waits_for("20 tasks of yours are due soon")
    assert len(slack.dm("kim").messages) == 1
    assert heads_up.actions.count("delay.on_track") == 20
    slack.user("kim").presses("delay.done", on=heads_up)
    answered = heads_up.changes_to("Done.")
    assert answered.actions.count("delay.on_track") == 19
    slack.user("kim").types("/task done T-7", channel="#ops")
    slack.until(lambda: True if heads_up_actions(heads_up) == 18 else None)
    assert heads_up_actions(heads_up) == 18


def test_in_a_very_long_message_one_press_opens_a_task_to_be_answered(slack: Slack, bot: App) -> None:
    record_many(bot, 30)
    slack.clock.forward_to(at(1, 12, 5))
    heads_up = slack.dm("kim").waits_for("30 tasks of yours are due soon")
    slack.user("kim").presses("delay.open.4", on=heads_up)
    opened = slack.user("kim").sees(LONG)
    assert opened.is_ephemeral
    slack.user("kim").presses("delay.on_track", on=opened)
    assert opened.changes_to("On track, thanks.").actions == []
    heads_up.changes_to("On track, thanks.")


def heads_up_actions(seen: Seen) -> int:
    """Count the tasks that a message still asks about."""
    found = seen.find()
    return str(found.blocks).count("'delay.on_track'") if found else 0


def test_more_than_five_late_ones_at_once_are_one_message_in_the_channel(slack: Slack, bot: App) -> None:
    record_many(bot, 7)
    slack.clock.forward_to(at(1, 13, 1))
    late = slack.channel("#ops").waits_for("7 tasks are late")
    assert late.actions.count("delay.take") == 7
    slack.user("kim").types("/task done T-3", channel="#ops")
    assert late.changes_to("Done").actions.count("delay.take") == 6
    assert not slack.channel("#ops").containing("is late")


def test_an_old_warning_is_taken_for_the_promise_of_today_and_says_so(slack: Slack) -> None:
    heads_up = headed_up(slack)
    slack.user("kim").types("/task move T-1 tomorrow 15:00", channel="#acme")
    heads_up.changes_to("Moved to")
    slack.user("kim").presses_as_seen("delay.on_track", on=heads_up)
    assert "T-1 has moved since this warning" in slack.dm("kim").waits_for("has moved since")
    assert "said that it is on track" in slack.user("kim").types("/task T-1", channel="#acme")
    slack.clock.forward_to(at(2, 14, 30))
    slack.dm("kim").stays_without(LONG)


def test_a_day_holds_only_so_many_unasked_messages(slack: Slack, bot: App) -> None:
    with bot.store.work(WORKSPACE) as uow:
        uow.settings.save(replace(uow.settings.get(), daily_cap=1))
    promises(slack, "Call the bank in 2 hours")
    promises(slack, "Call the mayor in 4 hours")
    slack.clock.forward(hours=1, minutes=31)
    slack.dm("kim").waits_for("Call the bank")
    slack.clock.forward(hours=2)
    slack.dm("kim").stays_without("Call the mayor")
    slack.clock.forward(minutes=31)
    slack.channel("#acme").waits_for("Call the mayor* is late")


def test_a_promise_that_is_late_at_night_is_told_to_whoever_has_it_by_morning(slack: Slack, bot: App) -> None:
    slack.user("kim").types("/task Send the offer today 23:00")
    slack.dm("kim").waits_for("Send the offer")
    slack.clock.forward(hours=14, minutes=30)
    ends = time.monotonic() + 30
    while Step.LATE not in told_of(bot) and time.monotonic() < ends:
        time.sleep(0.02)
    slack.user("kim").types("/task give T-1 @mari")
    slack.clock.forward(hours=11)
    slack.dm("mari").waits_for("hilineb:")
