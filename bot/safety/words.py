"""Turns plain characters into words: undoes leet, spaced and repeated letters, texting spellings and typing slips."""

import re
from functools import lru_cache
from pathlib import Path

import yaml

from bot.safety.characters import plain_characters
from bot.safety.lists import word_list

STOP = "."
_SPELLING = Path(__file__).with_name("spelling.yml")
_TOKEN = re.compile(r"[a-z0-9$@!*+'&#/\-]*[a-z0-9$@*&][a-z0-9$@!*'&]*|[.!?;:\n()\"]+")
_BREAK = re.compile(r"[.!?;:\n()\"]+$")
_SPACED = re.compile(r"(?<![a-z0-9'])(?:[a-z0-9$@!][ .\-_*,/|]{1,3}){2,}[a-z0-9$@!](?![a-z0-9'])")
_REPEAT = re.compile(r"(.)\1{2,}")
_DOUBLE = re.compile(r"([a-z])\1")
# "ill" and "id" are "i will" and "i would", but not in "i am ill" and "my id".
_WITHOUT_MARK = {"ill": ("i", "will"), "id": ("i", "would")}
_NOUN_BEFORE = word_list("noun_before")
_SHORT = word_list("short")
_LEET = str.maketrans("013457$@!8", "oieastsaib")
_LEET_L = str.maketrans("013457$@!8", "oleastsalb")
_MEASURE = re.compile(r"\d+(?:mg|mcg|ml|g|oz|hr|hrs|h|d|x|s|st|nd|rd|th|am|pm|yo|yr|yrs|k|lb|lbs|min|mins|m|f|y)?$")


class Speller:
    """Brings each written word to the spelling the patterns use. `lexicon` is every word the patterns know."""

    def __init__(self, lexicon: frozenset[str]) -> None:
        raw = yaml.load(_SPELLING.read_text(encoding="utf-8"), yaml.CSafeLoader)
        self._texting: dict[str, tuple[str, ...]] = {}
        for spellings, meaning in raw["texting"].items():
            for spelling in str(spellings).split():
                self._texting[spelling] = tuple(str(meaning).split())
        self._common = frozenset(raw["common"].split())
        self._lexicon = lexicon | self._common | frozenset(self._texting)
        self._leave = frozenset(raw["leave"].split())
        self._slips = _slip_index(raw["slips"].split())
        self._verbs_before_two = frozenset(raw["verbs_before_two"].split())
        self.spell = lru_cache(maxsize=8192)(self._spell)

    def tokens(self, text: str) -> list[str]:
        """The words of a text, with a full stop between sentences."""
        plain = plain_characters(text)
        plain = _SPACED.sub(self._joined, plain)
        out: list[str] = []
        for written in _TOKEN.findall(plain):
            if written[0] in '.!?;:\n()"' and _BREAK.match(written):
                out.append(STOP)
            elif written in _WITHOUT_MARK and (not out or out[-1] not in _NOUN_BEFORE):
                out.extend(_WITHOUT_MARK[written])
            elif written in ("2", "4") and out and out[-1] in self._verbs_before_two:
                out.append("to" if written == "2" else "for")
            else:
                out.extend(self.spell(written))
        return _merge_lone_words(out)

    def _spell(self, written: str) -> tuple[str, ...]:
        word = written.strip("'!*#+-/") or written
        bare = word.replace("'", "")
        for form in (word, bare):
            if form in self._texting:
                return self._texting[form]
        if bare in self._lexicon:
            return (bare,)
        if "-" in word or "/" in word:
            return tuple(part for piece in re.split("[-/]", word) if piece for part in self.spell(piece))
        if "'" in word:
            return self._clitic(word)
        return self._disguised(bare)

    def _clitic(self, word: str) -> tuple[str, ...]:
        head, _, tail = word.rpartition("'")
        meaning = {"m": "am", "re": "are", "ve": "have", "ll": "will", "d": "would", "s": "is"}.get(tail)
        if not head:
            return self._disguised(tail)
        return (*self.spell(head), meaning) if meaning else self._disguised(word.replace("'", ""))

    def _disguised(self, word: str) -> tuple[str, ...]:
        if _MEASURE.match(word):
            return (word,)
        if not word.isalpha():
            return self._from_signs(word)
        for form in (_REPEAT.sub(r"\1\1", word), _REPEAT.sub(r"\1", word), _DOUBLE.sub(r"\1", _REPEAT.sub(r"\1", word))):
            if form != word and form in self._lexicon:
                return self._texting.get(form, (form,))
        word = _REPEAT.sub(r"\1\1", word)
        if word.endswith("in") and (f"{word}g" in self._lexicon or (len(word) >= 6 and word not in self._leave)):
            return (f"{word}g",)
        near = self._near(word)
        if near:
            return (near,)
        if len(word) >= 8:
            parts = self._split(word)
            if parts:
                return parts
        return (word,)

    def _from_signs(self, word: str) -> tuple[str, ...]:
        for table in (_LEET, _LEET_L):
            form = word.translate(table)
            for candidate in (form, _REPEAT.sub(r"\1", form)):
                if candidate in self._lexicon:
                    return self._texting.get(candidate, (candidate,))
        if "*" in word:
            return (self._masked(word),)
        letters = word.translate(_LEET)
        parts = self._split(letters) if letters.isalpha() and len(letters) >= 8 and not word.isdigit() else None
        if parts:
            return parts
        # "20pills", "3days": a number stuck to a word.
        stuck = re.fullmatch(r"(\d+)([a-z]{2,})", word)
        if stuck:
            return (stuck[1], *self.spell(stuck[2]))
        return (re.sub(r"[^a-z0-9]", "", word) or word,)

    def _masked(self, word: str) -> str:
        pattern = re.compile("".join("[a-z]{1,2}" if sign == "*" else re.escape(sign) for sign in word))
        fits = sorted(w for w in self._masks if pattern.fullmatch(w))
        return fits[0] if fits else word.replace("*", "")

    @property
    def _masks(self) -> tuple[str, ...]:
        return (
            "kill",
            "killing",
            "killed",
            "suicide",
            "suicidal",
            "die",
            "dying",
            "dead",
            "shoot",
            "hang",
            "rape",
            "raped",
            "overdose",
            "overdosed",
            "cut",
            "cutting",
            "fuck",
            "fucking",
            "shit",
            "heroin",
            "meth",
            "pills",
            "myself",
        )

    def _near(self, word: str) -> str | None:
        """A key word with one slip of the finger; words with another meaning are on the list of those left alone."""
        if len(word) < 5 or word in self._leave:
            return None
        for form in _deletions(word):
            found = self._slips.get(form)
            if found and abs(len(found) - len(word)) <= 1 and found[0] == word[0] and _one_slip(word, found):
                return found
        return None

    def _joined(self, match: re.Match[str]) -> str:
        """`k i l l  m y s e l f` written letter by letter."""
        written = match[0]
        groups = [re.sub(r"[ .\-_*,/|]", "", part) for part in re.split(r" {2,}|[ .\-_*,/|]{3}", written)]
        if len(groups) > 1 and all(len(group) > 1 for group in groups[:1]):
            return " ".join(groups)
        letters = re.sub(r"[ .\-_*,/|]", "", written)
        if letters.isdigit() or len(letters) < 3:
            return written
        word = letters.translate(_LEET)
        if word in self._lexicon:
            return word
        parts = self._split(word)
        return " ".join(parts) if parts else written

    def _split(self, letters: str) -> tuple[str, ...] | None:
        """Words written without spaces, if known words explain every letter (fewest words win)."""
        if len(letters) > 60:
            return None
        best: list[tuple[str, ...] | None] = [()] + [None] * len(letters)
        for end in range(1, len(letters) + 1):
            for start in range(max(0, end - 14), end):
                head, word = best[start], letters[start:end]
                short = len(word) < 3 and word not in _SHORT
                if head is None or short or word not in self._lexicon:
                    continue
                known = best[end]
                if known is None or len(head) + 1 < len(known):
                    best[end] = (*head, word)
        parts = best[-1]
        if not parts or len(parts) * 3 > len(letters) + 3:
            return None
        return tuple(token for part in parts for token in self._texting.get(part, (part,)))


def _merge_lone_words(tokens: list[str]) -> list[str]:
    """`I. want. to. die.` is one sentence: a stop between two one-word sentences is dropped."""
    sentences: list[list[str]] = [[]]
    for token in tokens:
        if token == STOP:
            sentences.append([])
        else:
            sentences[-1].append(token)
    out: list[str] = []
    last = 0
    for sentence in (s for s in sentences if s):
        if out and not (last == 1 and len(sentence) == 1):
            out.append(STOP)
        out.extend(sentence)
        last = len(sentence)
    return out


def _deletions(word: str) -> set[str]:
    return {word} | {word[:i] + word[i + 1 :] for i in range(len(word))}


def _slip_index(words: list[str]) -> dict[str, str]:
    index: dict[str, str] = {}
    for word in words:
        for form in _deletions(word):
            index.setdefault(form, word)
    return index


def _one_slip(left: str, right: str) -> bool:
    """One letter more, less or other, or two neighbours swapped."""
    if len(left) == len(right):
        differ = [i for i in range(len(left)) if left[i] != right[i]]
        swapped = (
            len(differ) == 2
            and differ[1] == differ[0] + 1
            and left[differ[0]] == right[differ[1]]
            and left[differ[1]] == right[differ[0]]
        )
        return len(differ) <= 1 or swapped
    longer, shorter = (left, right) if len(left) > len(right) else (right, left)
    return any(longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer)))
