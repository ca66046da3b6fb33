"""Several tabs of one browser: one talk, whoever speaks, ends or erases it, and nothing false said in the others."""

from playwright.sync_api import BrowserContext, Page, Route, expect

from bot.facility import load_facility
from tests.browser.chat import Chat
from tests.browser.service import Service
from tests.browser.test_faults import CRISIS, _history, _opened

WAKE = "window.dispatchEvent(new Event('pageshow'))"


def _begun(context: BrowserContext) -> list[str]:
    """Grows with each chat that is begun from now on."""
    begun: list[str] = []

    def count(route: Route) -> None:
        if route.request.method == "POST":
            begun.append(route.request.url)
        route.continue_()

    context.route("**/api/conversations*", count)
    return begun


def test_two_tabs_that_speak_at_once_say_everything_once_in_one_order(chat: Chat, page: Page, service: Service) -> None:
    second = _opened(page.context.new_page(), service.url)
    said = []
    for turn in range(3):
        for place, one in enumerate((chat, second)):
            said.append(f"what is iop {turn}{place}")
            one.write(said[-1])
    for one in (chat, second):
        expect(one.at("li.person")).to_have_count(len(said))
        expect(one.at("li.person .state:not(:empty)")).to_have_count(0)
        expect(one.at("#working")).to_be_hidden()
    history = _history(page, service, chat.stored()["front-door.token"])
    written = [one["text"] for one in history if one["from"] == "person"]
    assert sorted(written) == sorted(said)
    replies = sum(one["from"] == "bot" for one in history)
    for one in (chat, second):
        expect(one.at("li.bot")).to_have_count(replies)
        assert one.said() == written


def test_left_in_one_tab_it_is_closed_in_the_other_and_not_called_erased(chat: Chat, page: Page, service: Service) -> None:
    chat.say(CRISIS)
    second = _opened(page.context.new_page(), service.url)
    expect(second.at("li.crisis")).to_have_count(1)
    second.at("#words").fill("half a thou")
    page.route(load_facility().leave_quickly_to + "**", lambda route: route.fulfill(status=200, body="Weather"))
    chat.at("#leave").click()
    expect(second.at("#launcher")).to_be_visible()
    expect(second.at("#panel")).to_be_hidden()
    second.at("#launcher").click()
    expect(second.at("li.bot")).to_have_count(1)
    expect(second.at("#log")).to_contain_text("closed in another tab")
    expect(second.at("#log")).not_to_contain_text("erased")
    expect(second.at("#words")).to_have_value("")
    assert second.said() == []


def test_a_chat_whose_time_is_over_in_two_tabs_at_once_goes_on_as_one(chat: Chat, page: Page, service: Service) -> None:
    second = _opened(page.context.new_page(), service.url)
    over = chat.stored()["front-door.token"]
    body = {"error": {"code": "expired_token", "message": "over", "help": {}}}

    def refuse(route: Route) -> None:
        if route.request.headers.get("authorization") == f"Bearer {over}":
            route.fulfill(status=401, json=body)
        else:
            route.continue_()

    begun = _begun(page.context)
    page.context.route("**/api/messages*", refuse)
    second.at("#words").fill("half a thou")
    for one in (chat, second):
        one.frame.evaluate(WAKE)
    chat.write("what is iop")
    for one in (chat, second):
        expect(one.at("li.person .words")).to_have_text(["what is iop"])
        expect(one.at("#log")).to_contain_text("is over, since its time ran out")
        expect(one.at("#log")).not_to_contain_text("erased")
        expect(one.at("#working")).to_be_hidden()
    expect(second.at("#words")).to_have_value("half a thou")
    assert len(begun) == 1
    assert chat.stored()["front-door.token"] == second.stored()["front-door.token"] != over
    assert chat.replies() == second.replies()


def test_a_late_answer_to_the_old_chat_ends_no_new_one(chat: Chat, page: Page, service: Service) -> None:
    """This tab hears last that its chat is over; by then the other tab has begun a new one."""
    other = page.context.new_page()
    # As a frozen tab, which has not been told yet what others stored.
    other.add_init_script("window.addEventListener('storage', (event) => event.stopImmediatePropagation(), true)")
    second = _opened(other, service.url)
    body = {"error": {"code": "expired_token", "message": "over", "help": {}}}
    other.route("**/api/messages", lambda route: route.fulfill(status=401, json=body), times=1)
    chat.at("#erase-open").click()
    chat.at("#erase-yes").click()
    expect(chat.at("#log")).to_contain_text("All of it is erased")
    chat.at(".choice").click()
    expect(chat.at("li.bot")).to_have_count(1)
    token = chat.stored()["front-door.token"]
    second.write(CRISIS)
    expect(second.at("li.crisis")).to_have_count(1)
    assert chat.stored()["front-door.token"] == second.stored()["front-door.token"] == token
    expect(chat.at("li.person .words")).to_have_text([CRISIS])
