"""Words of danger are seen through whatever is done to their letters."""

import pytest

from bot.safety import Net

WANT = "i want to kill myself"
CYRILLIC = WANT.translate(str.maketrans("aeoyi", "аеоуі"))
FULLWIDTH = "".join(chr(ord(sign) + 0xFEE0) if sign != " " else sign for sign in WANT)
BOLD = "".join(chr(0x1D41A + ord(sign) - 97) if sign.isalpha() else sign for sign in WANT)


@pytest.mark.parametrize(
    "text",
    [
        WANT,
        WANT.upper(),
        "I WaNt To KiLl MySeLf",
        "i want to k1ll mys3lf",
        "i w4nt to ki11 myself",
        "i want to killlll myselffff",
        "i  want\tto\nkill myself",
        "i want to k i l l   m y s e l f",
        "i want to k.i.l.l myself",
        "i want to k-i-l-l myself",
        "i. want. to. kill. myself",
        "i\u200b want\u200c to\u200d kill my\u00adself",
        CYRILLIC,
        FULLWIDTH,
        BOLD,
        "i want to ki\u0301ll myse\u0308lf",
        "\u202ei want to kill myself\u202c",
        "i wanna kms",
        "gonna kill myslef",
        "i want to kil myself",
        "im going to k*ll myself",
        "<b>i want to kill myself</b>",
        "/greet i want to kill myself",
        '/greet{"x":"y"} i want to kill myself',
        "i\x00want to kill myself",
        "i want to kill myself\ud800",
        "i wanttokillmyself",
        "\u0130 want to kill myself",
        "i\u2019m going to kill myself",
        "suiside is the only way out",
        "💊💊💊 bye",
        "🔫 im sorry, goodbye everyone",
    ],
)
def test_a_disguise_is_seen_through(patterns_alone: Net, text: str) -> None:
    assert patterns_alone.read(text).kind == "crisis_suicide"


@pytest.mark.parametrize(("before", "after"), [("word " * 1990, ""), ("", " word" * 1990), ("la " * 1500, " la" * 1500)])
def test_danger_is_seen_wherever_it_stands_in_ten_thousand_characters(net: Net, before: str, after: str) -> None:
    assert net.read(f"{before}{WANT}{after}"[:10_000]).is_crisis


def test_other_letters_without_danger_stay_without(patterns_alone: Net) -> None:
    for text in ("привет, сколько это стоит", "مرحبا", "你好", "😀😀😀", "...", "!!!", "\u200b", "", " ", "\ud800"):
        assert not patterns_alone.read(text).is_crisis


@pytest.mark.parametrize(
    "text",
    [
        "i need to bring my id",
        "i feel ill today can i come tomorrow",
        "page 1 of 2",
        "call me at 806-555-0142",
        "10:30 am",
        "i live at 4501 s loop 289",
        "exit 6b off the loop",
        "h e b is where i work",
    ],
)
def test_undoing_tricks_makes_no_danger_of_ordinary_signs(net: Net, text: str) -> None:
    assert net.read(text).kind is None
