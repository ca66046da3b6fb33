"""Chromium, the service, and a website of somebody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.chat import Chat
from tests.browser.service import WHOLE, Service
from tests.browser.site import Site

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
             "--disable-sync", "--no-first-run"]  # fmt: skip
HERE = Path(__file__).parent


# For the package, not the session: Playwright holds the thread's event loop, which asynchronous tests elsewhere need.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The whole service as `make run` starts it."""
    whole = Service(tmp_path_factory.mktemp("service"), WHOLE).start()
    yield whole
    whole.stop()


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Service]:
    """A front door of this test alone, to be killed and started again."""
    alone = Service(tmp_path).start()
    yield alone
    alone.stop()


@pytest.fixture(scope="package")
def site(service: Service) -> Iterator[Site]:
    """A website of another origin with the widget on it."""
    other = Site(service.url)
    yield other
    other.close()


@pytest.fixture
def context_of(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser contexts; options as of Playwright's new_context."""
    made: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        made.append(browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options}))
        made[-1].set_default_timeout(15_000)
        return made[-1]

    yield make
    for context in made:
        context.close()


@pytest.fixture
def page(context_of: Callable[..., BrowserContext]) -> Page:
    """One page on a desktop."""
    return context_of().new_page()


@pytest.fixture
def chat(page: Page, service: Service) -> Chat:
    """The chat, open on the page at `/`."""
    page.goto(service.url + "/")
    opened = Chat(page)
    opened.at("li.bot").first.wait_for()
    return opened


@pytest.fixture(scope="package")
def axe() -> str:
    """The source of axe-core."""
    return (HERE / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
