"""Save or print, and erase, after a real request for a call: the code is the one admissions finds, until it is erased."""

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from bot.gateway.tokens import Tokens
from bot.settings import PROJECT
from tests.browser.chat import Chat
from tests.browser.service import Service
from tests.browser.test_conversation import answer_the_check

NUMBER, SHOWN = "806-555-0163", "Are you 18 or older?"
AGENT, PASSWORD = "rosa", "plain grey heron at dawn"
OWNED = ("conversations", "messages", "turns", "turn_events", "callback_requests")


def _ask_for_a_call(chat: Chat) -> str:
    """From the end of the check to the code, by buttons and one number; the code."""
    chat.press("Ask for a call")
    chat.press("Yes")  # consent
    chat.press("Skip")  # name
    chat.say(NUMBER)
    for title in ("Yes", "Skip", "No"):  # the number is right; any time; no voice message
        chat.press(title)
    chat.press("Yes")  # the check goes along
    [code] = set(re.findall(r"\b[A-Z]{3}-\d{3}\b", " ".join(chat.replies())))
    return code


def _admissions(context_of: Callable[..., BrowserContext], service: Service) -> Page:
    """The console, signed in."""
    account = [sys.executable, "-m", "bot.console.account", "add", AGENT, "--role", "agent"]
    environment = {**os.environ, "VAR_DIR": str(service.folder)}
    subprocess.run(account, cwd=PROJECT, env=environment, input=PASSWORD + "\n", text=True, check=True, capture_output=True)
    page = context_of().new_page()
    page.goto(service.url + "/staff/")
    page.fill("#name", AGENT)
    page.fill("#password", PASSWORD)
    page.click("button.main")
    page.locator("[name=code]").wait_for()
    return page


def _look_up(console: Page, service: Service, code: str) -> str:
    """What admissions sees for a code."""
    console.goto(service.url + "/staff/")
    console.locator("[name=code]").fill(code)
    console.locator("[name=code]").press("Enter")
    console.wait_for_load_state()
    return str(console.locator("main").inner_text())


def _rows(service: Service, conversation: str) -> dict[str, int]:
    """How many rows of a conversation each table holds."""
    [file] = service.folder.glob("*.db")
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as records:
        key = {"conversations": "id"}
        return {
            table: records.execute(
                f"SELECT count(*) FROM {table} WHERE {key.get(table, 'conversation_id')} = ?", (conversation,)
            ).fetchone()[0]
            for table in OWNED
        }


def test_the_code_on_paper_is_the_one_admissions_finds_and_erase_takes_it_away(
    chat: Chat, page: Page, service: Service, context_of: Callable[..., BrowserContext]
) -> None:
    answer_the_check(chat)
    code = _ask_for_a_call(chat)
    chat.at("#paper-open").click()
    paper = chat.at("#paper-text")
    expect(paper).to_contain_text(f"My code for the call: {code}")
    expect(paper).to_contain_text(SHOWN)
    with page.expect_download() as download:
        chat.at("#paper-save").click()
    assert code in download.value.path().read_text(encoding="utf-8")
    chat.at("#paper-close").click()

    console = _admissions(context_of, service)
    found = _look_up(console, service, code)
    assert code in found and NUMBER.replace("-", "") in re.sub(r"\D", "", found) and "Quick check" in found

    secret = (service.folder / "session.key").read_text(encoding="ascii").strip()
    conversation = Tokens(secret, 30).read(chat.stored()["front-door.token"])
    assert all(_rows(service, conversation).values())
    chat.at("#erase-open").click()
    chat.at("#erase-yes").click()
    expect(chat.at("#log")).to_contain_text("All of it is erased")
    assert _rows(service, conversation) == dict.fromkeys(OWNED, 0)
    assert NUMBER not in _look_up(console, service, code)
    assert console.locator("a[href^='tel:+1806']").count() == 0
    chat.at("#paper-open").click()
    expect(paper).to_contain_text("nothing to save")


def test_the_code_is_on_paper_after_a_reload_and_after_more_was_said(chat: Chat, page: Page) -> None:
    answer_the_check(chat)
    code = _ask_for_a_call(chat)
    chat.say("I want to die")
    page.reload()
    expect(chat.at("li.crisis")).to_have_count(1)
    chat.at("#paper-open").click()
    expect(chat.at("#paper-text")).to_contain_text(f"My code for the call: {code}")
    expect(chat.at("#paper-text")).to_contain_text(SHOWN)


def test_a_long_paper_is_printed_to_its_end(page: Page, service: Service) -> None:
    page.goto(service.url + "/widget/frame.html")
    page.locator("li.bot").first.wait_for()
    page.locator("#words").fill("word " * 1500)
    page.locator("#words").press("Enter")
    page.locator("li.bot").nth(1).wait_for()
    page.locator("#paper-open").click()
    pages = page.pdf(format="A5").count(b"/Type /Page\n")
    assert pages >= 4, "a dialog would end with its first pages"
    expect(page.locator("#sheet")).to_be_empty()


def test_a_request_that_was_taken_back_leaves_no_code_on_paper(chat: Chat) -> None:
    answer_the_check(chat)
    code = _ask_for_a_call(chat)
    chat.say("I don't want the call any more, cancel it")
    expect(chat.at("li.bot").last).to_contain_text("took back your request")
    chat.at("#paper-open").click()
    expect(chat.at("#paper-text")).to_contain_text(SHOWN)
    expect(chat.at("#paper-text")).not_to_contain_text(f"My code for the call: {code}")


def test_without_a_request_no_code_is_claimed(chat: Chat) -> None:
    chat.press("What is IOP?")
    chat.at("#paper-open").click()
    expect(chat.at("#paper-text")).to_contain_text("What was said")
    expect(chat.at("#paper-text")).not_to_contain_text("code for the call")
