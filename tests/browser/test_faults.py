"""No word is lost: reloads, tabs, lost lines, lost answers, restarts, and chats whose time is over."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, Route, expect

from bot.gateway.tokens import Tokens
from tests.browser.chat import Chat
from tests.browser.service import Service

CRISIS = "I want to die"  # answered by the front door alone, and recorded


def _opened(page: Page, url: str) -> Chat:
    page.goto(url + "/")
    chat = Chat(page)
    chat.at("li.bot").first.wait_for()
    return chat


def _history(page: Page, service: Service, token: str) -> list[dict]:
    answer = page.request.get(service.url + "/api/messages?after=0", headers={"Authorization": f"Bearer {token}"})
    return answer.json()["messages"]


def test_a_reload_shows_everything_again_in_order(chat: Chat, page: Page) -> None:
    chat.press("What is IOP?")
    chat.say(CRISIS)
    said, replies = chat.said(), chat.replies()
    page.reload()
    expect(chat.at("li.person")).to_have_count(2)
    assert (chat.said(), chat.replies()) == (said, replies)
    chat.say("what is iop")
    assert len(chat.said()) == 3


def test_words_not_sent_yet_survive_a_reload(chat: Chat, page: Page) -> None:
    chat.at("#words").fill("half a thou")
    page.reload()
    chat.at("li.bot").first.wait_for()
    expect(chat.at("#words")).to_have_value("half a thou")


def test_two_tabs_show_the_same_talk(chat: Chat, page: Page, service: Service) -> None:
    second = _opened(page.context.new_page(), service.url)
    second.press("What is IOP?")
    expect(chat.at("li.person .words")).to_have_text(["What is IOP?"])
    chat.say(CRISIS)
    expect(second.at("li.person .words")).to_have_text(["What is IOP?", CRISIS])
    expect(second.at("li.crisis")).to_have_count(1)
    assert chat.replies() == second.replies()


def test_two_tabs_opened_at_once_share_one_chat(page: Page, service: Service) -> None:
    other = page.context.new_page()
    for one in (page, other):
        one.goto(service.url + "/", wait_until="commit")
    first, second = Chat(page), Chat(other)
    for chat in (first, second):
        chat.at("li.bot").first.wait_for()
    assert first.stored()["front-door.token"] == second.stored()["front-door.token"]
    assert first.at("li.bot").count() == second.at("li.bot").count() == 1


def test_erased_in_one_tab_is_gone_in_the_other(chat: Chat, page: Page, service: Service) -> None:
    chat.say(CRISIS)
    second = _opened(page.context.new_page(), service.url)
    expect(second.at("li.person")).to_have_count(1)
    chat.at("#erase-open").click()
    chat.at("#erase-yes").click()
    expect(second.at("li.person")).to_have_count(0)
    expect(second.at("#log")).to_contain_text("erased")


def test_without_a_line_it_shows_who_answers_and_sends_later(chat: Chat, page: Page, service: Service) -> None:
    page.context.set_offline(True)
    chat.write(CRISIS)
    expect(chat.at("#offline")).to_be_visible()
    addresses = [one.get_attribute("href") for one in chat.at("#offline a").all()]
    assert {"tel:911", "tel:988", "sms:988"} <= set(addresses)
    expect(chat.at("li.person .state")).to_have_text("Not sent yet. It goes out by itself.")
    expect(chat.at("li.person .state")).to_be_in_viewport()
    chat.write("still here")
    page.context.set_offline(False)
    expect(chat.at("li.crisis").first).to_be_attached()
    expect(chat.at("li.person .state")).to_have_text(["", ""])
    expect(chat.at("#offline")).to_be_hidden()
    expect(chat.at("#working")).to_be_hidden()
    numbers = chat.at(".choices button b").all_inner_texts()
    assert numbers == [str(place) for place in range(1, len(numbers) + 1)], "each reply counts its choices from 1"
    history = _history(page, service, chat.stored()["front-door.token"])
    assert [one["text"] for one in history if one["from"] == "person"] == [CRISIS, "still here"]


def test_words_waiting_for_the_line_survive_a_reload(chat: Chat, page: Page) -> None:
    page.route("**/api/**", lambda route: route.abort())
    chat.write(CRISIS)
    expect(chat.at("#offline")).to_be_visible()
    page.reload()
    expect(chat.at("li.person .words")).to_have_text([CRISIS])
    expect(chat.at("#offline")).to_be_visible()
    page.unroute("**/api/**")
    chat.at("#again").click()
    expect(chat.at("li.crisis")).to_have_count(1)
    expect(chat.at("li.person")).to_have_count(1)


def test_an_answer_lost_on_the_way_is_fetched_with_the_same_id(chat: Chat, page: Page, service: Service) -> None:
    ids: list[str] = []

    def lose_first(route: Route) -> None:
        if route.request.method == "POST":
            ids.append(route.request.post_data_json["id"])
            if len(ids) == 1:
                route.fetch()  # the server takes it, the answer never arrives
                route.abort()
                return
        route.continue_()

    page.route("**/api/messages*", lose_first)
    chat.write(CRISIS)
    expect(chat.at("li.crisis")).to_have_count(1, timeout=20_000)
    expect(chat.at("#working")).to_be_hidden()
    expect(chat.at("#offline")).to_be_hidden()
    page.wait_for_function("true")
    assert len(set(ids)) == 1
    history = _history(page, service, chat.stored()["front-door.token"])
    assert [one["from"] for one in history] == ["bot", "person", "bot"]
    assert len(chat.said()) == 1
    assert len(chat.replies()) == 2


def test_a_page_of_somebody_elses_proxy_counts_as_no_line(chat: Chat, page: Page) -> None:
    page.route(
        "**/api/messages", lambda route: route.fulfill(status=502, content_type="text/html", body="<h1>Bad gateway</h1>")
    )
    chat.write("hello")
    expect(chat.at("#offline")).to_be_visible()
    assert "Bad gateway" not in chat.at("#panel").inner_text()
    page.unroute("**/api/messages")
    chat.at("#again").click()
    expect(chat.at("#offline")).to_be_hidden()
    expect(chat.at("li.bot")).to_have_count(2)


def test_too_much_at_once_waits_and_goes_on_by_itself(chat: Chat, page: Page) -> None:
    tries: list[str] = []

    def slow_down(route: Route) -> None:
        tries.append(route.request.post_data_json["id"])
        if len(tries) > 1:
            route.continue_()
            return
        body = {"error": {"code": "too_fast", "message": "Please wait. 911. 988.", "help": {}}}
        route.fulfill(status=429, json=body, headers={"Retry-After": "1"})

    page.route("**/api/messages", slow_down)
    chat.write(CRISIS)
    expect(chat.at("#log")).to_contain_text("Please wait.")
    expect(chat.at("li.crisis")).to_have_count(1)
    assert len(set(tries)) == 1


def test_words_that_are_refused_come_back_to_be_changed(chat: Chat, page: Page) -> None:
    body = {"error": {"code": "too_long", "message": "That message is too long.", "help": {}}}
    page.route("**/api/messages", lambda route: route.fulfill(status=413, json=body))
    chat.write("very long")
    expect(chat.at("#log")).to_contain_text("That message is too long.")
    expect(chat.at("#words")).to_have_value("very long")


def test_a_chat_whose_time_is_over_starts_anew_and_says_so(chat: Chat, page: Page, service: Service) -> None:
    secret = (service.folder / "session.key").read_text(encoding="ascii").strip()
    stranger = Tokens(secret + "x", 30).new()[1]
    chat.frame.evaluate("(token) => localStorage.setItem('front-door.token', token)", stranger)
    page.reload()
    expect(chat.at("#log")).to_contain_text("The chat from before is over")
    expect(chat.at("li.bot")).to_have_count(1)
    assert chat.stored()["front-door.token"] != stranger
    chat.say(CRISIS)
    expect(chat.at("li.crisis")).to_have_count(1)


def test_words_written_into_a_chat_that_is_over_are_answered_in_the_new_one(chat: Chat, page: Page) -> None:
    body = {"error": {"code": "expired_token", "message": "over", "help": {}}}
    times = iter([True])
    page.route(
        "**/api/messages", lambda route: route.fulfill(status=401, json=body) if next(times, False) else route.continue_()
    )
    chat.write(CRISIS)
    expect(chat.at("#log")).to_contain_text("The chat from before is over")
    expect(chat.at("li.crisis")).to_have_count(1)
    expect(chat.at("li.person .words")).to_have_text([CRISIS])


def test_a_crash_of_the_front_door_is_bridged(door: Service, context_of: Callable[..., BrowserContext]) -> None:
    page = context_of().new_page()
    chat = _opened(page, door.url)
    chat.say(CRISIS)
    door.stop(hard=True)
    chat.write("is anybody there")
    expect(chat.at("#offline")).to_be_visible(timeout=20_000)
    expect(chat.at("#offline")).to_contain_text("911")
    door.start()
    expect(chat.at("#offline")).to_be_hidden(timeout=40_000)
    expect(chat.at("li.bot")).to_have_count(3, timeout=20_000)
    assert chat.said() == [CRISIS, "is anybody there"]


def test_the_floor_can_be_tried_again(door: Service, context_of: Callable[..., BrowserContext]) -> None:
    """With no assistant behind the door every question gets the floor, said as what it is."""
    chat = _opened(context_of().new_page(), door.url)
    assert "988" in chat.say("what is iop")
    chat.at("li.bot button.again").click()
    expect(chat.at("li.bot")).to_have_count(3)
    assert chat.said() == ["what is iop"]


def test_waking_up_reads_what_was_missed(chat: Chat, page: Page, service: Service) -> None:
    token = chat.stored()["front-door.token"]
    said = {"id": "7a0c6f3e-6e0d-4f6a-9d35-6a5c5d6f9b11", "text": CRISIS}
    page.request.post(service.url + "/api/messages", headers={"Authorization": f"Bearer {token}"}, data=said)
    assert chat.said() == []
    chat.frame.evaluate("window.dispatchEvent(new Event('pageshow'))")
    expect(chat.at("li.person .words")).to_have_text([CRISIS])


def test_where_the_browser_keeps_nothing_it_still_talks(page: Page, service: Service) -> None:
    refuse = "Object.defineProperty(window, '{}', {{ get() {{ throw new Error('no'); }} }});"
    page.add_init_script(refuse.format("localStorage") + refuse.format("sessionStorage"))
    chat = _opened(page, service.url)
    chat.say(CRISIS)
    expect(chat.at("li.crisis")).to_have_count(1)
