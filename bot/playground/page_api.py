"""What the page asks for and does, as JSON; and the stream of what changes."""

import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.playground.core import Core
from bot.playground.errors import CannotDoError
from bot.playground.forms import Forms
from bot.playground.page_messages import messages_page
from bot.playground.people import People
from bot.playground.said import said_by_the_app
from bot.playground.shapes import view_shape
from bot.playground.state import Channel, Json, Message, User, View


class PageApi:
    """Serve the page of one playground."""

    def __init__(self, core: Core, people: People, forms: Forms, connected: Callable[[], bool]) -> None:
        self._core = core
        self._people = people
        self._forms = forms
        self._connected = connected
        self._run = secrets.token_hex(4)
        self._acts: dict[str, Callable[[Json], Awaitable[Any]]] = {
            "types": self._types,
            "presses": self._presses,
            "suggests": self._suggests,
            "submits": self._submits,
            "closes": self._closes,
            "shortcut": self._shortcut,
            "reacts": self._reacts,
            "edits": self._edits,
            "deletes": self._deletes,
            "opens_home": self._opens_home,
            "reads": self._reads,
            "joins": self._invites,
        }

    def add_routes(self, app: web.Application) -> None:
        """Add the page's own addresses."""
        app.router.add_get("/playground/state", self.state)
        app.router.add_get("/playground/messages", self.messages)
        app.router.add_get("/playground/live", self.live)
        app.router.add_post("/playground/act", self.act)
        app.router.add_post("/playground/clock", self.clock)
        app.router.add_get("/playground/said", self.said)

    async def state(self, request: web.Request) -> web.Response:
        """Show all that is around the messages, to one person."""
        space = self._core.workspace
        user = space.user_named(request.query.get("user", "")) or next(iter(space.users.values()))
        form, home = space.top_form(user.id), space.homes.get(user.id)
        return web.json_response(
            {
                "workspace": {"id": space.id, "name": space.name, "bot": space.app.bot_user},
                "me": user.id,
                "people": [self._person(u) for u in space.users.values()],
                "channels": [self._channel(c, user) for c in space.channels.values() if user.id in c.members],
                "commands": [vars(c) for c in self._core.manifest.commands],
                "shortcuts": [vars(s) for s in self._core.manifest.shortcuts],
                "form": self._form(form) if form else None,
                "home": self._form(home) if home else None,
                "clock": {"offset": self._core.clock.offset, "now": self._core.clock.now()},
                "connected": self._connected(),
            }
        )

    def _person(self, user: User) -> Json:
        space = self._core.workspace
        own = user.team_id == space.id
        acts = not user.is_bot and user.id != "USLACKBOT"
        return {**vars(user), "is_stranger": not own, "team_name": space.team_name(user.team_id), "can_act": acts}

    def _channel(self, channel: Channel, user: User) -> Json:
        space = self._core.workspace
        read = space.read_until.get((user.id, channel.id), "")
        own = (e for e in channel.ephemerals.values() if e.visible_to == user.id)
        unread = [m for m in (*channel.messages.values(), *own) if m.ts > read and m.user != user.id]
        others = {space.users[id].team_id for id in channel.members if id in space.users} - {user.team_id}
        return {
            "id": channel.id,
            "name": channel.name,
            "kind": channel.kind,
            "topic": channel.topic,
            "is_shared": channel.is_ext_shared,
            "shared_with": sorted(space.team_name(team) for team in others),
            "has_bot": space.app.bot_user in channel.members,
            "members": channel.members,
            "read_until": read,
            "newest": max((m.ts for m in unread), default=read),
            "unread": len(unread),
            "mentions": sum(channel.kind == "im" or f"<@{user.id}" in m.text for m in unread),
        }

    def _form(self, view: View) -> Json:
        disabled = bool(view.body.get("submit_disabled"))
        return {**view_shape(self._core.workspace, view), "errors": view.errors, "submit_disabled": disabled}

    async def messages(self, request: web.Request) -> web.Response:
        """Show one person messages of one channel: see `messages_page` for what may be asked."""
        user, channel = self._where(request.query.get("user", ""), request.query.get("channel", ""))
        return web.json_response(messages_page(self._core.workspace, channel, user, request.query))

    async def live(self, request: web.Request) -> web.StreamResponse:
        """Stream what changes, as server-sent events."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        queue = self._core.live.listen()
        try:
            await response.write(b": hello\n\n")
            while (what := await queue.get()) is not None:
                await response.write(f"data: {what}\n\n".encode())
        except ConnectionError:
            pass
        finally:
            self._core.live.forget(queue)
        return response

    async def act(self, request: web.Request) -> web.Response:
        """Do what a person does on the page."""
        try:
            given = await request.json()
        except ValueError:
            given = None
        doing = self._acts.get(str(given.get("do"))) if isinstance(given, dict) else None
        if doing is None:
            return web.json_response({"ok": False, "error": "unknown action"}, status=400)
        try:
            return web.json_response({"ok": True, **(await doing(given) or {})})
        except (CannotDoError, KeyError, TypeError, ValueError) as wrong:
            return web.json_response({"ok": False, "error": str(wrong)})

    async def clock(self, request: web.Request) -> web.Response:
        """Move the clock: on by `seconds`, or to the moment `to` (unix seconds), or back to the real time."""
        clock = self._core.clock
        try:
            given = await request.json()
            if "seconds" in given:
                offset = clock.go_on(float(given["seconds"]))
            else:
                offset = clock.go_to(float(given["to"])) if "to" in given else clock.set(0.0)
        except CannotDoError as wrong:
            return web.json_response({"ok": False, "error": str(wrong)})
        except (ValueError, TypeError):
            return web.json_response({"ok": False, "error": "seconds must be a number"}, status=400)
        self._core.live.say("clock")
        return web.json_response({"ok": True, "offset": offset, "now": clock.now()})

    async def said(self, _request: web.Request) -> web.Response:
        """Show what the app has said, wherever: by that the guided tour notices how far somebody has come."""
        return web.json_response({"run": self._run, "said": said_by_the_app(self._core.workspace)})

    def _where(self, user: str, channel: str) -> tuple[User, Channel]:
        try:
            person = self._people.user(user)
            return person, self._people.channel(channel, person)
        except CannotDoError as wrong:
            raise web.HTTPNotFound(text=str(wrong)) from wrong

    def _place(self, given: Json) -> Message | View:
        if given.get("view"):
            view = self._core.workspace.view(str(given["view"]))
            if view is None or view.user != given["user"]:
                raise CannotDoError("that form is gone")
            return view
        user = self._people.user(given["user"])
        return self._people.visible(user, self._people.channel(given["channel"], user), given["ts"])

    async def _types(self, given: Json) -> Json:
        outcome = await self._people.types(given["user"], given["channel"], given["text"], given.get("thread_ts"))
        return {"notice": outcome.error}

    async def _presses(self, given: Json) -> Json:
        place = self._place(given)
        if isinstance(place, View) and place.body["type"] == "modal" and given.get("values"):
            self._forms.fills(given["user"], given["values"])
        ids = (given["block_id"], given["action_id"])
        outcome = await self._people.presses(given["user"], place, ids, given.get("chosen"))
        return {"notice": outcome.error}

    async def _suggests(self, given: Json) -> Json:
        ids = (given["block_id"], given["action_id"])
        found = await self._people.suggestions(given["user"], self._place(given), ids, given.get("typed", ""))
        return {"options": found}

    async def _submits(self, given: Json) -> Json:
        self._forms.fills(given["user"], given.get("values") or {})
        outcome = await self._forms.submits(given["user"])
        return {"errors": outcome.errors, "notice": outcome.error}

    async def _closes(self, given: Json) -> None:
        await self._forms.closes(given["user"], everything=bool(given.get("everything")))

    async def _shortcut(self, given: Json) -> Json:
        ids = (given["user"], given["callback_id"], given.get("channel", ""), given.get("ts", ""))
        return {"notice": (await self._people.shortcut(*ids)).error}

    async def _reacts(self, given: Json) -> None:
        self._people.reacts(given["user"], given["channel"], given["ts"], given["emoji"])

    async def _edits(self, given: Json) -> None:
        self._people.edits(given["user"], given["channel"], given["ts"], given["text"])

    async def _deletes(self, given: Json) -> None:
        self._people.deletes(given["user"], given["channel"], given["ts"])

    async def _opens_home(self, given: Json) -> None:
        self._people.opens_home(given["user"], given.get("tab", "home"))

    async def _reads(self, given: Json) -> None:
        user = self._people.user(given["user"])
        channel = self._people.channel(given["channel"], user)
        self._core.workspace.read_until[(user.id, channel.id)] = str(given["ts"])
        self._core.live.say("read", user=user.id)

    async def _invites(self, given: Json) -> None:
        self._people.invites_bot(given["user"], given["channel"])
