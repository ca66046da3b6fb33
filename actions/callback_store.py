"""Puts a finished call-back request into the records, and finds the open one of a conversation."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime
from typing import Any

from actions.callback_state import Request
from actions.placement_criteria import decide
from actions.turn import Heard, records, settings, wording
from bot.errors import RecordsError
from bot.records.access import CallbackRequest

log = logging.getLogger(__name__)


class CallbackFailed(Exception):
    """The request could not be written down; nothing may be promised."""


def check_summary(slots: dict[str, Any]) -> dict[str, Any] | None:
    """The finished check as admissions reads it: answers, outcome, reasons, background."""
    check = slots.get("placement") or {}
    if not check.get("outcome"):
        return None
    decision = decide(check["answers"], check.get("background", ()), bool(check.get("net_fired")))
    return {
        "answers": check["answers"],
        "outcome": decision.outcome,
        "reasons": list(decision.reasons),
        "background": list(decision.background),
    }


def _row(request: Request, turn: Heard) -> CallbackRequest:
    consent = wording().entry("callback_consent")
    assert request.consented_at is not None
    return CallbackRequest(
        conversation=turn.conversation,
        channel=turn.channel,
        name=request.name,
        number=turn.notes.get("sms_number") or request.number,
        best_time=request.best_time,
        best_time_parsed=request.best_time_parsed,
        leave_message=request.leave_message,
        for_whom=str(turn.slots.get("about") or "self"),
        topic=turn.slots.get("topic"),
        check=check_summary(turn.slots) if request.share_check else None,
        consent_version=str(consent.version),
        consent_words=wording().render(
            "callback_consent", "sms" if turn.channel == "sms" else "web", language=turn.slots.get("language") or "en"
        ),
        consented_at=datetime.fromisoformat(request.consented_at),
    )


async def store(request: Request, turn: Heard) -> tuple[str, bool]:
    """The reference code, and whether an open request was changed instead of a new one made.

    Raises CallbackFailed when the records cannot be reached in time.
    """
    try:
        work = asyncio.to_thread(records().save_callback, _row(request, turn))
        saved = await asyncio.wait_for(work, settings().database_seconds)
    except (RecordsError, asyncio.TimeoutError) as error:
        log.error("call-back not written: %s", type(error).__name__)
        raise CallbackFailed from None
    return saved.reference, saved.merged


async def _or_none(call: Any, *args: Any) -> Any:
    try:
        return await asyncio.wait_for(asyncio.to_thread(call, *args), settings().database_seconds)
    except (RecordsError, asyncio.TimeoutError) as error:
        log.error("call-back not read: %s", type(error).__name__)
        return None


async def known_reference(conversation: str) -> str | None:
    """The reference code of the conversation's open request; None without one or when it cannot be read."""
    found = await _or_none(records().open_callback, conversation)
    return found["reference"] if found else None


async def can_be_kept(conversation: str) -> bool:
    """Whether a request would be written down if it were made now: nobody is asked for a number in vain."""
    try:
        work = asyncio.to_thread(records().check_writes, conversation)
        await asyncio.wait_for(work, settings().database_seconds)
    except (RecordsError, asyncio.TimeoutError) as error:
        log.error("call-back not begun: %s", type(error).__name__)
        return False
    return True


async def withdraw(conversation: str) -> bool:
    """Withdraw the open request; whether there was one."""
    return bool(await _or_none(records().withdraw_callback, conversation))
