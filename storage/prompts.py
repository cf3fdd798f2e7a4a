"""Prompts: rows ⇄ values, what a person was asked before, and what was answered."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, and_, distinct, func, insert, or_, select, update

from bot.domain.errors import NotFound
from bot.domain.feedback import AskedBefore, Kind, Numbers, Prompt, PromptState, Reason
from bot.domain.references import Noun, Reference
from storage.rows import Repository
from storage.tables import FOLLOW_UP, ONGOING, contacts, counters, prompts, tasks

_ANSWERED = PromptState.ANSWERED.value


class Prompts(Repository):
    """The prompts of one workspace."""

    def get(self, ref: Reference) -> Prompt:
        """Get a prompt. Raises NotFound."""
        found = self.find(ref)
        if found is None:
            raise NotFound("feedback.problem.unknown", ref=str(ref))
        return found

    def find(self, ref: Reference) -> Prompt | None:
        """Find a prompt by its reference."""
        if ref.noun is not Noun.PROMPT:
            return None
        return self._one(select(prompts).where(self._mine(prompts), prompts.c.number == ref.number))

    def unanswered_about(self, about: Reference) -> Prompt | None:
        """Find the question about a thing that Stafet asks by itself and that nobody has answered."""
        ahead = (PromptState.PLANNED.value, PromptState.ASKED.value)
        unanswered = (prompts.c.state.in_(ahead), prompts.c.asked_by.is_(None))
        statement = select(prompts).where(self._mine(prompts), prompts.c.about == str(about), *unanswered)
        return self._one(statement.order_by(prompts.c.number.desc()).limit(1))

    def asked_before(self, person: str) -> AskedBefore:
        """Tell what a person was asked before; what a colleague asked for in quiet time counts as open."""
        theirs = (self._mine(prompts), prompts.c.person == person)
        asked = select(func.max(prompts.c.asked_at)).where(*theirs, prompts.c.asked_at.is_not(None))
        last = self._connection.execute(asked).scalar()
        is_promised = and_(prompts.c.state == PromptState.PLANNED.value, prompts.c.asked_by.is_not(None))
        is_open = or_(prompts.c.state == PromptState.ASKED.value, is_promised)
        still_open = select(prompts.c.number).where(*theirs, is_open).limit(1)
        return AskedBefore(is_open=self._connection.execute(still_open).first() is not None, last_asked_at=last)

    def is_complaint_open(self, customer: int) -> bool:
        """Tell whether somebody is still putting right what a customer answered."""
        statement = select(tasks.c.number).where(self._mine(tasks), tasks.c.customer == customer, FOLLOW_UP, ONGOING)
        return self._connection.execute(statement.limit(1)).first() is not None

    def customer_of(self, person: str) -> int | None:
        """Find the customer whose contact a person is."""
        statement = select(contacts.c.customer).where(self._mine(contacts), contacts.c.member == person)
        return self._connection.execute(statement.order_by(contacts.c.customer).limit(1)).scalar()

    def newest_of_contacts(self, customer: int | None = None, *, limit: int = 10) -> Sequence[Prompt]:
        """List what customers' people answered, the newest first."""
        statement = select(prompts).where(self._mine(prompts), prompts.c.state == _ANSWERED, prompts.c.is_contact)
        if customer is not None:
            statement = statement.where(prompts.c.customer == customer)
        return self._many(statement.order_by(prompts.c.answered_at.desc(), prompts.c.number.desc()).limit(limit))

    def numbers_of_colleagues(self, customer: int | None = None) -> Sequence[Numbers]:
        """Count what colleagues answered; too few people are left out by whoever shows it."""
        counted = (
            prompts.c.kind,
            func.count(distinct(prompts.c.person)).label("people"),
            func.count().label("answers"),
            func.sum(prompts.c.answer).label("total"),
        )
        statement = select(*counted).where(self._mine(prompts), prompts.c.state == _ANSWERED, ~prompts.c.is_contact)
        if customer is not None:
            statement = statement.where(prompts.c.customer == customer)
        rows = self._connection.execute(statement.group_by(prompts.c.kind).order_by(prompts.c.kind))
        return [
            Numbers(kind=Kind(row.kind), people=row.people, answers=row.answers, total=int(row.total)) for row in rows
        ]

    def take_turn(self) -> None:
        """Let nobody else decide about questions in this workspace meanwhile: two must not ask one person at once."""
        turn = select(counters.c.last).where(self._mine(counters), counters.c.noun == Noun.PROMPT.value)
        self._connection.execute(turn.with_for_update())

    def add(self, prompt: Prompt) -> None:
        """Insert a prompt."""
        self._expect_look(prompt.next_check_at)
        values = _values(prompt)
        self._connection.execute(insert(prompts).values(workspace=self._workspace, number=prompt.number, **values))

    def save(self, prompt: Prompt) -> None:
        """Keep a changed prompt."""
        self._expect_look(prompt.next_check_at)
        mine = (self._mine(prompts), prompts.c.number == prompt.number)
        self._connection.execute(update(prompts).where(*mine).values(**_values(prompt)))

    def _one(self, statement: "Select[tuple[Any, ...]]") -> Prompt | None:
        row = self._connection.execute(statement.with_for_update() if self._writes else statement).first()
        return _prompt(row) if row else None

    def _many(self, statement: "Select[tuple[Any, ...]]") -> list[Prompt]:
        return [_prompt(row) for row in self._connection.execute(statement)]


def _prompt(row: "Row[tuple[Any, ...]]") -> Prompt:
    values = {name: value for name, value in row._mapping.items() if name != "workspace"}
    values["state"] = PromptState(values["state"])
    values["kind"] = Kind(values["kind"])
    values["reason"] = Reason(values["reason"]) if values["reason"] else None
    values["about"] = Reference.read(values["about"]) if values["about"] else None
    return Prompt(**values)


def _values(prompt: Prompt) -> dict[str, Any]:
    return {
        "state": prompt.state.value,
        "kind": prompt.kind.value,
        "question": prompt.question,
        "person": prompt.person,
        "is_contact": prompt.is_contact,
        "asked_by": prompt.asked_by,
        "about": str(prompt.about) if prompt.about else None,
        "customer": prompt.customer,
        "credited": prompt.credited,
        "channel": prompt.channel,
        "ask_at": prompt.ask_at,
        "asked_at": prompt.asked_at,
        "answered_at": prompt.answered_at,
        "answer": prompt.answer,
        "comment": prompt.comment,
        "reason": prompt.reason.value if prompt.reason else None,
        "follow_up": prompt.follow_up,
        "created_at": prompt.created_at,
        "next_check_at": prompt.next_check_at,
        "version": prompt.version,
    }
