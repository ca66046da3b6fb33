"""The net: reads every raw text before anything else and says whether somebody is in danger."""

from bot.safety.net import Net, load
from bot.safety.verdict import Verdict

__all__ = ["Net", "Verdict", "load"]
