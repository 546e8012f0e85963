"""A few words after an answer that mean nothing without it: "where is that", "how long does it
take", "is it free", "and my secretary?". No Rasa here."""

import re
from enum import Enum

from bot.knowledge.corrections import LOGINS
from bot.knowledge.follow_up import step_before


class Aspect(Enum):
    """What of the last answer is asked for: its steps, a date or hour, a time it takes, a price,
    what to do when it failed, why it is so or must be, what holds for people of another state or
    court, or to hear it again, whether it is sure, what becomes of the old one, and what to do
    when there is no money for it."""

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


_LEAD = (
    r"(?:(?:ok(?:ay)?|and|so|but|yes|no|well|sorry|then|also|great|thanks|hm+|alright|y)[\s,.]+)*"
)
_IT = r"(?:it|that|this|those|they|these|them|the next one)"
_OLD = r"(?:the|my|our) (?:old|previous|former)"
_SPANISH_IT = r"(?:eso|esto|todo|ese|esa|el|la)"
_SPANISH_FAILS = (
    r"(?:eso )?(?:todav[ií]a |a[uú]n )?(?:no (?:me )?(?:sirve|sirvi[oó]|funciona|funcion[oó])"
    r"|sigue (?:igual|sin (?:servir|funcionar)))"
)
_BAD = (
    r"(?:an? )?(?:invalid|error|wrong|incorrect|failed|not valid|denied)"
    r"(?: (?:login|password|message|username))?"
)
_PLACE = r"(?:pacer|e\.?c\.?f|cm/?ecf|(?:the|your) (?:court(?:'s)?(?: site| page)?|website))"
_TAIL = r"(?:\s+(?:please|then|exactly|again|now|anyway))*"
_FULL: dict[Aspect, tuple[str, ...]] = {
    Aspect.HOW: (
        "how",
        rf"how (?:do|can|would) (?:i|you|we) (?:do {_IT}|tell|find out|see(?: {_IT})?)",
        rf"how (?:do|can|would) (?:i|we) (?:undo|fix|get|change|know|cancel|check)(?: {_IT})?",
        r"how (?:do|can|would) (?:i|we) (?:go about|start|begin)(?: (?:it|that))?|c[oó]mo|d[oó]nde",
        rf"where|where(?: is|'s|s| are) {_IT}",
        rf"where (?:do|can) (?:i|we) (?:find|see|click|go|do)(?: {_IT})?",
        (
            rf"is {_IT} (?:done )?(?:in|on|at) {_PLACE}(?:,? or (?:(?:in|on|at) )?{_PLACE})?"
            rf"|in which (?:of (?:them|the two)|system) (?:is {_IT}|do i do {_IT})"
        ),
        r"(?:on |in )?(?:which|what) (?:page|tab|menu|screen|button|link|site)|show me(?: how)?",
        r"what (?:do|should|can|must) (?:i|we) do(?: now| then| next| here| instead)?",
        r"and|and then|then what|what now|now what|and after(?: that)?",
        r"(?:and )?(?:what(?: is|'s|s)? |the )?next(?: step)?",
        r"what do i do (?:then|next|after(?: that)?)",
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
        rf"when|when(?: is|'s|s| was| were| are) {_IT}",
        rf"(?:at )?what (?:time|days?)(?: is {_IT})?",
        r"(?:since|until|till|from) when|(?:desde|hasta) cu[aá]ndo",
    ),
    Aspect.DURATION: (
        rf"(?:for |and )?how long|how long (?:does|will|would|did) {_IT} take|how soon",
        rf"how (?:many days|fast|quick)(?: is {_IT})?",
        rf"is {_IT} (?:quick|fast)|does {_IT} take long",
        rf"how long (?:do|will) you (?:keep|store|hold) {_IT}",
        r"how long (?:should|must|do) (?:i|we) (?:have to )?wait|cu[aá]nto (?:tarda|tiempo)",
    ),
    Aspect.COST: (
        rf"(?:is|are) {_IT} (?:free|for free)|free",
        rf"how much(?: is {_IT}| does {_IT} cost)?|what(?: is|'s) the cost",
        rf"what(?: does|'s|s| do) {_IT} cost|does {_IT} cost(?: anything| something| money)?",
        r"is there a (?:fee|charge|cost)(?: for (?:it|that))?",
        r"do i (?:have to )?pay(?: for (?:it|that))?|cu[aá]nto cuesta(?: eso)?|es gratis",
    ),
    Aspect.FAILED: (
        rf"(?:{_IT} )?(?:still )?(?:says|said|gives|shows)(?: me)? (?:that {_IT} is )?{_BAD}",
        (
            r"it (?:still )?(?:won't|wont|doesn't|does not|will not|didn't) (?:take|accept|like)"
            r"(?: (?:it|that|them|(?:my|the) (?:password|login|username|code|name)))?"
        ),
        r"it (?:still )?(?:won't|wont|doesn't|does not|will not) let me(?: in| on| through)?",
        rf"what if {_IT} (?:stays|fails|is|isn't|does|doesn't|won't|still|keeps)\b[\w\s']{{0,20}}",
        # "I typed it correctly", "I already checked spam": what the answer says was done
        (
            r"i(?:'ve| have)?(?: already| just)? (?:checked|typed|entered|tried|did|printed)"
            r"(?: (?:it|that|this|them|all|everything|the|my|spam|junk|folder|mail|steps|correctly"
            r"|right|exactly|twice|again|already|before|to|pdf|three|times|too|of)){1,6}"
        ),
        r"i told you i did(?: (?:it|that|this))?(?: already)?",
        (
            rf"(?:eso )?(?:ya )?(?:lo |la )?(?:hice|intent[eé]|prob[eé])(?: {_SPANISH_IT})?(?: ya)?"
            rf"(?:,? (?:y|pero) {_SPANISH_FAILS})?"
        ),
        rf"{_SPANISH_FAILS}",
    ),
    Aspect.WHY: (
        r"why(?: not| so)?|how come|por ?qu[eé](?: no)?|what for|for what",
        rf"why is {_IT}(?: so| necessary| needed| required| not allowed)?",
        (
            rf"(?:but )?why (?:do|must|should|can't|cannot|can) (?:i|we) (?:have to |need to )?"
            rf"(?:(?:do|need|use|have) )?(?:{_IT}|so)?"
        ),
        rf"(?:do|must|should) (?:i|we)(?: really)?(?: have to| need to)?(?: do)?(?: {_IT})?",
        rf"is {_IT}(?: really)? (?:necessary|needed|required|mandatory|obligatory|compulsory)",
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
            rf"(?:do|must|should) (?:i|we)(?: have to)? (?:do|repeat) {_IT}(?: again)? "
            r"(?:in|for|at|with) (?:every|each|all|another|the other|other) (?:courts?|districts?)"
        ),
    ),
    Aspect.AGAIN: (
        rf"what (?:do|does|did) (?:you|that|this|it) mean(?: by {_IT})?|meaning|huh|what|qu[eé]",
        rf"i (?:do not|don't|dont|didn't|did not) (?:understand|get it|get that|follow)(?: {_IT})?",
        rf"(?:can|could) you (?:explain|repeat|say)(?: {_IT})?(?: again)?|explain(?: {_IT})?",
        r"in (?:plain|simple) (?:words|english)|say that again|no entiendo|that makes no sense",
    ),
    Aspect.SURE: (
        (
            rf"are you (?:really )?(?:sure|certain|positive)(?: about {_IT}| (?:{_IT} )?(?:works|is"
            rf" right|will work|is true))?(?: of {_IT})?"
        ),
        (
            rf"how (?:do|would) you know(?: {_IT})?|says who|who says(?: so| {_IT})?|really|"
            rf"is {_IT} (?:true|right|correct|certain|sure)|where does {_IT} come from"
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
            rf"(?:afford|pay)(?: for)?(?: {_IT})?"
        ),
        (
            rf"(?:what if )?(?:i|we) (?:have|got|haven't|have not)(?: got)?(?: no| any)? money"
            rf"(?: for {_IT})?"
        ),
        rf"{_IT}(?: is|'s|s) (?:too|so) (?:much|expensive|dear)(?: for (?:me|us))?",
        r"(?:si )?no (?:lo )?(?:puedo pagar(?:lo)?|tengo (?:dinero|plata|con qu[eé] pagar))",
    ),
}
_PATTERNS = tuple(
    (aspect, re.compile(rf"\W*{_LEAD}(?:{'|'.join(words)}){_TAIL}\W*", re.IGNORECASE))
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
_STILL = re.compile(r"\b(?:still|again|keeps|kept)\b", re.IGNORECASE)
_ASKS = re.compile(
    r"\W*(?:(?:and|but|so|ok(?:ay)?|then)\W+)*"
    r"(?:will|can|could|may|should|would|do (?:i|we|you))\b",
    re.IGNORECASE,
)
_FEW_WORDS = 8

_STAFF = re.compile(
    rf"\W*{_LEAD}(?:what about |how about |(?:and )?for |does |and )?(?:my|our|the|his|her) "
    r"(?:secretary|paralegal|legal assistant|assistant|staff|clerk|associate)s?"
    r"(?: (?:too|as well|then))?\W*",
    re.IGNORECASE,
)
_ROLE = re.compile(
    rf"\W*{_LEAD}(?:yes |no )?(?:but )?(?:what if )?(?:i'm|i am|we're|we are|what about)"
    r" (?:only |just )?(?:an? |the )?(?:\w+ )?(?:\d+ )?(?:trustees?|creditors?|bank|lender"
    r"|credit union|mortgage (?:company|servicer)|servicer|limited users?|filing agents?"
    r"|claims? (?:clerks?|agents?))(?: too| as well| though)?\W*",
    re.IGNORECASE,
)
_WITH_THE_COURT = re.compile(
    rf"\W*{_LEAD}(?:i mean(?:t)? )?(?:with|at|for|from|by)? ?(?:the|your) (?:bankruptcy )?court"
    r"(?:'s)?(?: one| side)?(?:,? not pacer)?\W*",
    re.IGNORECASE,
)
_STAFF_MAY = re.compile(
    rf"\W*{_LEAD}(?:can|could|may) (?:my|our|the|his|her) "
    r"(?:secretary|paralegal|legal assistant|assistant|staff|clerk|associate)s?"
    rf" (?:do|use|make|handle|file)(?: {_IT})?(?: for (?:me|us|him|her))?(?: too| instead)?\W*",
    re.IGNORECASE,
)
_RESET_FOR_ME = re.compile(
    rf"\W*{_LEAD}(?:can|could|will|would) (?:you|the court|the clerk|somebody|someone)(?: just)?"
    r" (?:reset|unlock|change|send|tell|give|look up)(?: (?:me|it|that|one|up|my|the|a|new|password"
    r"|username|login))*(?: for me)?(?: please)?\W*",
    re.IGNORECASE,
)
_HAS_A_SIZE = re.compile(
    rf"\W*{_LEAD}(?:(?:mine|it|that|(?:my|the|this) (?:file|pdf|document|exhibit))(?: is|'s|s) )"
    r"(?:about |over |almost |around )?\d+(?:\.\d+)? ?(?:mb|megs?|megabytes?|gb|kb)\W*",
    re.IGNORECASE,
)
_BEFORE_STAFF = frozenset(
    {
        "shared_account",
        "register_pacer_account",
        "link_accounts",
        "link_trouble",
        "central_sign_on",
        "efiling_registration",
        "limited_user_or_trustee",
        "nextgen_overview",
    }
)
_NUMBER = re.compile(
    rf"\W*{_LEAD}(?:what(?: is|'s|s) )?(?:the|your|their|pacer'?s?|and pacer'?s?)\s?"
    r"(?:phone|number|phone number|e-?mail|hours|address)?\W*",
    re.IGNORECASE,
)
_WHOSE_NUMBER = re.compile(
    rf"\W*{_LEAD}(?:what(?: is|'s|s) )?(?:their|your|pacer'?s?|the (?:court|clerk)(?:'?s)?)"
    r" (?:phone |telephone )?(?:number|phone)\W*"
    rf"|\W*{_LEAD}(?:which|what) number (?:do|should|can) (?:i|we) (?:call|dial|ring)\W*"
    rf"|\W*{_LEAD}who (?:do|should|can) (?:i|we) (?:call|ring|phone)\W*",
    re.IGNORECASE,
)
_NOBODY_ANSWERS = re.compile(
    r"\b(?:nobody|no ?one|no body) (?:answers|picks up|is there|calls back)\b", re.IGNORECASE
)
_OTHER_HALF = re.compile(
    rf"\W*{_LEAD}(?:what about |how about )?(?:my|the) (?:user ?name|user ?id|login|password)\W*",
    re.IGNORECASE,
)
_FOR_ME = re.compile(r"\b(?:do|make|fix|mend|flatten) (?:it|that|this) for me\b", re.IGNORECASE)
_SIGN_UP = re.compile(
    rf"\W*{_LEAD}how (?:do|can) (?:i|we) (?:sign up|book(?: one| it| that)?|join|register|attend)"
    r"(?: for (?:it|that|one))?\W*",
    re.IGNORECASE,
)

_OPENING_HOURS = re.compile(
    rf"\W*{_LEAD}(?:(?:a|hasta) )?qu[eé] horas? (?:abren|cierran|atienden|est[aá]n)\W*"
    rf"|\W*{_LEAD}(?:when|what time) do (?:you|they) (?:open|close)\W*",
    re.IGNORECASE,
)
_CODE_TAKES = re.compile(
    rf"\W*{_LEAD}(?:how long (?:does|do|will|would) (?:the|that|this) (?:\w+ )?(?:code|letter)s?"
    r" (?:take|need)(?: to (?:come|arrive|get here))?"
    r"|when (?:does|do|will) (?:the|that|this) (?:\w+ )?(?:code|letter)s? (?:come|arrive)"
    r"|cu[aá](?:nto tarda|ndo llega) (?:el c[oó]digo|la carta)(?: en llegar)?)\W*",
    re.IGNORECASE,
)


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


def still_fails(text: str, topic: str | None, asked: str) -> bool:
    """Whether a short message such as ``still no menu`` says once more what the answer on
    ``topic`` was for; ``asked`` is the topic that it names."""
    same = topic is not None and (asked == topic or step_before(topic, asked, None) == asked)
    few = len(text.split()) <= _FEW_WORDS
    return same and few and bool(_STILL.search(text)) and not _ASKS.match(text)


def leads_to(text: str, topic: str | None) -> str | None:
    """The topic that a few words mean after an answer on ``topic``."""
    if topic is None or len(text.split()) > _FEW_WORDS:
        return None
    text = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    if topic in _BEFORE_STAFF and (_STAFF.fullmatch(text) or _STAFF_MAY.fullmatch(text)):
        return "limited_user_or_trustee"
    if topic in _BEFORE_STAFF and _ROLE.fullmatch(text):
        return "limited_user_or_trustee"
    if topic == "contact_human" and _OPENING_HOURS.fullmatch(text):
        return topic
    if topic == "register_pacer_account" and _CODE_TAKES.fullmatch(text):
        return topic
    if topic == "register_pacer_account" and _WITH_THE_COURT.fullmatch(text):
        return "efiling_registration"
    if _NOBODY_ANSWERS.search(text) or _WHOSE_NUMBER.fullmatch(text):
        return "contact_human"
    if topic in {"contact_human", "update_contact_info"} and _NUMBER.fullmatch(text):
        return topic
    if topic in LOGINS and (_OTHER_HALF.fullmatch(text) or _RESET_FOR_ME.fullmatch(text)):
        return topic
    if topic in {"pdf_fix", "pdf_rejected"} and _FOR_ME.search(text):
        return "check_my_pdf"
    if topic == "zoom_help_session" and _SIGN_UP.fullmatch(text):
        return topic
    if topic == "link_accounts" and asks_about(text) is Aspect.FAILED:
        return "link_trouble"
    if topic == "pdf_rejected" and asks_about(text) is Aspect.HOW:
        return "pdf_fix"
    return None
