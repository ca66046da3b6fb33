"""How things are said: easy to read, short by SMS, and never with the words that harm or promise."""

import re
from itertools import combinations
from statistics import median

import pytest
import textstat

from actions.placement_criteria import OUTCOMES, POINTS
from bot.facility import load_facility
from bot.reading import grade
from bot.segments import segments, to_gsm7
from bot.wording import Entry, load_wording

WORDING = load_wording()
ENTRIES = list(WORDING.entries())
SAMPLES = {"reference": "K7M4Q2XA", "number": "806-555-0142", "opening": "Wednesday, September 30, at 10:30 AM",
           "reasons": "-",
           "what": "you live with someone who has a problem with alcohol or drugs", "cite": "x" * 110}  # fmt: skip
TITLES = ("button_", "title_", "placement_early_")  # no sentences
MOST_GRADE, MEDIAN_GRADE = 8.0, 6.0
NEVER = (r"\baddicts?\b", r"\babusers?\b", r"\bjunkies?\b", r"\bclean\b", r"\bdirty\b", r"\bhabits?\b", r"commit suicide",
         r"failed test", r"you qualify", r"you(?: are|'re) eligible", r"you(?: are|'re) safe", r"you need\b",
         r"you(?: are|'re) an? (?:alcoholic|patient)", r"https?:|www\.|bit\.ly|tinyurl", r"\badictos?\b", r"\blimpi[oa]s?\b",
         r"usted califica", r"usted necesita")  # fmt: skip
ANSWER_WORD = r"(?:reply|text|send|say|answer|type|mande|diga|responda)\s+(?:with\s+)?[\"']?(?:END|QUIT|CANCEL|YES)\b"

DENIED = r"not a medical\s+test|no es una prueba\s+médica|can't do an assessment|no puedo hacer una evaluación"


def _sentences() -> list[tuple[str, str]]:
    fills = load_facility().fills()
    return [
        (f"{entry.name}-{form}-{place}", text.format_map({**SAMPLES, "cite": "", **fills}))
        for entry in ENTRIES
        if not entry.name.startswith(TITLES)
        for form, texts in entry.forms.items()
        if not form.endswith("_es")
        for place, text in enumerate(texts)
    ]


def _without_phones(text: str) -> str:
    return re.sub(r"\+?\d[\d .()-]{5,}\d", " ", text)


def _as_sent(name: str, language: str, other: bool, variant: int = 0, **fill: str) -> str:
    text = WORDING.render(name, "sms", language=language, other=other, variant=variant, **fill)
    return to_gsm7(text) if language == "es" else text


def _said_by_sms() -> list[tuple[Entry, str]]:
    return [
        (entry, _as_sent(entry.name, language, other, variant, **{gap: SAMPLES[gap] for gap in entry.fill}))
        for entry in ENTRIES
        if entry.subject != "problems"  # answers to broken requests of web clients
        for language in ("en", "es")
        for other in (False, True)
        for variant in range(len(entry.form("sms", language, other)))
    ]


@pytest.mark.parametrize(("place", "text"), _sentences(), ids=[place for place, _ in _sentences()])
def test_no_sentence_is_hard_to_read(place: str, text: str) -> None:
    assert grade(text) <= MOST_GRADE
    assert textstat.flesch_kincaid_grade(_without_phones(text)) <= MOST_GRADE


def test_the_median_is_easy_to_read() -> None:
    texts = [text for _, text in _sentences()]
    assert median(map(grade, texts)) <= MEDIAN_GRADE
    assert median(textstat.flesch_kincaid_grade(_without_phones(text)) for text in texts) <= MEDIAN_GRADE


def test_every_text_fits_three_parts_and_most_fit_two() -> None:
    counts = []
    for entry, text in _said_by_sms():
        found = segments(text)
        assert found.encoding == "GSM-7", entry.name
        assert found.count <= 3, entry.name
        counts.append(found.count)
    assert median(counts) <= 2


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("other", [False, True])
def test_the_longest_outcome_still_fits_three_parts(language: str, other: bool) -> None:
    for size in range(1, len(POINTS) + 1):
        for pointers in combinations(POINTS, size):
            reasons = " ".join(
                WORDING.render(f"placement_reason_{one}", "sms", language=language, other=other) for one in pointers
            )
            for name in ("placement_talk_first", "placement_also"):
                assert segments(_as_sent(name, language, other, reasons=reasons)).count <= 3


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_words_that_harm_or_promise_are_never_used(entry: Entry) -> None:
    titles = [one.get(key, "") for one in entry.buttons for key in ("title", "title_es")]
    for text in [*(text for texts in entry.forms.values() for text in texts), *titles]:
        for never in NEVER:
            assert not re.search(never, text.lower()), never
        assert not re.search(ANSWER_WORD, text, re.IGNORECASE)


@pytest.mark.parametrize("entry", [one for one in ENTRIES if one.name.startswith(("placement_", "start_screen"))],
                         ids=lambda entry: entry.name)  # fmt: skip
def test_the_quick_check_never_calls_itself_an_assessment(entry: Entry) -> None:
    for texts in entry.forms.values():
        for text in texts:
            bare = re.sub(DENIED, "", text.lower())
            assert not re.search(r"assess|evaluat|evaluaci|\btests?\b|\bprueba\b|\bscores?\b|\blevel of care\b", bare)


@pytest.mark.parametrize("entry", [one for one in ENTRIES if one.subject in ("callback", "handoff", "placement_outcomes")],
                         ids=lambda entry: entry.name)  # fmt: skip
def test_no_time_is_promised(entry: Entry) -> None:
    for texts in entry.forms.values():
        for text in texts:
            assert not re.search(r"within \d|\bin \d+ (?:min|hour)|24 hours|shortly|as soon as", text.lower())


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("channel", ["web", "sms"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_outcome_gives_a_number_to_call(outcome: str, channel: str, language: str) -> None:
    said = WORDING.render(f"placement_{outcome.lower()}", channel, language=language, reasons="-")
    if outcome == "URGENT":
        assert "911" in said and "988" in said
    else:
        assert load_facility().phone_display in said
    if outcome == "MINOR":
        assert "911" in said and "988" in said


def test_every_outcome_ends_without_a_diagnosis() -> None:
    assert "not a diagnosis" in WORDING.render("placement_close", "web")


@pytest.mark.parametrize("name", ["greet", "floor", "technical_problem", "too_long", "too_fast", "expired", "sms_help",
                                  "sms_stop_confirmed", "sms_first_contact", "delete_my_data_done"])  # fmt: skip
@pytest.mark.parametrize("channel", ["web", "sms"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_911_or_988_is_in_view_where_nothing_else_may_follow(name: str, channel: str, language: str) -> None:
    said = WORDING.render(name, channel, language=language)
    assert "988" in said and ("911" in said or name == "delete_my_data_done")


@pytest.mark.parametrize("name", ["greet", "ask_bot", "sms_first_contact", "talk_to_human"])
def test_it_says_what_it_is(name: str) -> None:
    for channel in ("web", "sms"):
        assert re.search(r"automated|computer program|\bprogram\b", WORDING.render(name, channel))
        assert re.search(r"programa|automátic", WORDING.render(name, channel, language="es"))


def test_the_first_text_says_what_a_first_text_must() -> None:
    said = WORDING.render("sms_first_contact", "sms")
    for part in (load_facility().centre, "automated", "not private", "Msg & data rates", "STOP", "HELP"):
        assert part in said


def test_consent_says_what_for_how_long_and_how_to_erase() -> None:
    for channel in ("web", "sms"):
        consent = WORDING.render("callback_consent", channel)
        assert "to call you" in consent and "7 days" in consent and re.search("erase my data|ERASE", consent)
        intro = WORDING.render("placement_intro", channel)
        assert "30 days" in intro and re.search("erase my data|ERASE", intro) and "not a medical test" in intro
