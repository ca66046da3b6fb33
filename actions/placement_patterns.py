"""What people say outright about the check's questions in a free message: pattern, question, answer. Pure."""

from __future__ import annotations

import re

KIN = (
    r"(?:husband|wife|ex|boyfriend|girlfriend|partner|mom|mother|mama|dad|father|daddy|parents?|brother|sister|son|daughter|"
    r"roommates?|uncle|aunt|cousin|grandma|grandpa|in-laws|family|old lady|old man|fiancee?|spouse|baby daddy|folks|people|"
    r"friends?|stepdad|stepmom|kids?)"
)
MATE = r"(?:husband|wife|boyfriend|girlfriend|partner|roommates?|old lady|old man|fiancee?|spouse)"  # they share a home
USES = (
    r"(?:uses?|using|drinks?|drinking|smokes? (?:weed|meth|crack|pot|dope)|gets? (?:high|drunk)|shoots? up|deals?|"
    r"(?:is|are) (?:also |still |always )?(?:using|drinking|drunk|high|on (?:meth|pills|heroin|ice|drugs|fentanyl))|"
    r"(?:has|have) (?:a|the same) (?:drinking|drug|problem)|(?:is )?an? (?:alcoholic|drunk|user))"
)
SO_FAR = r"(?:(?!not\b|never\b|no\b|used\b|without\b)\w+ )"  # a word that takes nothing back


def _pattern(*written: str) -> re.Pattern[str]:
    return re.compile("|".join(written), re.IGNORECASE)


# The first pattern of a question that fits decides. Denials stand before the statements they deny.
VOLUNTEERED: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    ("use_at_home", "no", _pattern(
        r"\b(?:i|and|i'm|i am) (?:live|living) (?:all )?(?:alone|by myself|on my own)\b",
        r"\b(?:nobody|no ?one) (?:i live with|at (?:home|my house|my place)|in (?:my|the|this) house|here) (?:drinks|uses|else)",
        rf"\blive with [^.?!]{{0,40}}\b(?:who|that|and (?:he|she|they)) (?:\w+ )?(?:(?:do not|don't|does not|doesn't|never) (?:even )?"
        rf"(?:drinks?|uses?)|(?:is|are) (?:\w+ )?sober)|\bmy {MATE} (?:doesn't|does not|never|don't) (?:drinks?|uses?)\b",
        r"\bvivo sol[oa]\b")),
    ("use_at_home", "yes", _pattern(
        rf"\b(?:live|living) with [^.?!]{{0,40}}\b(?:who|that|and (?:he|she|they))(?:'s)? {SO_FAR}{{0,3}}{USES}",
        rf"\bmy {KIN} {SO_FAR}{{0,3}}{USES} (?:\w+ ){{0,4}}(?:at home|in (?:the|my|our) house|in front of me)\b",
        rf"\bmy {MATE} (?:still |also )?{USES} (?:\w+ ){{0,3}}(?:here|every ?(?:day|night)|all the time|too)\b",
        rf"\b{KIN} (?:i live with|at home) {SO_FAR}{{0,3}}{USES}",
        r"\bevery(?:one|body) (?:at|in) (?:my|the|home|this) ?(?:house|home)? ?(?:\w+ ){0,2}(?:drinks|uses|gets high)",
        r"\bvivo con [^.?!]{0,40}\bque (?:toma|bebe|usa|consume)\b")),
    ("home_support", "no", _pattern(
        rf"\b(?:no|zero|not any|don't have any|without any) support (?:at home|from (?:my )?{KIN}|system)",
        r"\bi (?:have|got) (?:nobody|no ?one) (?:at home )?(?:to|who) (?:help|support|back)",
        rf"\bmy {KIN} (?:doesn't|don't|won't|isn't|aren't|does not|is not) (?:\w+ )?(?:support|supportive|help|believe in)",
        r"\b(?:nobody|no ?one) at home (?:supports|helps|cares)|\bno tengo (?:apoyo|a nadie)")),
    ("home_support", "yes", _pattern(
        rf"\bmy {KIN} (?:is|are|has been|have been) (?:(?!not )\w+ ){{0,2}}(?:supportive|behind me|there for me|on my side|my rock)",
        rf"\bmy {KIN} (?:\w+ )?(?:supports?|backs?) (?:me|my)\b|\bmy {KIN} (?:has|have|got) my back",
        rf"(?<!no )(?<!not )\b(?:good|great|strong|lots? of|plenty of) support (?:at home|system|from (?:my )?{KIN})",
        r"\bmi (?:esposa|esposo|familia|mama|mamá) me apoya")),
    ("outside_stress", "no", _pattern(
        r"\b(?:not|no longer|isn't|aren't) (?:\w+ ){0,2}(?:stressed|stressful|under (?:much|a lot of) stress)\b",
        r"\bno (?:real )?stress (?:at|from|right)|\bdon't have (?:\w+ ){0,3}stress\b|\bno tengo estr[eé]s")),
    ("outside_stress", "yes", _pattern(
        r"\b(?:so|really|super|very|too|crazy|way|pretty) stressed\b|\bstressed (?:out )?(?:at|about|from|by|with) (?:my )?(?:work|job|kids)",
        r"\bstress (?:from|at|of) (?:my )?(?:work|job|home|kids|caring)",
        r"\b(?:job|work|kids|caregiving|boss) (?:is|are) (?:\w+ )?(?:stressing me|so stressful|too much|wearing me|killing me)",
        r"(?<!not )\b(?:a lot|lots|tons|so much|too much) (?:of )?stress\b|\bmucho estr[eé]s\b")),
    ("group_comfort", "no", _pattern(
        r"\b(?:can't|cannot|can not|don't|do not|won't|hate|scared|terrified|afraid|not (?:\w+ )?comfortable|uncomfortable|no good|bad) "
        r"(?:\w+ ){0,3}(?:do|like|in|of|with|at|talk(?:ing)?|speak(?:ing)?|share|sharing) (?:\w+ ){0,3}groups?\b",
        r"\bi(?:'m| am) (?:really |very |too )?shy (?:in|around) (?:a )?(?:groups?|people)|\bgroups? (?:make|makes|freak|scare|scares) me",
        r"\b(?:hate|dread) groups?\b|\bgroups? (?:isn't|aren't|is not|are not) for me\b|\bno me gustan los grupos")),
    ("group_comfort", "yes", _pattern(
        r"(?<!are )(?<!if )\bgroups? (?:are|is|would be|sounds?) (?:\w+ )?(?:ok|okay|fine|good|great|alright|no problem)\b(?!\W*\?)|"
        r"\bi(?:'m| am)?(?: (?:pretty|totally|really|feel|do))? (?:fine|okay|good|comfortable|used to) (?:with|in|(?:being|talking) in) "
        r"(?:a |the )?groups?\b(?! home)|\bi (?:really )?(?:love|like|enjoy|don't mind|do not mind) (?:being in |talking in )?(?:a |the )?"
        r"groups?\b|\bme gustan los grupos")),
    ("adult", "no", _pattern(
        r"\bi(?:'m| am) (?:only |just )?(?:1[0-7]|thirteen|fourteen|fifteen|sixteen|seventeen)\b"
        r"(?! ?(?:%|/|years? (?:sober|in)|days|weeks|months|hours|minutes|miles|min))|\btengo 1[0-7] a")),
    ("adult", "yes", _pattern(
        r"\bi(?:'m| am) (?:an? )?(?:1[89]|[2-8]\d)(?: ?(?:years? old|yrs? old|yo|y/o|f|m|year old))?(?=[,.!?;]|$| and | with | but )")),
    ("withdrawal", "yes", _pattern(
        r"\bi (?:get|got|have) (?:the )?(?:shakes|shaky|sick|dope sick) (?:\w+ ){0,3}(?:when|if|whenever) i (?:stop|quit|don't)",
        r"\b(?:had|have had|get) (?:a |some )?(?:seizures?|dts) (?:\w+ ){0,3}(?:when|after|from|last time|coming off) (?:i )?(?:\w+ )?"
        r"(?:stopp?|quit|drinking|detox|withdrawal|xanax|alcohol)",
        r"\b(?:drink|use) every ?day and (?:\w+ ){0,3}(?:shake|sick)|\btiemblo cuando (?:no tomo|paro|dejo)")),
    ("medical", "yes", _pattern(
        r"\bi(?:'m| am) (?:(?!not )\w+ ){0,3}pregnant\b|\bestoy embarazada\b",
        r"\b(?:i have|i've got|i got) (?:\w+ ){0,2}(?:heart (?:condition|failure|disease)|cirrhosis|liver (?:disease|failure)|"
        r"kidney (?:disease|failure)|epilepsy|cancer)\b")),
)  # fmt: skip

CORRECTING = _pattern(
    r"\b(?:actually|correction|hang on|hold on|fix (?:that|it|my)|i meant|i mean|wait|my bad|scratch that|i lied|i was wrong|that was wrong|that's wrong|mistake|"
    r"chang(?:e|ing) (?:my|that|the|question|number|answer|it|#)|i take (?:it|that) back|not true|should (?:be|have been|have said)|"
    r"wrong (?:answer|button)|oops|perd[oó]n|me equivoqu[eé]|en realidad|go back|going back|earlier|i (?:said|put|told you|answered)|"
    r"cambi(?:e|ar|a) (?:la|mi)|dije que)\b"
)
# Only a message that speaks of an earlier answer may change it by naming its subject.
REVISING = _pattern(
    r"\b(?:about|on|for|to) (?:the|that|my) (?:\w+ ){0,3}(?:thing|one|question|part|answer|stuff)\b",
    r"\bchang(?:e|ing) (?:my|that|the|question|number|answer|it|#)|\bquestion (?:number )?#?\w+|\bgo(?:ing)? back\b|\bearlier\b",
    r"\bi (?:said|put|told you|answered)\b|\b(?:la pregunta|cambi(?:e|ar|a) (?:la|mi)|dije que)\b|#\d\b",
    r"\bthe (?:\w+ ){1,3}(?:should be|should have been|is wrong|was wrong)\b",
)
# What earlier answer a correction speaks of.
SUBJECTS = {
    "danger": _pattern(r"\b(?:danger|emergency)\b"),
    "adult": _pattern(r"\b(?:my age|the age|adult|over 18|18|eighteen|minor)\b"),
    "withdrawal": _pattern(
        r"\b(?:shak\w+|seiz\w+|withdrawals?|tremors?|sick when|the sick|seeing things|convulsi\w+|temblor\w*)\b"
    ),
    "medical": _pattern(r"\b(?:pregnan\w+|health|doctor|medical|diabet\w+|embaraz\w+|salud)\b"),
    "home_support": _pattern(r"\b(?:support\w*|apoy\w+)\b"),
    "use_at_home": _pattern(
        r"\b(?:live with|living with|lives with|who i live|(?:use|drinks?|drinking|using) at home|roommates?|vivo con)\b"
    ),
    "outside_stress": _pattern(r"\b(?:stress\w*|work|job|duties|estr[eé]s|trabajo)\b"),
    "group_comfort": _pattern(r"\b(?:groups?|grupos?)\b"),
}
# A message that wants an earlier answer changed, whichever it is.
CHANGING = _pattern(
    r"\b(?:change|fix|correct|redo|undo|cambi\w+|corregir|corrij\w+) (?:\w+ ){0,2}?(?:that|answers?|one|last|earlier|previous|question|number|respuesta|pregunta|esa|eso)\b",
    r"\bthat (?:last )?one (?:should|was|is)\b|\bi (?:take|took) (?:it|that) back\b|\bwrong (?:answer|button|one)\b|\bscratch that\b",
    r"\b(?:pressed|hit|clicked|tapped|picked|chose) (?:the )?wrong\b|\bi (?:was wrong|lied|made a mistake|messed (?:that |it )?up)\b|\bme equivoqu[eé]\b",
    r"\b(?:go|going|back) (?:back )?to (?:the )?(?:one|question|part|thing)\b|\bvolver a la (?:pregunta|de)\b",
)
LAST_ONE = _pattern(r"\b(?:last|previous|before|prior|just now|anterior|[uú]ltima)\b")
# A stay of long ago is no stay that one is leaving.
LONG_AGO = _pattern(
    r"\b(?:19|20)\d\d\b|\bin '?\d\d\b|\byears? (?:ago|back)\b|\b(?:a (?:long )?while|ages|a long time|long|decades) (?:ago|back)\b|\blast year\b|"
    r"\bwhen i was (?:\d|young|a kid|younger)|\bused to\b|\bhace (?:\w+ )?(?:a[nñ]os|tiempo)\b|\ben (?:19|20)\d\d\b"
)
LEAVING_NOW = _pattern(
    r"\b(?:just|leaving|now|today|yesterday|this (?:week|month)|last week|about to|still in|acabo|salgo|ayer)\b"
)
# Looser statements, enough where a message takes back what was said before.
RESTATED: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    ("use_at_home", "yes", _pattern(rf"\bmy {MATE} (?:does|do|is|are|also|still) (?:\w+ )?(?:drink|use|using|drinking)\b")),
    ("use_at_home", "yes", _pattern(rf"\bmy {MATE} {SO_FAR}{{0,2}}{USES}\b")),
    ("use_at_home", "no", _pattern(rf"\bmy {MATE} (?:doesn't|does not|don't|isn't|quit|stopped) (?:\w+ )?(?:drink|use|using|drinking)\b")),
)  # fmt: skip

# What an answer to the last question names, by its part.
NAMED = {
    "1": _pattern(
        r"\b(?:rehab|inpatient|in-patient|residential|in treatment|treatment center|sober living|halfway|detox center|discharged|"
        r"(?:get|got|getting|just|came) out|leaving|left|graduat\w+|finished|internad[oa]|sali de|salí de|28 days?|30 days?|90 days?)\b"),
    "2": _pattern(
        r"\b(?:relaps\w+|slipp\w*|went back|back (?:to|at|on) (?:it|using|drinking)|used again|drank again|started (?:\w+ )?(?:again|back)|"
        r"fell off|returned to use|been through (?:this|treatment) before|(?:2nd|second|third|3rd|4th|fifth) (?:time|rehab|go)|"
        r"recai\w*|reca\u00ed\w*)\b"),
    "3": _pattern(
        r"\b(?:depress\w+|anxi\w+|bipolar|ptsd|schizo\w+|adhd|add|ocd|bpd|borderline|panic|trauma|mental(?: health| illness)?|manic|mood|"
        r"eating disorder|psych\w*|ansiedad|depresi\w+|voices|insomnia|nerves)\b"),
}  # fmt: skip
DENIED = _pattern(
    r"\b(?:no|not|never|none|haven't|hasn't|didn't|don't|doesn't|without|neither|nunca|sin|ain't)\b(?! (?:only|just))"
)
CLAUSE = re.compile(r"[.,;!?]+|\bbut\b|\bpero\b|\band\b(?= (?:i|my|yes|no|also)\b)")
