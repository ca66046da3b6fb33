"""The pipeline's reader of answers to the check: what the message would mean at each question."""

from __future__ import annotations

import hashlib
import pickle  # only models that we built ourselves are ever loaded (docs/decisions)
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.answer_signs import SIGNS, Signs
from bot.nlu.answers import AnswerModel, AnswerShape, as_parsed, load_examples
from bot.nlu.fingerprint import code_fingerprint
from bot.nlu.meaning_classifier import VECTORS
from bot.nlu.minilm import load_minilm
from bot.nlu.training_vectors import training_vectors

READINGS = "answer_readings"
MOST_WORDS = 60  # a longer message is no answer to a short question


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class AnswerReader(GraphComponent):
    """Adds `answer_readings` and `answer_signs` to each message; actions look up the question that was asked."""

    def __init__(
        self, storage: ModelStorage, resource: Resource, config: dict[str, Any],
        model: AnswerModel | None = None, signs: Signs | None = None,
    ) -> None:  # fmt: skip
        self._storage, self._resource, self._config = storage, resource, config
        self._model, self._signs = model, signs

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """See AnswerShape."""
        return {name: getattr(AnswerShape, name) for name in AnswerShape.__dataclass_fields__}

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """What Rasa's cache must know besides: the examples, which are no part of its own training data."""
        return code_fingerprint() + hashlib.sha256(repr(load_examples()).encode()).hexdigest()

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> AnswerReader:
        """An untrained component."""
        return cls(model_storage, resource, config)

    @classmethod
    def load(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
        execution_context: ExecutionContext, **kwargs: Any,
    ) -> AnswerReader:  # fmt: skip
        """The trained component."""
        with model_storage.read_from(resource) as folder:
            model, signs = pickle.loads((folder / "answers.pkl").read_bytes())
        model.encode = load_minilm().encode
        return cls(model_storage, resource, config, model, signs)

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on data/answers/."""
        shape = AnswerShape(**{name: float(self._config[name]) for name in AnswerShape.__dataclass_fields__})
        examples = load_examples()
        model = AnswerModel(training_vectors, shape).fit(examples)
        model.encode = None
        with self._storage.write_to(self._resource) as folder:
            (folder / "answers.pkl").write_bytes(pickle.dumps((model, Signs(examples))))
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing to add for components after this one."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Read each short message."""
        for message in messages:
            text = message.get(TEXT)
            if self._model and self._signs and text and len(text.split()) <= MOST_WORDS:
                vectors = message.get(VECTORS)
                readings = self._model.read(text, None if vectors is None else vectors[0])
                message.set(READINGS, as_parsed(readings), add_to_output=True)
                message.set(SIGNS, self._signs.at(text), add_to_output=True)
        return messages
