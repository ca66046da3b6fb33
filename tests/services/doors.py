"""The doors that whole test sessions share: hours unknown, office closed (on PostgreSQL), office open."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from bot.facility import DAYS
from bot.settings import PROJECT
from tests.services.front_door import PATIENT, FrontDoor
from tests.services.postgres import PostgresServer

DAYS_AHEAD = 3  # an opening that is neither today nor tomorrow, whatever the hour of the test


def facility_file(folder: Path, hours: dict[str, list[str]]) -> Path:
    """The project's facts of the centre with these office hours, as a file of its own."""
    facts = yaml.safe_load((PROJECT / "facility.yml").read_text(encoding="utf-8"))
    path = folder / "facility.yml"
    path.write_text(yaml.safe_dump({**facts, "hours": hours}), encoding="utf-8")
    return path


def always_open() -> dict[str, list[str]]:
    """Hours of an office that never closes."""
    return {day: ["00:00-24:00"] for day in DAYS}


def opens_later() -> tuple[dict[str, list[str]], str]:
    """Hours of an office that is closed now, and the name of the one day it opens, at 8 AM."""
    opening = datetime.now(ZoneInfo("America/Chicago")) + timedelta(days=DAYS_AHEAD)
    day = DAYS[opening.weekday()]
    return {day: ["08:00-17:00"]}, day.title()


@pytest.fixture(scope="session")
def closed_door(postgres_server: PostgresServer) -> Iterator[FrontDoor]:
    """One service on PostgreSQL whose office is closed now and opens in three days at 8 AM."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = facility_file(folder, opens_later()[0])
        service = FrontDoor(folder, DATABASE_URL=postgres_server.new_database(), FACILITY_FILE=str(path), **PATIENT)
        try:
            yield service.open()
        finally:
            service.close()


class OwnDoor(FrontDoor):
    """A service with a database server of its own, both of which a test may break."""

    database: PostgresServer


@pytest.fixture(scope="module")
def own_door() -> Iterator[OwnDoor]:
    """A service that a test module may break; its office is open now, its limits are those of the real service."""
    with tempfile.TemporaryDirectory() as name, tempfile.TemporaryDirectory(prefix="pg-") as rows:
        Path(rows).chmod(0o755)
        server = PostgresServer(Path(rows))
        server.start()
        path = facility_file(Path(name), always_open())
        service = OwnDoor(Path(name), DATABASE_URL=server.new_database(), FACILITY_FILE=str(path))
        service.database = server
        try:
            yield service.open()
        finally:
            service.close()
            server.stop("immediate")
