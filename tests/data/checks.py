"""Checks of the training data and the wording, each a function of a folder, so that a planted mistake can be shown to be found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from bot.nlu.plain import plain


class _NoDoubles(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Refuses a mapping that names a key twice; plain YAML keeps the last one and says nothing."""


def _mapping(loader: _NoDoubles, node: yaml.MappingNode) -> dict[Any, Any]:
    loader.flatten_mapping(node)
    keys = [loader.construct_object(key, deep=True) for key, _ in node.value]
    doubled = {str(key) for key in keys if keys.count(key) > 1}
    if doubled:
        raise yaml.constructor.ConstructorError(None, None, f"{sorted(doubled)} stand twice", node.start_mark)
    return loader.construct_mapping(node, deep=True)


_NoDoubles.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def doubled_keys(files: list[Path]) -> list[str]:
    """Files in which a key stands twice."""
    found = []
    for path in files:
        try:
            yaml.load(path.read_text(encoding="utf-8"), Loader=_NoDoubles)
        except yaml.constructor.ConstructorError as error:
            found.append(f"{path.name}: {error.problem}")
    return found


def examples(folder: Path) -> Iterator[tuple[str, str]]:
    """(intent, text) of every training example in a folder."""
    for path in sorted(folder.glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            for line in block["examples"].splitlines():
                if line.strip():
                    yield block["intent"], line.strip().removeprefix("- ")


def doubled_examples(folder: Path) -> list[str]:
    """Examples that stand under two intents, read as the model reads them; what has no words at all is left aside."""
    seen: dict[str, str] = {}
    found = []
    for intent, text in examples(folder):
        words = plain(text)
        if words and seen.get(words, intent) != intent:
            found.append(f"{words!r}: {seen[words]} and {intent}")
        seen.setdefault(words, intent)
    return found


def rules(folder: Path) -> Iterator[dict[str, Any]]:
    """Every rule in a folder."""
    for path in sorted(folder.glob("*.yml")):
        yield from yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]


def doubled_rules(folder: Path) -> list[str]:
    """Rule names, and intents, that more than one rule has."""
    found = list(rules(folder))
    names = [rule["rule"] for rule in found]
    intents = [rule["steps"][0]["intent"] for rule in found]
    return sorted({one for several in (names, intents) for one in several if several.count(one) > 1})


def unknown_in_rules(folder: Path, domain: dict[str, Any]) -> list[str]:
    """Intents and actions of rules that the domain does not have."""
    known = {"intent": set(domain["intents"]), "action": set(domain["actions"])}
    steps = [step for rule in rules(folder) for step in rule["steps"]]
    return sorted({value for step in steps for key, value in step.items() if value not in known.get(key, ())})


def passed_over(folder: Path, beside: tuple[str, ...] = ()) -> list[str]:
    """YAML files of a test folder that Rasa or our own runner would not read, for want of `test_` before their name."""
    found = [path for path in folder.rglob("*.yml") if not set(path.relative_to(folder).parts) & set(beside)]
    return sorted(path.name for path in found if not path.name.startswith("test_"))
