"""What people say outright about the check's questions in a free message: pattern, question, answer. Pure."""

from __future__ import annotations

import re

KIN = (
    r"(?:husband|wife|ex|boyfriend|girlfriend|partner|mom|mother|mama|dad|father|daddy|parents?|brother|sister|son|daughter|roommates?|uncle|aunt|"
    r"cousin|grandma|grandpa|in-laws|family|old lady|old man|fiance|spouse|baby daddy|folks|people|friends?)"
)
USES = (
    r"(?:uses?|using|drinks?|drinking|smokes?|smoking|gets? high|shoots? up|deals?|is (?:also |still |always )?(?:using|drinking|drunk|high|on)|"
    r"has (?:a|the same) (?:drinking|drug|problem)|(?:is )?an? (?:alcoholic|drunk|user))"
)


def _pattern(written: str) -> re.Pattern[str]:
    return re.compile(written, re.IGNORECASE)


# The first pattern of a question that fits decides. Denials stand before the statements they deny.
VOLUNTEERED: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    ("use_at_home", "no", _pattern(
        r"\b(?:i |and )?live (?:alone|by myself|on my own)\b|\bno ?one (?:i live with|at home|in (?:my|the) house|here) (?:drinks|uses|else)|"
        r"\b(?:nobody|no one) (?:at (?:home|my house)|in (?:my|the) house|i live with) (?:drinks|uses)|\bvivo sol[oa]\b")),
    ("use_at_home", "yes", _pattern(
        rf"\blive with [^.?!]{{0,40}}\b(?:who|that|and (?:he|she|they)) (?:\w+ ){{0,3}}{USES}|"
        rf"\bmy {KIN} (?:\w+ ){{0,3}}{USES} (?:\w+ ){{0,4}}(?:at home|in the house|here|every day|with me|all the time|too)\b|"
        rf"\b{KIN} (?:i live with|at home) (?:\w+ ){{0,3}}{USES}|"
        r"\beveryone (?:at|in) (?:my|the|home|this) ?(?:house|home)? ?(?:\w+ ){0,2}(?:drinks|uses|gets high)|"
        r"\bvivo con [^.?!]{0,40}\b(?:toma|bebe|usa|consume)\b")),
    ("home_support", "no", _pattern(
        rf"\b(?:no|zero|not any) support (?:at home|from (?:my )?{KIN}|system)|\bi (?:have|got) (?:nobody|no one) (?:at home )?(?:to|who) (?:help|support|back)|"
        rf"\bmy {KIN} (?:doesn't|don't|won't|isn't|aren't) (?:\w+ )?(?:support|supportive|help|believe in)|\bno one at home (?:supports|helps|cares)|"
        r"\bno tengo (?:apoyo|a nadie)")),
    ("home_support", "yes", _pattern(
        rf"\bmy {KIN} (?:is|are|has been|have been) (?:\w+ ){{0,2}}(?:supportive|behind me|there for me|on my side|my rock)|"
        rf"\bmy {KIN} (?:supports?|backs?) (?:me|my)|\b(?:good|great|strong|lots? of|lot of|plenty of) support (?:at home|system|from (?:my )?{KIN})|"
        rf"\bmy {KIN} (?:has|have|got) my back|\bmi (?:esposa|esposo|familia|mama) me apoya")),
    ("outside_stress", "no", _pattern(r"\b(?:not|no longer) (?:\w+ )?(?:stressed|under (?:much|a lot of) stress)\b|\bno (?:real )?stress (?:at|from|right)")),
    ("outside_stress", "yes", _pattern(
        r"\b(?:so|really|super|very|too|crazy|way) stressed (?:out)?|\bstress (?:from|at|of) (?:my )?(?:work|job|home|kids|caring)|"
        r"\b(?:my )?(?:job|work|kids|caregiving) (?:is|are) (?:\w+ )?(?:stressing me|so stressful|too much|wearing me)|"
        r"\b(?:a lot|lots|tons|so much|too much) (?:of )?stress\b|\bmucho estres\b")),
    ("group_comfort", "no", _pattern(
        r"\b(?:can't|cannot|can not|don't|do not|won't|hate|scared|terrified|afraid|not comfortable|uncomfortable|no good|bad) (?:\w+ ){0,3}(?:do|like|in|of|with|talk(?:ing)?|speak(?:ing)?|share|sharing) "
        r"(?:\w+ ){0,3}groups?\b|\bi(?:'m| am) (?:really |very |too )?shy (?:in|around) (?:a )?(?:groups?|people)|\bgroups? (?:make|makes|freak|scare|scares) me|"
        r"\bhate groups?\b|\bno me gustan los grupos")),
    ("group_comfort", "yes", _pattern(
        r"\b(?:i(?:'m| am)? )?(?:fine|ok|okay|good|comfortable|love|like|don't mind|used to) (?:\w+ ){0,2}(?:with |in |talking in |being in )?(?:a )?groups?\b")),
    ("adult", "no", _pattern(r"\bi(?:'m| am) (?:only |just )?(?:1[0-7]|thirteen|fourteen|fifteen|sixteen|seventeen)\b(?! (?:years|months|days|weeks)? ?sober)"
                             r"(?! (?:days|weeks|months|hours|minutes))|\btengo 1[0-7] a")),
    ("adult", "yes", _pattern(r"\bi(?:'m| am) (?:an? )?(?:1[89]|[2-8]\d)(?: (?:years? old|yrs? old|yo|y/o))?(?=[ ,.!?]|$)(?! (?:days|weeks|months|hours|minutes|miles|years? sober))")),
    ("withdrawal", "yes", _pattern(
        r"\b(?:i )?(?:get|got|gets) (?:the )?(?:shakes|shaky|sick|dope sick) (?:\w+ ){0,3}(?:when|if|whenever) i (?:stop|quit|don't)|"
        r"\b(?:had|have had|get) (?:a )?(?:seizures?|dts) (?:\w+ ){0,3}(?:when|after|from|last time) (?:i )?(?:\w+ )?(?:stopp?|quit|drinking|detox|withdrawal)|"
        r"\b(?:drink|use) every ?day and (?:\w+ ){0,3}(?:shake|sick)")),
    ("medical", "yes", _pattern(r"\bi(?:'m| am) (?:\w+ ){0,3}pregnant\b|\bestoy embarazada\b|\b(?:i have|i've got|got) (?:\w+ ){0,2}(?:heart (?:condition|failure|disease)|"
                                r"cirrhosis|liver (?:disease|failure)|kidney (?:disease|failure)|epilepsy|cancer)\b")),
)  # fmt: skip

CORRECTING = _pattern(
    r"\b(?:actually|correction|i meant|i mean|wait|my bad|scratch that|i lied|i was wrong|that was wrong|that's wrong|mistake|change (?:my|that|the)|"
    r"i take (?:it|that) back|not true|should (?:be|have been|have said)|wrong (?:answer|button)|oops|perdon|me equivoque|en realidad)\b"
)

# What an answer to the last question names, by its part.
NAMED = {
    "1": _pattern(
        r"\b(?:rehab|inpatient|in-patient|residential|in treatment|treatment center|sober living|halfway|detox center|discharged|(?:get|got|getting|just|came) out|"
        r"leaving|left|graduat\w+|finished|internado|sali de|28 days?|30 days?|90 days?)\b"),
    "2": _pattern(
        r"\b(?:relaps\w+|slipp\w*|went back|back (?:to|at|on) (?:it|using|drinking)|used again|drank again|started (?:\w+ )?(?:again|back)|fell off|"
        r"returned to use|been through (?:this|treatment) before|(?:2nd|second|third|3rd|4th|fifth) (?:time|rehab|go)|recai\w*|reca\u00ed\w*)\b"),
    "3": _pattern(
        r"\b(?:depress\w+|anxi\w+|bipolar|ptsd|schizo\w+|adhd|add|ocd|bpd|borderline|panic|trauma|mental(?: health| illness)?|manic|mood|eating disorder|"
        r"psych\w*|ansiedad|depresi\w+|voices|insomnia|nerves)\b"),
}  # fmt: skip
