"""Takes the README's picture of the widget from a running service: `python tools/screenshots.py URL`; with `--all` every state."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from playwright.sync_api import Browser, FrameLocator, Page, sync_playwright

PROJECT = Path(__file__).resolve().parent.parent
PICTURE, EVERY_STATE = PROJECT / "docs" / "widget.png", PROJECT / "var" / "screenshots"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 375, "height": 667}


def say(chat: FrameLocator, text: str) -> None:
    """Type, send, and wait for the answer."""
    before = chat.locator("li.bot").count()
    chat.locator("#words").fill(text)
    chat.locator("#words").press("Enter")
    chat.locator("li.bot").nth(before).wait_for()
    chat.locator("#working").wait_for(state="hidden")


def press(chat: FrameLocator, title: str) -> None:
    """Press a choice and wait for the answer."""
    before = chat.locator("li.bot").count()
    chat.locator(".choices button", has_text=re.compile(rf"{title}\s*$")).last.click()
    chat.locator("li.bot").nth(before).wait_for()


def opened(browser: Browser, url: str, view: dict[str, int], scheme: str) -> tuple[Page, FrameLocator]:
    """The page at `/` with the chat open."""
    phone = view is PHONE
    context = browser.new_context(
        viewport=view, color_scheme=scheme, has_touch=phone, is_mobile=phone, device_scale_factor=2
    )
    page = context.new_page()
    page.goto(url)
    chat = page.frame_locator("iframe")
    chat.locator("li.bot").first.wait_for()
    return page, chat


def picture(browser: Browser, url: str) -> None:
    """A question of the check, on a desktop."""
    page, chat = opened(browser, url, DESKTOP, "light")
    say(chat, "What is IOP?")
    say(chat, "quick check")
    press(chat, "Yes, let's go")
    press(chat, "No")
    page.mouse.move(5, 5)
    page.screenshot(path=PICTURE, scale="css")


def every_state(browser: Browser, url: str, view: dict[str, int], scheme: str, name: str) -> None:
    """One picture of each state."""
    EVERY_STATE.mkdir(parents=True, exist_ok=True)
    page, chat = opened(browser, url, view, scheme)

    def take(state: str) -> None:
        page.evaluate("new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))")
        page.screenshot(path=EVERY_STATE / f"{name}-{state}.png", scale="css")

    take("greeting")
    say(chat, "what does it cost")
    take("answer")
    say(chat, "quick check")
    press(chat, "Yes, let's go")
    press(chat, "No")
    take("check")
    chat.locator("#paper-open").click()
    take("paper")
    chat.locator("#paper-close").click()
    say(chat, "I want to die")
    take("crisis")
    chat.locator("#erase-open").click()
    take("erase")
    chat.locator("#erase-no").click()
    page.route("**/api/**", lambda route: route.abort())
    chat.locator("#words").fill("are you there")
    chat.locator("#words").press("Enter")
    chat.locator("#offline").wait_for()
    take("offline")
    page.unroute("**/api/**")
    chat.locator("#again").click()
    say(chat, "me quiero morir")
    take("spanish")
    chat.locator("#close").click()
    take("closed")
    page.context.close()


def main() -> int:
    """Take the picture, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="address of a running service, such as http://127.0.0.1:8080/")
    parser.add_argument(
        "--all", action="store_true", help="every state, on phone and desktop, light and dark, into var/screenshots/"
    )
    given = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        if given.all:
            for name, view in (("phone", PHONE), ("desktop", DESKTOP)):
                for scheme in ("light", "dark"):
                    every_state(browser, given.url, view, scheme, f"{name}-{scheme}")
        else:
            picture(browser, given.url)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
