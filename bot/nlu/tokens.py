"""Cuts a message into words with spaCy's rules for English; loads no model from anywhere."""

from __future__ import annotations

from typing import Any

import spacy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.plain import READ_CHARACTERS


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class SpacyTokens(Tokenizer):
    """spaCy's English tokenizer over the first READ_CHARACTERS characters."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self._cut = spacy.blank("en").tokenizer

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Rasa's own switches for intent labels made of several words; ours are not."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    @staticmethod
    def required_packages() -> list[str]:
        """What must be installed."""
        return ["spacy"]

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Tokens with their character offsets."""
        words = self._cut(message.get(attribute)[:READ_CHARACTERS])
        return self._apply_token_pattern([Token(word.text, word.idx) for word in words if not word.is_space])
