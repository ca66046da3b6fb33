"""Where the browser keeps nothing, or stops keeping: the chat works in memory, and nothing false is said."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.chat import Chat
from tests.browser.service import Service
from tests.browser.site import Site
from tests.browser.test_faults import CRISIS, _history

NOTHING, BEFORE = "This browser keeps nothing", "Your chat from before is here."
GETTER = "Object.defineProperty(window, '{}', {{ get() {{ throw new DOMException('no', 'SecurityError'); }} }});"
REFUSALS = {
    "no access": GETTER.format("localStorage") + GETTER.format("sessionStorage"),
    "only the lasting one": GETTER.format("localStorage"),
    "no room at all": "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };",
    "no access, no locks": GETTER.format("localStorage") + GETTER.format("sessionStorage")
    + "navigator.locks.request = () => Promise.reject(new DOMException('no', 'SecurityError'));",
}  # fmt: skip


@pytest.fixture(params=REFUSALS)
def refused(request: pytest.FixtureRequest, context_of: Callable[..., BrowserContext], site: Site) -> Chat:
    """The chat on a strict page of another site, in a browser that refuses storage in this way."""
    page = context_of().new_page()
    page.add_init_script(REFUSALS[request.param])
    page.goto(site.url + "/strict")
    return Chat(page).open()


def _token(chat: Chat) -> str:
    """The token of the next request; it is nowhere else to be read."""
    with chat.page.expect_request(lambda request: "authorization" in request.headers) as asked:
        chat.frame.evaluate("window.dispatchEvent(new Event('pageshow'))")
    return str(asked.value.headers["authorization"]).removeprefix("Bearer ")


def test_it_talks_in_memory_and_says_that_it_ends_with_the_page(refused: Chat, service: Service) -> None:
    expect(refused.at("li.note", has_text=NOTHING)).to_be_in_viewport()
    expect(refused.at("li.bot .words").first).to_be_in_viewport(ratio=1)
    refused.press("What is IOP?")
    refused.say(CRISIS)
    expect(refused.at("li.note", has_text=NOTHING)).to_have_count(1)
    history = _history(refused.page, service, _token(refused))
    assert [one["text"] for one in history if one["from"] == "person"][-1] == CRISIS
    assert refused.said() == ["What is IOP?", CRISIS]
    # Closed and opened again it is still there: only the page's end is its end.
    refused.at("#close").click()
    refused.at("#launcher").click()
    assert refused.said() == ["What is IOP?", CRISIS]


def test_after_a_reload_it_begins_anew_and_claims_no_past(refused: Chat) -> None:
    refused.say(CRISIS)
    refused.page.reload()
    refused.at("#launcher").wait_for()
    if not refused.at("#panel").is_visible():
        refused.at("#launcher").click()
    expect(refused.at("li.bot")).to_have_count(1)
    expect(refused.at("li.note", has_text=NOTHING)).to_have_count(1)
    expect(refused.at("#log")).not_to_contain_text(BEFORE)
    assert refused.said() == []


def test_words_without_a_line_wait_in_memory_and_go_out_once(refused: Chat, service: Service) -> None:
    refused.page.route("**/api/messages", lambda route: route.abort())
    refused.write(CRISIS)
    expect(refused.at("#offline")).to_be_visible()
    refused.page.unroute("**/api/messages")
    refused.at("#again").click()
    expect(refused.at("li.crisis")).to_have_count(1)
    history = _history(refused.page, service, _token(refused))
    assert [one["from"] for one in history] == ["bot", "person", "bot"]


def test_erase_is_true_there_too(refused: Chat, service: Service) -> None:
    refused.say(CRISIS)
    token = _token(refused)
    refused.at("#erase-open").click()
    refused.at("#erase-yes").click()
    expect(refused.at("#log")).to_contain_text("All of it is erased")
    assert _history(refused.page, service, token) == []
    refused.at(".choice").click()
    expect(refused.at("li.bot")).to_have_count(1)
    expect(refused.at("li.note", has_text=NOTHING)).to_have_count(1)


def test_storage_taken_away_in_the_middle_ends_nothing(chat: Chat, page: Page) -> None:
    chat.say(CRISIS)
    chat.frame.evaluate(
        """() => { for (const name of ["getItem", "setItem", "removeItem"])
          Storage.prototype[name] = () => { throw new DOMException("no", "SecurityError"); }; }"""
    )
    chat.write("what is iop")
    expect(chat.at("li.person")).to_have_count(2)
    expect(chat.at("li.person .state")).to_have_text(["", ""])
    expect(chat.at("#working")).to_be_hidden()
    assert chat.said() == [CRISIS, "what is iop"]
    chat.at("#erase-open").click()
    chat.at("#erase-yes").click()
    expect(chat.at("#log")).to_contain_text("All of it is erased")


def test_what_this_browser_does_with_a_frame_of_another_site_is_what_it_says(page: Page, site: Site) -> None:
    """Refused or parted by site, as the browser likes: the words match what a reload then shows."""
    page.goto(site.url + "/plain")
    chat = Chat(page).open()
    chat.say(CRISIS)
    warned = chat.at("li.note", has_text=NOTHING).count()
    page.reload()
    chat.at("#launcher, #log li").first.wait_for(state="attached")
    chat.page.evaluate("frontDoorChat.open()")
    chat.at("li.bot").first.wait_for()
    expect(chat.at("li.crisis")).to_have_count(0 if warned else 1)
    expect(chat.at("#log", has_text=BEFORE)).to_have_count(0 if warned else 1)
