"""The pipeline's intent classifier: the intent model over the whole message and over its parts."""

from __future__ import annotations

import pickle  # only models that we built ourselves are ever loaded (docs/decisions)
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.danger import CRISIS
from bot.nlu.examples import examples_of, not_crisis_fingerprint
from bot.nlu.fingerprint import code_fingerprint
from bot.nlu.meaning import MeaningModel, Shape
from bot.nlu.minilm import load_minilm
from bot.nlu.training_vectors import training_vectors
from bot.nlu.understand import Reader

SHOWN = 10  # labels of the ranking that go into the parse result
SECOND = "second_meaning"
VECTORS = "sentence_vectors"  # of the message and its parts, for components after this one; never part of the parse result


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class MeaningClassifier(GraphComponent):
    """Names the meaning of a message, and a second one where it asks two things."""

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource, model: MeaningModel | None = None):
        self._config, self._storage, self._resource = config, storage, resource
        self._reader = Reader(model, config) if model else None

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Shape of the model and of the reading; how each value was measured stands in config.yml."""
        return {
            "strength": Shape.strength, "vector_weight": Shape.vector_weight, "ngram_weight": Shape.ngram_weight,
            "vectors": True, "ngrams": True, "temperature": 0.22, "second_least": 0.6,
        }  # fmt: skip

    @staticmethod
    def required_packages() -> list[str]:
        """What must be installed."""
        return ["sklearn", "onnxruntime", "tokenizers"]

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> MeaningClassifier:
        """An untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource,
        execution_context: ExecutionContext, **kwargs: Any,
    ) -> MeaningClassifier:  # fmt: skip
        """The trained component."""
        with model_storage.read_from(resource) as folder:
            model = pickle.loads((folder / "meaning.pkl").read_bytes())
        model.encode = load_minilm().encode if model.shape.vectors else None
        return cls(config, model_storage, resource, model)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        """What Rasa's cache must know besides: examples that are no part of its own training data."""
        return code_fingerprint() + not_crisis_fingerprint()

    def _shape(self) -> Shape:
        names = ("strength", "vector_weight", "ngram_weight", "vectors", "ngrams")
        return Shape(**{name: self._config[name] for name in names})

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on the ordinary intents, and calibrate. Danger is the net's and the danger classifier's to see."""
        found = [one for one in examples_of(training_data) if not one[1].startswith(CRISIS)]
        texts, labels = [text for text, _ in found], [label for _, label in found]
        shape = self._shape()
        vectors = training_vectors(texts) if shape.vectors else None
        model = MeaningModel(None, shape).fit(texts, labels, vectors)
        model.temperature = float(self._config["temperature"])
        with self._storage.write_to(self._resource) as folder:
            (folder / "meaning.pkl").write_bytes(pickle.dumps(model))
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing to add for components after this one."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent, ranking and second meaning."""
        for message in messages:
            if not self._reader or not message.get(TEXT):
                continue
            meaning = self._reader.read(message.get(TEXT))
            message.set(VECTORS, meaning.vectors)
            ranking = [{"name": name, "confidence": chance} for name, chance in meaning.ranking[:SHOWN]]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
            message.set(SECOND, meaning.second, add_to_output=True)
        return messages
