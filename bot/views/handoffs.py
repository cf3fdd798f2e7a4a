"""What a person sees of handoffs: the card, the offer, what became of it, questions, reminders, lists."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import Block
from slack_sdk.models.blocks.block_elements import InteractiveElement

from bot.domain.commands import Note, Remark
from bot.domain.details import HandoffDetails, HandoffKept, HandoffPage
from bot.domain.handoffs import Handoff, HandoffState
from bot.domain.tasks import Task
from bot.i18n.translator import Translator
from bot.views import ids
from bot.views.blocks import button, buttons, context, in_full, person, safe, section, shortened, when
from bot.views.message import Message
from bot.views.tasks import note_line, timeline

HANDOFFS_LIST = "handoffs"
"""What the value of the button for the next page begins with."""

_SHOWN_TASKS = 5
_BRIEF_LINES = 4
_PART = 2800
"""Characters that a section holds beside its label."""
_LONGEST = 3000
_ROOM = 6800
"""Characters of people's own words in a post: one of more than about 12,000 in all is refused (msg_blocks_too_long)."""


def card(details: HandoffDetails, t: Translator) -> Message:
    """Show a handoff to everybody in a channel, briefly: who passes what to whom, and what can be done."""
    return Message(text=summary(details, t), blocks=[*_brief(details, t), *_buttons(details.handoff, t)])


def more(details: HandoffDetails, t: Translator, *, opening: str = "", remark: str = "") -> Message:
    """Show one person everything about a handoff, no word cut; `remark` says why it is shown."""
    handoff = details.handoff
    blocks = [section(said) for said in (remark, opening) if said]
    blocks += [section(_headline(details, t)), *_full_context(handoff, t), *_outcome(handoff, t)]
    blocks.append(context(*_facts(details, t)))
    if details.entries and not opening:
        blocks.append(context(timeline(details.entries, t)))
    text = remark or opening or summary(details, t)
    return Message(text=text, blocks=[*blocks, *_buttons(handoff, t, answers=not opening)])


def offer(details: HandoffDetails, t: Translator) -> Message:
    """Offer the work to its receiver; once it is answered the same message says what became of it."""
    handoff = details.handoff
    if handoff.state is not HandoffState.OFFERED:
        return Message(text=summary(details, t), blocks=_brief(details, t))
    opening = t("handoff.offer", ref=_titled(details), giver=person(handoff.giver))
    if sum(len(_escaped(said)) for said in _words(handoff).values()) <= _ROOM:
        return more(details, t, opening=opening)
    blocks = [section(opening), section(_headline(details, t)), *_full_context(handoff, t, room=_ROOM)]
    blocks += [*_outcome(handoff, t), context(*_facts(details, t)), *_buttons(handoff, t, answers=False, shows=True)]
    return Message(text=opening, blocks=blocks)


def gone_on(details: HandoffDetails, t: Translator) -> Message:
    """Stand where a reminder, or what came back, has had its day: words that never grow old."""
    line = t("handoff.gone_on", ref=_titled(details))
    return Message(text=line, blocks=[section(line)])


def offered(kept: HandoffKept, zone: str, t: Translator) -> Message:
    """Tell the giver that it is offered, and read the promises back."""
    details = kept.details
    if not kept.is_new:
        return more(details, t, opening=t("handoff.offered_before", ref=details.handoff.ref))
    opening = t("handoff.offered", ref=_titled(details), person=_receiver(details.handoff))
    promises = [task for task in details.tasks if task.handoff == details.handoff.number]
    lines = [f"• {_promise(task, zone, t)}" for task in promises]
    if lines:
        opening_lines = "\n".join([opening, "", t("handoff.promises"), *lines[:_SHOWN_TASKS]])
        hidden = len(lines) - _SHOWN_TASKS
        opening_lines += f"\n{t.count('handoff.more_tasks', hidden)}" if hidden > 0 else ""
    receiver, held_until = _receiver(details.handoff), kept.held_until
    held = t("handoff.held_for_quiet", person=receiver, when=when(held_until, t)) if held_until else ""
    quiet = [context(held)] if held else []
    return Message(text=opening, blocks=[section(opening_lines if lines else opening), *quiet, *_notes(kept.notes, t)])


def accepted(details: HandoffDetails, zone: str, notes: Iterable[Note], t: Translator) -> Message:
    """Read the next step back to the one who took over."""
    handoff = details.handoff
    opening = t("handoff.accepted", ref=_titled(details))
    due = in_full(handoff.receiver_due_at.astimezone(ZoneInfo(zone)), zone, t) if handoff.receiver_due_at else ""
    step = t("handoff.your_step", words=safe(handoff.receiver_words or "", limit=500))
    lines = [opening, step, t("handoff.step_due", due=due) if due else t("handoff.step_without_time")]
    return Message(text=opening, blocks=[section("\n".join(lines)), *_tasks_line(details, t), *_notes(notes, t)])


def told(key: str, handoff: Handoff, t: Translator) -> Message:
    """Tell the one who acted what has happened now."""
    line = t(key, ref=handoff.ref, person=_receiver(handoff), giver=person(handoff.giver))
    return Message(text=line, blocks=[section(line)])


def result(details: HandoffDetails, reader: str, t: Translator) -> Message:
    """Tell the giver, or the lead, what became of a handoff."""
    handoff = details.handoff
    words = {"ref": _titled(details), "person": _receiver(handoff), "giver": person(handoff.giver)}
    outcome = _outcome(handoff, t)
    if handoff.state is HandoffState.ACCEPTED:
        opening = t("handoff.was_accepted", **words)
    elif handoff.reason is not None:
        opening = t("handoff.was_returned", **words)
    else:
        opening = t("handoff.went_back_to_you" if reader == handoff.giver else "handoff.went_back", **words)
        outcome = []
    blocks = [section(opening), *outcome, context(*_facts(details, t))]
    opens = buttons(button(ids.HANDOFF_SHOW, t("button.open"), str(handoff.ref)))
    return Message(text=opening, blocks=[*blocks, *(_buttons(handoff, t) if reader == handoff.giver else [opens])])


def question(details: HandoffDetails, words: str, t: Translator, *, is_open: bool = True) -> Message:
    """Bring the receiver's question to the giver; once the handoff has gone on, without the button."""
    handoff = details.handoff
    opening = t("handoff.asks" if is_open else "handoff.asked_before", ref=_titled(details), person=_receiver(handoff))
    answering = button(ids.HANDOFF_ANSWER, t("button.answer"), str(handoff.ref), style="primary")
    return Message(text=opening, blocks=[section(opening), *_quoted(words), *([buttons(answering)] if is_open else [])])


def answer(details: HandoffDetails, asked: str, said: str, by: str, t: Translator, *, has_buttons: bool) -> Message:
    """Bring the answer to the receiver; in the card's thread without the card's buttons."""
    handoff = details.handoff
    opening = t("handoff.was_answered", ref=_titled(details), person=person(by))
    blocks = [section(opening), *_quoted(asked, limit=400), *_parts("", _within(said, _ROOM))]
    return Message(text=opening, blocks=[*blocks, *(_buttons(handoff, t, answers=False) if has_buttons else ())])


def reminder(details: HandoffDetails, t: Translator) -> Message:
    """Remind whoever it waits for: what waits, and why they hear of it."""
    handoff = details.handoff
    if handoff.state is HandoffState.DRAFT:
        key = "handoff.reminder.draft"
    else:
        key = "handoff.reminder.question" if handoff.question else "handoff.reminder.offer"
    opening = t(key, ref=_titled(details), person=_receiver(handoff), giver=person(handoff.giver))
    if handoff.question:
        answering = button(ids.HANDOFF_ANSWER, t("button.answer"), str(handoff.ref), style="primary")
        return Message(text=opening, blocks=[section(opening), *_quoted(handoff.question), buttons(answering)])
    return Message(text=opening, blocks=[section(opening), *_brief_context(handoff, t), *_buttons(handoff, t)])


def draft(details: HandoffDetails, notes: Iterable[Note], t: Translator) -> Message:
    """Answer a line that misses something: it is kept, and what it still needs."""
    handoff = details.handoff
    missing = ", ".join(t(f"handoff.missing.{name}") for name in handoff.terms.missing)
    key = "handoff.draft" if missing else "handoff.draft_complete"
    line = t(key, ref=_titled(details), missing=missing)
    return Message(text=line, blocks=[section(line), *_notes(notes, t), *_buttons(handoff, t)])


def draft_offered(handoff: Handoff, channel: str | None, t: Translator) -> Message:
    """Stand where a draft was answered: it is offered now, and where its card is."""
    line = t("handoff.draft_offered", ref=handoff.ref, person=_receiver(handoff))
    line += f" {t('task.card_is_in', channel=f'<#{channel}>')}" if channel else ""
    return Message(text=line, blocks=[section(line)])


def listed(page: HandoffPage, wanted: str, t: Translator) -> Message:
    """Show one page of handoffs, newest first."""
    title = t(f"handoff.list.{wanted}")
    blocks: list[Block] = [section(f"*{title}*")]
    for details in page.handoffs:
        handoff = details.handoff
        opened = button(ids.HANDOFF_SHOW, t("button.open"), str(handoff.ref))
        promised = safe(" · ".join(filter(None, map(str.strip, handoff.terms.promised.splitlines()))), limit=150)
        blocks.append(section(f"{_headline(details, t)}\n{promised}".rstrip(), accessory=opened))
    if not page.handoffs:
        blocks.append(context(t("list.empty")))
    if page.after is not None:
        blocks.append(buttons(button(ids.LIST_NEXT, t("button.next_page"), f"{HANDOFFS_LIST}:{wanted}:{page.after}")))
    return Message(text=title, blocks=blocks)


def summary(details: HandoffDetails, t: Translator) -> str:
    """Say a handoff in one line, as a notification or a screen reader does."""
    handoff = details.handoff
    return f"{_titled(details)} · {person(handoff.giver)} → {_receiver(handoff)} · {_state(handoff, t)}"


def noted(note: Note, t: Translator) -> str:
    """Say what was guessed or could not be read."""
    if note.remark in (Remark.UNKNOWN_PERSON, Remark.NOT_A_MEMBER):
        return t(f"handoff.note.{note.remark}", words=safe(note.words, limit=80))
    return note_line(note, t)


def _headline(details: HandoffDetails, t: Translator) -> str:
    handoff = details.handoff
    between = f"{person(handoff.giver)} → {_receiver(handoff)}"
    return f"*{_titled(details)}* · {_state(handoff, t)}\n{between}"


def _titled(details: HandoffDetails) -> str:
    customer = f" {safe(details.customer.name, limit=80)}" if details.customer else ""
    return f"{details.handoff.ref}{customer}"


def _receiver(handoff: Handoff) -> str:
    return person(handoff.terms.receiver) if handoff.terms.receiver else "–"


def _state(handoff: Handoff, t: Translator) -> str:
    return t("handoff.state.asked" if handoff.question else f"handoff.state.{handoff.state}")


def _words(handoff: Handoff) -> dict[str, str]:
    terms = handoff.terms
    words = {
        "promised": terms.promised,
        "state": terms.situation,
        "next_step": terms.next_step,
        "watch_out": terms.watch_out,
    }
    return {name: said for name, said in words.items() if said.strip()}


def _brief(details: HandoffDetails, t: Translator) -> list[Block]:
    handoff = details.handoff
    shown = [section(_headline(details, t)), *_brief_context(handoff, t), *_outcome(handoff, t)]
    return [*shown, context(*_facts(details, t))]


def _brief_context(handoff: Handoff, t: Translator) -> list[Block]:
    """Show the context in few lines; what is settled needs only what was promised."""
    shown = ("promised",) if handoff.state is HandoffState.ACCEPTED else tuple(_words(handoff))
    words = {name: said for name, said in _words(handoff).items() if name in shown}
    return [section(f"*{t(f'handoff.field.{name}')}*\n{_few_lines(said)}") for name, said in words.items()]


def _few_lines(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    cut = "\n".join(lines[:_BRIEF_LINES]) + ("\n…" if len(lines) > _BRIEF_LINES else "")
    return safe(cut, limit=300)


def _full_context(handoff: Handoff, t: Translator, *, room: int | None = None) -> list[Block]:
    """Show the whole context; with `room`, as much of each part as fits when all are long."""
    words = _words(handoff)
    shown = {name: _within(said, room // len(words)) if room else said for name, said in words.items()}
    return [block for name, said in shown.items() for block in _parts(f"*{t(f'handoff.field.{name}')}*\n", said)]


def _within(text: str, room: int) -> str:
    """Cut a text so that it takes at most `room` characters once it is escaped."""
    limit = room
    while len(_escaped(shortened(text, limit))) > room:
        limit = limit * 3 // 4
    return shortened(text, limit)


def _escaped(text: str) -> str:
    return safe(text, limit=_LONGEST)


def _parts(label: str, text: str) -> list[Block]:
    """Show a text as long as Slack lets a person type, over as many sections as it takes."""
    whole = _escaped(text)
    if len(whole) <= _PART:
        return [section(label + whole)] if whole.strip() else []
    half = len(text) // 2
    return [*_parts(label, text[:half]), *_parts("", text[half:])]


def _quoted(words: str, *, limit: int = 500) -> list[Block]:
    said = "\n".join(f"> {line}" for line in safe(words, limit=limit).splitlines()[:12])
    return [section(said)] if said.strip("> \n") else []


def _outcome(handoff: Handoff, t: Translator) -> list[Block]:
    """Say what stands between offering and owning: a question, the read-back, or why it came back."""
    if handoff.question:
        return [section(t("handoff.open_question", person=_receiver(handoff))), *_quoted(handoff.question)]
    if handoff.state is HandoffState.ACCEPTED:
        due = t("handoff.step_due", due=when(handoff.receiver_due_at, t)) if handoff.receiver_due_at else ""
        words = safe(handoff.receiver_words or "", limit=500)
        return [section(f"{t('handoff.read_back', person=_receiver(handoff), words=words)}\n{due}".rstrip())]
    if handoff.state is HandoffState.RETURNED and handoff.reason:
        return [section(t("handoff.because", reason=safe(handoff.reason, limit=500)))]
    if handoff.state is HandoffState.RETURNED:
        return [section(t("handoff.no_answer", giver=person(handoff.giver)))]
    return []


def _facts(details: HandoffDetails, t: Translator) -> list[str]:
    handoff = details.handoff
    facts = [t("handoff.owned_by", person=person(handoff.owner))]
    if handoff.terms.changes_owner and handoff.state is HandoffState.OFFERED:
        facts.append(t("handoff.owner_changes", person=_receiver(handoff)))
    tasks = _task_names(details, t)
    return [" · ".join(facts), *([t("handoff.tasks", tasks=tasks)] if tasks else [])]


def _tasks_line(details: HandoffDetails, t: Translator) -> list[Block]:
    tasks = _task_names(details, t)
    return [context(t("handoff.tasks", tasks=tasks))] if tasks else []


def _task_names(details: HandoffDetails, t: Translator) -> str:
    """Name the tasks that move; of a private one only its number where the handoff is for everybody."""
    hides = not details.handoff.is_private
    shown = details.tasks[:_SHOWN_TASKS]
    names = [f"{task.ref} {'' if task.is_private and hides else safe(task.title, limit=60)}".rstrip() for task in shown]
    hidden = len(details.tasks) - _SHOWN_TASKS
    return ", ".join(names) + (f" {t.count('handoff.more_tasks', hidden)}" if hidden > 0 else "")


def _promise(task: Task, zone: str, t: Translator) -> str:
    due: datetime | None = task.due_at
    said = in_full(due.astimezone(ZoneInfo(zone)), zone, t) if due else t("task.no_due")
    return f"{task.ref} {safe(task.title, limit=80)}: {said}"


def _notes(notes: Iterable[Note], t: Translator) -> list[Block]:
    said = [noted(note, t) for note in notes]
    return [context(*said)] if said else []


def _buttons(handoff: Handoff, t: Translator, *, answers: bool = True, shows: bool = False) -> list[Block]:
    ref = str(handoff.ref)
    made: list[InteractiveElement] = []
    if handoff.state is HandoffState.DRAFT:
        made = [button(ids.HANDOFF_OPEN, t("button.complete"), ref, style="primary")]
    elif handoff.state is HandoffState.RETURNED:
        made = [button(ids.HANDOFF_OPEN, t("button.offer_again"), ref)]
    elif handoff.state is HandoffState.OFFERED:
        made = [
            button(ids.HANDOFF_ACCEPT, t("button.accept"), ref, style="primary"),
            button(ids.HANDOFF_ASK, t("button.ask"), ref),
            button(ids.HANDOFF_RETURN, t("button.return"), ref),
        ]
        if handoff.question and answers:
            made.append(button(ids.HANDOFF_ANSWER, t("button.answer"), ref))
        if shows:
            made.append(button(ids.HANDOFF_SHOW, t("button.more"), ref))
    return [buttons(*made)] if made else []
