"""The widget as a person uses it: open it, say something, press something, read what is there."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Frame, Locator, Page, expect

FRAME = re.compile(r"/widget/frame\.html")


class Chat:
    """The widget on one page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def frame(self) -> Frame:
        """The frame the chat is in."""
        self.page.locator("iframe").wait_for(state="attached")
        found = self.page.frame(url=FRAME)
        assert found is not None
        return found

    def at(self, selector: str, **options: Any) -> Locator:
        """Something inside the chat."""
        return self.page.frame_locator("iframe").locator(selector, **options)

    def open(self) -> Chat:
        """Press the button on the page and wait for the greeting."""
        self.at("#launcher").click()
        self.at("li.bot").first.wait_for()
        return self

    def replies(self) -> list[str]:
        """What the assistant said, as it stands there."""
        return [text.strip() for text in self.at("li.bot .words").all_inner_texts()]

    def said(self) -> list[str]:
        """What the person said, as it stands there."""
        return [text.strip() for text in self.at("li.person .words").all_inner_texts()]

    def _after(self, before: int) -> str:
        self.at("li.bot").nth(before).wait_for()
        expect(self.at("#working")).to_be_hidden()
        return self.replies()[-1]

    def write(self, text: str) -> None:
        """Type and send, without waiting for an answer."""
        self.at("#words").fill(text)
        self.at("#words").press("Enter")

    def say(self, text: str) -> str:
        """Type, send, and read the last thing answered."""
        before = self.at("li.bot").count()
        self.write(text)
        return self._after(before)

    def press(self, title: str) -> str:
        """Press the choice of this title, and read the last thing answered."""
        before = self.at("li.bot").count()
        self.at(".choices button", has_text=re.compile(rf"(?:^|\s){re.escape(title)}\s*$")).last.click()
        return self._after(before)

    def choices(self) -> list[str]:
        """The titles on offer, without their numbers."""
        return [re.sub(r"^\d+\s+", "", " ".join(text.split())) for text in self.at(".choices button").all_inner_texts()]

    def stored(self) -> dict[str, str]:
        """What the widget keeps in the browser."""
        kept: dict[str, str] = self.frame.evaluate("({...localStorage, ...sessionStorage})")
        return kept

    def focused(self) -> str:
        """Id or text of what has the focus inside the chat."""
        return str(self.frame.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
