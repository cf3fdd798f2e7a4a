"""Dispatch: find the handler of a request, and turn what a person can act on into words."""

import logging
import time
import uuid
from collections.abc import Iterable
from dataclasses import replace

from bot.domain.errors import AlreadyDelivered, DomainError
from bot.i18n.translator import Translator
from bot.slack.gateway import Unclear
from bot.slack.replies import NOTHING, Reply
from bot.slack.requests import Click, Event, Request, Search, Shortcut, Submission, Typed
from bot.views import problems
from bot.views.message import Message
from handlers.context import Context, Desk, open_context
from handlers.routes import Action, AnyHandler, Command, EventRoute, FormRoute, Route, SearchRoute, ShortcutRoute
from storage.engine import StorageBusy
from storage.workspaces import NotInstalled

log = logging.getLogger(__name__)

_UNHURRIED = 10.0


class Dispatcher:
    """Our own table of routes: a dictionary, so that a hundred handlers cost as much as one."""

    def __init__(self, routes: Iterable[Route], desk: Desk) -> None:
        self._desk = desk
        self._routes: dict[tuple[type[Request], str], Route] = {}
        for route in routes:
            kind, name = _key(route)
            if (kind, name) in self._routes:
                raise ValueError(f"two routes for {name}")
            self._routes[kind, name] = route

    async def __call__(self, request: Request) -> Reply:
        """Handle a request. Events raise where they can't be kept; people get an answer instead."""
        route = self._find(request)
        if route is None:
            return NOTHING
        try:
            context = await open_context(self._desk, request)
        except NotInstalled as e:
            log.warning("passed over: no workspace %s has Stafet", e)
            return _turn_away(request, self._desk.translators.of(None))
        except StorageBusy as e:
            if isinstance(request, Event):
                raise
            return _try_again(request, e, self._desk.translators.of(None))
        if isinstance(request, Event):
            return await self._handle_event(route, request, context)
        return await self._handle(route, request, context)

    async def answers(self, request: Request) -> bool:
        """Keep that a request is answered now; False where it was, and told again. In doubt it is answered."""
        if request.actor.delivery is None:
            return True
        actor = replace(request.actor, delivery=f"answer:{request.actor.delivery}")
        try:
            await self._desk.workers.run(self._desk.services.people.claim_answer, actor, deadline=request.deadline)
        except AlreadyDelivered:
            return False
        except (StorageBusy, NotInstalled) as e:
            log.warning("answered, though nobody knows whether for the first time: %r", e)
        return True

    async def explain_form_failure(self, request: Request) -> Reply:
        """Say that a form could not be opened. That has time: the request was answered long ago."""
        context = await open_context(self._desk, replace(request, deadline=time.monotonic() + _UNHURRIED))
        return Reply(message=problems.say("problem.form_failed", context.t))

    async def _handle(self, route: Route, request: Request, context: Context) -> Reply:
        if context.is_outsider and not getattr(route, "for_outsiders", False):
            return _at_a_field(request, problems.say("problem.not_allowed", context.t))
        if context.is_anybody and not getattr(route, "for_outsiders", False):
            return _at_a_field(request, problems.say("problem.busy", context.t))
        handler: AnyHandler = route.handler
        try:
            return await handler(request, context)
        except AlreadyDelivered:
            return NOTHING
        except DomainError as e:
            if await self._was_done(context):
                return NOTHING
            if isinstance(request, Submission) and request.values:
                field = e.field if e.field and e.field in request.values else next(iter(request.values))
                return Reply(errors={field: await self._with_names(problems.at_a_field(e, context.t), context)})
            return Reply(message=problems.explain(e, context.t))
        except StorageBusy as e:
            return _try_again(request, e, context.t)
        except Exception:  # whatever it was, the person is told
            reference = uuid.uuid4().hex[:8]
            log.exception("unexpected, reference %s", reference)
            return _at_a_field(request, problems.say("problem.unexpected", context.t, ref=reference))

    async def _with_names(self, said: str, context: Context) -> str:
        """Name the people whom an error mentions: at a field of a form Slack would show their bare ids."""
        try:
            people = (await context.reader(said)).line.people if "<@" in said else {}
        except StorageBusy:
            people = {}
        return problems.with_names(said, {id: member.name for id, member in people.items()}, context.t)

    async def _was_done(self, context: Context) -> bool:
        """Tell whether a request that is refused now took effect when it was told before."""
        try:
            return await context.use(context.services.people.was_delivered, context.actor)
        except StorageBusy:
            return False

    async def _handle_event(self, route: Route, request: Event, context: Context) -> Reply:
        handler: AnyHandler = route.handler
        if context.is_outsider and not getattr(route, "for_outsiders", False):
            asks_us = request.kind == "app_mention" and bool(context.member and context.member.is_guest)
            return Reply(message=problems.say("problem.not_allowed", context.t)) if asks_us else NOTHING
        if context.is_anybody and not getattr(route, "for_outsiders", False):
            raise Unclear(f"nobody says who {request.actor.member} is")
        try:
            return await handler(request, context)
        except AlreadyDelivered:
            return NOTHING
        except DomainError as e:
            return Reply(message=problems.explain(e, context.t))

    def _find(self, request: Request) -> Route | None:
        name = _name(request)
        found = self._routes.get((type(request), name))
        if found is None and "." in name:
            found = self._routes.get((type(request), name.rpartition(".")[0] + "."))
        return found


def _key(route: Route) -> tuple[type[Request], str]:
    match route:
        case Command():
            return Typed, route.name
        case Action():
            return Click, route.id
        case FormRoute():
            return Submission, route.id
        case SearchRoute():
            return Search, route.menu
        case ShortcutRoute():
            return Shortcut, route.id
        case EventRoute():
            return Event, route.kind


def _name(request: Request) -> str:
    match request:
        case Typed():
            return request.command
        case Click():
            return request.action_id
        case Submission() | Shortcut():
            return request.callback_id
        case Search():
            return request.menu
        case Event():
            return request.kind
    return ""


def _turn_away(request: Request, t: Translator) -> Reply:
    """Refuse a person; an event asks for no answer."""
    return NOTHING if isinstance(request, Event) else _at_a_field(request, problems.say("problem.not_allowed", t))


def _try_again(request: Request, error: StorageBusy, t: Translator) -> Reply:
    log.warning("told to try again: %s", error)
    return _at_a_field(request, problems.say("problem.busy", t))


def _at_a_field(request: Request, message: Message) -> Reply:
    """Answer where the person is looking: a form shows it at its first field."""
    if isinstance(request, Submission) and request.values:
        return Reply(errors={next(iter(request.values)): message.text})
    return Reply(message=message)
