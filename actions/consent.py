"""Reads a yes or a no to what a person is asked to agree to: only a clear yes is one. Pure."""

from __future__ import annotations

import re

from bot.nlu.plain import plain

_NO = re.compile(
    r"^(?:\W|oh|um+|uh+|well|please|pues|mejor|actually)*(?:no|nope|nah|naw|never|nunca|not|don't|do not|i(?:'d| would) rather not|"
    r"i(?:'d| would) prefer not|(?:that|this|it)(?:'s| is)? (?:not|wrong|incorrect)|(?:that|this|it) isn't|wrong|incorrect|n)\b"
    r"(?!\s*(?:problem|worries|prob|hay problema|issue|doubt|big deal|objection))"
)
_YES = re.compile(
    r"^(?:\W|oh|um+|uh+|well|i guess|i think|pues|hell|heck)*(?:yes|yeah|yea|yep|yup|ya|yah|yes'm|yessir|y|sure|okay|ok|k|fine|correct|"
    r"right|exactly|absolutely|definitely|certainly|of course|for sure|go ahead|please do|alright|all right|sounds good|you bet|"
    r"no (?:problem|worries|prob|issue|objection)|s[ií]|claro|por supuesto|correcto|exacto|dale|bueno|est[aá] bien|de acuerdo|vale|perfecto|"
    r"(?:that|this|it)(?:'s| is| sounds| would be|'d be)(?: all| totally| perfectly| just)? (?:ok(?:ay)?|fine|right|good|correct|alright|cool|it|mine|perfect)|"
    r"i(?:'m| am) (?:ok(?:ay)?|fine|good|cool) with|i (?:agree|do|don't mind|accept)|(?:they|you) (?:can|may)|uh-huh|mhm+|"
    r"👍|✅)(?![\w'])"
)  # fmt: skip
# A yes that is taken back, bound to something, or said of something else is no clear one.
_UNCLEAR = re.compile(
    r"\bbut (?:no|not|don't|do not)\b|\b(?:don't|do not|can't|cannot|won't|rather not|not sure|not right|isn't|wrong|pero no)\b|"
    r"\bif\b|\?"
)
_UNCLEAR_ALONE = re.compile(r"^(?:right now|fine print|okay so|sure hope|right after)\b")


def consent_of(text: str) -> bool | None:
    """True for a clear yes, False for a no, None for all that is neither."""
    said = plain(text).strip()
    sign = text.strip()[:1]
    if sign in "👍✅" and sign:
        return True
    if sign in "👎❌" and sign:
        return False
    if _NO.match(said):
        return False
    if not _YES.match(said) or _UNCLEAR_ALONE.match(said):
        return None
    rest = _YES.sub("", said, count=1)
    if re.search(r"\b(?:i don't mind|no (?:problem|worries|prob|issue|objection))\b", said[: len(said) - len(rest)]):
        return None if _UNCLEAR.search(rest) else True
    return None if _UNCLEAR.search(said) else True
