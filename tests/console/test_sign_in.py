"""Who gets in, who does not, and for how long."""

from __future__ import annotations

import os
import subprocess
import sys

import pyotp
import pytest

from bot.records.access import Records
from bot.settings import PROJECT, Settings
from tests.console.conftest import PASSWORD, Open, events
from tests.records.conftest import MovableClock


async def test_the_right_password_opens_and_anything_else_gives_one_and_the_same_answer(browser: Open) -> None:
    stranger = await browser()
    wrong = await stranger.sign_in("lena", "not this one")
    unknown = await stranger.sign_in("nobody-here", "not this one")
    right = await stranger.sign_in("lena")
    assert (wrong.status_code, unknown.status_code, right.status_code) == (401, 401, 303)
    assert wrong.text == unknown.text
    assert right.headers["location"] == "/staff/"


async def test_five_failures_lock_an_account_for_a_quarter_of_an_hour(
    browser: Open, records: Records, clock: MovableClock
) -> None:
    stranger = await browser()
    for _ in range(5):
        await stranger.sign_in("abel", "wrong")
    assert (await stranger.sign_in("abel")).status_code == 401, "the right password does not open a locked account"
    assert events(records)[-1] == "account:staff:locked" or "account:staff:locked" in events(records)
    clock.move(minutes=15, seconds=1)
    assert (await stranger.sign_in("abel")).status_code == 303


async def test_somebody_else_locking_one_account_does_not_lock_another(browser: Open) -> None:
    stranger = await browser()
    for _ in range(6):
        await stranger.sign_in("abel", "wrong")
    assert (await stranger.sign_in("ada")).status_code == 303


async def test_an_account_that_is_switched_off_opens_nothing_and_its_session_ends(browser: Open, records: Records) -> None:
    ada = await browser("ada")
    account = records.staff_by_name("ada")
    assert account is not None
    records.change_staff(account.id, active=False)
    assert (await ada.get("/staff/")).status_code == 303
    assert (await ada.sign_in("ada")).status_code == 401


@pytest.mark.parametrize(("minutes", "ends"), [(29, False), (31, True)])
async def test_a_session_ends_after_half_an_hour_without_use(
    browser: Open, clock: MovableClock, minutes: int, ends: bool
) -> None:
    abel = await browser("abel")
    clock.move(minutes=minutes)
    assert ((await abel.get("/staff/")).status_code == 303) is ends


async def test_a_page_that_asks_for_news_by_itself_does_not_keep_the_session_alive(
    browser: Open, clock: MovableClock
) -> None:
    abel = await browser("abel")
    for _ in range(4):
        clock.move(minutes=8)
        answer = await abel.get("/staff/news")
    assert answer.status_code == 401


async def test_a_session_ends_after_ten_hours_even_in_use(browser: Open, clock: MovableClock) -> None:
    abel = await browser("abel")
    for _ in range(30):
        clock.move(minutes=20)
        last = await abel.get("/staff/")
    assert last.status_code == 303


@pytest.mark.parametrize(("url", "secure"), [("http://127.0.0.1:8080", False), ("https://chat.example.org", True)])
async def test_the_cookie_is_kept_from_scripts_other_sites_and_plain_http(browser: Open, url: str, secure: bool) -> None:
    answer = await (await browser(public_url=url)).sign_in("lena")
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("staff="))
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert "Path=/staff" in cookie
    assert ("Secure" in cookie) is secure


async def test_signing_out_ends_the_session_for_whoever_kept_the_cookie(browser: Open) -> None:
    abel = await browser("abel")
    kept = abel.http.cookies["staff"]
    await abel.post("/staff/sign-out")
    abel.http.cookies.set("staff", kept, path="/staff")
    assert (await abel.get("/staff/")).status_code == 303


async def test_the_sign_in_form_must_be_ours(browser: Open) -> None:
    stranger = await browser()
    plain = await stranger.http.post("/staff/sign-in", data={"name": "lena", "password": PASSWORD})
    token = await stranger.csrf("/staff/sign-in")
    foreign = await stranger.http.post(
        "/staff/sign-in",
        data={"name": "lena", "password": PASSWORD, "csrf": token},
        headers={"sec-fetch-site": "cross-site"},
    )
    assert (plain.status_code, foreign.status_code) == (403, 403)


async def test_the_second_factor_is_asked_for_and_a_code_works_once(
    browser: Open, records: Records, clock: MovableClock
) -> None:
    secret = pyotp.random_base32()
    account = records.staff_by_name("lena")
    assert account is not None
    records.change_staff(account.id, totp_secret=secret)
    code = pyotp.TOTP(secret).at(clock())
    stranger = await browser()
    assert (await stranger.sign_in("lena")).status_code == 401
    assert (await stranger.sign_in("lena", code=code)).status_code == 303
    assert (await stranger.sign_in("lena", code=code)).status_code == 401
    clock.move(seconds=60)
    assert (await stranger.sign_in("lena", code=pyotp.TOTP(secret).at(clock()))).status_code == 303


async def test_somebody_switches_their_second_factor_on_and_off_again(browser: Open, records: Records) -> None:
    ada, secret = await browser("ada"), pyotp.random_base32()
    wrong = await ada.post("/staff/me/code", secret=secret, code="000000x", present=PASSWORD)
    right = await ada.post("/staff/me/code", secret=secret, code=pyotp.TOTP(secret).now(), present=PASSWORD)
    assert (wrong.status_code, right.status_code) == (400, 303)
    assert "Switch it off" in (await ada.get("/staff/me")).text
    assert (await ada.post("/staff/me/no-code", present=PASSWORD)).status_code == 303
    assert "Switch it on" in (await ada.get("/staff/me")).text


async def test_a_new_password_needs_the_old_one_and_signs_other_browsers_out(browser: Open) -> None:
    here, elsewhere = await browser("ada"), await browser("ada")
    fields = {"new": "a much longer phrase", "again": "a much longer phrase"}
    assert (await here.post("/staff/me/password", present="wrong", **fields)).status_code == 403
    assert (await here.post("/staff/me/password", present=PASSWORD, new="short", again="short")).status_code == 400
    assert (await here.post("/staff/me/password", present=PASSWORD, **fields)).status_code == 303
    assert (await here.get("/staff/me")).status_code == 200
    assert (await elsewhere.get("/staff/me")).status_code == 303
    assert (await elsewhere.sign_in("ada", fields["new"])).status_code == 303


async def test_guessing_at_an_open_screen_ends_its_session(browser: Open) -> None:
    ada = await browser("ada")
    token = await ada.csrf("/staff/me")
    for _ in range(5):
        await ada.http.post("/staff/me/no-code", data={"csrf": token, "present": "guess"})
    assert (await ada.get("/staff/me")).status_code == 303


def _command(settings: Settings, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "VAR_DIR": str(settings.var)}
    command = [sys.executable, "-m", "bot.console.account", *words]
    return subprocess.run(
        command, env=env, cwd=PROJECT, input=typed, capture_output=True, text=True, timeout=60, check=False
    )


async def test_the_first_account_comes_from_a_command_that_reads_the_password(
    browser: Open, records: Records, settings: Settings
) -> None:
    weak = _command(settings, "add", "Grace", "--role", "lead", typed="short\n")
    made = _command(settings, "add", "Grace", "--role", "lead", typed="nine slow rivers\n")
    twice = _command(settings, "add", "grace", "--role", "agent", typed="nine slow rivers\n")
    assert (weak.returncode, made.returncode, twice.returncode) == (1, 0, 1)
    assert "nine slow" not in made.stdout + made.stderr
    assert (await (await browser()).sign_in("Grace", "nine slow rivers")).status_code == 303
