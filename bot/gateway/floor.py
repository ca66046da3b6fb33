"""The floor: the fixed reply when anything behind the front door fails; needs this process and nothing else."""

from __future__ import annotations

from typing import Any

from bot.language import Language
from bot.wording import load_wording


def floor(channel: str, language: Language = "en") -> dict[str, Any]:
    """The reply that is always possible: 911, 988 and the admissions line."""
    return {**load_wording().message("floor", wording_channel(channel), language=language), "from": "bot", "seq": None}


def wording_channel(channel: str) -> str:
    """`sms` for texts, `web` for everything shown on a screen."""
    return "sms" if channel == "sms" else "web"
