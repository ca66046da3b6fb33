"""Entities by spaCy's matchers: substances, insurers, court words, who it is about, list items, phones, times, matters."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import spacy
import yaml
from spacy.matcher import Matcher, PhraseMatcher
from spacy.tokens import Doc
from spacy.util import filter_spans

from bot.nlu.contact import read_phone
from bot.nlu.matters import ENTITY, matters
from bot.nlu.times import find_time

WORDS = Path(__file__).with_name("entity_words.yml")
ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5,
            "sixth": 6, "6th": 6, "last": 6, "primero": 1, "segundo": 2, "tercero": 3, "cuarto": 4, "quinto": 5, "sexto": 6}  # fmt: skip
NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, **{str(n): n for n in range(1, 7)}}
# Others speaking about the writer: what follows is the writer's own matter.
SPEAKS = ["says", "said", "told", "tells", "thinks", "thought", "wants", "made", "makes", "left", "kicked", "found", "knows",
          "caught", "sent", "gave", "recommended", "keeps", "threatened", "is", "has"]  # fmt: skip
ME = ["me", "i", "im", "i'm", "my"]
NEED = ["needs", "need", "drinks", "uses", "relapsed", "smokes", "wo", "wont", "won't", "ca", "cant", "can't", "refuses", "has",
        "is", "was", "got", "does", "doesnt", "takes", "lost", "started", "keeps", "went", "just", "comes", "gets", "qualify",
        "covered", "come", "go", "start", "quit", "stop", "bebe", "usa", "necesita", "toma", "s"]  # fmt: skip
ABOUT = ["for", "about", "does", "is", "can", "will", "could", "would", "get", "getting", "put", "bring", "send", "help", "enroll",
         "take", "drive", "with", "support", "convince", "para", "ayudar"]  # fmt: skip


def _words() -> dict[str, dict[str, list[str]]]:
    raw = yaml.load(WORDS.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return {
        entity: {str(value): [one.strip() for one in str(spellings).split(",")] for value, spellings in values.items()}
        for entity, values in raw.items()
    }


class Entities:
    """Finds entities in a text; the same text gives the same entities, whatever was read before."""

    def __init__(self) -> None:
        self._nlp = spacy.blank("en")
        self._phrases = PhraseMatcher(self._nlp.vocab, attr="LOWER")
        self._values: dict[str, tuple[str, str]] = {}
        kin: list[str] = []
        for entity, values in _words().items():
            for value, spellings in values.items():
                key = f"{entity}|{value}"
                self._values[key] = (entity, value)
                self._phrases.add(key, [self._nlp.make_doc(one) for one in spellings])
                kin += spellings if entity == "kin" else []
        self._who = Matcher(self._nlp.vocab)
        self._add_who([one for one in kin if " " not in one])

    def _add_who(self, kin: list[str]) -> None:
        person = {"LOWER": {"IN": kin}}
        mine = {"LOWER": {"IN": ["my", "our", "a", "his", "her", "mi", "the"]}}
        # "I want to know if it is right for my daughter": whom it is for says more than who writes.
        self._who.add("for", [[{"LOWER": {"IN": ["for", "about", "para", "sobre"]}}, mine, person]])
        self._who.add("other", [
            [{"LOWER": {"IN": ABOUT}}, mine, {"OP": "?"}, person],
            [mine, {"OP": "?"}, person, {"LOWER": {"IN": NEED}}, {"LOWER": {"NOT_IN": ME}}],
            [mine, person, {"IS_PUNCT": True, "OP": "?"}, {"LOWER": {"IN": ["he", "she", "they", "who"]}}],
            [{"LOWER": {"IN": ["he", "she"]}}, {"LOWER": {"IN": NEED}}],
            [{"LOWER": {"IN": ["for", "does", "can", "will", "is", "would"]}}, {"LOWER": {"IN": ["him", "her", "he", "she"]}}],
        ])  # fmt: skip
        self._who.add("self", [
            [mine, {"OP": "?"}, person, {"LOWER": {"IN": SPEAKS}}, {"LOWER": "that", "OP": "?"}, {"LOWER": {"IN": ME}}],
            [{"LOWER": {"IN": ["i", "ive", "im"]}}, {"LOWER": {"IN": ["'ve", "'m", "ve", "m"]}, "OP": "?"},
             {"LOWER": {"IN": ["drink", "use", "need", "drank", "relapsed", "quit", "smoke", "want", "been", "do", "have", "got"]}}],
            [{"LOWER": "for"}, {"LOWER": {"IN": ["me", "myself"]}}],
        ])  # fmt: skip

    def _listed(self, doc: Doc) -> list[dict[str, Any]]:
        found = []
        for span in filter_spans([self._span(doc, match) for match in self._phrases(doc)]):
            entity, value = self._values[span.label_]
            if entity != "kin":
                found.append(_entity(entity, value, span.start_char, span.end_char))
        return found

    @staticmethod
    def _span(doc: Doc, match: tuple[int, int, int]) -> Any:
        return spacy.tokens.Span(doc, match[1], match[2], label=match[0])

    def _relation(self, doc: Doc) -> list[dict[str, Any]]:
        marks = [(self._nlp.vocab.strings[rule], start, end) for rule, start, end in self._who(doc)]
        rules = {rule for rule, _, _ in marks}
        if "for" in rules:
            marks = [mark for mark in marks if mark[0] == "for"]
        elif len(rules) != 1:
            return []  # nobody, or both: then what was known before stays
        rule, start, end = marks[0]
        value = "self" if rule == "self" else self._kin(doc) or "other"
        return [_entity("relation", value, doc[start].idx, doc[end - 1].idx + len(doc[end - 1]))]

    def _kin(self, doc: Doc) -> str | None:
        for rule, _, _ in self._phrases(doc):
            entity, value = self._values[self._nlp.vocab.strings[rule]]
            if entity == "kin":
                return value
        return None

    @staticmethod
    def _item(doc: Doc) -> list[dict[str, Any]]:
        """A topic of the list by its place: "the third one", "topic 4", "number two"."""
        for token in doc[:12]:
            word = token.lower_
            before = doc[token.i - 1].lower_ if token.i else ""
            if word in ORDINALS and (len(doc) <= 5 or (before == "the" and len(doc) <= 9)):
                return [_entity("topic", ORDINALS[word], token.idx, token.idx + len(token))]
            if word in NUMBERS and (before in ("topic", "number", "#", "no", "lesson", "item") or len(doc) == 1):
                return [_entity("topic", NUMBERS[word], token.idx, token.idx + len(token))]
        return []

    def cut(self, text: str) -> Doc:
        """The words of a text, by spaCy's rules for English."""
        return self._nlp.make_doc(text)

    def find(self, text: str, doc: Doc | None = None) -> list[dict[str, Any]]:
        """Entities as Rasa has them: entity, value, start, end (characters); `doc` is what `cut` made of the text, if at hand."""
        doc = doc or self.cut(text)
        found = [*self._listed(doc), *self._relation(doc), *self._item(doc)]
        found += [_entity(ENTITY, one, 0, len(text)) for one in matters(text)]
        phone = read_phone(text)
        if phone:
            found.append(_entity("phone", phone[0], 0, len(text)))
        time = find_time(text)
        if time:
            found.append(_entity("callback_time", time[0], time[1], time[2]))
        return found


def _entity(entity: str, value: Any, start: int, end: int) -> dict[str, Any]:
    return {"entity": entity, "value": value, "start": start, "end": end}


@lru_cache(maxsize=1)
def load_entities() -> Entities:
    """The matchers, built once."""
    return Entities()
