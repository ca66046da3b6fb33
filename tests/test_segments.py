"""SMS parts are counted as carriers count them, and GSM-7 stand-ins keep the words readable."""

import pytest

from bot.segments import segments, to_gsm7


@pytest.mark.parametrize(
    ("text", "count", "encoding", "units"),
    [
        ("", 0, "GSM-7", 0),
        ("a" * 160, 1, "GSM-7", 160),
        ("a" * 161, 2, "GSM-7", 161),
        ("a" * 306, 2, "GSM-7", 306),
        ("a" * 307, 3, "GSM-7", 307),
        ("é" * 160, 1, "GSM-7", 160),
        ("á" * 70, 1, "UCS-2", 70),
        ("á" * 71, 2, "UCS-2", 71),
        ("á" * 134, 2, "UCS-2", 134),
        ("á" * 135, 3, "UCS-2", 135),
        ("a" * 69 + "’", 1, "UCS-2", 70),
        ("[" * 80, 1, "GSM-7", 160),
        ("[" * 81, 2, "GSM-7", 162),
        ("😀" * 35, 1, "UCS-2", 70),
        ("😀" * 36, 2, "UCS-2", 72),
    ],
)
def test_counts_parts(text: str, count: int, encoding: str, units: int) -> None:
    found = segments(text)
    assert (found.count, found.encoding, found.units) == (count, encoding, units)


def test_a_letter_of_two_units_is_never_cut() -> None:
    """152 letters and a bracket do not fit 153 units, so the bracket opens the next part."""
    text = "a" * 152 + "[" + "a" * 152
    assert segments(text).units == 306
    assert segments(text).count == 3


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("“Don’t stop” – call…", '"Don\'t stop" - call...'),
        ("está aquí, según tú", "esta aqui, segun tu"),
        ("MÁS ÍÓÚ", "MAS IOU"),
        ("¿Qué? ¡niño, pingüino, é!", "¿Qué? ¡niño, pingüino, é!"),
        ("e\u0301", "é"),
        ("a\u00a0b\u200bc", "a bc"),
        ("• one", "- one"),
    ],
)
def test_puts_letters_as_gsm7_has_them(text: str, sent: str) -> None:
    assert to_gsm7(text) == sent
    assert segments(to_gsm7(text)).encoding == "GSM-7"


def test_what_has_no_stand_in_stays() -> None:
    assert to_gsm7("ok 😀") == "ok 😀"
