"""The pipeline's reader of danger: how near a message, or any part of it, is to the crisis examples."""

from __future__ import annotations

import pickle  # only models that we built ourselves are ever loaded (docs/decisions)
from dataclasses import asdict
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.danger import DangerModel, DangerShape
from bot.nlu.fingerprint import code_fingerprint
from bot.nlu.meaning_classifier import VECTORS
from bot.nlu.minilm import load_minilm
from bot.nlu.parts import parts
from bot.nlu.plain import plain
from bot.nlu.training_vectors import training_vectors
from bot.safety.train import examples, fingerprint

DANGER = "danger"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class DangerClassifier(GraphComponent):
    """Adds `danger` (the fields of danger.Reading) to each message; bot/nlu/safety_screen.py decides what it is worth."""

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource, model: DangerModel | None = None):
        self._config, self._storage, self._resource, self._model = config, storage, resource, model

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See DangerShape."""
        return {name: getattr(DangerShape, name) for name in DangerShape.__dataclass_fields__}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """What Rasa's cache must know besides: it learns from the net's examples, which are more than Rasa's own."""
        return code_fingerprint() + fingerprint()

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> DangerClassifier:
        """An untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
        execution_context: ExecutionContext, **kwargs: Any,
    ) -> DangerClassifier:  # fmt: skip
        """The trained component."""
        with model_storage.read_from(resource) as folder:
            model = pickle.loads((folder / "danger.pkl").read_bytes())
        return cls(config, model_storage, resource, model)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on the net's examples: danger of each kind, questions for a doctor, and ordinary talk."""
        learnt = list(dict.fromkeys((text, label) for text, label, _ in examples()))
        shape = DangerShape(**{name: self._config[name] for name in DangerShape.__dataclass_fields__})
        model = DangerModel(shape).fit([label for _, label in learnt], training_vectors([text for text, _ in learnt]))
        with self._storage.write_to(self._resource) as folder:
            (folder / "danger.pkl").write_bytes(pickle.dumps(model))
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing to add for components after this one."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Read each message as a whole and part by part."""
        for message in messages:
            text = message.get(TEXT)
            if not self._model or not text:
                continue
            vectors = message.get(VECTORS)
            if vectors is None:
                vectors = load_minilm().encode([plain(one) for one in (text, *parts(text))])
            message.set(DANGER, asdict(self._model.read(vectors)), add_to_output=True)
        return messages
