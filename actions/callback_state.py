"""Where a call-back request stands: the step asked and what was given so far. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

STEPS = ("consent", "name", "number", "read_back", "time", "leave_message", "share_check")


@dataclass
class Request:
    """A call-back request in the making; `repr` shows no contact."""

    step: str = "consent"
    name: str = field(default="", repr=False)
    number: str = field(default="", repr=False)  # E.164
    shown: str = field(default="", repr=False)  # as read back
    best_time: str = field(default="", repr=False)
    best_time_parsed: dict[str, Any] | None = field(default=None, repr=False)
    leave_message: bool | None = field(default=None, repr=False)
    share_check: bool = False
    consented_at: str | None = None
    tries: int = 0

    @classmethod
    def of(cls, kept: dict[str, Any] | None) -> Request:
        """From the slot's value."""
        known = {name: value for name, value in (kept or {}).items() if name in cls.__dataclass_fields__}
        request = cls(**known)
        return request if request.step in STEPS else cls()

    def kept(self) -> dict[str, Any] | None:
        """The slot's value: nothing of the contact before the yes."""
        return {"step": "consent", "tries": self.tries} if self.step == "consent" else asdict(self)
