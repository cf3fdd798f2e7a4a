"""Seeded defects: one small mistake each, in one place of the product, and the tests that are to go red with it."""

from dataclasses import dataclass
from pathlib import Path


class Misfit(Exception):
    """A defect whose text doesn't stand in exactly one place of its file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """A mistake: in `file`, `text` becomes `broken`. `promise` is what no longer holds, `tests` are to notice."""

    name: str
    file: str
    text: str
    broken: str
    promise: str
    tests: tuple[str, ...]
    """What pytest takes: a file, or a test in it behind `::`."""

    def seed(self, checkout: Path) -> None:
        """Make the mistake in a checkout. Raises Misfit."""
        path = checkout / self.file
        right = path.read_text()
        if right.count(self.text) != 1 or self.text == self.broken:
            raise Misfit(f"{self.name}: {self.file} has its text {right.count(self.text)} times")
        path.write_text(right.replace(self.text, self.broken))


MIGRATION = "storage/migrations/versions/0001_main_job.py"

IN = (
    Defect(
        name="acknowledged-before-the-commit",
        file="bot/slack/edge.py",
        text="        reply = await self._dispatch(request)\n",
        broken="        self._later(self._dispatch(request))  # type: ignore[arg-type]\n        reply = Reply()\n",
        promise="what is acknowledged is kept: verify, commit, then acknowledge",
        tests=("tests/stories/test_acknowledgements.py",),
    ),
    Defect(
        name="storage-trouble-acknowledged",
        file="bot/slack/edge.py",
        text='return BoltResponse(status=503, body="")',
        broken='return BoltResponse(status=200, body="")',
        promise="what could not be kept comes again",
        tests=("tests/stories/test_acknowledgements.py",),
    ),
    Defect(
        name="no-unique-key-on-the-inbox",
        file=MIGRATION,
        text='        sa.PrimaryKeyConstraint("workspace", "key", name=op.f("pk_inbox")),\n',
        broken="",
        promise="a delivery that comes twice has one effect",
        tests=("tests/storage/test_inbox.py::test_twenty_deliveries_of_one_key_at_once_have_one_effect",),
    ),
    Defect(
        name="delivery-key-not-kept",
        file="storage/unit_of_work.py",
        text="            if delivery:\n                uow.inbox.take",
        broken="            if delivery is None:\n                uow.inbox.take",
        promise="effect and delivery key share one transaction",
        tests=("tests/storage/test_units_of_work.py::test_a_second_delivery_is_refused",),
    ),
    Defect(
        name="answered-again-to-a-repetition",
        file="bot/slack/edge.py",
        text="        if (reply.form or reply.message or reply.deletes) and not await self._answers(request):\n",
        broken="        if False:\n",
        promise="the same words told twice are answered once",
        tests=("tests/stories/test_replays.py",),
    ),
    Defect(
        name="signature-not-checked",
        file="bot/slack/http.py",
        text="        if not self._is_signed(raw, signature, timestamp):\n",
        broken="        if False:\n",
        promise="only what Slack signed is heard",
        tests=("tests/stories/test_http.py::test_what_is_not_signed_is_refused_in_one_line",),
    ),
    Defect(
        name="signature-over-tidied-bytes",
        file="bot/slack/http.py",
        text='b":" + raw, "sha256"',
        broken='b":" + raw.strip(), "sha256"',
        promise="the signature is over the raw bytes",
        tests=("tests/stories/test_strangers.py",),
    ),
    Defect(
        name="no-replay-window",
        file="bot/slack/http.py",
        text="> _WINDOW:\n            return False",
        broken="> _WINDOW:\n            pass",
        promise="a request of long ago is refused, however well it is signed",
        tests=("tests/stories/test_http.py::test_what_is_not_signed_is_refused_in_one_line",),
    ),
    Defect(
        name="no-body-limit",
        file="bot/slack/http.py",
        text="BODY_LIMIT = 1024 * 1024\n",
        broken="BODY_LIMIT = 1024 * 1024 * 1024\n",
        promise="a body holds at most 1 MiB",
        tests=("tests/stories/test_http.py::test_what_is_not_signed_is_refused_in_one_line",),
    ),
    Defect(
        name="foreign-addresses-called",
        file="bot/slack/gateway.py",
        text="        if not is_slacks(url, base_url=self._base_url):\n",
        broken="        if not url:\n",
        promise="a response_url is called at Slack's host or that of SLACK_API_URL, and nowhere else",
        tests=(
            "tests/slack/test_addresses.py",
            "tests/stories/test_baits.py",
        ),
    ),
)

OUT = (
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
        file="storage/outbox.py",
        text="return bool(connection.execute(_FENCE, asked).scalar() == claimed.fence)",
        broken="return connection.execute(_FENCE, asked).scalar() is not None",
        promise="a replica that was stopped can't settle what another took over",
        tests=(
            "tests/storage/test_outbox.py::test_a_lease_that_ran_out_makes_the_outcome_unknown_and_refuses_the_late",
        ),
    ),
    Defect(
        name="no-lease",
        file="storage/outbox.py",
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
        text='return Busy(float(headers.get("retry-after") or 30))',
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

READERS = (
    Defect(
        name="channel-kind-not-checked",
        file="scheduler/delivery.py",
        text="channel is None or channel.takes_internal_words or (",
        broken="True or (",
        promise="a channel that became shared gets no internal word",
        tests=("tests/scheduler/test_readers.py",),
    ),
    Defect(
        name="unknown-taken-for-internal",
        file="scheduler/places.py",
        text="is_shared=None, is_member=False",
        broken="is_shared=False, is_member=True",
        promise="where Slack doesn't say whether a channel is shared, it is",
        tests=("tests/scheduler/test_readers.py",),
    ),
    Defect(
        name="invitation-not-seen",
        file="bot/slack/gateway.py",
        text='("is_ext_shared", "is_pending_ext_shared")),',
        broken='("is_ext_shared",)),',
        promise="a channel to which outsiders are invited gets no internal word",
        tests=("tests/scheduler/test_readers.py",),
    ),
    Defect(
        name="guests-read-direct-messages",
        file="scheduler/places.py",
        text="        return self.member is not None and self.member.is_outsider\n",
        broken="        return False\n",
        promise="an outsider's direct messages get no internal word",
        tests=("tests/scheduler/test_readers.py",),
    ),
    Defect(
        name="outsiders-allowed",
        file="handlers/dispatch.py",
        text='        if context.is_outsider and not getattr(route, "for_outsiders", False):\n            return _at',
        broken="        if False:\n            return _at",
        promise="outsiders answer what was asked of them and nothing else",
        tests=("tests/stories/test_outsiders.py::test_no_route_lets_an_outsider_change_or_read_anything",),
    ),
    Defect(
        name="outsiders-heard",
        file="handlers/dispatch.py",
        text='        if context.is_outsider and not getattr(route, "for_outsiders", False):\n            asks_us',
        broken="        if False:\n            asks_us",
        promise="what outsiders write and react is never recorded",
        tests=("tests/stories/test_outsiders.py::test_no_route_lets_an_outsider_change_or_read_anything",),
    ),
    Defect(
        name="strangers-taken-for-colleagues",
        file="bot/slack/requests.py",
        text="    return bool(here != theirs) if here and theirs else None\n",
        broken="    return False if here and theirs else None\n",
        promise="whoever belongs to another workspace is an outsider, also while Slack is silent",
        tests=("tests/stories/test_outsiders.py::test_without_slacks_word_who_somebody_is_nothing_is_done",),
    ),
    Defect(
        name="workspace-forgotten",
        file="storage/rows.py",
        text="        return table.c.workspace == self._workspace\n",
        broken="        return table.c.workspace.is_not(None)\n",
        promise="no workspace sees another's rows",
        tests=("tests/storage/test_scope.py",),
    ),
    Defect(
        name="workspace-forgotten-for-tasks",
        file="storage/tasks.py",
        text="_OURS = tasks.c.workspace == OURS\n",
        broken="_OURS = OURS.is_not(None)\n",
        promise="no workspace sees another's tasks",
        tests=("tests/storage/test_scope.py",),
    ),
    Defect(
        name="private-tasks-for-all",
        file="storage/tasks.py",
        text="(reader and found.is_private and not self._may_see(found, reader))",
        broken="(reader and found.is_private and not found)",
        promise="what was said in private stays with those whom it concerns",
        tests=("tests/storage/test_visibility.py",),
    ),
    Defect(
        name="words-not-escaped",
        file="bot/views/blocks.py",
        text='escaped = cut.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")',
        broken="escaped = cut",
        promise="people's words call nobody and hide no link",
        tests=(
            "tests/views/test_harmless.py::test_addresses_stay_in_plain_sight_and_mentions_are_made_from_ids",
            "tests/views/test_harmless.py::test_no_error_lets_words_do_anything",
        ),
    ),
    Defect(
        name="plain-words-become-mentions",
        file="bot/views/blocks.py",
        text="verbatim=True",
        broken="verbatim=False",
        promise="a person's @channel stays a word",
        tests=("tests/views/test_harmless.py::test_no_error_lets_words_do_anything",),
    ),
    Defect(
        name="csv-computes",
        file="bot/export.py",
        text="if isinstance(value, str) and _FORMULA.match(cell) else cell",
        broken="if isinstance(value, bytes) and _FORMULA.match(cell) else cell",
        promise="an export holds no formula",
        tests=("tests/cli/test_formulas.py",),
    ),
    Defect(
        name="secrets-in-logs",
        file="bot/log.py",
        text='self._secret.sub("[secret]", line) if any(mark in line for mark in self._marks) else line',
        broken="line",
        promise="no log shows a token",
        tests=("tests/test_log.py",),
    ),
)

KEPT = (
    Defect(
        name="begin-deferred",
        file="storage/engine.py",
        text='exec_driver_sql("BEGIN IMMEDIATE")',
        broken='exec_driver_sql("BEGIN DEFERRED")',
        promise="no update is lost between two that write",
        tests=(
            "tests/storage/test_units_of_work.py::test_fifty_threads_lose_no_update_and_give_no_number_twice",
            "tests/storage/test_units_of_work.py::test_two_processes_wait_for_each_other",
        ),
    ),
    Defect(
        name="synchronous-off",
        file="storage/engine.py",
        text='"synchronous = FULL"',
        broken='"synchronous = OFF"',
        promise="what is committed survives a power cut",
        tests=("tests/storage/test_engine.py::test_sqlite_is_as_safe_as_it_can_be",),
    ),
    Defect(
        name="second-bot-on-the-file",
        file="storage/engine.py",
        text="fcntl.LOCK_EX | fcntl.LOCK_NB",
        broken="fcntl.LOCK_SH | fcntl.LOCK_NB",
        promise="a second bot on the same SQLite file is refused",
        tests=("tests/storage/test_engine.py::test_a_second_bot_is_kept_off_the_file",),
    ),
    Defect(
        name="migrations-without-lock",
        file="storage/migrate.py",
        text='        f"SELECT pg_advisory_xact_lock({_LOCK})",\n',
        broken="",
        promise="of replicas that start at once, one migrates and the others wait",
        tests=(
            "tests/contracts/test_migrations.py::test_four_processes_at_once_all_succeed",
            "tests/contracts/test_migrations.py::test_four_threads_at_once_all_succeed",
        ),
    ),
    Defect(
        name="timeline-entry-forgotten",
        file="bot/services/tasks.py",
        text="    uow.tasks.save(changed)\n    uow.timeline.add(entry)\n    put_card(uow, changed, now)\n",
        broken="    uow.tasks.save(changed)\n    put_card(uow, changed, now)\n",
        promise="every change of a task stands in its timeline",
        tests=(
            "tests/stories/test_tasks.py::test_undo_is_over_once_somebody_else_has_touched_the_task",
            "tests/stories/test_tasks.py::test_move_keeps_the_first_promise_and_the_reason",
        ),
    ),
    Defect(
        name="fail-points-in-production",
        file="bot/settings.py",
        text='            "STAFET_FAIL_POINT": bool(self.stafet_fail_point),\n',
        broken="",
        promise="no fail point can be armed in production",
        tests=("tests/cli/test_fail_point_setting.py",),
    ),
)

DEFECTS = (*IN, *OUT, *READERS, *KEPT)
