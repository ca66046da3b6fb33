"""The classifier's file: read when whole, left alone when not, and written so that no reader sees half of it."""

from pathlib import Path

import numpy as np
import pytest

from bot.safety import load
from bot.safety.classifier import CLASSES, CRISES, EDGE, KERNELS, REVIEWED, WINDOW, Classifier, Weights, load_classifier
from bot.safety.train import FILE, examples, fingerprint, train_net
from bot.safety.verdict import KINDS


def _weights() -> Weights:
    """One filter that answers to the word `danger` and votes for suicide."""
    vectors = np.array([[0.0], [1.0], [-1.0]], dtype=np.float32)
    filters = tuple((np.ones((kernel, 1), np.float32), np.full(1, -0.5, np.float32)) for kernel in KERNELS)
    seen = np.zeros((len(KERNELS), len(CLASSES)), np.float32)
    seen[0, CLASSES.index("crisis_suicide")] = 20.0
    marked = np.zeros((1, len(CLASSES)), np.float32)
    marked[0, 0] = 50.0
    bias = np.zeros(len(CLASSES), np.float32)
    bias[0] = 4.0
    return Weights({"danger": 1, "calm": 2}, vectors, filters, {"joke": 0}, seen, marked, bias)


def test_the_most_dangerous_window_decides() -> None:
    classifier = Classifier(_weights())
    quiet = ["calm"] * (3 * WINDOW)
    assert classifier.chances(quiet).argmax() == 0
    for place in (0, WINDOW, 3 * WINDOW - 1):
        said = list(quiet)
        said[place] = "danger"
        assert CLASSES[int(classifier.chances(said).argmax())] == "crisis_suicide"


def test_a_mark_counts_only_in_its_window() -> None:
    classifier = Classifier(_weights())
    said = ["danger"] + ["calm"] * (3 * WINDOW)
    assert classifier.chances(said, [(0, "joke")]).argmax() == 0
    assert classifier.chances(said, [(3 * WINDOW, "joke")]).argmax() != 0
    assert classifier.chances(said, [(0, "unknown to this file")]).argmax() != 0


def test_a_text_of_unknown_words_gets_chances() -> None:
    assert Classifier(_weights()).chances(["zzz"] * (WINDOW + EDGE)).sum() == pytest.approx(1.0)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no archive", b"x" * 1000])
def test_a_damaged_file_is_left_alone_and_the_patterns_still_answer(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / FILE
    path.write_bytes(content)
    assert load_classifier(path) is None
    path.with_suffix(".sha256").write_text("0" * 64)
    assert load_classifier(path) is None
    assert load(path).read("i want to kill myself").is_crisis


def test_a_file_with_its_sum_but_without_its_arrays_is_left_alone(tmp_path: Path) -> None:
    import hashlib
    import io

    packed = io.BytesIO()
    np.savez(packed, other=np.zeros(3))
    (tmp_path / FILE).write_bytes(packed.getvalue())
    (tmp_path / "safety.sha256").write_text(hashlib.sha256(packed.getvalue()).hexdigest())
    assert load_classifier(tmp_path / FILE) is None


def test_the_reviewed_weights_belong_to_the_examples_and_patterns_beside_them(tmp_path: Path) -> None:
    """Else `python -m bot.safety.train --review` and `python -m benchmarks.safety --write` are due."""
    before = REVIEWED.stat().st_mtime_ns
    assert train_net(tmp_path) == REVIEWED
    assert REVIEWED.stat().st_mtime_ns == before and not list(tmp_path.iterdir())
    with np.load(REVIEWED) as data:
        assert str(data["inputs"]) == fingerprint()


def test_weights_of_other_inputs_are_put_away_once_the_reviewed_ones_fit(tmp_path: Path) -> None:
    for name in (FILE, "safety.sha256"):
        (tmp_path / name).write_bytes(b"of yesterday")
    assert train_net(tmp_path) == REVIEWED
    assert not list(tmp_path.iterdir())


def test_both_networks_of_the_file_are_heard_and_a_long_text_is_read_as_a_short_one() -> None:
    reviewed = load_classifier(REVIEWED)
    said = "i want to know how much the groups cost and when they meet".split()
    for tokens in (said, [*said, "i", "took", "all", "my", "pills"]):
        short, long = reviewed.chances(tokens), reviewed.chances([*tokens, *["the"] * 500])
        assert abs(float(short[CRISES].sum()) - float(long[CRISES].sum())) < 0.35
    one, two = Classifier(_weights()), Classifier(_weights(), _weights())
    assert two.chances(["danger"]) == pytest.approx(one.chances(["danger"]))


def test_examples_of_every_kind_are_learnt_from_and_none_holds_two_labels() -> None:
    seen: dict[str, str] = {}
    for text, label, _ in examples():
        assert label in (*KINDS, "none")
        assert seen.setdefault(text.lower(), label) == label, label
    assert set(seen.values()) == {*KINDS, "none"}
