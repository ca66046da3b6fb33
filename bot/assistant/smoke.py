"""Tries a freshly loaded model on a handful of sentences before anybody talks to it."""

from __future__ import annotations

import asyncio
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

from bot.policies.flow import CRISES

FILE = Path(__file__).with_name("smoke.yml")
SECONDS = 30.0


class BadModel(Exception):
    """A model that must not serve; `what` says which sentence of smoke.yml it failed, by its place."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@lru_cache(maxsize=1)
def sentences() -> list[dict[str, Any]]:
    """The sentences, each with what it must mean."""
    return list(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def _wanted(sentence: dict[str, Any]) -> frozenset[str]:
    if sentence.get("crisis"):
        return CRISES
    return frozenset(sentence.get("intents") or [sentence["intent"]])


async def _answers(agent: Agent, text: str) -> list[dict[str, Any]]:
    channel = CollectingOutputChannel()
    assert agent.processor is not None
    await agent.processor.handle_message(UserMessage(text, channel, "smoke-test"))
    return list(channel.messages)


async def _try(agent: Agent) -> None:
    for place, sentence in enumerate(sentences(), 1):
        parsed = await agent.parse_message(sentence["text"])
        if (parsed.get("intent") or {}).get("name") not in _wanted(sentence):
            raise BadModel(f"meaning {place}")
        if not any(message.get("text") for message in await _answers(agent, sentence["text"])):
            raise BadModel(f"answer {place}")


def smoke_test(agent: Agent) -> None:
    """Return when every sentence is understood and answered. Raises BadModel, TimeoutError or what the model raises.

    Runs in a thread of its own with a loop of its own: others are served meanwhile, and nothing is written down.
    """
    asyncio.run(asyncio.wait_for(_try(agent), SECONDS))
