"""Cuts a message into words with spaCy's rules for English; loads no model from anywhere."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.entities import load_entities
from bot.nlu.plain import READ_CHARACTERS

DOC = "spacy_words"  # the words as spaCy has them, for the component that looks for entities; never part of the parse result


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class SpacyTokens(Tokenizer):
    """spaCy's English tokenizer over the first READ_CHARACTERS characters."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self._cut = load_entities().cut

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Rasa's own switches for intent labels made of several words (ours are not), and whether to cut examples as well."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None, "examples": False}

    @staticmethod
    def required_packages() -> list[str]:
        """What must be installed."""
        return ["spacy"]

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Tokens of the examples, for a component that learns from them; `examples` in config.yml says whether one does."""
        return super().process_training_data(training_data) if self._config["examples"] else training_data

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Tokens with their character offsets."""
        words = self._cut(message.get(attribute)[:READ_CHARACTERS])
        message.set(DOC, words)
        return self._apply_token_pattern([Token(word.text, word.idx) for word in words if not word.is_space])
