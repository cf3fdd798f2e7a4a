"""A real Chromium that opens the playground's page, and sees to it that nothing goes wrong in it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome") or ""
needs_chromium = pytest.mark.skipif(not CHROMIUM, reason="no Chromium found: install it, or name it in CHROMIUM")


@contextmanager
def started() -> Iterator[Browser]:
    """Start the browser; many pages may be opened in it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
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
    page.set_default_timeout(10_000)
    page.on("console", note)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", watch)
    page.goto(f"{url}/{at}")
    page.wait_for_selector(".composer")
    yield page
    page.close()
    assert wrong == []
