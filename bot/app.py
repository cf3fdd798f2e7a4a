"""The composition root: one place where everything is born, in order, and ends in the reverse order."""

import asyncio
import logging
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from aiohttp import web

from bot.clock import Clock, ShiftedClock, SystemClock
from bot.domain.hours import BadHours, WeeklyHours
from bot.domain.workspaces import Workspace
from bot.i18n.translator import Translators
from bot.introduction import Introduction
from bot.metrics import CONTENT_TYPE, Metrics
from bot.services import Services, build_services
from bot.services.calendars import holidays_of
from bot.settings import BadSetting, Settings
from bot.slack.edge import Edge
from bot.slack.gateway import Identity, SlackGateway, WebGateway
from bot.slack.http import SlackEndpoint
from bot.slack.site import Site
from bot.slack.socket import SocketLinks
from handlers import ERRANDS, ROUTES
from handlers.context import Desk
from handlers.dispatch import Dispatcher
from scheduler.auditor import Auditor
from scheduler.delivery import Delivery
from scheduler.errands import Errands
from scheduler.messages import KINDS
from scheduler.places import Places
from scheduler.rounds import tick_of
from scheduler.settling import Settling
from scheduler.tick import Tick
from scheduler.timers import Timers
from scheduler.unknown import UnknownSends
from storage.engine import Database, StorageBusy
from storage.migrate import upgrade
from storage.unit_of_work import Store
from storage.workers import Workers

log = logging.getLogger(__name__)

_HEARING_DRAIN = 2.5
_ANSWER_DRAIN = 2.0
_SEND_DRAIN = 2.0
"""Seconds that each may take at the end: what is being handled, what follows an answer, sends."""
_PROBE = 1.0
"""Seconds within which the database must answer for us to be ready."""


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
    metrics: Metrics
    edge: Edge
    delivery: Delivery
    unknown: UnknownSends
    errands: Errands
    auditor: Auditor
    introduction: Introduction
    lock: IO[str] | None = None
    tick: Tick | None = None
    timers: Timers | None = None
    links: SocketLinks | None = None
    site: Site | None = None
    is_stopping: bool = False

    async def start(self, *, http: bool = False) -> None:
        """Bring the database up to date, get to know the workspace, then listen and act."""
        self.lock = self.database.take()
        await asyncio.to_thread(upgrade, self.database)
        if self.lock:
            await self.workers.run(self.delivery.take_over)
        await self.introduction.begin()
        self.tick = tick_of(
            self.store, self.workers, self.clock, self.services, self.delivery, self.unknown, self.errands
        )
        if http:
            endpoint = SlackEndpoint(self.edge, self.settings.slack_signing_secret, self.clock)
            await self._serve(3000 if self.settings.port is None else self.settings.port, endpoint.route)
        else:
            settings = self.settings
            self.links = SocketLinks(self.edge, settings.slack_app_token, settings.slack_api_url, self.metrics)
            self.links.start()
            if settings.port is not None:
                await self._serve(settings.port)
        self.tick.start()
        self.timers = Timers(self.tick.wake, self.auditor.run, self._upkeep, seconds=self.settings.stafet_tick_seconds)
        self.timers.start()

    async def stop(self) -> None:
        """Stop hearing and claiming, finish what was begun, let go of the database; in less than 10 s."""
        self.is_stopping = True
        self.introduction.stop()
        if self.timers:
            self.timers.stop()
        async with asyncio.TaskGroup() as ending:
            if self.tick:
                ending.create_task(self.tick.stop(_HEARING_DRAIN))
            if self.links:
                ending.create_task(self.links.close(_HEARING_DRAIN))
            if self.site:
                ending.create_task(self.site.stop())
        try:
            await asyncio.wait_for(self.edge.settled(), _ANSWER_DRAIN)
        except TimeoutError:
            log.warning("some answers were cut short")
        await self.delivery.stop(_SEND_DRAIN)
        await asyncio.to_thread(self.workers.close)
        if isinstance(self.gateway, WebGateway):
            await self.gateway.close()
        self.database.close()
        if self.lock:
            self.lock.close()

    @property
    def port(self) -> int | None:
        """The port that is served, if any."""
        return self.site.port if self.site else None

    async def _upkeep(self) -> None:
        await self.workers.run(self.services.upkeep.tidy)

    async def _serve(self, port: int, *routes: web.RouteDef) -> None:
        pages = (
            web.get("/healthz", self._health),
            web.get("/readyz", self._readiness),
            web.get("/metrics", self._metrics),
        )
        self.site = Site([*pages, *routes])
        try:
            await self.site.start(self.settings.host, port)
        except OSError as e:
            raise BadSetting(f"PORT: {port} can't be used on {self.settings.host}: {e.strerror}") from e

    async def _health(self, _: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def _readiness(self, _: web.Request) -> web.Response:
        why_not = await self._why_not_ready()
        return web.Response(text=f"{why_not or 'ready'}\n", status=503 if why_not else 200)

    async def _why_not_ready(self) -> str:
        """Say what keeps us from taking what comes; "" where nothing does."""
        if self.is_stopping:
            return "stopping"
        if self.links and not self.links.up:
            return "not connected"
        try:
            async with asyncio.timeout(_PROBE):
                await self.workers.run(self.services.upkeep.probe, deadline=time.monotonic() + _PROBE)
        except (TimeoutError, StorageBusy):
            return "the database doesn't answer"
        return ""

    async def _metrics(self, _: web.Request) -> web.Response:
        return web.Response(body=self.metrics.text(), headers={"Content-Type": CONTENT_TYPE})


def build(settings: Settings, *, clock: Clock | None = None, gateway: SlackGateway | None = None) -> App:
    """Build Stafet from its settings. Raises BadSetting with one clear line for what makes no sense."""
    translators = Translators()
    check_settings(settings, translators)
    clock = clock or clock_of(settings)
    metrics = Metrics()
    gateway = gateway or WebGateway(settings.slack_bot_token, settings.slack_api_url, timeout=10, metrics=metrics)
    database = open_database(settings)
    store = Store(database, clock)
    workers = Workers(database)
    services = build_services(store, clock)
    desk = Desk(services, workers, translators, gateway, clock)
    dispatcher = Dispatcher(ROUTES, desk)
    places = Places(store, workers, services, gateway, clock)
    settling = Settling(store, workers, clock, KINDS, metrics)
    return App(
        settings=settings,
        clock=clock,
        database=database,
        store=store,
        workers=workers,
        services=services,
        translators=translators,
        gateway=gateway,
        metrics=metrics,
        edge=Edge(
            gateway, dispatcher, metrics, answers=dispatcher.answers, form_failed=dispatcher.explain_form_failure
        ),
        delivery=Delivery(store, workers, gateway, clock, translators, KINDS, places, settling),
        unknown=UnknownSends(store, workers, gateway, clock, KINDS, places, metrics),
        errands=Errands(store, workers, clock, {kind: partial(run, desk=desk) for kind, run in ERRANDS.items()}),
        auditor=Auditor(store, workers, clock, metrics),
        introduction=Introduction(gateway, workers, services, partial(_first_settings, settings, translators)),
    )


def _first_settings(settings: Settings, translators: Translators, identity: Identity) -> Workspace:
    """Make the settings of a new workspace."""
    return Workspace(
        id=identity.workspace,
        name=identity.workspace_name,
        url=identity.url,
        bot_user=identity.bot_user,
        bot_id=identity.bot_id,
        language=translators.of(settings.stafet_language).language,
        zone=settings.stafet_time_zone,
        hours=str(WeeklyHours.parse(settings.stafet_work_hours)),
        holidays=settings.stafet_holidays,
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


def check_settings(settings: Settings, translators: Translators) -> None:
    """Refuse what a new workspace can't begin with. Raises BadSetting."""
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
