"""Undoes what is done to single characters: look-alikes, invisible marks, emoji, curly quotes, lone surrogates."""

import re
import unicodedata

# Emoji a person in danger uses as words. Each becomes a word of its own ("emopill"), so that a pattern can name it
# without a skull that means laughter being read as the word "dead".
_EMOJI = {
    "emopill": "\U0001f48a",
    "emogun": "\U0001f52b",
    "emoknife": "\U0001f52a\U0001f5e1\U0001fa92",
    "emoskull": "\U0001f480\u2620",
    "emocoffin": "\u26b0\U0001faa6\u26b1",
    "emobye": "\U0001f44b",
    "emoneedle": "\U0001f489",
    "emoblood": "\U0001fa78",
    "emorope": "\U0001faa2",
    "emobottle": "\U0001f37e\U0001f37a\U0001f377\U0001f943",
}
_EMOJI_WORDS = {ord(sign): f" {word} " for word, signs in _EMOJI.items() for sign in signs}

# Letters of other alphabets (and small capitals) that look like Latin ones; NFKC leaves them alone.
_LOOK_ALIKE_PAIRS = (
    "аa еe оo рp сc уy хx іi јj ѕs ԁd һh ӏl ԛq ԝw вb нh кk мm тt зz гr пn ьb "
    "αa βb γy δd εe ζz ηn θo ιi κk λl μm νv ξx οo πn ρp ςs σo τt υu φo χx ψw ωw "
    "ɑa ɡg ɩi ıi ɪi ʟl ɴn ʀr ʜh ɢg ʏy ᴀa ʙb ᴄc ᴅd ᴇe ᴊj ᴋk ᴍm ᴏo ᴘp ᴛt ᴜu ᴠv ᴡw ᴢz øo łl đd ħh ŧt ßs æa œo þp ðd"
)
_LOOK_ALIKES = {ord(pair[0]): pair[1] for pair in _LOOK_ALIKE_PAIRS.split()}
_QUOTES = {ord(sign): "'" for sign in "\u2018\u2019\u201a\u201b\u02bc\u00b4`\u2032\uff07"}
_DASHES = {ord(sign): "-" for sign in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"}
_BREAKS = {0: " ", 0x0B: "\n", 0x0C: "\n", 0x85: "\n", 0x2028: "\n", 0x2029: "\n"}
_TABLE = {**_EMOJI_WORDS, **_QUOTES, **_DASHES, **_BREAKS}
# Letters whose code points were moved wholesale: regional indicators, squared and circled letters that NFKC misses.
_MOVED = ((0x1F1E6, 26), (0x1F130, 26), (0x1F150, 26), (0x1F170, 26))
_ENCLOSED = {start + i: chr(97 + i) for start, count in _MOVED for i in range(count)}
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001f3fb-\U0001f3ff\U000e0000-\U000e007f\ud800-\udfff\x01-\x08\x0e-\x1f\x7f]"
)


def _without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return decomposed.translate({ord(sign): None for sign in set(decomposed) if unicodedata.combining(sign)})


def plain_characters(text: str) -> str:
    """The text in lower-case plain letters; what cannot be seen is gone. Never raises."""
    if text.isascii():
        return text.replace("\x00", " ").lower()
    text = text.translate(_TABLE).translate(_ENCLOSED)
    text = _INVISIBLE.sub("", text)
    return _without_marks(text).lower().translate(_LOOK_ALIKES).translate(_QUOTES)
