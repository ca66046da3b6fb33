"""One telephone's talk with the line, text by text; each answer is held to what a text may be."""

from __future__ import annotations

from dataclasses import dataclass

from bot.gateway.sms.compose import as_sent
from bot.segments import segments
from bot.wording import load_wording
from tests.sms.conftest import Line
from tests.sms.stand_ins import Phone


@dataclass
class Talk:
    """What was said; `heard` counts the texts that came back."""

    line: Line
    phone: Phone
    heard: int = 0

    def say(self, words: str, answers: int = 1) -> str:
        """Text the line; what came back."""
        self.phone.text(words)
        said = self.line.api.sent(self.phone.number, self.heard + answers)[self.heard :]
        self.heard += len(said)
        for one in said:
            assert segments(one).count <= 3
            assert segments(one).encoding == "GSM-7"
        return "\n".join(said)


def asks(question: str) -> str:
    """How the check asks by text."""
    return as_sent(load_wording().render(f"placement_ask_{question}", "sms"))
