"""The word lists of lists.yml, by name."""

from functools import lru_cache
from pathlib import Path

import yaml

FILE = Path(__file__).with_name("lists.yml")


@lru_cache(maxsize=1)
def _sheet() -> dict[str, str]:
    return yaml.load(FILE.read_text(encoding="utf-8"), yaml.CSafeLoader)


def word_list(name: str) -> frozenset[str]:
    """The words under a name."""
    return frozenset(_sheet()[name].split())
