"""A few words after an answer that mean nothing without it: "where is that", "how long does it
take", "is it free", "and my secretary?". No Rasa here."""

import re
from enum import Enum

from bot.knowledge.follow_up import step_before
from bot.knowledge.search import STOP_WORDS


class Aspect(Enum):
    """What of the last answer is asked for: its steps, a date or hour, a time it takes, a price,
    what to do when it failed, why it is so or must be, what holds for people of another state or
    court, or to hear it again, whether it is sure, what becomes of the old one, what to do when
    there is no money for it, and what it takes to begin."""

    HOW = "how"
    WHEN = "when"
    DURATION = "duration"
    COST = "cost"
    FAILED = "failed"
    WHY = "why"
    ELSEWHERE = "elsewhere"
    AGAIN = "again"
    SURE = "sure"
    OLD = "old"
    TOO_DEAR = "too dear"
    NEEDS = "needs"


LEAD = (
    r"(?:(?:ok(?:ay)?|and|so|but|yes|no|well|sorry|then|also|great|thanks|hm+|alright|y)[\s,.]+)*"
)
IT = r"(?:it|that|this|those|they|these|them|the next one)"
_OLD = r"(?:the|my|our) (?:old|previous|former)"
_SPANISH_IT = r"(?:eso|esto|todo|ese|esa|el|la)"
_SPANISH_FAILS = (
    r"(?:eso )?(?:todav[ií]a |a[uú]n )?(?:no (?:me )?(?:sirve|sirvi[oó]|funciona|funcion[oó])"
    r"|sigue (?:igual|sin (?:servir|funcionar)))"
)
_BAD = (
    r"(?:(?:my|the) )?(?:(?:login|user ?name|password)"
    r"(?: (?:or|and) (?:login|user ?name|password))? (?:is |are )?)?"
    r"(?:an? )?(?:invalid|error|wrong|incorrect|failed|not valid|denied)"
    r"(?: (?:login|password|message|username))?"
)
_PLACE = r"(?:pacer|e\.?c\.?f|cm/?ecf|(?:the|your) (?:court(?:'s)?(?: site| page)?|website))"
_TAIL = r"(?:\s+(?:please|then|exactly|again|now|anyway))*"
_FULL: dict[Aspect, tuple[str, ...]] = {
    Aspect.HOW: (
        "how",
        rf"how (?:do|can|would) (?:i|you|we) (?:do {IT}|tell|find out|see(?: {IT})?)",
        rf"how (?:do|can|would) (?:i|we) (?:undo|fix|get|change|know|cancel|check)(?: {IT})?",
        r"how (?:do|can|would) (?:i|we) (?:go about|start|begin)(?: (?:it|that))?|c[oó]mo|d[oó]nde",
        rf"where|where(?: is|'s|s| are) {IT}",
        rf"where (?:do|can) (?:i|we) (?:find|see|click|go|do)(?: {IT})?",
        (
            rf"is {IT} (?:done )?(?:in|on|at) {_PLACE}(?:,? or (?:(?:in|on|at) )?{_PLACE})?"
            rf"|in which (?:of (?:them|the two)|system) (?:is {IT}|do i do {IT})"
        ),
        r"(?:on |in )?(?:which|what) (?:page|tab|menu|screen|button|link|site)|show me(?: how)?",
        r"what (?:do|should|can|must) (?:i|we) do(?: now| then| next| here| instead)?",
        r"and|and then|then what|what now|now what|and after(?: that)?",
        r"(?:and )?(?:what(?: is|'s|s)? |the )?next(?: step)?",
        r"what do i do (?:then|next|after(?: that)?)",
        r"ahora(?: qu[eé])?|qu[eé] sigue|luego",
        rf"(?:{_SPANISH_IT} )?c[oó]mo (?:se hace|lo hago)(?: {_SPANISH_IT})?",
        (
            r"where(?: is|'s|s) (?:that|this|the) (?:button|link|page|menu|tab|option)"
            r"(?: you (?:mean|mention|mentioned|named|said))?"
        ),
        (
            r"(?:en )?d[oó]nde (?:est[aá]|queda|veo|encuentro|hago|le doy)"
            rf"(?: {_SPANISH_IT})?(?: ?(?:bot[oó]n|enlace|p[aá]gina|men[uú]|opci[oó]n))?"
        ),
    ),
    Aspect.WHEN: (
        rf"when|when(?: is|'s|s| was| were| are) {IT}",
        rf"(?:at )?what (?:time|days?)(?: is {IT})?",
        r"(?:since|until|till|from) when|(?:desde|hasta) cu[aá]ndo",
    ),
    Aspect.DURATION: (
        rf"(?:for |and )?how long|how long (?:does|will|would|did) {IT} (?:take|last)|how soon",
        rf"how long (?:is|are) {IT}|cu[aá]nto dura(?: {_SPANISH_IT})?",
        rf"how (?:many days|fast|quick)(?: is {IT})?",
        (
            rf"how long (?:till|until|before|for|does it take (?:for|till|until)) {IT}"
            r" (?:comes?|to come|arrives?|gets here|shows up|works?|is (?:done|ready|approved))"
        ),
        rf"is {IT} (?:quick|fast)|does {IT} take long",
        rf"how long (?:do|will) you (?:keep|store|hold) {IT}",
        r"how long (?:should|must|do) (?:i|we) (?:have to )?wait",
        r"cu[aá]nto (?:(?:tiempo )?(?:tarda|demora|toma)|tiempo)",
    ),
    Aspect.COST: (
        rf"(?:is|are) {IT} (?:free|for free)|free",
        rf"how much(?: is {IT}| does {IT} cost)?|what(?: is|'s) the cost",
        rf"what(?: does|'s|s| do) {IT} cost|does {IT} cost(?: anything| something| money)?",
        r"is there a (?:fee|charge|cost)(?: for (?:it|that))?",
        r"do i (?:have to )?pay(?: for (?:it|that))?|cu[aá]nto cuesta(?: eso)?|es gratis",
    ),
    Aspect.FAILED: (
        (
            rf"(?:{IT} )?(?:still )?(?:says|said|gives|shows)(?: me)? (?:that {IT} is )?{_BAD}"
            r"(?:,? but (?:it(?:'s| is|s)|they(?:'re| are|re)) (?:right|correct|good|valid))?"
        ),
        (
            r"it (?:still )?(?:won't|wont|doesn't|does not|will not|didn't) (?:take|accept|like)"
            r"(?: (?:it|that|them|(?:my|the) (?:password|login|username|code|name)))?"
        ),
        r"it (?:still )?(?:won't|wont|doesn't|does not|will not) let me(?: in| on| through)?",
        (
            rf"what if {IT} (?:stays|fails|is|isn'?t|does|doesn'?t|won'?t|still|keeps)"
            r"\b[\w\s']{0,20}"
        ),
        # "I typed it correctly", "I already checked spam": what the answer says was done
        (
            r"(?:i(?:'ve| have)? ?)?(?:(?:already|just) )?"
            r"(?:checked|typed|entered|tried|did|printed)"
            r"(?: (?:it|that|this|them|all|everything|the|my|spam|junk|folder|mail|steps|correctly"
            r"|right|exactly|twice|again|already|before|to|pdf|three|times|too|of|by|hand|in"
            r"|myself|manually)){1,6}"
        ),
        r"i told you i did(?: (?:it|that|this))?(?: already)?",
        (
            r"(?:but )?(?:i|we) (?:do not|don't|dont|can't|cant|cannot|can not) (?:see|find) "
            rf"(?:{IT}|(?:(?:the|any|such an?|that|this|an?) )(?:\w+ )?(?:button|link|tab|option"
            r"|page|line|row))(?: (?:anywhere|there))?"
        ),
        (
            r"(?:there (?:is|'s) )?no (?:such )?(?:button|link|tab|option)(?: (?:there|for me))?"
            r"|no (?:veo|encuentro|me sale|aparece) (?:(?:el|la|ese|esa|ning[uú]n) )?"
            r"(?:bot[oó]n|enlace|men[uú]|opci[oó]n|l[ií]nea)"
        ),
        r"(?:what|anything) else (?:can|could|should|might) (?:i|we) (?:do|try)",
        r"(?:is there )?anything else (?:i|we) (?:can|could|should) (?:do|try)",
        r"qu[eé] (?:m[aá]s|otra cosa) (?:puedo|podemos) hacer",
        (
            rf"(?:eso )?(?:ya )?(?:lo |la )?(?:hice|intent[eé]|prob[eé])(?: {_SPANISH_IT})?(?: ya)?"
            rf"(?:,? (?:y|pero) {_SPANISH_FAILS})?"
        ),
        rf"{_SPANISH_FAILS}",
    ),
    Aspect.WHY: (
        r"why(?: not| so)?|how come|por ?qu[eé](?: no)?|what for|for what",
        rf"why is {IT}(?: so| necessary| needed| required| not allowed)?",
        (
            rf"(?:but )?why (?:do|must|should|can't|cannot|can) (?:i|we) (?:have to |need to )?"
            rf"(?:(?:do|need|use|have) )?(?:{IT}|so)?"
        ),
        rf"(?:do|must|should) (?:i|we)(?: really)?(?: have to| need to)?(?: do)?(?: {IT})?",
        rf"is {IT}(?: really)? (?:necessary|needed|required|mandatory|obligatory|compulsory)",
        r"(?:and )?what (?:happens )?if (?:i|we) (?:do not|don't|won't|can't|refuse)",
        r"(?:but )?(?:we|i)(?:'ve| have)? always (?:did|done|do) (?:it|that) (?:that|this) way",
        (
            r"why (?:can't|won't|don't) you(?: just)?(?: (?:tell|say|help|answer|do))?(?: me)?"
            r"(?: (?:it|that|what it is|this))?"
        ),
    ),
    Aspect.ELSEWHERE: (
        (
            r"(?:i'm|i am|we're|we are|i) (?:an? )?(?:\w+ )?(?:(?:attorney|lawyer)s? )?"
            r"(?:from|admitted in|licensed in|barred in|based in|practice in|located in|only in)"
            r"(?: the)?(?: state of)? (?!the court|court|here)[\w' ]{2,30}"
        ),
        r"(?:i'm|i am|we're|we are) (?:an? )?out[ -]of[ -]state(?: attorneys?| lawyers?)?",
        r"(?:i'm|i am|we're|we are) (?:not|only) admitted (?:in|here)[\w' ]{0,30}",
        r"(?:do i|would i|do we) need (?:a )?local counsel(?: then| too)?",
        (
            rf"(?:do|must|should) (?:i|we)(?: have to)? (?:do|repeat) {IT}(?: again)? "
            r"(?:in|for|at|with) (?:every|each|all|another|the other|other) (?:courts?|districts?)"
        ),
    ),
    Aspect.AGAIN: (
        rf"what (?:do|does|did) (?:you|that|this|it) mean(?: by {IT})?|meaning|huh|what|qu[eé]",
        rf"i (?:do not|don't|dont|didn't|did not) (?:understand|get it|get that|follow)(?: {IT})?",
        rf"(?:can|could) you (?:explain|repeat|say)(?: {IT})?(?: again)?|explain(?: {IT})?",
        r"in (?:plain|simple) (?:words|english)|say that again|no entiendo|that makes no sense",
    ),
    Aspect.SURE: (
        (
            rf"are you (?:really )?(?:sure|certain|positive)(?: about {IT}| (?:{IT} )?(?:works|is"
            rf" right|will work|is true))?(?: of {IT})?"
        ),
        (
            rf"how (?:do|would) you know(?: {IT})?|says who|who says(?: so| {IT})?|really|"
            rf"is {IT} (?:true|right|correct|certain|sure)|where does {IT} come from"
        ),
    ),
    Aspect.OLD: (
        (
            rf"(?:will|does|do|is|are|can i|may i)(?: i)?(?: still)?(?: use| keep)? {_OLD}"
            r"(?: one| ones| address| e-?mail| login| password| username)?"
            r"(?: still| also)?(?: work(?:s|ing)?| good| valid| active| be used| usable)?"
        ),
        rf"what (?:happens|becomes|about|of)(?: to| of| with)? {_OLD}(?: one| ones)?",
    ),
    Aspect.TOO_DEAR: (
        (
            rf"(?:what (?:if|when) )?(?:i|we) (?:can't|cannot|can not|cant|couldn't) "
            rf"(?:afford|pay)(?: for)?(?: {IT})?"
        ),
        (
            rf"(?:what if )?(?:i|we) (?:have|got|haven't|have not)(?: got)?(?: no| any)? money"
            rf"(?: for {IT})?"
        ),
        rf"{IT}(?: is|'s|s) (?:too|so) (?:much|expensive|dear)(?: for (?:me|us))?",
        r"(?:si )?no (?:lo )?(?:puedo pagar(?:lo)?|tengo (?:dinero|plata|con qu[eé] pagar))",
    ),
    Aspect.NEEDS: (
        (
            r"what (?:do|does|will|would|should|must) (?:i|we|he|she|they) (?:need|bring|prepare"
            rf"|have ready|get ready)(?: (?:for|with|to|{IT}|do|bring|have|join|start|begin|ready"
            r"|me|us|first|before|beforehand|there|on|at|hand)){0,5}"
        ),
        (
            r"(?:do|does|will|should) (?:i|we|he|she|they) need"
            rf" (?:anything|something|to bring anything)(?: for {IT})?"
        ),
        rf"what is (?:needed|required)(?: for {IT})?",
        (
            r"qu[eé] (?:necesito|hace falta|tengo que (?:tener|llevar|traer))"
            rf"(?: para (?:{_SPANISH_IT}|ello))?"
        ),
    ),
}
_PATTERNS = tuple(
    (aspect, re.compile(rf"\W*{LEAD}(?:{'|'.join(words)}){_TAIL}\W*", re.IGNORECASE))
    for aspect, words in _FULL.items()
)
# in an answer: what says when, how long, and what it costs
_SAYS: dict[Aspect, re.Pattern[str]] = {
    Aspect.WHEN: re.compile(
        r"\b(?:January|February|March|April|May|June|July|August|September|October|November"
        r"|December) \d|\bhours\b|\bdays, times\b",
        re.IGNORECASE,
    ),
    # "save the file at once" and "it lasts 180 days" say nothing of how long something takes
    Aspect.DURATION: re.compile(
        r"\bhow long\b|\bworks at once\b|\bafter an hour\b|\bbusiness days?\b"
        r"|\b(?:after|about|to) (?:\d+|thirty) (?:days|minutes)\b",
        re.IGNORECASE,
    ),
    Aspect.COST: re.compile(r"\bfree\b|\bcosts?\b|\$\d|\bno PACER fee\b", re.IGNORECASE),
    Aspect.WHY: re.compile(
        r"\bmust\b|\bneeds an\b|\bnot allowed\b|\bmay not\b|\bno longer\b|\bbecause\b"
        r"|\bcannot be used\b|\bcounts as\b",
        re.IGNORECASE,
    ),
    Aspect.OLD: re.compile(
        r"\bold(?: court| filing)? (?:one|login|account|password|username|e-mail)s?\b|\bno longer\b"
        r"|\bdoes not change\b|\buse only the\b|\bcannot stay\b",
        re.IGNORECASE,
    ),
    Aspect.NEEDS: re.compile(
        r"\b(?:have|stored)\b.{0,90}\bready\b|\byou need:|\bhave open\b"
        r"|\bneeds? (?:a|an|your|both)\b"
        r"|\beach need\b|\bread what your role needs\b",
        re.IGNORECASE,
    ),
    Aspect.TOO_DEAR: re.compile(r"\bcannot pay\b|\bwaive|\byou pay nothing\b", re.IGNORECASE),
    Aspect.ELSEWHERE: re.compile(
        r"\badmitted\b|\banother court\b|\bper court\b|\bother courts?\b|\bonce for each\b"
        r"|\beach court\b|\bevery court\b|\banother state\b",
        re.IGNORECASE,
    ),
}
# "U.S. mail" and "8 a.m. to 6 p.m. Central" do not end there
_SENTENCE_ENDS = re.compile(
    r"(?<=[.!?;])(?<!\b[A-Za-z]\.[A-Za-z]\.)\s+(?=[A-Z*{\[a-z])|\n+",
)
_SAY_NOTHING = STOP_WORDS | frozenset(
    "still again keeps kept keep says said say saying got get the now nothing works working".split()
)
_STILL = re.compile(r"\b(?:still|again|keeps|kept)\b", re.IGNORECASE)
_ASKS = re.compile(
    r"\W*(?:(?:and|but|so|ok(?:ay)?|then)\W+)*"
    r"(?:will|can|could|may|should|would|do (?:i|we|you))\b",
    re.IGNORECASE,
)
FEW_WORDS = 8


def asks_about(text: str) -> Aspect | None:
    """What a few words ask about the last answer; None where they say anything of their own."""
    text = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    for aspect, pattern in _PATTERNS:
        if pattern.fullmatch(text):
            return aspect
    return None


_SAYS_WHERE = frozenset({"efiling_registration", "link_accounts", "central_sign_on"})


def is_silent(aspect: Aspect, topic: str) -> bool:
    """Whether the words are about something else than an answer on ``topic``: where somebody is
    from matters for the permission to file, not for a PDF, and money where PACER asks for some."""
    if aspect is Aspect.TOO_DEAR:
        return topic != "pacer_fees"
    return aspect is Aspect.ELSEWHERE and topic not in _SAYS_WHERE


def sentences_on(aspect: Aspect, text: str) -> tuple[str, ...]:
    """The sentences of an answer that say when, how long, or what it costs."""
    says = _SAYS[aspect]
    parts = (part.strip(" -") for part in _SENTENCE_ENDS.split(text))
    found = [re.sub(r"^\d+\. ", "", part) for part in parts if says.search(part)]
    return tuple(one for n, one in enumerate(found) if not _said_in(one, found[:n]))


def _said_in(sentence: str, before: list[str]) -> bool:
    """Whether one of the sentences before says it word for word."""
    return any(sentence.lower().strip(".;") in one.lower() for one in before)


def says_more(text: str) -> bool:
    """Whether words that say that something fails name enough to look for in an article."""
    return len([w for w in re.findall(r"[^\W_]{3,}", text.lower()) if w not in _SAY_NOTHING]) > 2


def still_fails(text: str, topic: str | None, asked: str) -> bool:
    """Whether a short message such as ``still no menu`` says once more what the answer on
    ``topic`` was for; ``asked`` is the topic that it names."""
    same = topic is not None and (asked == topic or step_before(topic, asked, None) == asked)
    few = len(text.split()) <= FEW_WORDS
    return same and few and bool(_STILL.search(text)) and not _ASKS.match(text)
