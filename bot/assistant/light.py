"""Keeps TensorFlow out of the assistant process: Rasa imports it for components that our pipeline does not use.

It costs some 300 MB and most of the time to start. In its place stands a package whose every name is an empty class:
enough for Rasa's class definitions, and an error for whoever would really call it.
"""

from __future__ import annotations

import importlib.machinery
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any, cast

REPLACED = ("tensorflow", "tensorflow_hub", "tensorflow_text", "tensorflow_addons", "keras")


class _Empty:
    """What a call gives: a list of no things, for whoever counts devices."""

    def __len__(self) -> int:
        return 0


class _Nothing(type):
    """A class whose attributes are such classes again."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = _Nothing(name, (_Empty,), {"__module__": __name__})
        setattr(cls, name, made)
        return made

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        # As a decorator it leaves the function alone; as anything else it is there only at class definition.
        return args[0] if len(args) == 1 and callable(args[0]) and not kwargs else type.__call__(cls)


class _Package(ModuleType):
    """A module that has every name."""

    __path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = _Nothing(name, (_Empty,), {"__module__": self.__name__})
        setattr(self, name, made)
        return made


class _Finder:
    """Finds the packages in REPLACED, and everything below them."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: Any = None) -> Any:
        """A spec for what is replaced, None for all else."""
        if name.split(".")[0] not in REPLACED:
            return None
        return importlib.machinery.ModuleSpec(name, cast(Any, _Finder), is_package=True)

    @staticmethod
    def create_module(spec: Any) -> ModuleType:
        """An empty package."""
        return _Package(spec.name)

    @staticmethod
    def exec_module(module: ModuleType) -> None:
        """Nothing to run."""


def without_tensorflow() -> None:
    """From now on an import of TensorFlow gets the empty package; call it before Rasa is imported."""
    if "tensorflow" not in sys.modules:
        sys.meta_path.insert(0, cast(Any, _Finder))
