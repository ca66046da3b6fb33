"""Matters of the talk itself that a message names outright: a code, what was kept, a language, a number in the list. Pure.

The intent model ranks subjects; these few are about this one chat, or are said in words so plain that no ranking may overrule them.
"""

from __future__ import annotations

import re

from bot.language import asked_language
from bot.nlu.plain import plain

ENTITY = "matter"
_NUMBER = r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve)"
_CHANGE = r"(?:chang\w+|fix|correct|update|edit|cambi\w+|corregir|corrija)"


def _pattern(*written: str) -> re.Pattern[str]:
    return re.compile("|".join(written))


MATTERS: dict[str, re.Pattern[str]] = {
    # A request for a call that was made.
    "callback_code": _pattern(
        r"\b(?:my|that|reference|ref|confirmation|request|callback) (?:\w+ )?code\b(?<!zip code)(?<!area code)(?<!dress code)",
        r"\bthe code\b(?=\W*(?:$|again|please|you (?:gave|sent|told)|i (?:got|was)|was|from before))",
        r"\b(?:reference|ref|confirmation) (?:number|no\b|#)",
        r"\b(?:mi|el|cu[aá]l (?:es|era) (?:mi|el)) c[oó]digo\b(?! (?:de [aá]rea|postal))|\bc[oó]digo de (?:referencia|confirmaci[oó]n)\b"),
    "callback_sent": _pattern(
        r"\bdid (?:you|it|they|that|this|my request) (?:\w+ )?(?:send|sent|go through|get sent|get (?:it|that|my)|receive|pass)\b(?! (?:him|her|them|me)\b)",
        r"\b(?:is|was|has) (?:it|that|my request|my info\w*) (?:been |really |already )*(?:sent|passed on|received)\b",
        r"\b(?:lo|se|ya) (?:lo )?(?:mand[oó]|envi[oó]|pas[oó]|recibieron)\b"),
    "callback_change": _pattern(
        rf"\b{_CHANGE}\b(?:\W+(?!question|answer)\w+){{0,3}}?\W+(?:number|phone|n[uú]mero|tel[eé]fono|callback|call|llamada)\b(?!\W*#?\d\b)"
        rf"(?<!question number)",
        r"\b(?:number|phone|n[uú]mero) (?:\w+ ){0,4}(?:is|was|es|est[aá]) (?:wrong|old|not right|incorrect|mal|equivocado)\b",
        r"\bgave (?:you )?(?:the|a) wrong (?:number|phone)\b"),
    # What is done with what a person gives.
    "kept": _pattern(
        r"\bwhat (?:all )?(?:did|have|do|info\w*) (?:do |did |have )?you (?:\w+ )?"
        r"(?:writ\w+|wrote|keep|kept|sav\w+|stor\w+|record\w*|not(?:e|ed)|got|have|know|put)(?: \w+)? (?:about|on|of|from|for) me\b",
        r"\bqu[eé] (?:\w+ )?(?:anot\w+|guard\w+|escribi\w+|sabe\w*|tiene\w*) (?:\w+ )?(?:de|sobre) m[ií]\b"),
    "who_sees": _pattern(
        r"\bwho (?:all |else )?(?:will |can |would |gets to )?(?:sees?|gets?|reads?|has|looks? at|knows?) (?:this|it|that|my|what|these)\b",
        r"\bwhat (?:happens|do you do|will you do|are you going to do|would you do|becomes)\b(?:\W+\w+){0,7}?\W+"
        r"(?:number|phone|name|info\w*|data|details|answers)\b",
        r"\b(?:sell|share|give (?:out|away)|leak|spam)\b(?:\W+\w+){0,3}?\W+(?:number|phone|name|info\w*|data)\b",
        r"\bqui[eé]n (?:m[aá]s )?(?:lo |la |los )?(?:ve|ver[aá]|recibe|lee|va a ver)\b"),
    # What weighs on somebody.
    "guilt": _pattern(
        r"\b(?:is|was|it's|all|be) (?:it |this |that |all )*(?:my|our) fault\b|\bblame (?:myself|ourselves)\b",
        r"\b(?:feel|feeling|felt|am|i'm) (?:like |as |such |so )*(?:an? )?(?:\w+ )?(?:failure|loser|bad|terrible|awful|horrible)\b"
        r"(?= *$|[.,!?]| (?:mom|mother|dad|father|parent|wife|husband|son|daughter|person|at being))",
        r"\bi(?:'m| am| feel)? (?:so |just |really |too )*(?:ashamed|embarrassed)\b|\bfeel (?:so |really |just )*guilty\b",
        r"\bi (?:failed|let down|let) (?:him|her|them|my \w+|everyone|everybody)(?: down)?\b",
        r"\bes (?:todo )?(?:por )?mi culpa\b|\bsoy un[a]? (?:fracasad[oa]|fracaso|mal[ao]? \w+)\b|\bme siento culpable\b|\bme da verg[uü]enza\b"),
    # The list of six topics.
    "topic_number": _pattern(rf"\b(?:topic|lesson|tema|lecci[oó]n)s? (?:number |n[uú]mero |#)?{_NUMBER}\b"),
    "number": _pattern(rf"(?:\bnumber|\bn[uú]mero|#) ?{_NUMBER}\b(?! ?-)"),
    "more_about_topic": _pattern(
        r"\b(?:more|m[aá]s)\b(?:\W+\w+){0,3}?\W+(?:about|on|of|de|sobre)\b.*\b(?:crav|urges?|stress|support|disease|steps?|mental|antojo|estr[eé]s|apoyo|"
        r"enfermedad|pasos)"),
    "all_topics": _pattern(
        r"^(?:(?:tell me|i want|give me|show me|quiero|d[ií]game) )?(?:all(?: of)?(?: it| them| those| six| the topics| topics)?|"
        r"every ?thing|the whole (?:thing|list)|todo|todos(?: los temas)?|todas)(?: please| por favor)?[.! ]*$"),
}  # fmt: skip
# Where the intent model is unsure, words as plain as these decide.
OUTRIGHT: dict[str, re.Pattern[str]] = {
    "start_screen": _pattern(r"\b(?:quick check|preguntas? r[aá]pidas?)\b"),
    "request_callback": _pattern(
        r"\b(?:quiero|quisiera|necesito|pued\w+|podr\w+|pida\w*|prefiero|gustar[ií]a|favor)\b(?:\W+\w+){0,3}?\W+(?:que )?me (?:llam\w+|hablen|marquen)\b",
        r"\b(?:puede|pueden|podr[ií]an?) (?:llamar|marcar)me\b|\bll[aá]m[ea]n?me\b"),
    "curriculum": _pattern(r"\bqu[eé] (?:(?:se|voy a|va a|van a|vamos a|uno|me|nos|es lo que) )*(?:aprend\w+|ense[nñ]\w+)\b"),
    "for_loved_one": _pattern(
        r"\b(?:ayuda|informaci[oó]n|tratamiento|programa|algo)\b(?:\W+\w+){0,5}?\W+para (?:mi|un|una) "
        r"(?:hij[oa]|herman[oa]|espos[oa]|marido|mam[aá]|pap[aá]|prim[oa]|t[ií][oa]|amig[oa]|novi[oa]|pareja|sobrin[oa]|niet[oa]|familiar)\b"),
}  # fmt: skip


def matters(text: str) -> list[str]:
    """What `text` names outright, in the order of the tables above."""
    said = plain(text)
    numbered = text.lower()[: len(said) + 50]  # `plain` makes words of some digits
    found = [name for name, pattern in (*MATTERS.items(), *OUTRIGHT.items())
             if pattern.search(numbered if "number" in name else said)]  # fmt: skip
    return [*found, *(["language"] if asked_language(text) else [])]
