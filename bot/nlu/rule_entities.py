"""The pipeline's entity extractor: substances, insurers, people, times and list items, by spaCy rules."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.entities import Entities, load_entities
from bot.nlu.plain import READ_CHARACTERS
from bot.nlu.tokens import DOC


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class RuleEntities(GraphComponent):
    """Adds the entities of bot/nlu/entities.py to each message."""

    def __init__(self, entities: Entities) -> None:
        self._entities = entities

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> RuleEntities:
        """The component."""
        return cls(load_entities())

    @staticmethod
    def required_packages() -> list[str]:
        """What must be installed."""
        return ["spacy", "phonenumbers"]

    def process(self, messages: list[Message]) -> list[Message]:
        """Find entities with their offsets."""
        for message in messages:
            text = message.get(TEXT)
            if text:
                found = [
                    {**one, "extractor": "RuleEntities"}
                    for one in self._entities.find(text[:READ_CHARACTERS], message.get(DOC))
                ]
                message.set(ENTITIES, [*(message.get(ENTITIES) or []), *found], add_to_output=True)
        return messages
