"""The privacy page names every table, column and slot, with a reason, a reader and a time for each."""

from __future__ import annotations

import re
from dataclasses import fields

import yaml

from bot.records.access import CallbackRequest
from bot.records.models import Base
from bot.settings import PROJECT, Settings

PAGE = (PROJECT / "docs" / "privacy.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(\w+)` \|(.+)\|$", re.M)


def rows(section: str) -> dict[str, list[str]]:
    """The other cells of a table's rows by the name in the first."""
    return {name: [cell.strip() for cell in cells.split("|")] for name, cells in ROW.findall(section)}


def sections() -> dict[str, str]:
    """The text under each table's heading."""
    parts = re.split(r"^### (\w+)$", PAGE, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_table_and_column_is_explained_and_no_other() -> None:
    on_page = {table: set(rows(text)) for table, text in sections().items()}
    assert on_page == {name: {column.name for column in table.columns} for name, table in Base.metadata.tables.items()}


def test_each_column_says_why_who_and_how_long() -> None:
    for table, text in sections().items():
        for column, cells in rows(text).items():
            assert len(cells) == 3 and all(cells), f"{table}.{column}"


def test_every_slot_is_explained_and_no_other() -> None:
    part = PAGE.split("(slots)", 1)[1].split("## Tables", 1)[0]
    slots = yaml.safe_load((PROJECT / "domain.yml").read_text(encoding="utf-8"))["slots"]
    assert set(rows(part)) == set(slots)
    assert all(cells[0] for cells in rows(part).values())


def test_what_a_call_back_request_holds_is_listed() -> None:
    cell = rows(sections()["callback_requests"])["sealed"][0]
    plain = {"conversation", "channel", "consent_version", "consented_at"}
    assert set(re.findall(r"`(\w+)`", cell)) == {one.name for one in fields(CallbackRequest)} - plain


def test_the_days_on_the_page_are_the_defaults() -> None:
    assert f"`KEEP_CHAT_DAYS` {Settings().keep_chat_days:g}, `KEEP_CALLBACK_DAYS` {Settings().keep_callback_days:g}" in PAGE
