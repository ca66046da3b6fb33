"""What a person can do in the widget, on the page at `/`, with the whole assistant behind it."""

import re

from playwright.sync_api import Page, expect

from bot.facility import load_facility
from tests.browser.chat import Chat
from tests.browser.service import Service

CRISIS = "I want to die"


def answer_the_check(chat: Chat, most: int = 14) -> None:
    """Answer every question of the quick check until nothing more is asked."""
    chat.press("Quick check")
    chat.press("Yes, let's go")
    for _ in range(most):
        question = chat.at("li.bot").last
        if not question.locator(".progress").count():
            return
        adult = "18" in question.inner_text()
        chat.press("Yes" if adult else next(one for one in ("No", "None of these", "Skip") if one in chat.choices()))


def test_it_greets_as_a_program_and_offers_ways_in(chat: Chat) -> None:
    greeting = chat.replies()[0]
    assert "automated" in greeting and "911" in greeting and "988" in greeting
    assert "What is IOP?" in chat.choices()


def test_a_press_is_shown_as_its_words_and_answered(chat: Chat) -> None:
    answer = chat.press("What is IOP?")
    assert chat.said() == ["What is IOP?"]
    assert "program" in answer.lower()


def test_a_typed_number_chooses_what_stands_beside_it(chat: Chat, page: Page) -> None:
    number = chat.choices().index("Quick check") + 1
    chat.say(str(number))
    assert chat.said() == ["Quick check"]
    assert chat.at("li.bot").count() == 2
    agreed = str(chat.choices().index("Yes, let's go") + 1)
    page.reload()
    expect(chat.at(".choices button b").first).to_have_text("1")
    chat.say(agreed)
    assert chat.said() == ["Quick check", "Yes, let's go"]
    no = str(chat.choices().index("No") + 1)
    chat.say(f" {no} ")
    assert chat.said()[-1] == "No"
    expect(chat.at("li.bot").last.locator(".progress")).to_contain_text("Question 2")


def test_a_number_that_stands_beside_nothing_is_said_as_it_is(chat: Chat, page: Page) -> None:
    sent: list[dict[str, str]] = []
    page.on("request", lambda request: sent.append(request.post_data_json) if request.method == "POST" else None)
    for number in ("0", str(len(chat.choices()) + 1)):
        chat.write(number)
        expect(chat.at("li.person .words").last).to_have_text(number)
    expect(chat.at("#working")).to_be_hidden()
    assert [one.get("text") for one in sent] == chat.said()


def test_where_an_answer_comes_from_stands_under_it(chat: Chat) -> None:
    chat.say("What is IOP?")
    expect(chat.at("li.bot").last.locator(".source")).to_have_text(re.compile("page"))


def test_the_check_shows_how_far_it_is_and_has_back_and_skip(chat: Chat) -> None:
    chat.press("Quick check")
    chat.press("Yes, let's go")
    expect(chat.at("li.bot").last.locator(".progress")).to_contain_text(re.compile(r"Question 1 of \d"))
    chat.press("No")
    expect(chat.at("li.bot").last.locator(".progress")).to_contain_text(re.compile(r"Question 2 of \d"))
    assert {"Back", "Skip"} <= set(chat.choices())
    chat.press("Back")
    expect(chat.at("li.bot").last.locator(".progress")).to_contain_text(re.compile(r"Question 1 of \d"))


def test_danger_shows_links_to_the_lines_and_they_stay(chat: Chat) -> None:
    chat.say(CRISIS)
    links = chat.at("li.crisis .links a")
    addresses = [links.nth(place).get_attribute("href") for place in range(links.count())]
    assert {"tel:988", "sms:988", "tel:911"} <= set(addresses)
    chat.say("what is iop")
    expect(links.first).to_be_attached()
    expect(chat.at("#help a", has_text="911")).to_be_in_viewport()


def test_the_lines_are_in_reach_in_every_state(chat: Chat) -> None:
    addresses = [one.get_attribute("href") for one in chat.at("#help a").all()]
    assert addresses == [f"tel:{load_facility().phone_e164}", "sms:988", "tel:911"]


def test_the_widget_speaks_the_language_of_the_reply(chat: Chat) -> None:
    chat.say("me quiero morir")
    expect(chat.at("html")).to_have_attribute("lang", "es")
    expect(chat.at("#send")).to_have_text("Enviar")
    expect(chat.at("li.bot").last).to_have_attribute("lang", "es")
    expect(chat.at("#hours")).to_have_text(re.compile("día|Admisiones"))


def test_while_it_works_it_says_so_and_the_reply_is_not_held_back(chat: Chat, page: Page) -> None:
    page.route("**/api/messages", lambda route: (page.wait_for_timeout(700), route.continue_()))
    chat.write("what is iop")
    expect(chat.at("#working")).to_be_visible()
    with page.expect_response("**/api/messages"):
        pass
    expect(chat.at("li.bot").nth(1)).to_be_visible(timeout=400)
    expect(chat.at("#working")).to_be_hidden()


def test_answers_and_code_can_be_saved_and_printed(chat: Chat, page: Page) -> None:
    answer_the_check(chat)
    chat.at("#paper-open").click()
    paper = chat.at("#paper-text").inner_text()
    assert "Are you 18 or older?\nYes" in paper
    with page.expect_download() as download:
        chat.at("#paper-save").click()
    assert download.value.suggested_filename == "notes.txt"
    assert "Are you 18 or older?" in download.value.path().read_text(encoding="utf-8")
    chat.frame.evaluate("window.print = () => window.dispatchEvent(new Event('beforeprint'))")
    chat.at("#paper-print").click()
    page.emulate_media(media="print")
    expect(chat.at("#panel")).to_be_hidden()
    expect(chat.at("#paper")).to_be_hidden()
    assert "Are you 18 or older?\nYes" in chat.at("#sheet").inner_text()


def test_erase_is_asked_once_and_then_true_on_the_server_too(chat: Chat, page: Page, service: Service) -> None:
    chat.say(CRISIS)
    token = chat.stored()["front-door.token"]
    chat.at("#erase-open").click()
    chat.at("#erase-no").click()
    assert chat.said() == [CRISIS]
    chat.at("#erase-open").click()
    chat.at("#erase-yes").click()
    expect(chat.at("#log")).to_contain_text("erased")
    assert chat.said() == chat.replies() == []
    assert "front-door.token" not in chat.stored()
    left = page.request.get(service.url + "/api/messages?after=0", headers={"Authorization": f"Bearer {token}"})
    assert left.json() == {"messages": []}
    assert "automated" in chat.say("hello") + chat.replies()[0]
    assert chat.stored()["front-door.token"] != token


def test_erased_by_its_words_is_erased_here_too(chat: Chat) -> None:
    token = chat.stored()["front-door.token"]
    chat.say("erase my data")
    chat.at(".choices button", has_text="Erase it all").click()
    expect(chat.at("li.bot")).to_have_count(1)
    assert "erased" in chat.replies()[0]
    assert chat.stored().get("front-door.token") != token


def test_leave_quickly_takes_page_and_words_away(chat: Chat, page: Page, service: Service) -> None:
    neutral = load_facility().leave_quickly_to
    page.route(neutral + "**", lambda route: route.fulfill(status=200, content_type="text/html", body="<h1>Weather</h1>"))
    chat.say(CRISIS)
    chat.at("#leave").click()
    page.wait_for_url(neutral + "**")
    page.go_back()
    assert CRISIS not in page.content()
    page.goto(service.url + "/")
    chat.at("li.bot").first.wait_for()
    assert chat.said() == []
