"""Every address of the console, tried by everybody: nobody reaches more than their role."""

from __future__ import annotations

import re

import pytest

from bot.console.app import Console
from bot.records.access import Records
from bot.settings import Settings
from tests.console.conftest import CHECK, STAFF, Open
from tests.records.conftest import callback

DESK, LEADS, READERS, ALL = {"agent", "lead"}, {"lead"}, {"lead", "auditor"}, {"agent", "lead", "auditor"}
# Every route of the console and who may use it; a new route without a line here fails the test.
MAY = {
    "GET /staff/": ALL, "GET /staff/list": DESK, "GET /staff/news": DESK, "POST /staff/look-up": DESK,
    "GET /staff/finished": DESK, "POST /staff/export": LEADS, "GET /staff/requests/{reference}": DESK,
    "POST /staff/requests/{reference}/{step}": DESK, "GET /staff/pictures": READERS, "GET /staff/accounts": LEADS,
    "POST /staff/accounts/add": LEADS, "POST /staff/accounts/{account}/{change}": LEADS, "GET /staff/me": ALL,
    "POST /staff/me/password": ALL, "POST /staff/me/code": ALL, "POST /staff/me/no-code": ALL,
    "GET /staff/audit": {"auditor"}, "POST /staff/sign-out": ALL, "GET /staff/{rest:path}": ALL,
    "POST /staff/{rest:path}": ALL,
}  # fmt: skip
OPEN = {"GET /staff", "GET /staff/static/{name}", "GET /staff/sign-in", "POST /staff/sign-in"}


def addresses(settings: Settings, records: Records) -> set[str]:
    """ "GET /staff/..." of every route."""
    routes = Console(settings, records).routes()
    return {f"{method} {route.path}" for route in routes for method in (route.methods or ()) if method != "HEAD"}


def filled(address: str, reference: str, account: str) -> tuple[str, str]:
    """Method and path with real ids in it."""
    method, path = address.split()
    given = {"reference": reference, "step": "note", "account": account, "change": "unlock", "rest:path": "elsewhere"}
    return method, re.sub(r"{([^}]+)}", lambda match: given[match[1]], path)


def test_every_address_has_a_line_in_the_table(settings: Settings, records: Records) -> None:
    assert addresses(settings, records) == set(MAY) | OPEN


async def test_without_a_sign_in_every_address_leads_to_the_sign_in(browser: Open, records: Records) -> None:
    reference, account = records.save_callback(callback(check=CHECK)).reference, "x"
    stranger = await browser()
    for address in MAY:
        method, path = filled(address, reference, account)
        for cookie in ("", "made-up"):
            answer = await stranger.http.request(method, path, headers={"cookie": f"staff={cookie}"})
            assert answer.status_code in (303, 401), address
            assert answer.headers.get("location", "/staff/sign-in") == "/staff/sign-in", address
            assert "Jo" not in answer.text


@pytest.mark.parametrize("name", ["abel", "lena", "audrey"])
async def test_each_role_reaches_its_own_pages_and_no_others(browser: Open, records: Records, name: str) -> None:
    reference = records.save_callback(callback(check=CHECK)).reference
    account = records.staff_by_name("ada")
    assert account is not None
    for address, roles in MAY.items():
        someone = await browser(name)
        method, path = filled(address, reference, account.id)
        answer = await (someone.get(path) if method == "GET" else someone.post(path, note="a note", code=reference))
        assert (answer.status_code == 403 and "not open to your role" in answer.text) is (STAFF[name] not in roles), address


async def test_an_auditor_sees_no_contact_data_anywhere(browser: Open, records: Records) -> None:
    records.save_callback(callback(name="Canary Heron", check=CHECK))
    audrey = await browser("audrey")
    for path in ("/staff/", "/staff/pictures", "/staff/audit", "/staff/finished", "/staff/list"):
        text = (await audrey.get(path)).text
        assert "Canary" not in text
        assert "555-0142" not in text
