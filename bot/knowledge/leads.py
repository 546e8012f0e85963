"""A few words after an answer that lead to another topic: "and my secretary?", "who do I call",
"where do I reset it". No Rasa here."""

import re

from bot.knowledge.corrections import LOGINS
from bot.knowledge.short_questions import FEW_WORDS, IT, LEAD, Aspect, asks_about

_PEOPLE = r"(?:secretary|paralegal|legal assistant|assistant|staff|clerk|associate)s?"
_STAFF = re.compile(
    rf"\W*{LEAD}(?:what about |how about |(?:and )?for |does |and )?(?:my|our|the|his|her) "
    rf"{_PEOPLE}(?: (?:too|as well|then))?\W*",
    re.IGNORECASE,
)
_ROLE = re.compile(
    rf"\W*{LEAD}(?:yes |no )?(?:but )?(?:what if )?(?:i'm|i am|we're|we are|what about)"
    r" (?:only |just )?(?:an? |the )?(?:\w+ )?(?:\d+ )?(?:trustees?|creditors?|bank|lender"
    r"|credit union|mortgage (?:company|servicer)|servicer|limited users?|filing agents?"
    r"|claims? (?:clerks?|agents?))(?: too| as well| though)?\W*",
    re.IGNORECASE,
)
_WITH_THE_COURT = re.compile(
    rf"\W*{LEAD}(?:i mean(?:t)? )?(?:with|at|for|from|by)? ?(?:the|your) (?:bankruptcy )?court"
    r"(?:'s)?(?: one| side)?(?:,? not pacer)?\W*",
    re.IGNORECASE,
)
_STAFF_MAY = re.compile(
    rf"\W*{LEAD}(?:can|could|may) (?:my|our|the|his|her) "
    rf"{_PEOPLE} (?:do|use|make|handle|file)(?: {IT})?(?: for (?:me|us|him|her))?"
    r"(?: too| instead)?\W*",
    re.IGNORECASE,
)
_RESET_FOR_ME = re.compile(
    rf"\W*{LEAD}(?:can|could|will|would) (?:you|the court|the clerk|somebody|someone)(?: just)?"
    r" (?:reset|unlock|change|send|tell|give|look up)(?: (?:me|it|that|one|up|my|the|a|new|password"
    r"|username|login))*(?: for me)?(?: please)?\W*",
    re.IGNORECASE,
)
# after an answer on linking, the password that can be reset is the one of the court
_RESET = re.compile(
    rf"\W*{LEAD}(?:where|how) (?:do|can|would) (?:i|we) (?:reset|change|recover|find)"
    r" (?:it|that|(?:that|the|my|this) (?:court |cm/?ecf |ecf |old )?(?:password|login|one))\W*"
    r"|\W*(?:d[oó]nde|c[oó]mo) (?:la|lo) (?:cambio|restablezco|recupero)\W*",
    re.IGNORECASE,
)
# "did that and now it's 40 mb", after an answer on mending
_HAS_A_SIZE = re.compile(r"\b\d{1,4}(?:\.\d)? ?(?:mb|megs?|megabytes?)\b", re.IGNORECASE)
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
    rf"\W*{LEAD}(?:what(?: is|'s|s) )?(?:the|your|their|pacer'?s?|and pacer'?s?)\s?"
    r"(?:phone|number|phone number|e-?mail|hours|address)?\W*",
    re.IGNORECASE,
)
_THERE = r"(?:(?:at|in|from) (?:pacer|the (?:court|clerk(?:'?s office)?)))"
_WHOSE_NUMBER = re.compile(
    rf"\W*{LEAD}(?:what(?: is|'s|s) )?(?:their|your|pacer'?s?|the (?:court|clerk)(?:'?s)?)"
    r" (?:phone |telephone )?(?:number|phone)\W*"
    rf"|\W*{LEAD}(?:which|what) number (?:do|should|can) (?:i|we) (?:call|dial|ring)\W*"
    rf"|\W*{LEAD}whom? (?:do|should|can) (?:i|we) (?:call|ring|phone|ask|contact|e-?mail|write"
    rf"|talk|speak)(?: to| with)?(?: {_THERE})?(?: (?:then|now|about (?:it|that|this)))?\W*"
    rf"|\W*{LEAD}who {_THERE}\W*"
    rf"|\W*{LEAD}(?:a|con) qui[eé]n (?:llamo|hablo|pregunto|escribo)\W*"
    rf"|\W*{LEAD}(?:(?:a )?qu[eé] (?:n[uú]mero|tel[eé]fono) (?:llamo|marco)"
    r"|cu[aá]l es (?:el|su) (?:n[uú]mero|tel[eé]fono))(?: de (?:tel[eé]fono|pacer|la corte))*\W*"
    # "can i email them instead"
    rf"|\W*{LEAD}(?:can|could|may|should) (?:i|we) (?:just )?(?:e-?mail|call|phone|text"
    r"|write(?: to)?|ring|visit) (?:you|them|the (?:court|clerk)(?:'?s office)?|pacer|somebody"
    r"|someone)"
    r"(?: (?:instead|too|now|then|about (?:it|that|this)))*\W*",
    re.IGNORECASE,
)
_NOBODY_ANSWERS = re.compile(
    r"\b(?:nobody|no ?one|no body) (?:answers|picks up|is there|calls back)\b", re.IGNORECASE
)
_OTHER_HALF = re.compile(
    rf"\W*{LEAD}(?:what about |how about )?(?:my|the) (?:user ?name|user ?id|login|password)\W*",
    re.IGNORECASE,
)
_FOR_ME = re.compile(
    r"\b(?:do|make|fix|mend|flatten|shrink|unlock|split) (?:it|that|this) for me\b"
    r"|\b(?:can|could|will|would) (?:you|u) (?:just |please )?(?:(?:do|fix|mend|unlock|shrink) "
    r"(?:it|that|this)\b|(?:take|get) (?:it|that|the password) off\b"
    r"|remove (?:it|that|the password)\b)",
    re.IGNORECASE,
)
_SIGN_UP = re.compile(
    rf"\W*{LEAD}(?:how (?:do|can)|(?:do|must|should)) (?:i|we) (?:(?:have|need) to )?"
    r"(?:sign up|book(?: one| it| that)?|join|register|attend|make an appointment|reserve)"
    r"(?: (?:for (?:it|that|one)|first|before|ahead|in advance))*\W*"
    rf"|\W*{LEAD}(?:do (?:i|we) need|is there) an? (?:appointment|reservation|registration)\W*",
    re.IGNORECASE,
)

_OPENING_HOURS = re.compile(
    rf"\W*{LEAD}(?:(?:a|hasta) )?qu[eé] horas? (?:abren|cierran|atienden|est[aá]n)\W*"
    rf"|\W*{LEAD}(?:(?:when|what time) do (?:you|they) (?:open|close)"
    r"|open (?:till?|until) (?:when|what time)"
    r"|(?:are|is) (?:you|they|anybody|anyone|somebody|pacer|the (?:court|clerk)(?:'?s office)?)"
    r" (?:still )?(?:open|there|in)(?: (?:now|right now|today|tonight|still|on|at|the|this|late"
    r"|noon|weekends?|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|\d\d?(?::\d\d)?|[ap]\.?m\.?))*"
    r"|est[aá]n abiert[oa]s?(?: (?:ahora|hoy|el|los|s[aá]bados?|domingos?))*"
    r"|(?:till?|until) when (?:are (?:you|they)|is it) open|how late are (?:you|they) open)\W*",
    re.IGNORECASE,
)
_CODE_TAKES = re.compile(
    rf"\W*{LEAD}(?:how long (?:does|do|will|would) (?:the|that|this) (?:\w+ )?(?:code|letter)s?"
    r" (?:take|need)(?: to (?:come|arrive|get here))?"
    r"|when (?:does|do|will) (?:the|that|this) (?:\w+ )?(?:code|letter)s? (?:come|arrive)"
    r"|cu[aá](?:nto tarda|ndo llega) (?:el c[oó]digo|la carta)(?: en llegar)?)\W*",
    re.IGNORECASE,
)
# "i never had one", after an answer on a forgotten login
_NEVER_HAD = re.compile(
    rf"\W*{LEAD}(?:i|we)?(?:'ve)? ?(?:(?:have |had )?never (?:had|got|received|made)"
    r"|(?:do not|don'?t|didn'?t)(?: think (?:i|we))?(?: ever)? (?:have|had))"
    r" (?:one|any|such an? (?:login|account)|a (?:login|password|cm/?ecf|ecf|pacer)"
    r"(?: (?:login|account|password))?)(?: (?:from|with) (?:you|the court|this court))?\W*",
    re.IGNORECASE,
)
_FIRST_OF_ALL = {
    "forgot_cmecf_password": "efiling_registration",
    "forgot_pacer_credentials": "register_pacer_account",
}


def leads_to(text: str, topic: str | None) -> str | None:
    """The topic that a few words mean after an answer on ``topic``; None where there was none."""
    if len(text.split()) > FEW_WORDS:
        return None
    text = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    if _OPENING_HOURS.fullmatch(text) or _WHOSE_NUMBER.fullmatch(text):
        return "contact_human"
    if topic is None:
        return None
    if topic in _BEFORE_STAFF and (_STAFF.fullmatch(text) or _STAFF_MAY.fullmatch(text)):
        return "limited_user_or_trustee"
    if topic in _BEFORE_STAFF and _ROLE.fullmatch(text):
        return "limited_user_or_trustee"
    if topic in {"link_accounts", "link_trouble"} and _RESET.fullmatch(text):
        return "forgot_cmecf_password"
    if topic == "register_pacer_account" and _CODE_TAKES.fullmatch(text):
        return topic
    if topic == "register_pacer_account" and _WITH_THE_COURT.fullmatch(text):
        return "efiling_registration"
    if _NOBODY_ANSWERS.search(text):
        return "contact_human"
    if topic in {"contact_human", "update_contact_info"} and _NUMBER.fullmatch(text):
        return topic
    if topic in LOGINS and (_OTHER_HALF.fullmatch(text) or _RESET_FOR_ME.fullmatch(text)):
        return topic
    if topic == "pdf_fix" and _HAS_A_SIZE.search(text):
        return topic
    if topic in {"pdf_fix", "pdf_rejected"} and _FOR_ME.search(text):
        return "check_my_pdf"
    if topic == "zoom_help_session" and _SIGN_UP.fullmatch(text):
        return topic
    if topic in _FIRST_OF_ALL and _NEVER_HAD.fullmatch(text):
        return _FIRST_OF_ALL[topic]
    if topic == "case_information" and asks_about(text) is Aspect.COST:
        # where to look is PACER, and looking there costs
        return "pacer_fees"
    if topic == "link_accounts" and asks_about(text) is Aspect.FAILED:
        return "link_trouble"
    if topic == "pdf_rejected" and asks_about(text) is Aspect.HOW:
        return "pdf_fix"
    return None
