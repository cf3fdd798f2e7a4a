"""The composition root: one place where everything is born, in order, and ends in the reverse order."""

import asyncio
import logging
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from aiohttp import web

from bot.clock import Clock, ShiftedClock, SystemClock
from bot.domain.hours import BadHours, WeeklyHours
from bot.domain.workspaces import Workspace
from bot.i18n.translator import Translators
from bot.services import Services, build_services
from bot.services.calendars import holidays_of
from bot.settings import BadSetting, Settings
from bot.slack.edge import Edge
from bot.slack.gateway import Busy, Identity, Refused, SlackGateway, Unclear, WebGateway
from bot.slack.http import BODY_LIMIT, SlackEndpoint
from bot.slack.socket import SocketLink
from handlers import ERRANDS, ROUTES
from handlers.context import Desk
from handlers.dispatch import Dispatcher
from scheduler.backoff import TRY_AGAIN
from scheduler.delivery import Delivery
from scheduler.errands import Errands
from scheduler.messages import KINDS
from scheduler.sweeps import sweeps_of
from scheduler.tick import Tick
from scheduler.timers import Timers
from storage.engine import Database, StorageBusy
from storage.migrate import upgrade
from storage.unit_of_work import Store
from storage.workers import Workers

log = logging.getLogger(__name__)

_DRAIN = 8.0
"""Seconds that what follows an answer may take at the end."""


@dataclass(slots=True, kw_only=True)
class App:
    """Stafet, built and ready to start."""

    settings: Settings
    clock: Clock
    database: Database
    store: Store
    workers: Workers
    services: Services
    translators: Translators
    gateway: SlackGateway
    edge: Edge
    delivery: Delivery
    errands: Errands
    lock: IO[str] | None = None
    tick: Tick | None = None
    timers: Timers | None = None
    link: SocketLink | None = None
    runner: web.AppRunner | None = None
    greeting: asyncio.Task[None] | None = None

    async def start(self, *, http: bool = False) -> None:
        """Bring the database up to date, get to know the workspace, then listen and act."""
        self.lock = self.database.take()
        await asyncio.to_thread(upgrade, self.database)
        identity = await self._identify()
        self.tick = Tick(sweeps_of(self.services, self.workers, self.errands), self.delivery, self.clock)
        self.store.on_change = self.tick.wake
        self.timers = Timers(self.tick.wake, self._upkeep, seconds=self.settings.stafet_tick_seconds)
        if http:
            self.runner = await self._serve(with_slack=True)
        else:
            self.link = SocketLink(self.edge, self.settings.slack_app_token, self.settings.slack_api_url)
            self.link.start()
            if self.settings.port is not None:
                self.runner = await self._serve(with_slack=False)
        self.tick.start()
        self.timers.start()
        if identity:
            self.greeting = asyncio.create_task(self._learn_people(identity.workspace))

    async def stop(self) -> None:
        """Stop hearing, finish what was answered, stop acting, let go of the database."""
        if self.greeting:
            self.greeting.cancel()
        if self.link:
            await self.link.close()
        if self.runner:
            await self.runner.cleanup()
        try:
            await asyncio.wait_for(self.edge.settled(), _DRAIN)
        except TimeoutError:
            log.warning("some answers were cut short")
        if self.timers:
            self.timers.stop()
        if self.tick:
            await self.tick.stop()
        await asyncio.to_thread(self.workers.close)
        if isinstance(self.gateway, WebGateway):
            await self.gateway.close()
        self.database.close()
        if self.lock:
            self.lock.close()

    @property
    def port(self) -> int | None:
        """The port that is served, if any."""
        if self.runner is None or not self.runner.addresses:
            return None
        return int(self.runner.addresses[0][1])

    async def _identify(self) -> Identity | None:
        """Learn who the bot is. Without Slack, a workspace that is known already will do."""
        pause = 0.5
        while True:
            try:
                identity = await self.gateway.identity()
            except (Busy, Unclear, Refused) as e:
                if isinstance(e, Refused) and e.code not in TRY_AGAIN:
                    raise BadSetting(f"SLACK_BOT_TOKEN: Slack says {e.code}") from e
                log.warning("Slack doesn't say who the bot is: %r", e)
                if await self.workers.run(self.services.upkeep.workspaces):
                    return None
                await asyncio.sleep(pause)
                pause = min(10.0, pause * 2)
                continue
            await self.workers.run(self.services.upkeep.install, self._first_settings(identity))
            return identity

    def _first_settings(self, identity: Identity) -> Workspace:
        settings = self.settings
        return Workspace(
            id=identity.workspace,
            name=identity.workspace_name,
            url=identity.url,
            bot_user=identity.bot_user,
            bot_id=identity.bot_id,
            language=self.translators.of(settings.stafet_language).language,
            zone=settings.stafet_time_zone,
            hours=str(WeeklyHours.parse(settings.stafet_work_hours)),
            holidays=settings.stafet_holidays,
        )

    async def _learn_people(self, workspace: str) -> None:
        """Fetch everybody's profile, as fast as Slack allows; its change events keep them up to date."""
        cursor = ""
        while True:
            try:
                members, cursor = await self.gateway.members(cursor)
                await self.workers.run(self.services.people.learn, workspace, members)
            except Busy as e:
                await asyncio.sleep(e.retry_after)
            except (Refused, Unclear, StorageBusy) as e:
                log.warning("profiles come one by one, when people write: %r", e)
                return
            else:
                if not cursor:
                    return

    async def _upkeep(self) -> None:
        await self.workers.run(self.services.upkeep.tidy)

    async def _serve(self, *, with_slack: bool) -> web.AppRunner:
        site = web.Application(client_max_size=BODY_LIMIT)
        site.router.add_get("/healthz", self._health)
        site.router.add_get("/readyz", self._readiness)
        if with_slack:
            endpoint = SlackEndpoint(self.edge, self.settings.slack_signing_secret, self.clock)
            site.router.add_post("/slack/events", endpoint.handle)
        runner = web.AppRunner(site, access_log=None)
        await runner.setup()
        port = 3000 if self.settings.port is None else self.settings.port
        try:
            await web.TCPSite(runner, self.settings.host, port).start()
        except OSError as e:
            await runner.cleanup()
            raise BadSetting(f"PORT: {port} can't be used on {self.settings.host}: {e.strerror}") from e
        return runner

    async def _health(self, _: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def _readiness(self, _: web.Request) -> web.Response:
        connected = self.link is None or await self.link.is_connected()
        return web.Response(text="ready\n" if connected else "not connected\n", status=200 if connected else 503)


def build(settings: Settings, *, clock: Clock | None = None, gateway: SlackGateway | None = None) -> App:
    """Build Stafet from its settings. Raises BadSetting with one clear line for what makes no sense."""
    translators = Translators()
    _check(settings, translators)
    clock = clock or clock_of(settings)
    gateway = gateway or WebGateway(settings.slack_bot_token, settings.slack_api_url, timeout=10)
    database = open_database(settings)
    store = Store(database, clock)
    workers = Workers(database)
    services = build_services(store, clock)
    desk = Desk(services, workers, translators, gateway, clock)
    dispatcher = Dispatcher(ROUTES, desk)
    return App(
        settings=settings,
        clock=clock,
        database=database,
        store=store,
        workers=workers,
        services=services,
        translators=translators,
        gateway=gateway,
        edge=Edge(gateway, dispatcher, form_failed=dispatcher.explain_form_failure),
        delivery=Delivery(store, workers, services, gateway, clock, translators, KINDS),
        errands=Errands(store, workers, clock, {kind: partial(run, desk=desk) for kind, run in ERRANDS.items()}),
    )


def open_database(settings: Settings) -> Database:
    """Open the database of the settings. Raises BadSetting."""
    try:
        return Database(settings.database_url)
    except ValueError as e:
        raise BadSetting(f"DATABASE_URL: {e}") from e


def clock_of(settings: Settings) -> Clock:
    """Choose the clock: the machine's, or one shifted for a trial."""
    offset = settings.stafet_clock_offset
    if offset in ("", "0"):
        return SystemClock()
    try:
        return ShiftedClock(float(offset))
    except ValueError:
        return ShiftedClock(Path(offset))


def check_transport(settings: Settings, *, http: bool) -> None:
    """Refuse to start without the tokens that the chosen transport needs."""
    if not settings.slack_bot_token:
        raise BadSetting("SLACK_BOT_TOKEN: missing; it begins with xoxb- and stands under OAuth & Permissions")
    if http and not settings.slack_signing_secret:
        raise BadSetting("SLACK_SIGNING_SECRET: missing; it stands under Basic Information")
    if not http and not settings.slack_app_token:
        raise BadSetting("SLACK_APP_TOKEN: missing; it begins with xapp- and stands under Basic Information")


def _check(settings: Settings, translators: Translators) -> None:
    try:
        WeeklyHours.parse(settings.stafet_work_hours)
    except BadHours as e:
        raise BadSetting(f"STAFET_WORK_HOURS: {e.text!r} are no hours; an example is mon-fri 09:00-17:00") from e
    try:
        holidays_of(settings.stafet_holidays)
    except ValueError as e:
        raise BadSetting(f"STAFET_HOLIDAYS: {settings.stafet_holidays!r} is no country; an example is DK") from e
    if settings.stafet_language not in translators.languages:
        known = ", ".join(translators.languages)
        raise BadSetting(f"STAFET_LANGUAGE: {settings.stafet_language!r} is none of {known}")
