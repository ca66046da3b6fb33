"""The second reading: what net and danger classifier decide together, and what the classifier makes of vectors."""

import numpy as np
import pytest

from bot.nlu.danger import LABELS, DangerModel, DangerShape, Reading, log_odds
from bot.nlu.safety_screen import Bars, Meant, meant_by, second_reading, without_advice
from bot.safety import Verdict

CALM, ALARMED = (Reading("crisis_suicide", margin, "harm_info", -6.0) for margin in (-6.0, 6.0))
BARS = Bars(
    1.0,
    pattern_weight=3.0,
    softened_weight=7.0,
    meaning_weight=1.0,
    crisis_least=0.0,
    advice_least=0.0,
    advice_margin_weight=1.0,
)


def _read(verdict: Verdict, danger: Reading, meaning: float = 0.0) -> Verdict:
    return second_reading(verdict, danger, Meant(meaning), BARS)


def test_what_the_net_missed_is_a_crisis_where_the_classifier_is_surer() -> None:
    verdict = _read(Verdict(crisis_chance=0.1), ALARMED)
    assert (verdict.kind, verdict.rule) == ("crisis_suicide", "danger_classifier")
    assert _read(Verdict(crisis_chance=0.1), CALM).kind is None


def test_a_doubt_that_is_rejected_leaves_one_soft_line() -> None:
    doubt = Verdict(kind="crisis_overdose", rule="classifier.crisis_overdose", crisis_chance=0.6)
    rejected = _read(doubt, CALM)
    assert rejected.kind is None and rejected.soft
    assert _read(doubt, ALARMED).is_crisis


def test_the_net_names_the_kind_where_it_saw_danger_and_the_classifier_where_it_did_not() -> None:
    seen = Verdict(kind="crisis_overdose", rule="classifier.crisis_overdose", crisis_chance=0.6)
    assert _read(seen, ALARMED).kind == "crisis_overdose"
    assert _read(Verdict(crisis_chance=0.3), ALARMED).kind == "crisis_suicide"
    assert _read(seen, ALARMED).weight > 5


def test_past_or_denied_danger_needs_more() -> None:
    assert _read(Verdict(soft=True, crisis_chance=0.3), ALARMED).soft
    assert _read(Verdict(soft=True, crisis_chance=0.9), ALARMED).is_crisis


def test_a_pattern_speaks_for_danger_and_a_clear_ordinary_meaning_against_it() -> None:
    verdict = Verdict(crisis_chance=0.5)
    assert _read(verdict, Reading("crisis_suicide", 1.0, "harm_info", -6.0)).is_crisis
    assert not _read(verdict, Reading("crisis_suicide", 1.0, "harm_info", -6.0), meaning=2.0).is_crisis
    named = Verdict(kind="crisis_overdose", rule="overdose.word", crisis_chance=0.5)
    assert _read(named, Reading("crisis_suicide", -2.0, "harm_info", -6.0)).is_crisis
    assert not _read(named, Reading("crisis_suicide", -4.0, "harm_info", -6.0)).is_crisis


def test_a_figure_of_speech_speaks_against_danger_that_no_pattern_saw() -> None:
    doubt = Reading("crisis_suicide", 1.0, "harm_info", -6.0)
    assert not _read(Verdict(crisis_chance=0.5, figure=True), doubt).is_crisis
    named = Verdict(kind="crisis_suicide", rule="suicide.word", crisis_chance=0.5, figure=True)
    assert _read(named, doubt).is_crisis
    assert _read(Verdict(crisis_chance=0.9, figure=True), ALARMED).is_crisis


def test_only_a_likely_meaning_of_its_own_is_clear() -> None:
    assert meant_by([{"name": "cost", "confidence": 0.9}]).clear == pytest.approx(log_odds(0.9))
    assert meant_by([{"name": "cost", "confidence": 0.3}]).clear == 0.0
    assert meant_by([{"name": "complaint", "confidence": 0.9}]).clear == 0.0
    assert meant_by([]) == Meant()


@pytest.mark.parametrize(("margin", "kind"), [(4.0, "medical_advice"), (-4.0, None)])
def test_a_question_for_a_doctor_is_one_where_both_say_so(margin: float, kind: str | None) -> None:
    asked = Verdict(kind="medical_advice", rule="classifier.medical_advice", advice_chance=0.5, crisis_chance=0.0)
    assert _read(asked, Reading("crisis_suicide", -6.0, "medical_advice", margin)).kind == kind


def test_the_most_dangerous_part_decides() -> None:
    chance = np.random.default_rng(0)
    centres = chance.normal(size=(len(LABELS), 24)).astype(np.float32)
    labels = [LABELS[number % len(LABELS)] for number in range(400)]
    rows = np.stack([centres[LABELS.index(label)] for label in labels]) + chance.normal(scale=0.1, size=(400, 24))
    model = DangerModel(DangerShape(hidden=16, networks=2, rounds=30)).fit(labels, rows.astype(np.float32))
    calm, danger = centres[0], centres[LABELS.index("crisis_violence")]
    assert model.read(np.stack([calm])).margin < 0
    reading = model.read(np.stack([calm, danger]))
    assert reading.kind == "crisis_violence"
    assert model.read(np.stack([calm])).margin < reading.margin < model.read(np.stack([danger])).margin
    again = DangerModel(DangerShape(hidden=16, networks=2, rounds=30)).fit(labels, rows.astype(np.float32))
    assert again.read(np.stack([calm, danger])) == reading  # the same data, the same model


def test_log_odds_stay_finite() -> None:
    assert (
        log_odds(0.0) == pytest.approx(-log_odds(1.0)) and np.isfinite(log_odds(0.0)) and log_odds(0.5) == pytest.approx(0.0)
    )


@pytest.mark.parametrize(("meant", "kind"), [(Meant(clear=6.0), None), (Meant(advice=6.0), "medical_advice")])
def test_the_meaning_speaks_for_or_against_a_question_for_a_doctor(meant: Meant, kind: str | None) -> None:
    doubt = Reading("crisis_suicide", -6.0, "medical_advice", -1.0)
    assert second_reading(Verdict(advice_chance=0.5, crisis_chance=0.0), doubt, meant, BARS).kind == kind


def test_what_is_taken_out_of_a_ranking_leaves_its_chance_to_the_others() -> None:
    ranking = [("medical_advice", 0.6), ("cost", 0.2), ("harm_info", 0.1), ("schedule", 0.1)]
    rest = without_advice([{"name": name, "confidence": chance} for name, chance in ranking])
    assert [one["name"] for one in rest] == ["cost", "schedule"]
    assert [one["confidence"] for one in rest] == pytest.approx([2 / 3, 1 / 3])
    only = [{"name": "harm_info", "confidence": 1.0}]
    assert without_advice(only) == only
