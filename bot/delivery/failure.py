"""Why something was not sent, as one word of ours that may be stored and logged."""

from __future__ import annotations


class NotSent(Exception):
    """One try failed; `code` is a word or a status, never a text of the other side."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
