"""The lead's export: whole, audited, and never computed by a spreadsheet."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.console.export import defused
from bot.records.access import Records
from tests.console.conftest import CHECK, Open, events
from tests.records.conftest import callback

FORMULAS = [
    '=HYPERLINK("http://evil.example","x")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "  =1",
    "＝1",
    "\u00a0=1",
    "|calc",
    "%0A=1",
]


@pytest.mark.parametrize("words", FORMULAS)
async def test_a_formula_that_a_person_typed_stays_text(browser: Open, records: Records, words: str) -> None:
    records.save_callback(callback(name=words, best_time=words))
    answer = await (await browser("lena")).post("/staff/export")
    cells = [cell for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))) for cell in row]
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    assert not [cell for cell in cells if cell.strip().startswith(("=", "+", "-", "@", "＝", "|", "%"))]


@given(st.text())
def test_no_cell_ever_begins_like_a_formula(text: str) -> None:
    shown = defused(text)
    assert not shown.lstrip(" \u00a0").startswith(("=", "+", "-", "@", "\t", "\r"))
    assert shown in (text, "'" + text)


async def test_the_export_holds_every_request_and_each_is_audited(browser: Open, records: Records) -> None:
    codes = {
        records.save_callback(callback(f"c{n}", f"+1806555{n:04d}", name=f"Name {n}", check=CHECK)).reference
        for n in range(3)
    }
    lena = await browser("lena")
    rows = list(csv.DictReader(io.StringIO((await lena.post("/staff/export")).content.decode("utf-8-sig"))))
    assert {row["Reference"] for row in rows} == codes
    assert {row["Name"] for row in rows} == {"Name 0", "Name 1", "Name 2"}
    assert events(records, "lena").count("record:staff:exported") == 3
