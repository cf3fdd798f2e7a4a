"""A real Chromium that opens the playground's page, and sees to it that nothing goes wrong in it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or ""
PATIENCE = 30_000
"""Milliseconds that a test waits for what it wants to see, on a machine that has other things to do."""

expect.set_options(timeout=PATIENCE)
needs_chromium = pytest.mark.skipif(not CHROMIUM, reason="no Chromium found: install it, or name it in CHROMIUM")


@contextmanager
def started() -> Iterator[Browser]:
    """Start the browser; many pages may be opened in it."""
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=options, timeout=2 * PATIENCE)
        yield browser
        browser.close()


@contextmanager
def opened(browser: Browser, url: str, at: str, *, width: int = 1280, height: int = 800) -> Iterator[Page]:
    """Open the playground's page at a place; a word in its console or a foreign request fails the test."""
    wrong: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            wrong.append(message.text)

    def watch(request: Request) -> None:
        if not request.url.startswith((url, "data:")):
            wrong.append(request.url)

    page = browser.new_page(viewport={"width": width, "height": height})
    page.set_default_timeout(PATIENCE)
    page.on("console", note)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", watch)
    page.goto(f"{url}/{at}")
    page.wait_for_selector(".composer")
    yield page
    page.close()
    assert wrong == []
