"""Defects in what goes out to Slack: what is lost, said twice, too late, too fast or at night."""

from tests.defects.defect import Defect

MIGRATION = "storage/migrations/versions/0001_main_job.py"

SENDING = (
    Defect(
        name="no-unique-key-on-the-outbox",
        file=MIGRATION,
        text='sa.UniqueConstraint("workspace", "key", name=op.f("uq_outbox_workspace_key"))',
        broken='sa.UniqueConstraint("workspace", "key", "id", name=op.f("uq_outbox_workspace_key"))',
        promise="told once means told once",
        tests=("tests/storage/test_outbox.py::test_a_message_is_told_once",),
    ),
    Defect(
        name="marked-sent-before-sending",
        file="scheduler/delivery.py",
        text="                posted = await self._say(claimed, deed)\n",
        broken='                await self._settling.sent(claimed, Posted(claimed.message.lane, "0"))\n'
        "                posted = await self._say(claimed, deed)\n",
        promise="sent means that it stands in Slack",
        tests=("tests/scheduler/test_delivery.py::test_what_passes_is_waited_for",),
    ),
    Defect(
        name="no-fence-at-settling",
        file="storage/lanes.py",
        text='_FENCE.scalar_subquery() == bindparam("the_fence")',
        broken='_FENCE.scalar_subquery() >= bindparam("the_fence")',
        promise="a replica that was stopped can't settle what another took over",
        tests=("tests/storage/test_outbox.py::test_what_is_sent_again_is_settled_by_its_new_holder_alone",),
    ),
    Defect(
        name="no-lease",
        file="storage/lanes.py",
        text='"until": machine_now + LEASE}',
        broken='"until": machine_now}',
        promise="what one replica sends, no other sends at the same time",
        tests=(
            "tests/storage/test_outbox.py::test_a_lane_keeps_its_order_and_its_pace",
            "tests/storage/test_outbox.py::test_a_lease_that_ran_out_makes_the_outcome_unknown_and_refuses_the_late",
        ),
    ),
    Defect(
        name="unknown-taken-for-failed",
        file="scheduler/settling.py",
        text='        log.warning("%s: no answer from Slack (%s)", claimed.message.key, why)\n'
        "        state = Sending.UNKNOWN if was_post else Sending.NEW\n",
        broken='        log.warning("%s: no answer from Slack (%s)", claimed.message.key, why)\n'
        "        state = Sending.NEW\n",
        promise="a post whose answer was lost is looked up, not posted again",
        tests=(
            "tests/scheduler/test_unknown_sends.py::test_a_card_whose_answer_was_lost_is_found_and_not_posted_again",
        ),
    ),
    Defect(
        name="unknown-not-looked-up",
        file="scheduler/unknown.py",
        text="                posted = found.get(send.claimed.token)\n",
        broken="                posted = None\n",
        promise="what stands in Slack already isn't said again",
        tests=(
            "tests/scheduler/test_unknown_sends.py::test_a_card_whose_answer_was_lost_is_found_and_not_posted_again",
        ),
    ),
    Defect(
        name="slack-sdk-repeats-posts",
        file="bot/slack/gateway.py",
        text="timeout=timeout, retry_handlers=[])",
        broken="timeout=timeout)",
        promise="slack_sdk's own retries are off: they post twice when an answer is lost",
        tests=("tests/slack/test_patience.py",),
    ),
    Defect(
        name="retry-after-ignored",
        file="bot/slack/gateway.py",
        text="return Busy(pause_asked_for(error))",
        broken="return Busy(0.0)",
        promise="when Slack says how long to wait, we wait",
        tests=("tests/slack/test_patience.py",),
    ),
    Defect(
        name="sent-late-in-a-lease",
        file="scheduler/delivery.py",
        text="            with beginning_by(begin_by):\n",
        broken='            with beginning_by(float("inf")):\n',
        promise="whoever was stopped and goes on sends nothing that another may have taken over",
        tests=("tests/scheduler/test_delivery.py::test_nothing_is_sent_late_in_a_lease",),
    ),
    Defect(
        name="one-lane-at-a-time",
        file="scheduler/delivery.py",
        text="MOST_AT_ONCE = 32\n",
        broken="MOST_AT_ONCE = 1\n",
        promise="a channel that hangs delays no other",
        tests=("tests/scheduler/test_delivery.py::test_a_channel_that_hangs_holds_up_no_other",),
    ),
    Defect(
        name="said-however-late",
        file="scheduler/delivery.py",
        text="is_too_late = speech.now - claimed.message.due_at > kind.good_for",
        broken="is_too_late = False",
        promise="what nobody could be told in time ends with that reason",
        tests=("tests/scheduler/test_delivery.py::test_what_is_too_old_is_not_said_and_ends_with_a_reason",),
    ),
    Defect(
        name="pace-ignored",
        file="scheduler/backoff.py",
        text="PACE = timedelta(seconds=1)\n",
        broken="PACE = timedelta(seconds=0)\n",
        promise="a channel gets at most one message a second, across all replicas",
        tests=("tests/scheduler/test_send_time.py",),
    ),
    Defect(
        name="truth-not-checked",
        file="scheduler/delay_messages.py",
        text="        if row and is_theirs and is_ahead and row.standing is Standing.OPEN:\n",
        broken="        if row:\n",
        promise="what is no longer true isn't said",
        tests=("tests/scheduler/test_send_time.py",),
    ),
    Defect(
        name="quiet-time-ignored",
        file="scheduler/delay_messages.py",
        text="    if opening > speech.now:\n",
        broken="    if False:\n",
        promise="nobody is written to in their quiet time",
        tests=(
            "tests/stories/test_delays.py::test_what_was_put_down_by_day_and_left_until_night_waits_for_the_morning",
        ),
    ),
    Defect(
        name="question-in-quiet-time",
        file="scheduler/feedback_messages.py",
        text="claimed.message.lane).quiet_until(speech.now)\n    if opening > speech.now:\n",
        broken="claimed.message.lane).quiet_until(speech.now)\n    if False:\n",
        promise="nobody is asked in their quiet time",
        tests=("tests/scheduler/test_send_time.py",),
    ),
    Defect(
        name="daily-cap-not-used",
        file="scheduler/delay_messages.py",
        text="        if had >= uow.settings.get().daily_cap:\n",
        broken="        if had < 0:\n",
        promise="a day holds only so many messages that nobody asked for",
        tests=("tests/stories/test_delays.py::test_a_day_holds_only_so_many_unasked_messages",),
    ),
    Defect(
        name="nobody-told-of-the-undelivered",
        file="scheduler/settling.py",
        text="    if state is Sending.DEAD:\n        put_undelivered",
        broken="    if state is Sending.NEW:\n        put_undelivered",
        promise="whoever misses a message that could not be delivered is told",
        tests=(
            "tests/scheduler/test_undelivered_messages.py::test_the_owner_hears_what_was_not_delivered_where_why_and_what_to_do",
        ),
    ),
)
