"""Time passes: sleep and wake, a chat whose time is over, an erasing while words are on their way, hours that change."""

import json
import time

import pytest
from playwright.sync_api import CDPSession, Page, Route, expect

from bot.gateway.tokens import Tokens
from tests.browser.chat import Chat
from tests.browser.service import Service
from tests.browser.test_faults import CRISIS, _history, _opened

DAY = 86400
ID = "7a0c6f3e-6e0d-4f6a-9d35-6a5c5d6f9b12"


def _said_elsewhere(chat: Chat, service: Service) -> None:
    """Something is said in this chat that no tab of this browser hears of."""
    headers = {"Authorization": f"Bearer {chat.stored()['front-door.token']}"}
    chat.page.request.post(service.url + "/api/messages", headers=headers, data={"id": ID, "text": CRISIS})


def test_a_machine_that_slept_with_the_chat_in_view_reads_what_was_missed(page: Page, service: Service) -> None:
    page.clock.install()
    chat = _opened(page, service.url)
    _said_elsewhere(chat, service)
    page.clock.run_for(20_000)
    assert chat.said() == [], "awake, it asks for nothing"
    page.clock.fast_forward(8 * 3600 * 1000)  # as a closed lid: timers that are due fire once
    page.clock.run_for(16_000)
    expect(chat.at("li.person .words")).to_have_text([CRISIS])
    expect(chat.at("li.crisis")).to_have_count(1)


def test_a_tab_frozen_and_thawed_still_talks(chat: Chat, page: Page, service: Service) -> None:
    chat.write("half a thought")
    expect(chat.at("li.bot").nth(1)).to_be_attached()
    browser: CDPSession = page.context.new_cdp_session(page)
    browser.send("Page.setWebLifecycleState", {"state": "frozen"})
    _said_elsewhere(chat, service)
    browser.send("Page.setWebLifecycleState", {"state": "active"})
    chat.say("what is iop")
    assert chat.said() == ["half a thought", CRISIS, "what is iop"]


def test_waking_without_a_line_says_so_and_catches_up_when_it_is_back(chat: Chat, page: Page, service: Service) -> None:
    _said_elsewhere(chat, service)
    page.context.set_offline(True)
    chat.frame.evaluate("window.dispatchEvent(new Event('pageshow'))")
    expect(chat.at("#offline")).to_be_visible()
    expect(chat.at("#hours")).to_be_empty()
    page.context.set_offline(False)
    expect(chat.at("li.crisis")).to_have_count(1, timeout=20_000)
    expect(chat.at("#offline")).to_be_hidden()
    expect(chat.at("#hours")).not_to_be_empty()


def test_a_token_of_ours_whose_time_is_over_starts_anew_and_says_so(
    chat: Chat, page: Page, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = (service.folder / "session.key").read_text(encoding="ascii").strip()
    then = time.time() - 31 * DAY
    with monkeypatch.context() as past:
        past.setattr(time, "time", lambda: then)
        old = Tokens(secret, 30).new()[1]
    refused = page.request.get(service.url + "/api/messages", headers={"Authorization": f"Bearer {old}"})
    assert (refused.status, refused.json()["error"]["code"]) == (401, "expired_token")
    chat.at("#words").fill("half a thou")
    chat.frame.evaluate("(token) => localStorage.setItem('front-door.token', token)", old)
    page.reload()
    expect(chat.at("#log")).to_contain_text("The chat from before is over, since its time ran out. This is a new one.")
    expect(chat.at("li.bot")).to_have_count(1)
    expect(chat.at("#words")).to_have_value("half a thou")
    assert chat.stored()["front-door.token"] != old
    page.reload()
    expect(chat.at("li.bot")).to_have_count(1)
    expect(chat.at("#log")).not_to_contain_text("is over")


def test_erased_while_words_are_on_their_way_nothing_comes_after(chat: Chat, page: Page, service: Service) -> None:
    token = chat.stored()["front-door.token"]
    held: list[Route] = []
    order: list[str] = []
    page.on("request", lambda request: order.append(request.method) if request.method == "DELETE" else None)
    page.route("**/api/messages", lambda route: held.append(route))
    chat.write(CRISIS)
    expect(chat.at("#working")).to_be_visible()
    chat.at("#erase-open").click()
    chat.at("#erase-yes").click()
    chat.at("#erase-no").click()
    page.keyboard.press("Escape")
    expect(chat.at("#erase[open]")).to_be_visible()
    assert order == [], "it does not overtake what is on its way"
    held[0].continue_()
    expect(chat.at("#log")).to_contain_text("All of it is erased")
    assert order == ["DELETE"]
    assert chat.said() == chat.replies() == []
    assert _history(page, service, token) == []


def test_what_cannot_be_erased_is_not_called_erased_and_can_be_tried_again(chat: Chat, page: Page) -> None:
    chat.say(CRISIS)
    page.route("**/api/conversations", lambda route: route.abort(), times=1)
    chat.at("#erase-open").click()
    chat.at("#erase-yes").click()
    expect(chat.at("#erase-failed")).to_contain_text("still there")
    chat.at("#erase-yes").click()
    expect(chat.at("#log")).to_contain_text("All of it is erased")
    expect(chat.at("#erase")).to_be_hidden()


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"open": True, "opening": None}, "Admissions is open now."),
        ({"open": False, "opening": {"en": "tomorrow at 8 AM", "es": "mañana"}}, "closed now. Opens tomorrow at 8 AM."),
        ({"open": False, "opening": None}, "Admissions is closed now."),
        ({"open": None, "opening": None}, "Answers day and night."),
    ],
)
def test_hours_are_said_as_the_facts_are_and_claimed_only_when_known(
    page: Page, service: Service, facts: dict, words: str
) -> None:
    page.route("**/widget/facts.json", lambda route: route.fulfill(body=json.dumps(facts), content_type="application/json"))
    chat = _opened(page, service.url)
    expect(chat.at("#hours")).to_have_text(words if words.startswith("A") else f"Admissions is {words}")


def test_an_office_that_closes_is_not_called_open_any_longer(page: Page, service: Service) -> None:
    page.clock.install()
    facts = {"open": True, "opening": None}
    page.route("**/widget/facts.json", lambda route: route.fulfill(body=json.dumps(facts), content_type="application/json"))
    chat = _opened(page, service.url)
    expect(chat.at("#hours")).to_have_text("Admissions is open now.")
    facts["open"] = False
    page.clock.run_for(61_000)
    expect(chat.at("#hours")).to_have_text("Admissions is closed now.")
