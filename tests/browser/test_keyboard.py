"""The whole quick check, from the page to the outcome, without a mouse."""

import re

from playwright.sync_api import Page, expect

from tests.browser.chat import Chat
from tests.browser.service import Service
from tests.browser.site import Site

MOST_TABS, MOST_QUESTIONS = 40, 14


def _tab_to(chat: Chat, pattern: str) -> None:
    """Press Tab until what has the focus matches."""
    for _ in range(MOST_TABS):
        if re.fullmatch(pattern, " ".join(chat.focused().split())):
            return
        chat.page.keyboard.press("Tab")
    raise AssertionError(f"{pattern} was not reached by Tab")


def _press(chat: Chat, title: str) -> None:
    before = chat.at("li.bot").count()
    _tab_to(chat, rf"\d+ (?:{title})")
    chat.page.keyboard.press("Enter")
    chat.at("li.bot").nth(before).wait_for()
    expect(chat.at("#working")).to_be_hidden()


def test_the_whole_check_by_keyboard_alone(page: Page, site: Site, service: Service) -> None:
    page.goto(site.url + "/strict")
    chat = Chat(page)
    chat.at("#launcher").wait_for()
    while page.evaluate("document.activeElement.tagName") != "IFRAME":
        page.keyboard.press("Tab")
    assert chat.focused() == "launcher"
    page.keyboard.press("Enter")
    chat.at("li.bot").first.wait_for()
    page.keyboard.press("Shift+Tab")  # from the line to write on, back into the talk
    _press(chat, "Quick check")
    assert "9 short questions" in chat.focused(), "the focus goes to the new message"
    _press(chat, "Yes, let's go")
    asked = []
    for _ in range(MOST_QUESTIONS):
        last = chat.at("li.bot").last
        if not last.locator(".progress").count():
            break
        asked.append(last.locator(".progress").inner_text())
        _press(chat, "Yes" if "18" in last.inner_text() else "No|None of these|Skip")
    assert len(set(asked)) >= 8
    expect(chat.at("li.handoff").last).to_be_attached()
    _tab_to(chat, "paper-open")
    page.keyboard.press("Enter")
    expect(chat.at("#paper-text")).to_contain_text("My answers")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert chat.focused() == "launcher"


def test_a_message_is_sent_by_enter_and_broken_by_shift_enter(chat: Chat, page: Page) -> None:
    chat.at("#words").focus()
    page.keyboard.type("what is")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("iop")
    page.keyboard.press("Enter")
    expect(chat.at("li.bot")).to_have_count(2)
    assert chat.said() == ["what is\niop"]
    assert chat.focused() == "words"
