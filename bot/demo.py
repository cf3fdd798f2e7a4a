"""`python -m bot demo`: the playground and the bot in one process, with sample people and customers."""

import fcntl
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from bot.app import App, build
from bot.checkout import MANIFEST
from bot.domain.calendar import Calendar
from bot.playground.sample import sample_workspace
from bot.playground.server import Playground
from bot.sample import load
from bot.services.calendars import calendar_of
from bot.settings import BadSetting, Settings, read_settings

FOLDER = Path(".stafet-demo")
DEFAULT_PORT = 8080
TOUR = timedelta(hours=3)
"""How far people's clock goes on in one guided tour."""


def read_demo_settings() -> Settings:
    """Read what may be set for a demo: `PORT`, hours, language …; never the tokens and the database of `.env`."""
    return read_settings(env_file=None, stafet_env="development")


class Demo:
    """A small Slack and Stafet beside it; everything is fresh at each start."""

    def __init__(self, settings: Settings, folder: Path = FOLDER) -> None:
        self._settings = settings
        self._folder = folder
        self._lock: IO[str] | None = None
        self._playground: Playground | None = None
        self._app: App | None = None
        self.begins_at: datetime | None = None
        """What people's clock shows at the start, where that isn't the time of day."""

    @property
    def url(self) -> str:
        """The page's address."""
        return self._playground.url if self._playground else ""

    @property
    def database_url(self) -> str:
        """Where the demo keeps its data."""
        return f"sqlite:///{self._folder / 'stafet.db'}"

    async def start(self) -> None:
        """Start the playground, then the bot, then load what there is to play with."""
        self._lock = _take(self._folder)
        for left_over in (*self._folder.glob("stafet.db*"), *self._folder.glob("clock*")):
            left_over.unlink(missing_ok=True)
        clock_file = self._folder / "clock"
        self._playground = Playground(manifest=MANIFEST, workspace=sample_workspace(), clock_file=clock_file)
        await self._listen(self._playground)
        self._app = build(self._settings_of_bot(self._playground, clock_file))
        await self._app.start()
        await load(self._app, self._playground.workspace)
        await self._playground.connected(within=30)
        self._begin_in_working_hours(self._app, self._playground)

    async def stop(self) -> None:
        """Stop the bot, then the playground."""
        if self._app:
            await self._app.stop()
        if self._playground:
            await self._playground.stop()
        if self._lock:
            self._lock.close()

    async def _listen(self, playground: Playground) -> None:
        port = DEFAULT_PORT if self._settings.port is None else self._settings.port
        try:
            await playground.start(port)
        except OSError as e:
            reason = os.strerror(e.errno) if e.errno else str(e)
            raise BadSetting(f"PORT: {port} can't be used ({reason}); choose another, such as PORT=8090") from e

    def _begin_in_working_hours(self, app: App, playground: Playground) -> None:
        """Move people's clock to when all of them are at work for a tour: at night, nobody would hear from Stafet."""
        with app.store.look(playground.workspace.id) as uow:
            people = [uow.members.find(id) for id in playground.workspace.users]
            calendars = [calendar_of(uow.settings.get(), person) for person in people if person and person.may_act]
        now = app.clock.now()
        at = moment_together(calendars, now, TOUR)
        if at == now:  # it is, or no working day is that long
            at = moment_together(calendars, now)
        if at > now:
            playground.clock.forward((at - now).total_seconds())
            self.begins_at = at.astimezone(calendars[0].zone)

    def _settings_of_bot(self, playground: Playground, clock_file: Path) -> Settings:
        return read_settings(
            env_file=None,
            slack_bot_token=playground.bot_token,
            slack_app_token=playground.app_token,
            slack_signing_secret="",
            slack_api_url=playground.api_url,
            database_url=self.database_url,
            port=None,
            stafet_env="development",
            stafet_tick_seconds=1,
            stafet_clock_offset=str(clock_file),
        )


def moment_together(calendars: Sequence[Calendar], at: datetime, room: timedelta = timedelta()) -> datetime:
    """Find the next moment at which all calendars are open, then and after `room`; where none comes soon, stay."""
    moment = at
    for _ in range(50):
        shut = [
            (calendar, when) for when in (moment, moment + room) for calendar in calendars if not calendar.is_open(when)
        ]
        if not shut:
            return moment
        moment = max(calendar.next_opening(when) for calendar, when in shut)
    return at


def _take(folder: Path) -> IO[str]:
    """Keep a second demo out of the same folder."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as e:
        lock.close()
        raise BadSetting(f"another demo is running in {folder.absolute()}; stop it first") from e
    return lock
