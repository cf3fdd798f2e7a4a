"""Settings: one frozen value, read once from the environment and `.env`. What makes no sense stops the start."""

import io
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values
from dotenv.parser import parse_stream
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.failpoints import FailPoint

SLACK = "https://slack.com/api/"
_NEARLY = 0.85
"""How much of two names is the same where one is taken for the other, misspelt."""
_CENTURY = 100 * 365 * 86400.0
_NO_OFFSET = "is neither a number of seconds nor a file, such as ./clock, in a folder that exists"


class BadSetting(Exception):
    """A setting makes no sense; the message is one clear line."""


def _with_slash(url: str) -> str:
    try:
        parts = urlsplit(url)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_one = False
    if not is_one:
        raise ValueError("must be an http:// or https:// address")
    return url if url.endswith("/") else url + "/"


def _bot_token(token: str) -> str:
    if token.startswith("xapp-"):
        raise ValueError("is an app-level token; the bot's begins with xoxb-")
    return token


def _app_token(token: str) -> str:
    if token.startswith("xox"):
        raise ValueError("is a bot's or a person's token; the app-level one begins with xapp-")
    return token


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as e:
        raise ValueError("is no time zone; an example is Europe/Copenhagen") from e
    return name


def _offset(text: str) -> str:
    try:
        seconds = float(text)
    except ValueError:
        file = Path(text)
        looks_like_a_path = "/" in text or file.is_file()  # a bare word such as `soon` is no file yet to be written
        if not looks_like_a_path or file.is_dir() or not file.parent.is_dir():
            raise ValueError(_NO_OFFSET) from None
        return text
    if not abs(seconds) < _CENTURY:
        raise ValueError("is more than a hundred years away")
    return text


def _fail_point(spec: str) -> str:
    if spec:
        FailPoint(spec)
    return spec


class Settings(BaseModel):
    """Everything that the environment decides. The table in the README says what each is for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    slack_bot_token: Annotated[str, AfterValidator(_bot_token)] = ""
    slack_app_token: Annotated[str, AfterValidator(_app_token)] = ""
    slack_signing_secret: str = ""
    slack_api_url: Annotated[str, AfterValidator(_with_slash)] = SLACK
    database_url: str = "sqlite:///stafet.db"
    host: str = "127.0.0.1"
    port: int | None = Field(None, ge=0, le=65535)
    stafet_env: Literal["", "development", "production"] = ""
    stafet_tick_seconds: float = Field(5, gt=0, le=3600)
    stafet_time_zone: Annotated[str, AfterValidator(_zone)] = "Europe/Copenhagen"
    stafet_work_hours: str = "mon-fri 09:00-17:00"
    stafet_holidays: str = ""
    stafet_language: str = "en"
    stafet_clock_offset: Annotated[str, AfterValidator(_offset)] = "0"
    stafet_fail_point: Annotated[str, AfterValidator(_fail_point)] = ""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @property
    def secrets(self) -> tuple[str, ...]:
        """List what no log may show."""
        try:
            password = urlsplit(self.database_url).password or ""
        except ValueError:  # no address at all: whoever opens the database says so
            password = ""
        return (self.slack_bot_token, self.slack_app_token, self.slack_signing_secret, password, unquote(password))

    @model_validator(mode="before")
    @classmethod
    def _upper_log_level(cls, values: Any) -> Any:
        if isinstance(values, dict) and isinstance(values.get("log_level"), str):
            values["log_level"] = values["log_level"].upper()
        return values

    @model_validator(mode="after")
    def _no_trial_in_production(self) -> "Settings":
        is_trial = {
            "STAFET_CLOCK_OFFSET": self.stafet_clock_offset not in ("0", ""),
            "STAFET_FAIL_POINT": bool(self.stafet_fail_point),
        }
        for name in filter(is_trial.get, is_trial if self.stafet_env == "production" else ()):
            raise ValueError(f"{name} is for trials and refused when STAFET_ENV=production")
        return self


def read_settings(*, env_file: str | None = ".env", **given: Any) -> Settings:
    """Read the settings; what is given wins over the environment, and that over the file.

    Raises BadSetting with one clear line.
    """
    try:
        return Settings(**(_set_in(env_file) | given))
    except ValidationError as e:
        problem = e.errors()[0]
        name = "_".join(map(str, problem["loc"])).upper()
        why = problem["msg"].removeprefix("Value error, ")
        raise BadSetting(f"{name}: {why}" if name else why) from None


def misspelt(*, env_file: str | None = ".env") -> dict[str, str]:
    """Find names that are no setting's, but nearly that of one which isn't set: by such a name, what may be meant."""
    import difflib  # a bot that runs has no use for it

    there = _names_in(env_file)
    unset = [name.upper() for name in Settings.model_fields if name not in there]
    nearest = {name.upper(): difflib.get_close_matches(name.upper(), unset, 1, _NEARLY) for name in there}
    return {name: near[0] for name, near in nearest.items() if near}


def _set_in(env_file: str | None) -> dict[str, Any]:
    """Find what is set, by its name in small letters."""
    return {name: value for name, value in _names_in(env_file).items() if name in Settings.model_fields}


def _names_in(env_file: str | None) -> dict[str, str]:
    """List everything in the file and the environment, by its name in small letters; what is empty isn't there."""
    sources = (_read(Path(env_file)) if env_file else {}, os.environ)
    return {name.lower(): value for source in sources for name, value in source.items() if value}


def _read(file: Path) -> Mapping[str, str | None]:
    """Read a file of settings, if there is one. Raises BadSetting for one that can't be read, or not all of it."""
    try:
        text = file.read_text(encoding="utf-8") if file.is_file() else ""
    except OSError as e:
        raise BadSetting(f"{file} can't be read: {e.strerror}") from e
    except UnicodeDecodeError as e:
        raise BadSetting(f"{file} can't be read: it isn't saved as UTF-8") from e
    for line in parse_stream(io.StringIO(text)):
        if line.error:
            raise BadSetting(f"{file} can't be read: line {line.original.line}; a good one is STAFET_LANGUAGE=da")
    return dotenv_values(stream=io.StringIO(text))
