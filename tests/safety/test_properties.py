"""Whatever is written: the net never raises, says the same twice, and is not talked out of plain danger."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.safety import Net, load
from bot.safety.follow import follow_up
from bot.safety.reply import crisis_reply
from bot.safety.verdict import KINDS, Verdict

NET: Net = load()
AGAIN: Net = load()
ANY = st.text(st.characters(), max_size=400)  # lone surrogates and all
ORDINARY = st.sampled_from(
    ["how much is it", "hello", "where are you", "ok", "thanks", "do you take medicaid", "my name is sam"]
)


@given(ANY)
@settings(max_examples=300, deadline=None)
def test_any_text_gets_a_verdict_and_the_same_one_from_another_net(text: str) -> None:
    verdict = NET.read(text)
    assert verdict == AGAIN.read(text) == NET.read(text)
    assert verdict.kind is None or verdict.kind in KINDS
    assert 0.0 <= verdict.score <= 1.0 + 1e-6
    assert text == "" or len(text) < 12 or text not in verdict.rule


@given(ORDINARY, ORDINARY)
@settings(max_examples=60, deadline=None)
def test_plain_danger_is_seen_between_ordinary_sentences(before: str, after: str) -> None:
    assert NET.read(f"{before}. i want to kill myself. {after}").kind == "crisis_suicide"


@given(ANY)
@settings(max_examples=150, deadline=None)
def test_following_up_never_raises(words: str) -> None:
    _, state = crisis_reply(Verdict(kind="crisis_suicide"), "web", None)
    followed = follow_up(words, state, "web")
    assert followed is None or followed[0][0]["text"]
