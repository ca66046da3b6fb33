"""The floor: the fixed reply when anything behind the front door fails; needs this process and nothing else."""

from __future__ import annotations

from typing import Any, Literal

from bot.language import Language
from bot.wording import load_wording

WordingChannel = Literal["web", "sms"]


def floor(channel: str, language: Language = "en") -> dict[str, Any]:
    """The reply that is always possible: 911, 988 and the admissions line."""
    return {**load_wording().message("floor", wording_channel(channel), language=language), "from": "bot", "seq": None}


def wording_channel(channel: str) -> WordingChannel:
    """`sms` for texts, `web` for everything shown on a screen."""
    return "sms" if channel == "sms" else "web"
