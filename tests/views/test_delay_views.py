"""Delay warnings and notices as people see them: within Slack's limits, whatever people wrote, in every language."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.customers import Customer
from bot.domain.delays import Step
from bot.domain.details import NoticeDetails, TaskDetails, WarnedTask
from bot.domain.notices import Notice, NoticeState
from bot.domain.references import task_ref
from bot.domain.standing import Standing, heads_up_standing, late_standing
from bot.domain.tasks import Due, Origin, State, Task
from bot.domain.timeline import Entry, Happened
from bot.i18n.translator import Translator, Translators
from bot.playground.limits import check_message, check_view
from bot.views import delays, ids, notices
from bot.views.blocks import when
from bot.views.message import Message
from tests.support.clocks import MIDWEEK

NASTY = ["&" * 3000, "<!channel> <@UEVIL> *bold* `code` ```" * 60, "🧨" * 3000, "\u202e" * 50, "%00 {n} {title}", "x"]
DUE = MIDWEEK + timedelta(hours=4)


@pytest.fixture(params=["en", "da", "et", "tr"])
def t(request: pytest.FixtureRequest) -> Translator:
    return Translators().of(request.param)


def a_task(title: str = "Call", **changes: object) -> Task:
    task = Task(
        number=1,
        title=title,
        state=State.OPEN,
        author="U1",
        assignee="U2",
        created_at=MIDWEEK,
        due=Due(at=DUE),
        first_due_at=DUE,
        customer=1,
    )
    return replace(task, **changes)  # type: ignore[arg-type]


def a_row(text: str = "Call", *, reader: str | None = "U2", number: int = 1, **changes: object) -> WarnedTask:
    task = a_task(text, number=number, **changes)
    standing = heads_up_standing(task, DUE, reader) if reader else late_standing(task, DUE)
    told = Entry(task.ref, Happened.CUSTOMER_WAS_TOLD, DUE, "U1", {"to": DUE.isoformat()})
    details = TaskDetails(task=task, customer=Customer(number=1, name=text), entries=(told,))
    return WarnedTask(details=details, promise=DUE, standing=standing, reader=reader)


def fits(message: Message) -> Message:
    """Check a message against the limits of Slack, as the playground keeps them."""
    check_message(message.payload["blocks"])
    assert len(message.text) < 4000
    return message


def actions(message: Message) -> list[str]:
    rows = [block.to_dict() for block in message.blocks]
    return [element["action_id"] for block in rows for element in block.get("elements", []) if "action_id" in element]


@pytest.mark.parametrize("count", [1, 2, 20, 24, 25, 200])
@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_warnings_keep_slacks_limits_and_every_task_can_be_answered(t: Translator, text: str, count: int) -> None:
    heads_up = [a_row(text, number=number, reason=text, state=State.BLOCKED) for number in range(1, count + 1)]
    late = [a_row(text, number=number, reader=None) for number in range(1, count + 1)]
    for message in (fits(delays.heads_up(heads_up, t, may_repeat=True)), fits(delays.late(late, t, may_repeat=True))):
        values = [v for block in message.blocks for v in values_of(block.to_dict())]
        assert set(values) == {str(task_ref(number)) for number in range(1, count + 1)}
        assert "<!channel>" not in str(message.payload)


def values_of(block: dict) -> list[str]:
    return [element["value"] for element in block.get("elements", []) if "value" in element]


def test_twenty_four_rows_have_all_their_buttons(t: Translator) -> None:
    rows = [a_row(number=number) for number in range(1, 25)]
    assert actions(delays.heads_up(rows, t)).count(ids.DELAY_ON_TRACK) == 24
    assert len(delays.heads_up(rows, t).blocks) == 50


@pytest.mark.parametrize(
    ("changes", "standing"),
    [
        ({"state": State.DONE, "done_at": DUE + timedelta(hours=2)}, Standing.DONE),
        ({"state": State.CANCELLED}, Standing.CANCELLED),
        ({"state": State.WAITING}, Standing.WAITING),
        ({"due": Due(at=DUE + timedelta(days=1))}, Standing.MOVED),
        ({"assignee": "U9"}, Standing.GIVEN),
        ({"snoozed_until": DUE}, Standing.SNOOZED),
        ({"answered": True}, Standing.ON_TRACK),
        ({"snoozed_until": DUE, "told": frozenset({Step.HEADS_UP})}, Standing.OPEN),
        ({}, Standing.OPEN),
    ],
)
def test_only_an_open_promise_has_buttons(t: Translator, changes: dict[str, object], standing: Standing) -> None:
    row = a_row(**changes)  # type: ignore[arg-type]
    assert row.standing is standing
    for rows in ([row], [row, row]):
        message = delays.heads_up(rows, t)
        assert bool(actions(message)) is (standing is Standing.OPEN)


def test_done_says_how_late_it_was(t: Translator) -> None:
    row = a_row(reader=None, state=State.DONE, done_at=DUE + timedelta(hours=2))
    assert "2" in fits(delays.late([row], t)).text
    in_time = a_row(reader=None, state=State.DONE, done_at=DUE - timedelta(hours=2))
    assert "2" not in delays.late([in_time], t).text


def test_a_block_tells_which_promise_it_was_for() -> None:
    assert ids.promise_warned_of(ids.warning_block(task_ref(7), DUE)) == DUE
    for other in ("", "due:T-7", "delay:T-7:", "delay:T-7:x", "delay:T-7:²", "delay:T-7:" + "9" * 30, "task:T-7:1"):
        assert ids.promise_warned_of(other) is None


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_forms_and_notices_keep_slacks_limits(t: Translator, text: str) -> None:
    details = a_row(text).details
    check_view(delays.late_form(details, t, metadata="{}", remark="moved"), "modal")
    words = notices.first_words(details, None, text, "Europe/Copenhagen", t)
    assert len(words) <= 2800
    for said in (words, notices.first_words(details, DUE, text, "Europe/Copenhagen", t), text[:3000]):
        for state in NoticeState:
            notice = Notice(
                number=1, task=1, state=state, text=said, drafted_for="U2", due_at=DUE, created_at=DUE, sent_at=DUE
            )
            for channel in ("C9", None):
                customer = replace(details.customer or Customer(number=1, name=""), shared_channel=channel)
                fits(notices.draft(NoticeDetails(notice=notice, task=details.task, customer=customer), t))
        check_view(notices.edit_form(notice, t, metadata="{}"), "modal")
        shown = fits(notices.notice(said, ["U7", "U8"]))
        assert "<!channel>" not in str(shown.payload)


def test_a_notice_shows_its_words_whole_and_nothing_else() -> None:
    words = "\n\n".join(f"Line {number} & more" for number in range(300))
    shown = [block.to_dict()["text"]["text"] for block in notices.notice(words, ["U7"]).blocks]
    assert shown[0] == "<@U7>"
    assert "".join(shown[1:]) == words.replace("&", "&amp;")
    assert all(block.to_dict()["type"] == "section" for block in notices.notice(words, ["U7"]).blocks)


def test_a_reason_stands_in_a_notice_only_if_it_was_given(t: Translator) -> None:
    details = a_row().details
    without = notices.first_words(details, DUE, "", "Europe/Copenhagen", t)
    for typed in ("keys", "keys.", "keys!! "):
        given = notices.first_words(details, DUE, typed, "Europe/Copenhagen", t)
        assert len(given.split("\n")) == len(without.split("\n")) + 1
        assert re.search(r"keys\.\n", given)


@pytest.mark.parametrize("state", NoticeState)
def test_only_a_draft_says_that_nothing_is_sent_before_send_is_pressed(t: Translator, state: NoticeState) -> None:
    for channel in ("C1", None):
        customer = Customer(number=1, name="Acme", shared_channel=channel)
        notice = Notice(number=1, task=1, state=state, text="Hello", drafted_for="U1", due_at=DUE, created_at=DUE)
        shown = notices.draft(NoticeDetails(notice=notice, task=a_task(), customer=customer), t).text
        words = {"customer": "Acme", "ref": "T-1", "title": "Call"}
        draft = t("notice.draft" if channel else "notice.draft_no_channel", **words)
        assert shown == (draft if state is NoticeState.DRAFT else t("notice.about", **words))


def test_the_rows_of_a_warning_keep_their_places_by_their_promises(t: Translator) -> None:
    soon, later = a_row(number=7, reader=None), a_row(number=2, reader=None)
    later = replace(later, promise=DUE + timedelta(hours=1), standing=Standing.MOVED)
    same = a_row(number=5, reader=None)
    for rows in ([soon, later, same], [later, same, soon]):
        shown = re.findall(r"T-\d", str(delays.late(rows, t).payload["blocks"]))
        assert list(dict.fromkeys(shown)) == ["T-5", "T-7", "T-2"]


def test_nobody_is_promised_another_question_after_the_time_is_over(t: Translator) -> None:
    def shown(minutes: int) -> str:
        return delays.heads_up([a_row(snoozed_until=DUE + timedelta(minutes=minutes))], t).text

    assert shown(-1) == t("delay.outcome.snoozed", until=when(DUE - timedelta(minutes=1), t))
    assert shown(0) == shown(30) == t("delay.outcome.snoozed_for_good")


def test_who_heard_of_the_new_time_only_has_not_heard_that_it_is_late_again(t: Translator) -> None:
    row = a_row(reader=None)
    (told,) = row.details.entries
    announced = replace(told, at=DUE - timedelta(hours=2))
    before = replace(row, details=replace(row.details, entries=(announced,)))
    said = t("delay.customer_told", at="").strip()
    assert said in str(delays.late([row], t).payload)
    assert said not in str(delays.late([before], t).payload)
    assert said in str(delays.late([replace(before, standing=Standing.MOVED), row], t).payload["blocks"][1])
    assert said in str(delays.heads_up([replace(before, reader="U2")], t).payload)


def test_one_is_not_offered_to_take_over_what_is_their_own(t: Translator) -> None:
    row = a_row(reader=None)
    assert actions(delays.late([row], t))[0] == ids.DELAY_TAKE
    assert actions(delays.late([row], t, in_channel=False)) == [ids.TASK_DONE, ids.DELAY_MOVE, ids.DELAY_TELL_CUSTOMER]


def test_no_customer_is_told_of_what_follows_up_on_an_answer(t: Translator) -> None:
    row = a_row(reader=None, origin=Origin.FEEDBACK)
    assert ids.DELAY_TELL_CUSTOMER not in actions(delays.late([row], t))
    fields = [block.get("block_id") for block in delays.late_form(row.details, t, metadata="")["blocks"]]
    assert "tell_customer" not in fields


def test_a_customer_reads_a_city_and_not_the_name_of_a_zone(t: Translator) -> None:
    details = TaskDetails(task=a_task(), customer=Customer(number=1, name="Acme"))
    words = notices.first_words(details, DUE, "", "Europe/Copenhagen", t)
    assert t.city("Europe/Copenhagen") in words
    assert "Europe/" not in words
