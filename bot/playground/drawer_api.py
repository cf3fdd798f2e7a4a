"""What the page's drawer asks for: the traffic, and the switches that make things go wrong."""

from collections.abc import Awaitable, Callable
from itertools import islice

from aiohttp import web

from bot.playground.core import Core
from bot.playground.drawer_rows import call_row, delivery_row, whole
from bot.playground.socket_mode import SocketMode
from bot.playground.state import Channel, Json
from bot.playground.traffic import Call, Sent
from bot.playground.web_api import METHODS

MOST_ROWS = 200
MOST_SECONDS = 600.0
MOST_LOST = 100


class DrawerApi:
    """Show the traffic of one playground, and switch its faults."""

    def __init__(self, core: Core, sockets: SocketMode) -> None:
        self._core = core
        self._faults = core.faults
        self._sockets = sockets
        self._switches: dict[str, Callable[[Json, bool], Awaitable[None]]] = {
            "rate_limit": self._rate_limit,
            "drop": self._drop,
            "cut": self._cut,
            "hang": self._hang,
            "late_ack": self._late_ack,
            "twice": self._twice,
            "down": self._down,
        }

    def add_routes(self, app: web.Application) -> None:
        """Add the drawer's addresses."""
        app.router.add_get("/playground/traffic", self.traffic)
        app.router.add_get(r"/playground/traffic/{number:\d+}", self.one)
        app.router.add_get("/playground/faults", self.faults)
        app.router.add_post("/playground/faults", self.switch)

    async def traffic(self, request: web.Request) -> web.Response:
        """Show the newest calls and deliveries that came or changed since a change, the newest first."""
        try:
            since = int(request.query.get("since", "0"))
        except ValueError:
            return web.json_response({"ok": False, "error": "since must be a number"}, status=400)
        rows = [self._row(one) for one in self._newest() if one.change > since]
        return web.json_response({"rows": rows, "changes": self._core.traffic.changes})

    def _newest(self) -> list[Call | Sent]:
        traffic = self._core.traffic
        both: list[Call | Sent] = [*islice(reversed(traffic.calls), MOST_ROWS)]
        both += islice(reversed(traffic.deliveries), MOST_ROWS)
        return sorted(both, key=lambda one: -one.number)[:MOST_ROWS]

    def _row(self, one: Call | Sent) -> Json:
        space = self._core.workspace
        return call_row(space, one) if isinstance(one, Call) else delivery_row(space, one)

    async def one(self, request: web.Request) -> web.Response:
        """Show the whole of one call or delivery."""
        number = int(request.match_info["number"])
        found = next((one for one in self._newest() if one.number == number), None)
        if found is None:
            return web.json_response({"ok": False, "error": "that is no longer remembered"}, status=404)
        return web.json_response(whole(found))

    async def faults(self, _request: web.Request) -> web.Response:
        """Show each switch: whether it is on, how, and how often it has struck."""
        return web.json_response(self._state())

    async def switch(self, request: web.Request) -> web.Response:
        """Turn a switch on or off."""
        try:
            given = await request.json()
            await self._switches[given["switch"]](given, given["on"] is True)
        except (KeyError, TypeError, ValueError) as wrong:
            return web.json_response({"ok": False, "error": f"no such fault: {wrong}"}, status=400)
        self._core.live.say("faults")
        return web.json_response({"ok": True, **self._state()})

    def _state(self) -> Json:
        faults, struck = self._faults, self._faults.happened
        limited = [{"channel": self._named(channel), "left": left} for channel, left in faults.limited.items()]
        dropped = [{"method": method, "left": left} for method, left in faults.to_drop.items()]
        switches: dict[str, Json] = {
            "rate_limit": {"on": bool(limited), "limited": limited},
            "drop": {"on": bool(dropped), "dropped": dropped},
            "cut": {"on": False, "links": self._sockets.connections},
            "hang": {"on": faults.hang_for > 0, "seconds": faults.hang_for},
            "late_ack": {"on": faults.ack_delay > 0, "seconds": faults.ack_delay},
            "twice": {"on": faults.times > 1},
            "down": {"on": faults.is_down},
        }
        return {
            "switches": {name: {**state, "struck": struck[name]} for name, state in switches.items()},
            "channels": [{"id": channel.id, "name": self._named(channel.id)} for channel in self._heard_in()],
            "methods": sorted(METHODS),
        }

    def _heard_in(self) -> list[Channel]:
        space = self._core.workspace
        return [channel for channel in space.channels.values() if space.app.bot_user in channel.members]

    def _named(self, channel_id: str) -> str:
        space = self._core.workspace
        channel = space.channels[channel_id]
        return f"#{channel.name}" if channel.name else f"direct: {space.users[channel.user].real_name}"

    async def _rate_limit(self, given: Json, on: bool) -> None:
        for channel in self._faults.limited:
            self._faults.rate_limit(channel, 0)
        if on:
            channel = self._core.workspace.channels[given["channel"]].id
            self._faults.rate_limit(channel, _seconds(given))

    async def _drop(self, given: Json, on: bool) -> None:
        self._faults.keep_answers()
        if on:
            if given["method"] not in METHODS:
                raise ValueError(f"{given['method']!r} is no method")
            self._faults.drop_answer_of(given["method"], max(1, min(MOST_LOST, int(given["times"]))))

    async def _cut(self, _given: Json, _on: bool) -> None:
        await self._sockets.cut()

    async def _hang(self, given: Json, on: bool) -> None:
        self._faults.hang(_seconds(given) if on else 0, "")

    async def _late_ack(self, given: Json, on: bool) -> None:
        self._faults.ack_delay = _seconds(given) if on else 0.0

    async def _twice(self, _given: Json, on: bool) -> None:
        self._faults.times = 2 if on else 1

    async def _down(self, _given: Json, on: bool) -> None:
        self._faults.is_down = on


def _seconds(given: Json) -> float:
    seconds = float(given["seconds"])
    if not 0 < seconds <= MOST_SECONDS:
        raise ValueError(f"seconds must be more than 0 and at most {MOST_SECONDS:.0f}")
    return seconds
