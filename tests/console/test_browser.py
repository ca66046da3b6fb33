"""The console in Chromium: keeps itself fresh, works by keyboard, on a phone and without scripts, and passes axe."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bot.records.access import Records
from bot.settings import PROJECT, Settings
from tests.console.conftest import CHECK, PASSWORD, application
from tests.records.conftest import MovableClock, callback, turn

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
AXE = PROJECT / "tests" / "browser" / "node_modules" / "axe-core" / "axe.min.js"
PHONE = {"width": 360, "height": 740}
WAIT = 15_000  # milliseconds; the page looks for news every five seconds
PAGES = ("/staff/", "/staff/finished", "/staff/pictures", "/staff/accounts", "/staff/me", "/staff/nothing-here")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def console(settings: Settings, records: Records, clock: MovableClock) -> Iterator[str]:
    """The console on a port of its own; its address."""
    app = application(settings, records)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False, ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def context(chromium: Browser, console: str) -> Iterator[BrowserContext]:
    """A window whose requests are watched: nothing may go anywhere else."""
    made = chromium.new_context(viewport={"width": 1280, "height": 800}, base_url=console)
    foreign: list[str] = []
    made.on("request", lambda request: None if request.url.startswith(console) else foreign.append(request.url))
    yield made
    made.close()
    assert foreign == []


def signed_in(context: BrowserContext, name: str = "lena") -> Page:
    """A page on the start page of somebody."""
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(type(error).__name__))
    page.goto("/staff/")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.click("button.main")
    page.wait_for_url("**/staff/**")
    assert problems == []
    return page


def violations(page: Page) -> list[str]:
    """What axe finds on a page, with its rule and place. Run outside the page's own policy, which forbids it."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{one['id']}: {node['target']}" for one in found["violations"] for node in one["nodes"]]


def filled(records: Records, clock: MovableClock) -> str:
    """Requests of every sort; the code of one with a check."""
    records.save_callback(callback("c1", "+18065550101", check={**CHECK, "outcome": "URGENT"}, leave_message=False))
    records.save_callback(callback("c2", "+18065550102", check={**CHECK, "outcome": "CALL_NOW"}))
    done = records.save_callback(callback("c3", "+18065550103")).reference
    records.contacted(done, "x", "A note.")
    code = records.save_callback(callback("c4", "+18065550104", name="Jo " * 30, check=CHECK)).reference
    records.no_answer(code, "x", "A long note. " * 20)
    for number in range(7):
        answer = {"text": "x", "kind": "answer", "topic": ("cost", "insurance")[number % 2], "source": "facts"}
        turn(records, f"t{number}", messages=[answer], state={"slots": {"placement": {"outcome": "TALK_FIRST"}}})
    for item in records.due_outbox(clock()):
        records.outbox_failed(item.id, "http_500", None)
    return code


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [{"width": 1280, "height": 800}, PHONE])
def test_axe_finds_nothing_and_nothing_runs_off_the_side(
    chromium: Browser, console: str, records: Records, clock: MovableClock, scheme: Any, size: Any
) -> None:
    code, found = filled(records, clock), []
    context = chromium.new_context(viewport=size, color_scheme=scheme, base_url=console)
    page = context.new_page()
    page.goto("/staff/sign-in")
    found += violations(page)
    for name, paths in (("lena", (*PAGES, f"/staff/requests/{code}")), ("audrey", ("/staff/audit",))):
        page = signed_in(context, name)
        for path in paths:
            page.goto(path)
            for summary in page.locator("summary").all():
                summary.click()
            found += [f"{path} {one}" for one in violations(page)]
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            found += [f"{path} is {wide} px too wide"] if wide > 0 else []
        context.clear_cookies()
    context.close()
    assert found == []


def test_a_new_request_appears_without_a_reload_and_is_announced(
    context: BrowserContext, records: Records, clock: MovableClock
) -> None:
    page = signed_in(context, "abel")
    page.evaluate("window.sameDocument = true")
    clock.move(seconds=5)
    first = records.save_callback(callback()).reference
    page.get_by_role("link", name=first).wait_for(timeout=WAIT)
    assert page.locator("#news").inner_text() == "1 new in the inbox"
    assert page.title().startswith("(1) ")
    page.get_by_role("link", name=first).focus()
    clock.move(seconds=5)
    urgent = records.save_callback(callback("c2", "+18065550177", check={**CHECK, "outcome": "URGENT"})).reference
    page.get_by_role("link", name=urgent).wait_for(timeout=WAIT)
    assert page.locator(".request h2").all_inner_texts() == [urgent, first]
    assert page.title().startswith("(2!) ")
    assert page.evaluate("document.activeElement.textContent") == first, "the keyboard stays where it was"
    assert page.evaluate("window.sameDocument") is True


def test_a_session_that_ended_leaves_nothing_on_the_screen(
    context: BrowserContext, records: Records, clock: MovableClock
) -> None:
    code = records.save_callback(callback()).reference
    page = signed_in(context, "abel")
    page.get_by_role("link", name=code).wait_for()
    clock.move(minutes=31)
    page.get_by_role("heading", name="Sign in").wait_for(timeout=WAIT)
    assert code not in page.content()


def test_a_request_is_found_claimed_and_noted_with_the_keyboard_alone(context: BrowserContext, records: Records) -> None:
    code = records.save_callback(callback(check=CHECK)).reference
    page = signed_in(context, "abel")
    page.keyboard.press("/")
    page.keyboard.type(code.lower().replace("-", ""))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/staff/requests/{code}")
    for wanted in ("Claim: I will call", "Add the note"):
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent") == wanted:
                break
            if page.evaluate("document.activeElement.id") == "note":
                page.keyboard.type("Asked about work hours.")
        assert page.evaluate("document.activeElement.textContent") == wanted
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        page.keyboard.press("Enter")
        page.locator(".done").wait_for()
    steps = [step["step"] for step in (records.callback_by_reference(code, "x") or {})["steps"]]
    assert steps == ["requested", "claimed", "note"]


def test_everything_works_without_scripts(chromium: Browser, console: str, records: Records) -> None:
    code = records.save_callback(callback()).reference
    context = chromium.new_context(java_script_enabled=False, base_url=console)
    page = context.new_page()
    page.goto("/staff/")
    page.fill("#name", "abel")
    page.fill("#password", PASSWORD)
    page.click("button.main")
    page.click("text=Claim and open")
    page.click("text=I reached them")
    assert "The request is finished" in page.content()
    page.goto("/staff/")
    assert "Nobody is waiting for a call." in page.content()
    page.fill("#code", code)
    page.click("text=Find")
    assert page.url.endswith(f"/staff/requests/{code}")
    context.close()


def test_a_link_from_elsewhere_opens_the_console_of_whoever_is_signed_in(
    context: BrowserContext, console: str, tmp_path: Path
) -> None:
    signed_in(context, "abel").close()
    page = context.new_page()
    page.goto("about:blank")
    page.set_content(f'<a href="{console}/staff/">open</a>')
    page.click("a")
    page.get_by_role("heading", name="Inbox").wait_for(timeout=WAIT)


def test_markup_that_a_person_typed_runs_nowhere(context: BrowserContext, records: Records) -> None:
    trick = '<img src=x onerror="window.ran=1"><script>window.ran=1</script>'
    code = records.save_callback(callback(name=trick, best_time=trick)).reference
    records.add_note(code, "x", trick)
    page = signed_in(context, "abel")
    page.goto(f"/staff/requests/{code}")
    assert page.evaluate("window.ran") is None
    assert trick in page.locator(".note").inner_text()
