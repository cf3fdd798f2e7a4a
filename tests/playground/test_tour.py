"""The guided tour in a real Chromium, with the demo that `python3 start.py` starts: five steps, in each language."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.chromium import needs_chromium, opened

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "tests" / "output" / "tour"

pytestmark = needs_chromium

TRAVELLERS = [
    ("en", "kim", "Record a task"),
    ("da", "ane", "Notér en opgave"),
    ("et", "mari", "Pane ülesanne kirja"),
    ("tr", "deniz", "Bir görev kaydedin"),
]
"""The language, who speaks it, and the title of the first step."""

OUTLINES = """async (languages) => {
  const names = (text) => [...text.matchAll(/{\\w+}/g)].map(String).sort().join();
  const part = ([key, value]) => [key, outline(value)];
  const outline = (value) => (typeof value === "string" ? names(value) : Object.entries(value).map(part).sort());
  const words = languages.map(async (language) => (await import(`/page/tour/${language}.js`)).default);
  return (await Promise.all(words)).map((each) => JSON.stringify(outline(each)));
}"""
"""Each language's keys, and what is filled into its texts."""


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[str]:
    """Start the demo as `start.py` does, as a process of its own; give its address."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "PORT": "0"}
    command = [sys.executable, "-u", "-m", "bot", "demo"]
    with subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield next(found[0] for line in process.stdout if (found := re.search(r"http://127\.0\.0\.1:\d+", line)))
        process.send_signal(signal.SIGTERM)


@pytest.fixture
def travel(browser: Browser, demo: str) -> Iterator["Travel"]:
    """Begin to travel: as whom, in which language, on how large a screen."""
    with ExitStack() as tabs:

        def begin(name: str, language: str, **size: int) -> Traveller:
            return Traveller(tabs.enter_context(opened(browser, demo, f"#{name}/acme", **size)), language)

        yield begin


class Traveller:
    """Somebody who does what the tour says."""

    def __init__(self, page: Page, language: str) -> None:
        self.page = page
        self._language = language
        self.tour = page.locator("#tour")

    def lets(self, stop: str) -> None:
        """Let the tour do what it offers, once it is at a stop: `record`, `untilWarning` …"""
        self.is_at(stop)
        self.tour.locator(".primary:not([aria-disabled])").click()

    def is_at(self, stop: str) -> None:
        """Wait until the tour has noticed by itself that this is what comes next."""
        expect(self.tour).to_have_attribute("data-stop", stop)
        expect(self.tour).to_have_attribute("lang", self._language)

    def begins_again(self) -> None:
        """Take the tour once more, once it is over."""
        self.is_at("end")
        self.tour.locator(".skip").click()

    def sends(self) -> None:
        """Send what the tour wrote; it must not have been sent already."""
        write = self.page.get_by_label("Write a message")
        expect(write).not_to_have_value("")
        write.press("Enter")

    def lets_hours_pass(self, hours: int) -> None:
        """Move the clock on an hour at a time, seeing each time that it went."""
        time = self.page.locator(".clock output")
        for _ in range(hours):
            shown = time.inner_text()
            self.page.get_by_role("button", name="+1 hour").click()
            expect(time).not_to_have_text(shown)

    def submits(self) -> None:
        """Send the form in front."""
        self.page.locator("#send-form").click()

    def presses(self, action: str) -> None:
        """Press the last such button in sight."""
        self.message(f"[data-action='{action}']").last.click()

    def message(self, holding: str) -> Locator:
        """Find what holds something in the open conversation."""
        return self.page.locator(f"#main article {holding}")

    def writes(self, text: str) -> None:
        """Write something of their own and send it."""
        self.page.get_by_label("Write a message").fill(text)
        self.sends()

    def covers_nothing(self) -> None:
        """See that the page begins below the tour, and that what one writes in is in sight."""
        strip, main = self.tour.bounding_box(), self.page.locator("#main").bounding_box()
        assert strip is not None
        assert main is not None
        assert strip["y"] + strip["height"] <= main["y"] + 1
        expect(self.page.get_by_label("Write a message")).to_be_in_viewport(ratio=1)

    def keeps_a_picture(self, name: str) -> None:
        """Keep what the page shows, for a person to look at."""
        self.covers_nothing()
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{self._language}-{name}.png")


Travel = Callable[..., Traveller]


@pytest.mark.parametrize(("language", "name", "title"), TRAVELLERS)
def test_the_tour_goes_from_a_task_to_the_customers_answer(
    travel: Travel, language: str, name: str, title: str
) -> None:
    traveller = travel(name, language)
    expect(traveller.tour).to_contain_text(title)

    traveller.lets("record")
    traveller.sends()
    traveller.is_at("untilWarning")
    expect(traveller.message("[data-action='task.done']")).to_be_visible()
    traveller.keeps_a_picture("1-record")

    traveller.lets("untilWarning")
    traveller.lets("warning")
    expect(traveller.message("[data-action='delay.on_track']")).to_be_visible()
    traveller.is_at("handoff")
    traveller.keeps_a_picture("2-warning")

    traveller.lets("handoff")
    traveller.sends()
    traveller.lets("offer")
    traveller.submits()
    traveller.lets("receiver")
    traveller.is_at("accept")
    traveller.keeps_a_picture("3-handoff")
    traveller.presses("handoff.accept")
    traveller.lets("ownWords")
    traveller.submits()

    traveller.lets("untilLate")
    traveller.lets("late")
    traveller.presses("delay.tell_customer")
    traveller.lets("owner" if name == "ane" else "send")  # only Ane hands over to somebody who isn't Acme's owner
    expect(traveller.message("[data-action='notice.send']")).to_be_visible()
    traveller.is_at("send")
    traveller.keeps_a_picture("4-late")
    traveller.presses("notice.send")

    traveller.lets("finish")
    traveller.sends()
    traveller.lets("untilQuestion")
    traveller.lets("customer")
    traveller.presses("feedback.answer.5")
    traveller.is_at("end")
    traveller.keeps_a_picture("5-question")
    traveller.lets("end")
    expect(traveller.tour).to_be_hidden()

    traveller.page.locator(".to-tour").click()
    traveller.begins_again()
    traveller.is_at("record")  # and is who they were at first, not the customer
    expect(traveller.page.get_by_label("Act as").locator("option:checked")).to_contain_text(name.capitalize())


def test_who_does_it_in_their_own_way_gets_on_too_and_may_begin_again(travel: Travel) -> None:
    traveller = travel("kim", "en")
    page = traveller.page
    traveller.is_at("record")
    traveller.writes("task: Call the bank for Acme @mari in 2 hours")
    traveller.is_at("untilWarning")
    traveller.lets_hours_pass(2)
    traveller.is_at("handoff")
    traveller.writes("/task give T-1 @deniz")
    traveller.is_at("late")
    traveller.writes("/task done T-1")
    traveller.writes("/feedback ask @sam about T-1")
    page.get_by_label("Act as").select_option("USAM000000")
    traveller.presses("feedback.answer.4")
    traveller.is_at("end")

    traveller.begins_again()
    traveller.lets("member")  # for they are the customer, and had not been asked to be
    traveller.is_at("record")
    page.reload()
    traveller.lets("record")
    traveller.sends()
    traveller.is_at("untilWarning")
    for _ in range(3):
        traveller.tour.get_by_role("button", name="Skip").click()
    traveller.lets("finish")
    expect(page.get_by_label("Write a message")).to_have_value(re.compile("T-2"))
    traveller.sends()
    traveller.lets("ask")  # by itself Stafet asks the same customer only once a week
    traveller.sends()
    traveller.is_at("anyway")
    traveller.presses("feedback.ask_anyway")
    traveller.lets("customer")
    traveller.presses("feedback.answer.5")
    traveller.is_at("end")


def test_the_tour_can_be_closed_by_keyboard_and_opened_again_on_a_phone(travel: Travel) -> None:
    traveller = travel("ane", "da", width=390, height=844)
    page = traveller.page
    traveller.is_at("record")
    traveller.covers_nothing()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Write a message")).to_have_value(re.compile("^/task "))
    expect(page.get_by_label("Write a message")).to_be_focused()
    page.get_by_role("button", name="Luk rundturen").press("Enter")
    expect(traveller.tour).to_be_hidden()
    page.reload()
    expect(page.get_by_label("Write a message")).to_be_visible()
    expect(traveller.tour).to_be_hidden()
    page.get_by_label("Channels and people").click()
    page.get_by_role("button", name="Rundtur").press("Enter")
    traveller.is_at("record")
    expect(traveller.tour.locator(".primary")).to_be_focused()


def test_who_skips_to_the_question_records_a_task_first(travel: Travel) -> None:
    traveller = travel("kim", "en")
    for step in range(1, 5):
        expect(traveller.tour).to_contain_text(f"Step {step} of 5")
        traveller.tour.get_by_role("button", name="Skip").click()
    expect(traveller.tour).to_contain_text("Step 5 of 5")
    traveller.lets("record")
    traveller.sends()
    traveller.lets("finish")
    expect(traveller.page.get_by_label("Write a message")).to_have_value("/task done T-1")


def test_every_language_of_the_tour_says_the_same(travel: Travel) -> None:
    outlines = travel("kim", "en").page.evaluate(OUTLINES, [language for language, _, _ in TRAVELLERS])
    assert set(outlines) == {outlines[0]}


def test_the_clock_knows_business_days_and_dates(travel: Travel) -> None:
    page = travel("kim", "en").page
    clock = page.locator(".clock output")
    page.get_by_role("button", name="Date…").click()
    friday = datetime.now(UTC) + timedelta(days=7)
    friday += timedelta(days=(4 - friday.weekday()) % 7)
    page.get_by_role("textbox", name="Date and time").fill(f"{friday:%Y-%m-%d}T15:30")
    page.get_by_role("button", name="Go there").click()
    expect(clock).to_have_text(re.compile(f"^Fri,? {friday.day} .*15:3"))
    page.get_by_role("button", name="+1 business day").click()
    expect(clock).to_have_text(re.compile(f"^Mon,? {(friday + timedelta(days=3)).day} .*15:3"))
    page.get_by_role("button", name="Now").click()
    expect(clock).not_to_have_class("shifted")


def test_a_newcomer_begins_in_the_language_of_their_browser(browser: Browser, demo: str) -> None:
    with browser.new_context(locale="tr-TR") as context:
        page = context.new_page()
        page.goto(demo)
        Traveller(page, "tr").is_at("record")
