"""A real Chromium against a real server: one browser a session, a fresh window for each test, and nothing forgiven."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.accounts.doors import enter_as_staff
from tests.conftest import Person

# A desk by day and a phone by night: both widths and both schemes, for colours do not depend on the width.
SIZES = [(1440, "light"), (390, "dark")]
NAMES = ("chromium", "chromium-browser", "google-chrome")
# Playwright's sync API runs an event loop in this thread, in which Django otherwise refuses to query.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip(f"NO BROWSER TEST WAS RUN: none of {', '.join(NAMES)} is on PATH (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Window:
    """A browser window on our server, and whatever it complained of."""

    context: BrowserContext
    base: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Open a page in a new tab and wait until its scripts have run."""
        page = self.context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(self.base + path, wait_until="load")
        return page

    def sign_in(self, person: Person) -> "Window":
        """Give the window the session of somebody who signed in."""
        client = Client()
        enter_as_staff(client, person.user) if person.user.is_staff else client.force_login(person.user)
        self.context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": self.base}])
        return self

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)


@pytest.fixture
def window(chromium: Browser, live_server: LiveServer) -> Iterator[Callable[..., Window]]:
    """Open windows with `window(width=…, scheme=…, javascript=…)`; at the end nobody may have complained."""
    opened: list[Window] = []

    def make(*, width: int = 1440, scheme: str = "light", javascript: bool = True) -> Window:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=javascript,
            has_touch=width < 500,
        )
        context.set_default_timeout(10_000)
        opened.append(Window(context, live_server.url))
        return opened[-1]

    yield make
    for one in opened:
        one.context.close()
    assert [complaint for one in opened for complaint in one.complaints] == []


def serious_findings(page: Page) -> list[str]:
    """Ask axe what is wrong with a page at rest; only what it calls serious or critical."""
    page.wait_for_load_state("networkidle")
    page.emulate_media(reduced_motion="reduce")  # or a colour may be measured on its way to another
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [f"{one['id']}: {one['help']}" for one in found if one["impact"] in ("serious", "critical")]


def scrolls_sideways(page: Page) -> bool:
    """Tell whether a page is wider than its window."""
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))
