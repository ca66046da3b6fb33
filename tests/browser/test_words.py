"""The widget's own words: both languages, the same gaps, easy to read, and no fact of the centre among them."""

import re

import pytest
import yaml

from bot.facility import load_facility
from bot.gateway.pages import FOLDER, widget_words
from bot.reading import grade
from tests.test_wording_manner import NEVER

RAW = yaml.safe_load((FOLDER / "strings.yml").read_text(encoding="utf-8"))
SOURCES = "".join((FOLDER / name).read_text(encoding="utf-8") for name in
                  ("chat.js", "view.js", "paper.js", "frame.html", "index.html", "loader.js"))  # fmt: skip
BY_CODE = {"frame_title", "hours_closed", "from_page", "from_facts", "ended", "erased", "left", "resumed"}  # put together


@pytest.mark.parametrize("name", RAW)
def test_both_languages_say_the_same_with_the_same_gaps(name: str) -> None:
    gaps = {language: set(re.findall(r"\{(\w+)\}", text)) for language, text in RAW[name].items()}
    assert set(gaps) == {"en", "es"}
    assert gaps["en"] == gaps["es"]


@pytest.mark.parametrize("name", RAW)
def test_words_are_easy_and_never_harm(name: str) -> None:
    for text in RAW[name].values():
        assert not [one for one in NEVER if re.search(one, text.lower())]
        assert "800" not in text
    if RAW[name]["en"].count(" ") > 7:
        assert grade(widget_words(load_facility())[name]["en"]) <= 8


@pytest.mark.parametrize("name", sorted(set(RAW) - BY_CODE))
def test_every_name_is_used(name: str) -> None:
    assert re.search(rf"""["'{{]{name}["'}}]""", SOURCES)
