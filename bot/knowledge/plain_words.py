"""What short messages plainly mean, whatever the classifier makes of them. No Rasa here."""

import re

_SHORT = 10
_MOST_SIGNS = 150
_PERSON = (
    r"(?:person|human(?: being)?|someone|somebody|anyone|anybody|people|staff|representative|rep"
    r"|agent|operator|live agent)"
)
_ADJECTIVES = r"(?:(?:an?|the|some|any|your|real|actual|live|human|other)\s+){0,3}"
_WANTS_A_PERSON = re.compile(
    rf"\b(?:talk|speak|chat)\s+(?:to|with)\s+{_ADJECTIVES}{_PERSON}\b"
    rf"|\b(?:real|live|actual)\s+{_PERSON}\b"
    rf"|\b(?:give|get|want|need|connect|transfer)\b[\w\s]{{0,12}}\b(?:a|an)\s+"
    r"(?:person|human|operator|representative|agent)\b"
    r"|\b(?:can|could|is there)\s+(?:a|some)\s?(?:person|human|one|body)\s+(?:\w+\s+){0,2}help\b"
    r"|\b(?:get|give|find) me (?:somebody|someone)\b"
    rf"|^\W*(?:an?\s+)?(?:person|human|operator|representative|agent)(?:\s+please)?\W*$",
    re.IGNORECASE,
)
# who asks whether this is one does not ask for one
_WHETHER_ONE = re.compile(r"\b(?:are you|r u|is this|is it|is that)\b", re.IGNORECASE)
# these are topics of their own
_OTHER_PLACE = re.compile(r"\b(?:zoom|video|filing agent|pacer)\b", re.IGNORECASE)
_ASKS = re.compile(
    r"\?|^\W*(?:how|what|where|when|why|who|which|can|could|do|does|did|is|are|will|should)\b",
    re.IGNORECASE,
)
_LEGACY = re.compile(r"\blegacy\b", re.IGNORECASE)
_UPGRADED = re.compile(r"\bupgraded\b|\bthe new (?:kind|type|one)\b", re.IGNORECASE)
_UPGRADE_DONE = re.compile(
    r"\b(?:done|finished|completed?|upgraded now|now upgraded|(?:is|says|got|have) upgraded"
    r"|i upgraded|went through|what next|now what|what now|y ahora|ya est[aá]|ya qued[oó]"
    r"|ya lo hice|ya la actualic[eé])\b"
    r"|^\W*(?:(?:ok(?:ay)?|yes|alright|great)\W+)?upgraded\b(?!\?)",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:not|no|never|isn'?t|won'?t|can'?t|doesn'?t|didn'?t|but)\b", re.IGNORECASE)
# a deadline within hours; "today" alone may be about anything
_DEADLINE = (
    r"(?:deadline|due|filing|file|statute|expires?|bar date|last day|window|late|hearing"
    r"|plazo|vence|vencimiento|fecha l[ií]mite|presentar(?:l[oae]s?)?|radicar(?:l[oae]s?)?)"
)
_NEAR = (
    r"(?:today|tonight|midnight|this (?:morning|afternoon|evening)|end of (?:the )?day|eod|"
    r"(?:in|within|only|have|got|about)\s+(?:\w+\s+){0,3}(?:minutes?|mins?|hours?|hrs?)|"
    r"(?:minutes?|mins?|hours?|hrs?) (?:left|to go)|right now|at (?:4|5|6)(?: ?p\.?m)?"
    r"|(?:by|before|until|till?) (?:[1-9]|1[01])(?::\d\d)? ?p\.?m"
    r"|hoy|esta (?:tarde|noche)|medianoche"
    r"|(?:en|quedan?|faltan?)\s+(?:\w+\s+){1,2}(?:minutos?|horas?))"
)
_DEADLINE_NEAR = re.compile(
    rf"\b{_DEADLINE}\b.{{0,40}}\b{_NEAR}\b|\b{_NEAR}\b.{{0,40}}\b{_DEADLINE}\b"
    r"|\b(?:by|before|until|till?) midnight\b|\b(?:minutes?|mins?|hours?|hrs?) (?:left|to go)\b"
    r"|\bmiss(?:ing)? (?:my|the|our|a|this) (?:filing )?(?:deadline|bar date)\b"
    r"|\b(?:can ?not|can.?t|won.?t|unable to|not able to) (?:be able to )?"
    r"(?:file|upload|submit|finish|make|get)(?: (?:it|this|that|anything|in|filed)){0,2}"
    r" (?:in|on) time\b",
    re.IGNORECASE | re.DOTALL,
)
_NEED_UPGRADE = frozenset(
    {
        "account_type",
        "link_accounts",
        "link_trouble",
        "efiling_registration",
        "central_sign_on",
        "nextgen_overview",
        "limited_user_or_trustee",
    }
)

_LEAD = r"(?:(?:ok(?:ay)?|and|so|but|yes|no|well|great|thanks|alright)[\s,.]+)*"
# "got it, now how do I file" after the answer on a PACER account
_NOW_FILE = re.compile(
    rf"\W*{_LEAD}(?:(?:i )?(?:got|have) (?:it|one|that)(?: now)?|done|i(?:'m| am) registered)?"
    r"[\s,.]*"
    r"(?:(?:so|and|then|now)[\s,]+)*(?:how|where) (?:do|can) (?:i|we) (?:e-?)?file"
    r"(?: (?:now|then|with it|it|something|things|(?:my )?(?:papers|documents)|a document"
    r"|a motion))*\W*",
    re.IGNORECASE,
)
# a login of the court that a filer has already, which is then linked rather than asked for anew
_HAS_A_LOGIN = re.compile(
    rf"\W*{_LEAD}(?:i|we)(?:'ve| have| had| got)?(?: already| still)?(?: have| had| got)?"
    r"(?: already)?"
    r" (?:an?|my|the|our|one)"
    r"(?: (?:old|court|filing|e-?filing|cm/?ecf|ecf))*"
    r" (?:(?:login|password|user ?name|id)|(?<=court )account|(?<=filing )account|(?<=ecf )account)"
    r"(?: (?:here|already|with (?:you|the court|this court|your court)|for (?:this|your) court"
    r"|from (?:before|you|the court|(?:19|20)\d\d)|since (?:19|20)\d\d|before (?:19|20)\d\d))*\W*",
    re.IGNORECASE,
)
# a PACER account that a filer has: only the permission of the court is missing
_HAS_PACER = re.compile(
    rf"\W*{_LEAD}(?:(?:done|ready|registered)[\s,.]+)?(?:i|we)(?:'ve)?"
    r"(?: (?:already|now|do|still|just)){0,2} (?:have|had|got|registered for|opened|made|set up)"
    r"(?: (?:already|now))?(?: (?:an?|my|the|our|one))?(?: own| individual| new)? pacer"
    r"(?: account| login)?"
    r"(?: (?:already|now|since (?:19|20)\d\d))?\W*",
    re.IGNORECASE,
)
_NEED_PERMISSION = frozenset({"register_pacer_account", "limited_user_or_trustee"})
# usernames of old accounts: ACC-02 and ACC-05 of the sources
_OLD_USERNAME = re.compile(
    rf"\W*{_LEAD}(?:(?:my|the) )?(?:pacer )?(?:user ?name|user|login|user ?id|it)(?: is|'s|s)"
    r"(?: only)? [a-z]{2}\d{4}\W*",
    re.IGNORECASE,
)
# "i have one from 2009": accounts opened before August 2014 are Legacy (ACC-04 of the sources)
_OLD_ACCOUNT = re.compile(
    rf"\W*{_LEAD}(?:(?:i|we|mine|it)(?:'ve|'s|s)?(?: (?:already|still|think|guess|is|was|have|had"
    r"|got|opened|made|registered|signed up|an?|my|our|mine|one|it|the|old|own|individual|pacer"
    r"|account|login|for|since|from|in|back|around|about|like|maybe)){1,10}"
    r"|opened (?:it|mine) in"
    r"|(?:(?:mi|la|tengo una) cuenta(?: de pacer)?|la m[ií]a)(?: es)? (?:del?|desde)(?: el)?"
    r"(?: a[nñ]o)?)"
    r" (?:(?:19|20)0\d|199\d|201[0-3])(?: (?:i|we|think|guess|or|so|creo|maybe)){0,3}\W*",
    re.IGNORECASE,
)
_ASKS_FOR_KIND = frozenset(
    {
        "link_accounts",
        "link_trouble",
        "efiling_registration",
        "central_sign_on",
        "register_pacer_account",
        "limited_user_or_trustee",
        "nextgen_overview",
    }
)
# "ok reset it. now what": the step is done, and the next one is asked for
_DONE_WHAT_NEXT = re.compile(
    rf"\W*{_LEAD}(?:i(?:'ve| have)? )?(?:(?:already|just|now) )?"
    r"(?:did|done|reset|changed|upgraded|registered|got|set|made|finished|found|know|have)"
    r"(?: (?:it|that|this|one|them|the|my|a|new|old|up|password|login|account|pacer|ecf|now))*"
    r"[\s,.;-]+(?:(?:so|and|ok|then|now)[\s,]+)*"
    r"(?:what(?:'s| is|s)?(?: now| next| then)|now what|then what|what do i do(?: now| next| then)?"
    r"|(?:the )?next(?: step)?|where now)\W*"
    rf"|\W*{_LEAD}(?:ya )?(?:la |lo )?(?:cambi[eé]|hice|actualic[eé]|restablec[ií])[\s,.]+"
    r"(?:y )?(?:ahora(?: qu[eé])?|qu[eé] sigue|luego)\W*",
    re.IGNORECASE,
)
_LEADS_ON = {
    "forgot_cmecf_password": "link_accounts",
    "account_type": "link_accounts",
    "upgrade_legacy_account": "link_accounts",
}
_THINGS = r"(?P<thing>e-?mail|mail|letter|code|request|message)s?"
_DID_NOT_COME = re.compile(
    rf"\W*{_LEAD}(?:the |that |my |no )?(?:\w+ )?{_THINGS}(?: (?:never|still|does ?n'?t|did ?n'?t"
    r"|has ?n'?t|won'?t|is ?n'?t|not|has|have|yet|ever|even)){1,4} (?:comes?|came|coming|arrives?"
    r"|arrived|arriving|shows?|showed|showing|gets?|got|getting|received)"
    r"(?: (?:up|here|there|through|yet|to me))*\W*"
    rf"|\W*{_LEAD}(?:i|we|he|she|they) (?:never|did ?n'?t|still have ?n'?t|have ?n'?t|has ?n'?t"
    r"|do ?n'?t|have not|did not)"
    rf"(?: ever)? (?:get|got|gotten|received?|see|seen) (?:the|an?|any|that|my|it) ?(?:\w+ )?"
    r"(?P<thing2>e-?mail|mail|letter|code|request|message)s?(?: yet| either)?\W*"
    rf"|\W*{_LEAD}(?:(?:todav[ií]a|a[uú]n) )?no (?:me )?(?:llega|lleg[oó]|ha llegado|recibo"
    r"|recib[ií]) (?:el|la|ning[uú]n|ninguna) (?P<thing3>correo|c[oó]digo|carta|mensaje)\W*",
    re.IGNORECASE,
)
_IN_ENGLISH = {
    "correo": "mail",
    "código": "code",
    "codigo": "code",
    "carta": "letter",
    "mensaje": "message",
}
_COMES_BY = {
    "forgot_pacer_credentials": ("mail",),
    "forgot_cmecf_password": ("mail",),
    "register_pacer_account": ("mail", "letter", "code"),
    "mfa": ("mail", "code", "message"),
    "firm_admin_account": ("mail", "request"),
}
_ONLY_A_DEADLINE = frozenset(
    "a an and at before but by deadline due end file filing have i in is it its it's left my of "
    "our the this to today tonight midnight day minutes mins minute hour hours hrs morning "
    "afternoon evening only got i've we we've have's there's there go pm p.m am now response "
    "answer motion something just must be filed until til till need needs was were on next week "
    "monday tuesday wednesday thursday friday saturday sunday tomorrow soon very close coming up "
    "statute limitations bar date last expires runs out time running i'm we're going gonna miss "
    "missing almost about hurry please plz pls help asap urgent emergency ok okay so but hi "
    "hello".split()
)
_NAMES_A_DEADLINE = frozenset("deadline due statute expires".split())

_MAKE_IT_RIGHT = (
    r"(?:fix|mend|repair|flatten|unlock|clean(?: up)?|correct|sanitize|decrypt|convert)"
)
_THE_FILE = r"(?:it|this|that|them|one|file|form|pdf|document|mine)"
_WANTS_A_COPY = re.compile(
    rf"\b{_MAKE_IT_RIGHT}\s+(?:\w+\s+){{0,2}}?{_THE_FILE}\b"
    r"|\b(?:fixed|mended|repaired|flattened|corrected|clean)\s+(?:copy|version|file|one|pdf)\b"
    r"|\b(?:take|get)\s+(?:it|the password|that) off\b|\bremove\s+(?:it|the password|that)\b"
    r"|\b(?:make|do)\s+(?:me\s+)?(?:the|a|that|it|this)\b.{0,20}\b(?:copy|for me)\b",
    re.IGNORECASE,
)
_HOW = re.compile(
    r"\b(?:how|where|which|what|steps?|myself|with)\b|\b(?:on|in|using)\s+(?:a|an|the|my)?\s?"
    r"(?:mac|word|acrobat|preview|chrome|reader|iphone|ipad|windows)",
    re.IGNORECASE,
)


def wants_a_copy(text: str) -> bool:
    """Whether a short message asks us to mend the file, rather than how to do it oneself."""
    return (
        len(text.split()) <= _SHORT
        and bool(_WANTS_A_COPY.search(text))
        and not (_HOW.search(text) or _NOT.search(text))
    )


def wants_a_person(text: str) -> bool:
    """Whether a short message asks for a human being."""
    return (
        len(text.split()) <= _SHORT
        and bool(_WANTS_A_PERSON.search(text))
        and not _OTHER_PLACE.search(text)
        and not _WHETHER_ONE.search(text)
    )


def deadline_is_near(text: str) -> bool:
    """Whether a message speaks of a deadline within hours, as somebody who is stuck says it."""
    return bool(_DEADLINE_NEAR.search(text))


def did_not_come(text: str, topic: str | None) -> bool:
    """Whether a short message says that what the answer on ``topic`` lets one wait for, such as
    the e-mail of a reset, did not come."""
    if topic is None or not _is_short(text):
        return False
    found = _DID_NOT_COME.fullmatch(text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    if not found:
        return False
    thing = str(found["thing"] or found["thing2"] or _IN_ENGLISH[found["thing3"].lower()]).lower()
    return any(thing.endswith(kind) for kind in _COMES_BY.get(topic, ()))


def _is_short(text: str) -> bool:
    """Few words and few signs, so that no pattern reads long over a hostile text."""
    return len(text) <= _MOST_SIGNS and len(text.split()) <= _SHORT


def only_a_deadline(text: str) -> bool:
    """Whether a short message names a deadline and nothing else, no question either."""
    words = re.findall(r"[a-z][a-z'.]*[a-z]|[a-z]", text.lower())
    few = 0 < len(words) <= _SHORT and "?" not in text
    names_one = not _NAMES_A_DEADLINE.isdisjoint(words) or deadline_is_near(text)
    return few and names_one and all(word in _ONLY_A_DEADLINE for word in words)


def has_words(text: str) -> bool:
    """Whether there is any letter or digit, so that something can be understood."""
    return any(c.isalnum() for c in text)


def learned(text: str, topic: str | None, came_from: str | None) -> str | None:
    """The topic that a short report after an answer leads to: somebody who was linking and says
    ``it says legacy``, or names a username of that kind, has to upgrade; somebody who says that the
    upgrade is done goes back; who has a PACER account now asks for permission, or looks at its
    kind where that was the answer; and who has a login of the court already links it.

    ``topic`` is that of the last answer, ``came_from`` the one that it interrupted.
    """
    if not topic or not _is_short(text):
        return None
    text = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    if topic == "register_pacer_account" and _NOW_FILE.fullmatch(text):
        return "efiling_registration"
    if topic == "efiling_registration" and _HAS_A_LOGIN.fullmatch(text):
        return "link_accounts"
    if topic == "efiling_registration" and _HAS_PACER.fullmatch(text):
        return "account_type"
    if topic in _ASKS_FOR_KIND and _OLD_ACCOUNT.fullmatch(text):
        return "account_type"
    if topic in {*_LEADS_ON, "forgot_pacer_credentials"} and _DONE_WHAT_NEXT.fullmatch(text):
        return came_from or _LEADS_ON.get(topic)
    if topic in _NEED_PERMISSION and _HAS_PACER.fullmatch(text):
        return "efiling_registration"
    if topic in _NEED_UPGRADE and _OLD_USERNAME.fullmatch(text):
        return "upgrade_legacy_account"
    if _NOT.search(text):
        return None
    if topic in _NEED_UPGRADE and _LEGACY.search(text) and not _ASKS.search(text):
        return "upgrade_legacy_account"
    if topic == "account_type" and _UPGRADED.search(text) and not _ASKS.search(text):
        return came_from or "link_accounts"
    if topic == "upgrade_legacy_account" and _UPGRADE_DONE.search(text):
        return came_from or "link_accounts"
    return None
