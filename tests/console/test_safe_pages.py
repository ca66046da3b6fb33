"""No page can be made to run, send, leak or change anything it should not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from bot.errors import RecordsUnavailable
from bot.records.access import Records
from bot.settings import PROJECT
from tests.console.conftest import CHECK, PASSWORD, Open
from tests.records.conftest import callback

PAGES = (
    "/staff/",
    "/staff/finished",
    "/staff/pictures",
    "/staff/accounts",
    "/staff/me",
    "/staff/audit",
    "/staff/nothing-here",
)
CANARY = "canary-7F3K the purple heron"
TRICK = "<script>alert(1)</script><img src=x onerror=alert(1)> {{ 7*7 }}"


async def texts(browser: Open, records: Records) -> dict[str, tuple[str, Any]]:
    """Every page as everybody sees it."""
    code = records.save_callback(callback(name=TRICK, best_time=TRICK, check=CHECK)).reference
    records.add_note(code, "x", TRICK)
    found = {}
    for name in ("lena", "audrey"):
        someone = await browser(name)
        for path in (*PAGES, f"/staff/requests/{code}", "/staff/sign-in"):
            answer = await someone.get(path)
            found[f"{name} {path}"] = (answer.text, answer.headers)
    return found


async def test_no_page_holds_anything_inline_or_of_somebody_else_and_each_says_so_to_the_browser(
    browser: Open, records: Records
) -> None:
    for page, (text, headers) in (await texts(browser, records)).items():
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy, page
        assert "unsafe" not in policy, page
        assert "frame-ancestors 'none'" in policy, page
        assert headers["cache-control"] == "no-store", page
        assert not re.search(r"<script(?! src=\"/staff/static/)|<style|\sstyle=|\son\w+=\"|javascript:", text), page
        assert not re.search(r"(?:src|href|action)=\"(?!/|#|tel:|otpauth:)", text), page


async def test_what_a_person_typed_comes_out_as_text(browser: Open, records: Records) -> None:
    pages = await texts(browser, records)
    shown = next(text for page, (text, _) in pages.items() if page.startswith("lena /staff/requests/"))
    assert shown.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 3
    assert "<script>alert" not in "".join(text for text, _ in pages.values())
    assert "49" not in re.findall(r"onerror=alert\(1\)&gt; (\S+)", shown)


async def test_every_form_carries_its_token(browser: Open, records: Records) -> None:
    for page, (text, _) in (await texts(browser, records)).items():
        for form in re.findall(r"<form method=\"post\".*?</form>|<form[^>]*method=\"post\".*?</form>", text, re.S):
            assert re.search(r'name="csrf" value="[0-9a-f]{64}"', form), page


async def test_a_form_without_the_token_or_from_another_site_changes_nothing(browser: Open, records: Records) -> None:
    code = records.save_callback(callback()).reference
    abel, ada = await browser("abel"), await browser("ada")
    path, token = f"/staff/requests/{code}/close", await abel.csrf("/staff/me")
    tries: list[tuple[dict[str, str], dict[str, str]]] = [
        ({}, {}), ({"csrf": "0" * 64}, {}), ({"csrf": await ada.csrf("/staff/me")}, {}),
        ({"csrf": token}, {"sec-fetch-site": "cross-site"}), ({"csrf": token}, {"sec-fetch-site": "same-site"}),
    ]  # fmt: skip
    for form, headers in tries:
        answer = await abel.http.post(path, data={"note": "x", **form}, headers=headers)
        assert answer.status_code == 403
    lines = records.callbacks()
    assert [line["status"] for line in lines] == ["open"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"csrf=" + b"a" * 40_000, "application/x-www-form-urlencoded"),
        (b"\xff\xfe=1", "application/x-www-form-urlencoded"),
        (b"&".join(b"a%d=1" % n for n in range(500)), "application/x-www-form-urlencoded"),
        (b'{"csrf": 1}', "application/json"),
        (b"", ""),
    ],
)
async def test_odd_forms_are_refused_plainly(browser: Open, body: bytes, kind: str) -> None:
    abel = await browser("abel")
    for path in ("/staff/sign-in", "/staff/look-up"):
        answer = await abel.http.post(path, content=body, headers={"content-type": kind})
        assert answer.status_code in (400, 403)
        assert "Traceback" not in answer.text


async def test_records_that_do_not_answer_give_a_plain_page(
    browser: Open, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    abel = await browser("abel")

    def down(*_: Any, **__: Any) -> Any:
        raise RecordsUnavailable(CANARY)

    monkeypatch.setattr(records, "inbox", down)
    answer = await abel.get("/staff/")
    assert answer.status_code == 503
    assert "Nothing is lost" in answer.text
    assert CANARY not in answer.text


async def test_words_of_a_person_are_in_no_log_and_no_error_page(
    browser: Open, records: Records, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    code = records.save_callback(callback(name=CANARY, best_time=CANARY, check=CHECK)).reference
    abel = await browser("abel")
    page = f"/staff/requests/{code}"
    await abel.post(f"{page}/note", on=page, note=CANARY)
    await abel.post("/staff/look-up", on="/staff/", code=CANARY)
    await abel.get(f"/staff/{CANARY}")
    await (await browser()).sign_in(CANARY, CANARY)
    assert CANARY in (await abel.get(page)).text

    def crash(*_: Any, **__: Any) -> Any:
        raise ValueError(CANARY)

    monkeypatch.setattr(records, "callback_by_reference", crash)
    broken = await abel.get(page)
    assert broken.status_code == 500
    logged = "".join(capfd.readouterr())
    for secret in (CANARY, "purple", PASSWORD, code):
        assert secret not in logged + broken.text
    assert "console.crash" in logged


def test_files_of_the_console_name_nobody_elses_address() -> None:
    folder = PROJECT / "bot" / "console"
    for path in [*folder.glob("templates/*"), *folder.glob("static/*")]:
        text = Path(path).read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|@import|//[a-z]+\.[a-z]", text), path.name
