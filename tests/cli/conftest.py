"""The command line, called as a person does; its environment holds only what a test sets."""

import logging
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.checkout import MANIFEST
from bot.cli import main
from bot.playground.server import Playground
from bot.settings import Settings
from tests.support.backstage import StoryLoop

Stafet = Callable[..., Result]


@pytest.fixture
def empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting is set, and the current folder is empty."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def _own_logs() -> Iterator[None]:
    """Give logging and the cores back as they were: the command line takes them over."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    cores = os.sched_getaffinity(0) if sys.platform == "linux" else ()
    yield
    root.handlers[:], root.level = handlers, level
    if sys.platform == "linux":
        os.sched_setaffinity(0, cores)


@pytest.fixture
def stafet(empty_environment: None, _own_logs: None) -> Stafet:
    """`python -m bot …` with settings: `stafet("export", "tasks", DATABASE_URL=…)`."""

    def call(*arguments: str, **settings: str) -> Result:
        return CliRunner(env={**os.environ, **settings}).invoke(main, arguments)

    return call


@pytest.fixture
def playground() -> Iterator[Playground]:
    """A Slack on this computer, with nobody connected."""
    loop = StoryLoop()
    playground = loop.call(lambda: Playground(manifest=MANIFEST))
    loop.run(playground.start(port=0))
    yield playground
    loop.run(playground.stop())
    loop.stop()
