"""`python -m bot export`, on both databases, beside a running bot."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import JSON, Boolean, Integer, String, Table, Text, insert, update

from storage import tables
from storage.exports import EXPORTS, export
from storage.unit_of_work import Store
from tests.cli.conftest import Stafet

AT = datetime(2026, 11, 27, 14, 0, tzinfo=UTC)
TASK: dict[str, Any] = {
    "workspace": "T1",
    "title": "Send the offer",
    "state": "open",
    "author": "UANE",
    "assignee": "UMARI",
    "priority": "high",
    "watchers": ["UKIM"],
    "origin": "command",
}
HANDOFF: dict[str, Any] = {
    "workspace": "T1",
    "state": "offered",
    "receiver": "UMARI",
    "situation": "half done",
    "offered_at": AT,
}
PROMPT: dict[str, Any] = {"workspace": "T1", "question": "How was it?", "person": "USAM", "about": "T-1"}
MESSAGE: dict[str, Any] = {"workspace": "T1", "saying": "delay.late", "about": "T-1"}
_NOTHING: dict[type, Any] = {Boolean: False, Integer: 0, String: "", Text: "", JSON: {}, tables.Instant: AT}


def put(store: Store, table: Table, *rows: dict[str, Any]) -> None:
    """Insert rows; columns that must hold something and that a test doesn't care for hold next to nothing."""
    needed = {column.name: type(column.type) for column in table.columns if not column.nullable}
    blank = {name: _NOTHING[kind] for name, kind in needed.items() if name != "id"}
    with store.database.writing() as connection:
        for row in rows:
            connection.execute(insert(table).values(**blank | row))


def address(store: Store) -> str:
    return store.database.url.render_as_string(hide_password=False)


def rows_of(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def acme(store: Store) -> None:
    """A customer of T1 with a contact."""
    put(store, tables.customers, {"workspace": "T1", "number": 1, "name": "Acme", "folded": "acme", "owner": "UANE"})
    put(store, tables.contacts, {"workspace": "T1", "customer": 1, "member": "USAM", "place": 0})


def test_a_task_is_one_object_a_row_with_utc_times_and_slack_ids(store: Store, acme: None, stafet: Stafet) -> None:
    in_copenhagen = AT.astimezone(timezone(timedelta(hours=1)))
    due = {"first_due_at": AT, "due_at": in_copenhagen + timedelta(days=1)}
    put(store, tables.tasks, {**TASK, **due, "number": 1, "customer": 1})

    assert rows_of(stafet("export", "tasks", DATABASE_URL=address(store))) == [
        {
            "workspace": "T1",
            "reference": "T-1",
            "title": "Send the offer",
            "state": "open",
            "customer": "Acme",
            "assignee": "UMARI",
            "author": "UANE",
            "priority": "high",
            "created_at": "2026-11-27T14:00:00Z",
            "first_due_at": "2026-11-27T14:00:00Z",
            "due_at": "2026-11-28T14:00:00Z",
            "done_at": None,
            "source": "command",
            "reason": None,
            "watchers": ["UKIM"],
            "handoff": None,
            "undone": False,
        }
    ]


def test_rows_come_in_the_order_of_their_numbers(store: Store, stafet: Stafet) -> None:
    put(store, tables.tasks, *({**TASK, "number": number} for number in (10, 2, 1200, 9, 1)))

    references = [row["reference"] for row in rows_of(stafet("export", "tasks", DATABASE_URL=address(store)))]

    assert references == ["T-1", "T-2", "T-9", "T-10", "T-1200"]


def test_more_rows_than_one_fetch_all_come_once(store: Store) -> None:
    put(store, tables.tasks, *({**TASK, "number": number} for number in range(1, 1202)))

    references = [row["reference"] for row in export(store.database, "tasks")]

    assert references == [f"T-{number}" for number in range(1, 1202)]


def test_a_task_made_from_a_message_names_it(store: Store, stafet: Stafet) -> None:
    mention = {"origin": "mention", "source_channel": "C1", "source_ts": "1.2"}
    link = "https://nordlys.slack.com/archives/C1/p1"
    shortcut = {"origin": "shortcut", "source_channel": "C1", "source_ts": "1.3", "source_permalink": link}
    put(store, tables.tasks, {**TASK, **mention, "number": 1}, {**TASK, **shortcut, "number": 2})

    sources = [row["source"] for row in rows_of(stafet("export", "tasks", DATABASE_URL=address(store)))]

    assert sources == ["mention C1/1.2", f"shortcut {link}"]


def test_a_handoff_lists_its_tasks_as_references(store: Store, acme: None, stafet: Stafet) -> None:
    put(store, tables.handoffs, {**HANDOFF, "number": 7, "customer": 1}, {**HANDOFF, "number": 8})
    put(store, tables.tasks, {**TASK, "number": 2}, {**TASK, "number": 10})
    put(store, tables.tasks, {**TASK, "number": 11, "handoff": 7})  # what was promised in it
    put(store, tables.handoff_tasks, *({"workspace": "T1", "handoff": 7, "task": task} for task in (10, 2)))

    first, second = rows_of(stafet("export", "handoffs", DATABASE_URL=address(store)))

    assert first["reference"] == "H-7"
    assert (first["customer"], first["tasks"]) == ("Acme", ["T-2", "T-10", "T-11"])
    assert (first["situation"], first["offered_at"], first["accepted_at"]) == (
        "half done",
        "2026-11-27T14:00:00Z",
        None,
    )
    assert (second["customer"], second["tasks"]) == (None, [])


def test_a_customer_lists_its_contacts(store: Store, acme: None, stafet: Stafet) -> None:
    [acme_row] = rows_of(stafet("export", "customers", DATABASE_URL=address(store)))

    assert (acme_row["reference"], acme_row["name"], acme_row["owner"]) == ("C-1", "Acme", "UANE")
    assert acme_row["contacts"] == ["USAM"]


def test_answers_are_what_was_answered_not_what_was_asked(store: Store, acme: None, stafet: Stafet) -> None:
    answered = {"answer": 4, "answered_at": AT, "comment": "Quick!", "credited": "UMARI", "customer": 1}
    put(store, tables.prompts, {**PROMPT, "number": 1}, {**PROMPT, **answered, "number": 2})

    [row] = rows_of(stafet("export", "answers", DATABASE_URL=address(store)))

    assert (row["question"], row["answer"], row["comment"]) == ("How was it?", 4, "Quick!")
    assert (row["person"], row["credited"], row["customer"], row["about"]) == ("USAM", "UMARI", "Acme", "T-1")


def test_a_standard_question_comes_in_words(store: Store, stafet: Stafet) -> None:
    standard = {"kind": "score", "question": "", "is_contact": True, "answer": 5, "answered_at": AT}
    put(store, tables.prompts, {**PROMPT, **standard, "number": 1})

    [row] = rows_of(stafet("export", "answers", DATABASE_URL=address(store)))

    assert row["question"] == "How satisfied are you with the work we just finished?"
    assert row["asked_of"] == "customer"


def test_the_timeline_keeps_its_details(store: Store, stafet: Stafet) -> None:
    entry = {
        "workspace": "T1",
        "about": "T-1",
        "happened": "task.moved",
        "at": AT,
        "by": "UANE",
        "data": {"reason": "ill"},
    }
    put(store, tables.timeline, entry)

    [row] = rows_of(stafet("export", "timeline", DATABASE_URL=address(store)))

    assert row == {**entry, "at": "2026-11-27T14:00:00Z"}


def test_a_delivery_names_its_channel_or_its_person(store: Store, stafet: Stafet) -> None:
    put(
        store, tables.lanes, *({"workspace": "T1", "lane": lane, "free_at": AT, "fence": 0} for lane in ("C1", "UMARI"))
    )
    to_channel = {**MESSAGE, "lane": "C1", "key": "a", "state": "sent", "channel": "C1", "ts": "1.2", "sent_at": AT}
    to_person = {**MESSAGE, "lane": "UMARI", "key": "b", "state": "dropped", "reason": "undone", "person": "UMARI"}
    put(store, tables.outbox, to_channel, to_person)

    sent, dropped = rows_of(stafet("export", "deliveries", DATABASE_URL=address(store)))

    assert (sent["kind"], sent["subject"], sent["state"], sent["ts"]) == ("delay.late", "T-1", "sent", "1.2")
    assert (sent["channel"], sent["person"]) == ("C1", None)
    assert (dropped["channel"], dropped["person"], dropped["reason"]) == (None, "UMARI", "undone")


@pytest.mark.parametrize("what", list(EXPORTS))
def test_every_kind_has_the_columns_that_outsiders_rely_on(what: str, store: Store, stafet: Stafet) -> None:
    promised = {
        "tasks": "reference title state customer assignee author priority created_at first_due_at due_at done_at"
        " source",
        "handoffs": "reference state customer giver receiver promised situation next_step watch_out tasks offered_at"
        " accepted_at returned_at reason",
        "answers": "question kind answer comment person about customer credited asked_at answered_at",
        "deliveries": "kind subject person channel state reason due_at sent_at ts",
        "customers": "reference name language owner channel shared_channel contacts",
        "timeline": "about happened at by data",
    }[what]

    result = stafet("export", what, "--format", "csv", DATABASE_URL=address(store))

    [header] = csv.reader(io.StringIO(result.stdout))
    assert header[0] == "workspace"
    assert set(promised.split()) <= set(header)


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_csv_alone_is_quoted_against_formulas(title: str, store: Store, stafet: Stafet) -> None:
    put(store, tables.tasks, {**TASK, "number": 1, "title": title})

    as_csv = stafet("export", "tasks", "--format", "csv", DATABASE_URL=address(store))
    [row] = rows_of(stafet("export", "tasks", DATABASE_URL=address(store)))

    assert [cells["title"] for cells in csv.DictReader(io.StringIO(as_csv.stdout, newline=""))] == [f"'{title}"]
    assert row["title"] == title


def test_words_of_every_alphabet_come_out_as_they_went_in(store: Store, stafet: Stafet) -> None:
    title = 'Ülesanne, "İş" ışık\nåæø 🧹 </script>'
    put(store, tables.tasks, {**TASK, "number": 1, "title": title})

    [row] = rows_of(stafet("export", "tasks", DATABASE_URL=address(store)))
    as_csv = stafet("export", "tasks", "--format", "csv", DATABASE_URL=address(store)).stdout

    assert row["title"] == title
    assert next(csv.DictReader(io.StringIO(as_csv, newline="")))["title"] == title


def test_a_workspace_can_be_picked(store: Store, stafet: Stafet) -> None:
    put(store, tables.tasks, {**TASK, "number": 1}, {**TASK, "number": 1, "workspace": "T2"})
    every = rows_of(stafet("export", "tasks", DATABASE_URL=address(store)))
    picked = rows_of(stafet("export", "tasks", "--workspace", "T2", DATABASE_URL=address(store)))
    unknown = stafet("export", "tasks", "--workspace", "T3", DATABASE_URL=address(store))

    assert [row["workspace"] for row in every] == ["T1", "T2"]
    assert [row["workspace"] for row in picked] == ["T2"]
    assert (unknown.exit_code, unknown.stderr) == (1, "stafet: no workspace T3 has Stafet\n")


def test_it_works_beside_a_bot_that_runs_and_writes(store: Store, stafet: Stafet) -> None:
    put(store, tables.tasks, {**TASK, "number": 1})
    lock = store.database.take()

    with store.database.writing() as connection:
        connection.execute(update(tables.tasks).values(title="Not yet kept"))
        rows = rows_of(stafet("export", "tasks", DATABASE_URL=address(store)))

    if lock:
        lock.close()
    assert [row["title"] for row in rows] == ["Send the offer"]


def test_without_a_database_it_says_so_and_makes_none(stafet: Stafet) -> None:
    result = stafet("export", "tasks", DATABASE_URL="sqlite:///none.db")
    again = stafet("export", "tasks", DATABASE_URL="sqlite:///none.db")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "stafet: there is no database none.db yet; the bot makes it\n"
    assert again.stderr == result.stderr


def test_without_tables_it_says_how_to_make_them(stafet: Stafet) -> None:
    Path("empty.db").touch()

    result = stafet("export", "tasks", DATABASE_URL="sqlite:///empty.db")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.count("\n") == 1
    assert "python -m bot db upgrade" in result.stderr
