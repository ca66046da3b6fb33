"""The review page shows every sentence, and the reading grade agrees with the known tool."""

import re
from pathlib import Path

import pytest
import textstat

from bot import review
from bot.facility import load_facility
from bot.reading import grade, syllables
from bot.wording import load_wording


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> str:
    out = tmp_path_factory.mktemp("review") / "made" / "page.html"
    assert review.main(["--out", str(out)]) == 0
    return out.read_text(encoding="utf-8")


def test_every_entry_and_every_form_stands_on_the_page(written: str) -> None:
    entries = list(load_wording().entries())
    for entry in entries:
        assert f"<h3>{entry.name}</h3>" in written
    variants = sum(len(texts) for entry in entries for texts in entry.forms.values())
    assert written.count('<td class="words">') == variants


def test_the_page_names_sources_and_fills_in_the_facts(written: str) -> None:
    assert load_facility().phone_display in written
    assert "{phone}" not in written and "{centre}" not in written
    assert "42 CFR Part 2" in written
    assert "our page" in written


def test_the_page_asks_no_other_server_for_anything(written: str) -> None:
    assert not re.search(r"(?:src|href)\s*=|@import|url\(|<script", written)


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert review.main(["--out", str(tmp_path / "file" / "page.html")]) == 1
    said = capsys.readouterr().out
    assert "--out" in said and str(tmp_path) not in said


@pytest.mark.parametrize(
    ("word", "count"),
    [("one", 1), ("home", 1), ("asked", 1), ("treated", 2), ("bottles", 2), ("changes", 2), ("counselor", 3),
     ("outpatient", 3), ("recovery", 4), ("addiction", 3), ("medication", 4), ("long-term", 2), ("988", 1)],
)  # fmt: skip
def test_counts_syllables(word: str, count: int) -> None:
    assert syllables(word) == count


def test_phone_numbers_do_not_change_the_grade() -> None:
    assert grade("Call admissions today.") == grade("Call admissions today 800-218-6727.")
    assert grade("1-800-222-1222") == 0.0


def test_the_grade_agrees_with_textstat_on_known_passages() -> None:
    """Syllables are guessed from letters by both, so they agree within a grade and a half."""
    passages = [
        "You come in for your sessions and sleep at home. Most of it is group work. You pick the times that fit.",
        "Nevertheless, comprehensive evaluation of psychological difficulties necessitates professional experience.",
        "The cat sat on the mat. It was a fine day. We went out to play.",
        "When a person stops drinking, the body may react. A doctor should help plan each step, so that it is safe.",
    ]
    for passage in passages:
        assert grade(passage) == pytest.approx(textstat.flesch_kincaid_grade(passage), abs=1.5), passage
