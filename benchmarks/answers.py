"""Cross-validates the reader of answers: accuracy by question, who is taken for whom, and the surest errors on demand."""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import fields, replace

import numpy as np

from bot.nlu.answers import ANY, MEANINGS, QUESTIONS, AnswerModel, AnswerShape, Example, load_examples
from bot.nlu.minilm import load_minilm
from bot.nlu.plain import plain

SEED = 7
Outcome = tuple[Example, str, float]  # the example, the meaning read, its chance


def remembering(examples: Sequence[Example]) -> Callable[[list[str]], np.ndarray]:
    """An encoder that computes each example's vector once for all folds and shapes."""
    texts = sorted({plain(one.text) for one in examples})
    known = dict(zip(texts, load_minilm().encode(texts), strict=True))
    return lambda wanted: np.array([known[text] for text in wanted])


def cross_validated(examples: Sequence[Example], shape: AnswerShape, folds: int, encode: Callable) -> list[Outcome]:
    """Every example at a question, read by a model that has not seen it; the words of ANY are always learnt."""
    order = list(examples)
    random.Random(SEED).shuffle(order)
    outcomes: list[Outcome] = []
    for fold in range(folds):
        held = [one for one in order[fold::folds] if one.question != ANY]
        seen = {id(one) for one in held}
        model = AnswerModel(encode, shape).fit([one for one in order if id(one) not in seen])
        outcomes += [(one, *model.read(one.text)[one.question]) for one in held]
    return outcomes


def right(outcomes: Sequence[Outcome]) -> float:
    """The share of outcomes that were read as meant."""
    return sum(one.meaning == read for one, read, _ in outcomes) / max(1, len(outcomes))


def report(outcomes: Sequence[Outcome]) -> None:
    """Print accuracy by question, the confusion, and how often a sure answer (0.8 or more) is wrong."""
    for question in QUESTIONS:
        print(f"{question:16} {right([one for one in outcomes if one[0].question == question]):.3f}")
    table = Counter((one.meaning, read) for one, read, _ in outcomes)
    print("meant \\ read    " + "".join(f"{meaning:>10}" for meaning in MEANINGS))
    for meant in MEANINGS:
        print(f"{meant:16}" + "".join(f"{table[meant, read]:10}" for read in MEANINGS))
    sure = [one for one in outcomes if one[2] >= 0.8]
    print(f"all {right(outcomes):.4f}; sure in {len(sure) / len(outcomes):.2f} of cases, then right in {right(sure):.4f}")


def main(arguments: list[str] | None = None) -> int:
    """Cross-validate one shape; every part of it is an option."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--errors", type=int, default=0, help="how many of the surest errors to show (our own examples)")
    for part in fields(AnswerShape):
        parser.add_argument(f"--{part.name.replace('_', '-')}", type=float, default=part.default)
    chosen = parser.parse_args(arguments)
    shape = replace(AnswerShape(), **{part.name: getattr(chosen, part.name) for part in fields(AnswerShape)})
    examples = load_examples()
    began = time.perf_counter()
    outcomes = cross_validated(examples, shape, chosen.folds, remembering(examples))
    report(outcomes)
    for one, read, chance in sorted(outcomes, key=lambda found: -found[2] * (found[0].meaning != found[1]))[: chosen.errors]:
        print(f"{chance:.2f} {one.question:15} {one.meaning:>8} read as {read:8} | {one.text}")
    print(f"{len(examples)} examples, {time.perf_counter() - began:.0f} s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
