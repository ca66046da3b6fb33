"""The widget on pages of another site: plain, with a strict policy, and with styles that spoil everything."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from bot.facility import load_facility
from tests.browser.chat import Chat
from tests.browser.service import Service
from tests.browser.site import Site

KINDS = ("plain", "strict", "spoiling")
WORDS = "kestrel-7731 what is iop"
WATCH = """
window.violations = []; window.shift = 0;
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(event.violatedDirective + " " + event.blockedURI);
});
new PerformanceObserver((list) => { for (const one of list.getEntries()) window.shift += one.value; })
  .observe({ type: "layout-shift", buffered: true });
"""
UNDER = "(document.elementFromPoint(1060, 400) || document.documentElement).tagName"
LOOKS = "JSON.stringify([...document.querySelectorAll('html, body, main, h1, p, a')].map((one) => [...getComputedStyle(one)]\
.map((name) => getComputedStyle(one).getPropertyValue(name))))"


@pytest.fixture(params=KINDS)
def hosted(request: pytest.FixtureRequest, page: Page, site: Site) -> Chat:
    """The chat on each kind of page, closed as it comes."""
    page.add_init_script(WATCH)
    page.goto(f"{site.url}/{request.param}")
    chat = Chat(page)
    chat.at("#launcher").wait_for()
    return chat


def test_it_opens_and_talks(hosted: Chat) -> None:
    hosted.open()
    assert hosted.page.locator("iframe").bounding_box() == {"x": 864, "y": 104, "width": 400, "height": 680}
    assert hosted.page.evaluate(UNDER) == "IFRAME"
    assert hosted.say(WORDS)
    hosted.at("#close").click()
    expect(hosted.at("#launcher")).to_be_visible()


def test_closed_it_takes_no_click_from_the_page(hosted: Chat) -> None:
    assert hosted.page.evaluate(UNDER) != "IFRAME"
    hosted.at("#launcher").click()
    hosted.at("#panel").wait_for()
    assert hosted.page.evaluate(UNDER) == "IFRAME"


def test_it_needs_no_more_than_the_two_directives(hosted: Chat) -> None:
    hosted.open()
    hosted.say("I want to die")
    # A real press, which asks the system to call: nothing of the page's policy may stand in its way.
    hosted.at("li.crisis .links a").first.click()
    hosted.at("#help a", has_text="911").click()
    assert hosted.page.evaluate("window.violations") == []
    assert hosted.frame.evaluate("document.body.innerText.length") > 0


def test_it_moves_nothing_and_changes_no_look_of_the_page(page: Page, site: Site) -> None:
    page.add_init_script(WATCH)
    page.route("**/widget.js", lambda route: route.abort())
    page.goto(site.url + "/plain")
    before = page.evaluate(LOOKS)
    page.unroute("**/widget.js")
    page.goto(site.url + "/plain")
    chat = Chat(page).open()
    assert page.evaluate(LOOKS) == before
    assert page.evaluate("window.shift") == 0
    assert page.evaluate("document.querySelectorAll('style, link').length") == 0
    chat.at("#close").click()


def test_nobody_else_is_asked_and_no_word_is_in_an_address(
    context_of: Callable[..., BrowserContext], site: Site, service: Service
) -> None:
    context = context_of()
    page = context.new_page()
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page.goto(site.sibling + "/plain")
    chat = Chat(page).open()
    chat.say(WORDS)
    page.reload()
    expect(chat.at("li.person")).to_have_count(1)
    token = chat.stored()["front-door.token"]
    origins = {"{0.scheme}://{0.netloc}".format(urlsplit(one)) for one in asked if not one.startswith("data:")}
    assert origins == {site.sibling, service.url}
    assert not [one for one in asked if "kestrel" in one or token in one or "chat" in urlsplit(one).query]
    assert context.cookies() == []
    assert "kestrel" not in service.log()


def test_messages_of_other_windows_are_not_heard(hosted: Chat) -> None:
    page = hosted.page
    page.evaluate("window.postMessage({frontDoor: 1, kind: 'leave', to: 'https://weather.com'}, '*')")
    page.evaluate("window.postMessage({frontDoor: 1, kind: 'size', open: true, width: 400, height: 200}, '*')")
    page.evaluate("""() => { const other = document.createElement('iframe'); document.body.append(other);
      other.contentWindow.parent.postMessage({frontDoor: 1, kind: 'leave', to: 'https://weather.com'}, '*'); }""")
    page.wait_for_function("new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(() => go(true))))")
    assert page.url.startswith("http://localhost")
    assert page.evaluate(UNDER) != "IFRAME"


def test_what_the_frame_says_to_the_page_goes_to_that_page_alone(page: Page, site: Site, service: Service) -> None:
    page.add_init_script("""
      window.named = [];
      window.addEventListener("message", (event) => {
        window.named.push([event.origin, Object.keys(event.data).sort().join()]);
      });
    """)
    page.goto(site.url + "/plain")
    Chat(page).open().say(WORDS)
    heard = page.evaluate("window.named")
    assert {origin for origin, _ in heard} == {service.url}
    assert {keys for _, keys in heard} == {"frontDoor,height,kind,open,width"}
    for name in ("loader.js", "chat.js"):
        source = page.request.get(service.url + ("/widget.js" if name == "loader.js" else "/widget/0/chat.js")).text()
        assert "postMessage" in source
        assert '"*"' not in source


def test_a_button_of_the_page_opens_it_and_gets_the_focus_back(hosted: Chat) -> None:
    if "spoiling" in hosted.page.url:
        hosted.page.evaluate("document.querySelector('style').remove()")
    hosted.page.locator("#before").click()
    hosted.at("li.bot").first.wait_for()
    assert hosted.focused() == "words"
    hosted.page.keyboard.press("Escape")
    expect(hosted.page.locator("#before")).to_be_focused()


def test_leave_quickly_takes_a_page_of_another_site_away_by_keyboard_too(hosted: Chat) -> None:
    page, neutral = hosted.page, load_facility().leave_quickly_to
    page.route(neutral + "**", lambda route: route.fulfill(status=200, content_type="text/html", body="<h1>Weather</h1>"))
    hosted.open().say("I want to die")
    hosted.at("#leave").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(neutral + "**")
    assert page.evaluate("history.length") == 2, "the page with the chat is not among those to go back to"
    page.go_back()
    assert "Talk to us" not in page.content()


def test_it_goes_on_after_a_reload_on_a_sibling_and_says_where_it_cannot(page: Page, site: Site) -> None:
    """Browsers may refuse a frame of another site any storage; a sibling of the widget's address is never refused."""
    page.goto(site.sibling + "/plain")
    chat = Chat(page).open()
    chat.say("I want to die")
    page.reload()
    expect(chat.at("li.crisis")).to_have_count(1)
    expect(chat.at("#log")).to_contain_text("Your chat from before is here.")
    page.goto(site.url + "/plain")
    chat = Chat(page).open()
    refused = chat.frame.evaluate("(() => { try { return !localStorage; } catch { return true; } })()")
    expect(chat.at("#log", has_text="This browser keeps nothing")).to_have_count(1 if refused else 0)


@pytest.mark.parametrize(("color", "words"), [("#ffd400", "rgb(0, 0, 0)"), ("#3b0764", "rgb(255, 255, 255)")])
def test_colour_side_greeting_and_language_are_the_sites(page: Page, site: Site, color: str, words: str) -> None:
    site.options = f'data-color="{color}" data-side="left" data-greeting="Hola &lt;b&gt;" data-language="es"'
    try:
        page.goto(site.url + "/strict")
    finally:
        site.options = ""
    chat = Chat(page)
    expect(chat.at("#launcher")).to_have_text("Hola <b>")
    expect(chat.at("#launcher")).to_have_css("color", words)
    assert page.locator("iframe").bounding_box()["x"] < 50
    chat.open()
    expect(chat.at("html")).to_have_attribute("lang", "es")
    assert "automático" in chat.replies()[0]


def test_on_a_phone_it_takes_the_screen_and_gives_it_back(context_of: Callable[..., BrowserContext], site: Site) -> None:
    page = context_of(viewport={"width": 375, "height": 667}, has_touch=True, is_mobile=True).new_page()
    page.goto(site.url + "/plain")
    chat = Chat(page).open()
    assert page.locator("iframe").bounding_box() == {"x": 0, "y": 0, "width": 375, "height": 667}
    assert page.evaluate("document.elementFromPoint(100, 100).tagName") == "IFRAME"
    chat.at("#close").click()
    expect(chat.at("#launcher")).to_be_visible()
    assert page.evaluate("document.elementFromPoint(100, 100).tagName") != "IFRAME"


def test_sites_that_were_not_named_cannot_frame_it(tmp_path, page: Page, site: Site) -> None:
    named = Service(tmp_path, WIDGET_SITES="https://www.example.org").start()
    other = Site(named.url)
    try:
        page.goto(other.url + "/plain")
        page.wait_for_function("document.querySelector('iframe') !== null")
        expect(page.locator("iframe")).to_have_css("visibility", "hidden")
        assert (
            page.request.get(named.url + "/widget/frame.html")
            .headers["content-security-policy"]
            .endswith("frame-ancestors 'self' https://www.example.org")
        )
    finally:
        other.close()
        named.stop()
