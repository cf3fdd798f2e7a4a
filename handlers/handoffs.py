"""Handoffs: `/handoff`, the buttons of its card, its forms, and lines in messages."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.domain.commands import AcceptHandoff, OfferHandoff, Remark
from bot.domain.customers import closest_name
from bot.domain.details import HandoffKept
from bot.domain.errors import DomainError, NotFound
from bot.domain.handoffs import HandoffState, Terms
from bot.domain.references import Reference
from bot.domain.tasks import Origin, Source
from bot.slack.replies import NOTHING, Reply
from bot.slack.requests import Click, Shortcut, Submission, Typed
from bot.views import handoff_forms as forms
from bot.views import handoffs as views
from bot.views import ids, problems
from bot.views.message import Message
from handlers.acquaintance import reader_of
from handlers.chosen import customer_in, must_be_somebody, number_in, offset_in, time_in
from handlers.context import Context
from handlers.memory import FormMemory
from handlers.parsing.handoff_line import (
    AnswerHandoff,
    HandoffLine,
    HandoffReading,
    ListHandoffs,
    OpenHandoffForm,
    ShowHandoff,
    only_names,
    read_dated,
    read_handoff_command,
    read_handoff_line,
    read_promises,
)
from handlers.routes import Action, Command, FormRoute, ShortcutRoute
from handlers.task_forms import memory_of, picked
from storage.handoffs import HandoffFilter

PAGE = 10


async def on_handoff(typed: Typed, cx: Context) -> Reply:
    """Handle `/handoff` in all its forms."""
    memory = FormMemory(channel=cx.actor.channel or "", url=typed.response_url, is_private=cx.is_private)
    match read_handoff_command(typed.text, cx.words):
        case OpenHandoffForm():
            return await _new_form(cx, memory)
        case ShowHandoff(ref):
            return await _show(ref, cx)
        case ListHandoffs() as wanted:
            return await _list(wanted, cx)
        case AnswerHandoff(verb, about, words):
            asking = memory.model_copy(update={"ref": str(about)})
            return await (_answered(verb, about, words, cx) if words else FORM_OF[verb](asking, cx))
        case HandoffLine(text):
            return await _offer_line(text, memory, cx)


async def record_handoff_line(text: str, cx: Context, source: Source, origin: Origin) -> Reply:
    """Do what a message asks for; what it misses is asked for in its thread, and nothing of it is lost."""
    match read_handoff_command(text, cx.words):
        case OpenHandoffForm():
            return Reply(message=problems.say("message.how_to", cx.t))
        case ShowHandoff(ref):
            return await _show(ref, cx)
        case ListHandoffs() as wanted:
            return await _list(wanted, cx)
        case AnswerHandoff(verb, about, words):
            if words:
                return await _answered(verb, about, words, cx)
            await FORM_OF[verb](FormMemory(ref=str(about)), cx)  # refused here, not behind the button
            return await _show(about, cx, "handoff.press_button")
        case HandoffLine(line):
            reading = read_handoff_line(line, await reader_of(line, cx))
            if named := only_names(reading):
                return await _show(named, cx, "handoff.what_with_it")
            command = OfferHandoff(
                terms=reading.terms,
                promises=reading.promises,
                origin=origin,
                source=source,
                asked_in=source.channel,
                is_private=cx.is_private,
                notes=reading.notes,
            )
            await cx.use(cx.services.handoffs.keep, cx.actor, command)
            return NOTHING


async def _answered(verb: str, ref: Reference, words: str, cx: Context) -> Reply:
    return Reply(message=await ANSWER_WITH[verb](ref, words, cx))


async def _offer_line(text: str, memory: FormMemory, cx: Context) -> Reply:
    """Offer what a command's line says; a form asks for what it misses."""
    reading = read_handoff_line(text, await reader_of(text, cx))
    if named := only_names(reading):
        return await _show(named, cx, "handoff.what_with_it")
    await _refuse_unknown(reading, cx)
    if reading.terms.missing:
        return await _new_form(cx, memory, reading)
    command = OfferHandoff(
        terms=reading.terms,
        promises=reading.promises,
        asked_in=memory.channel or None,
        is_private=memory.is_private,
        notes=reading.notes,
    )
    return Reply(message=views.offered(await cx.use(cx.services.handoffs.offer, cx.actor, command), cx.zone, cx.t))


async def _refuse_unknown(reading: HandoffReading, cx: Context) -> None:
    """Refuse a customer or a person that nobody knows, with an example that works."""
    for note in reading.notes:
        if note.remark is Remark.UNKNOWN_PERSON:
            raise DomainError("handoff.problem.unknown_person", words=note.words)
        if note.remark is Remark.UNKNOWN_CUSTOMER:
            known = [customer.name for customer in await cx.use(cx.services.people.customers, cx.actor)]
            example = closest_name(note.words, known) or next(iter(known), note.words)
            raise DomainError("handoff.problem.unknown_customer", words=note.words, example=example)


async def _show(ref: Reference, cx: Context, opening: str = "") -> Reply:
    """Show a handoff with its buttons; `opening` is the key of what stands above it."""
    details = await cx.use(cx.services.handoffs.details, cx.actor, ref)
    return Reply(message=views.more(details, cx.t, remark=cx.t(opening, ref=ref) if opening else ""))


async def _list(wanted: ListHandoffs, cx: Context) -> Reply:
    if wanted.words:
        raise DomainError("handoff.problem.unknown_list", words=wanted.words)
    return await _show_list(wanted.filter or "mine", 0, cx)


async def show_page(where: str, cx: Context) -> Reply:
    """Show the next page of a list in the place of this one."""
    wanted, _, offset = where.partition(":")
    return await _show_list(wanted, offset_in(offset), cx)


async def _show_list(wanted: str, offset: int, cx: Context) -> Reply:
    me = cx.actor.member
    filters = {
        "mine": HandoffFilter(reader=me, involved=me),
        "in": HandoffFilter(reader=me, receiver=me),
        "out": HandoffFilter(reader=me, giver=me),
        "all": HandoffFilter(reader=me, include_over=True),
    }
    if wanted not in filters:
        raise NotFound("list.problem.unknown")
    page = await cx.use(cx.services.handoffs.list, cx.actor, filters[wanted], offset=offset, size=PAGE)
    return Reply(message=views.listed(page, wanted, cx.t), replaces=True)


async def on_show(click: Click, cx: Context) -> Reply:
    """Show everything about a handoff to the one who asks."""
    return await _show(_ref_of(click.value), cx)


async def on_new(asked: Shortcut | Click, cx: Context) -> Reply:
    """Open the form from anywhere."""
    return await _new_form(cx, FormMemory(channel=cx.actor.channel or "", url=asked.response_url))


async def on_from_message(shortcut: Shortcut, cx: Context) -> Reply:
    """Open the form filled in from a message; one that was captured before gives the first handoff back."""
    message = shortcut.message
    if message is None:
        return NOTHING
    first = await cx.use(cx.services.handoffs.captured, cx.actor, message.channel, message.ts)
    if first and first.handoff.state is HandoffState.DRAFT:
        return await _complete(FormMemory(ref=str(first.handoff.ref), url=shortcut.response_url), cx)
    if first:
        return Reply(message=views.offered(HandoffKept(details=first, is_new=False), cx.zone, cx.t))
    memory = FormMemory.of_message(message, url=shortcut.response_url, is_private=cx.is_private)
    return await _new_form(cx, memory, read_handoff_line(message.text, await reader_of(message.text, cx)))


async def on_open(click: Click, cx: Context) -> Reply:
    """Open the form to complete a draft, or to offer again what came back."""
    return await _complete(memory_of(click), cx)


async def _complete(memory: FormMemory, cx: Context) -> Reply:
    choices = await cx.use(cx.services.handoffs.choices, cx.actor, _ref_of(memory.ref))
    terms = choices.draft.terms if choices.draft else Terms()
    return Reply(form=forms.handoff_form(cx.t, choices=choices, terms=terms, metadata=memory.write()))


async def _new_form(cx: Context, memory: FormMemory, reading: HandoffReading | None = None) -> Reply:
    if reading is None:
        reading = read_handoff_line("", await cx.reader(""))
    choices = await cx.use(cx.services.handoffs.choices, cx.actor, customer=reading.terms.customer)
    notes = "\n".join(views.noted(note, cx.t) for note in reading.notes)
    form = forms.handoff_form(cx.t, choices=choices, terms=reading.terms, metadata=memory.write(), notes=notes)
    return Reply(form=form)


async def on_form(sent: Submission, cx: Context) -> Reply:
    """Offer the handoff of the form."""
    memory, terms = FormMemory.read(sent.metadata), await _terms_of(sent, cx)
    await must_be_somebody(terms.receiver, "receiver", cx)
    promises, notes = read_promises(terms.promised, await cx.reader(""))
    command = OfferHandoff(
        terms=terms,
        promises=promises,
        ref=memory.reference,
        origin=Origin.SHORTCUT if memory.source else Origin.FORM,
        source=memory.source,
        asked_in=memory.channel or None,
        is_private=memory.is_private,
        notes=notes,
    )
    kept = await cx.use(cx.services.handoffs.offer, cx.actor, command)
    return _after_form(memory, views.offered(kept, cx.zone, cx.t))


async def _terms_of(sent: Submission, cx: Context) -> Terms:
    return Terms(
        receiver=sent.text("receiver") or None,
        customer=await customer_in(sent, cx),
        promised=sent.text("promised"),
        situation=sent.text("state"),
        next_step=sent.text("next_step"),
        watch_out=sent.text("watch_out"),
        tasks=tuple(filter(None, map(number_in, sent.many("tasks")))),
        changes_owner=forms.CHANGES_OWNER in sent.many("changes_owner"),
    )


async def on_accept(click: Click, cx: Context) -> Reply:
    """Ask for the read-back."""
    return await _accept_form(memory_of(click), cx)


async def on_ask(click: Click, cx: Context) -> Reply:
    """Ask for the question."""
    return await _ask_form(memory_of(click), cx)


async def on_return(click: Click, cx: Context) -> Reply:
    """Ask why it goes back."""
    return await _return_form(memory_of(click), cx)


async def on_answer(click: Click, cx: Context) -> Reply:
    """Ask for the answer to the open question."""
    return await _answer_form(memory_of(click), cx)


async def _accept_form(memory: FormMemory, cx: Context) -> Reply:
    handoff = await cx.use(cx.services.handoffs.awaiting, cx.actor, _ref_of(memory.ref))
    return Reply(form=forms.accept_form(handoff, cx.t, zone=cx.zone, metadata=memory.write()))


async def _ask_form(memory: FormMemory, cx: Context) -> Reply:
    handoff = await cx.use(cx.services.handoffs.awaiting, cx.actor, _ref_of(memory.ref))
    return Reply(form=forms.ask_form(handoff, cx.t, metadata=memory.write()))


async def _return_form(memory: FormMemory, cx: Context) -> Reply:
    handoff = await cx.use(cx.services.handoffs.awaiting, cx.actor, _ref_of(memory.ref))
    return Reply(form=forms.return_form(handoff, cx.t, metadata=memory.write()))


async def _answer_form(memory: FormMemory, cx: Context) -> Reply:
    details = await cx.use(cx.services.handoffs.details, cx.actor, _ref_of(memory.ref))
    details.handoff.open_question()
    return Reply(form=forms.answer_form(details.handoff, cx.t, metadata=memory.write()))


async def on_accept_form(sent: Submission, cx: Context) -> Reply:
    """Take the work over; the time of the next step is the one that was picked, else the one in the words."""
    memory, words = _filled(sent, "next_step")
    return _after_form(memory, await _accept(_ref_of(memory.ref), words, cx, at=time_in(sent.text("due"), cx)))


async def on_ask_form(sent: Submission, cx: Context) -> Reply:
    """Bring the question to the giver."""
    memory, question = _filled(sent, "comment")
    return _after_form(memory, await _ask(_ref_of(memory.ref), question, cx))


async def on_answer_form(sent: Submission, cx: Context) -> Reply:
    """Bring the answer to the receiver."""
    memory, answer = _filled(sent, "comment")
    return _after_form(memory, await _answer(_ref_of(memory.ref), answer, cx))


async def on_return_form(sent: Submission, cx: Context) -> Reply:
    """Return it to the giver, with the reason."""
    memory, reason = _filled(sent, "reason")
    return _after_form(memory, await _return(_ref_of(memory.ref), reason, cx))


async def _accept(ref: Reference, words: str, cx: Context, *, at: datetime | None = None) -> Message:
    line = " ".join(words.split())
    title, due, notes = read_dated(line, await cx.reader(""))
    if at:
        due, notes = picked(at, cx), ()
    command = AcceptHandoff(ref=ref, words=words, title=title if due else line, due=due)
    details = await cx.use(cx.services.handoffs.accept, cx.actor, command)
    return views.accepted(details, cx.zone, notes, cx.t)


async def _ask(ref: Reference, question: str, cx: Context) -> Message:
    details = await cx.use(cx.services.handoffs.ask, cx.actor, ref, question)
    return views.told("handoff.was_asked", details.handoff, cx.t)


async def _answer(ref: Reference, answer: str, cx: Context) -> Message:
    details = await cx.use(cx.services.handoffs.answer, cx.actor, ref, answer)
    return views.told("handoff.answer_sent", details.handoff, cx.t)


async def _return(ref: Reference, reason: str, cx: Context) -> Message:
    details = await cx.use(cx.services.handoffs.give_back, cx.actor, ref, reason)
    return views.told("handoff.you_returned", details.handoff, cx.t)


FORM_OF: dict[str, Callable[[FormMemory, Context], Awaitable[Reply]]] = {
    "accept": _accept_form,
    "return": _return_form,
    "ask": _ask_form,
    "answer": _answer_form,
}
"""What asks for the words that an answer to a handoff needs."""

ANSWER_WITH: dict[str, Callable[[Reference, str, Context], Awaitable[Message]]] = {
    "accept": _accept,
    "return": _return,
    "ask": _ask,
    "answer": _answer,
}
"""What answers a handoff with the words that were said at once."""


def _filled(sent: Submission, name: str) -> tuple[FormMemory, str]:
    words = sent.text(name)
    if not words:
        raise DomainError("problem.field_needed", field=name)
    return FormMemory.read(sent.metadata), words


def _ref_of(value: str) -> Reference:
    """Read which handoff a button or form is about. Raises NotFound."""
    ref = Reference.read(value)
    if ref is None:
        raise NotFound("handoff.problem.unknown", ref=value)
    return ref


def _after_form(memory: FormMemory, message: Message) -> Reply:
    return Reply(message=message, follow_url=memory.url, follow_channel=memory.channel)


ROUTES = (
    Command("/handoff", on_handoff),
    Action(ids.HANDOFF_ACCEPT, on_accept),
    Action(ids.HANDOFF_ASK, on_ask),
    Action(ids.HANDOFF_RETURN, on_return),
    Action(ids.HANDOFF_ANSWER, on_answer),
    Action(ids.HANDOFF_OPEN, on_open),
    Action(ids.HANDOFF_SHOW, on_show),
    Action(ids.HANDOFF_NEW, on_new),
    FormRoute(ids.HANDOFF_FORM, on_form),
    FormRoute(ids.HANDOFF_ACCEPT_FORM, on_accept_form),
    FormRoute(ids.HANDOFF_ASK_FORM, on_ask_form),
    FormRoute(ids.HANDOFF_ANSWER_FORM, on_answer_form),
    FormRoute(ids.HANDOFF_RETURN_FORM, on_return_form),
    ShortcutRoute(ids.HANDOFF_NEW, on_new),
    ShortcutRoute(ids.HANDOFF_FROM_MESSAGE, on_from_message),
)
