"""Reads in one message what the next one will be: "here is my password", "my username is jdoe".

People send the secret by itself, after they said what it is.
"""

import re

from bot.privacy.keys import KEY_WORDS
from bot.privacy.reading import read

_SECRET = (
    rf"(?:{KEY_WORDS}|(?:verification|security|one[\s-]?time|login|access|mfa|2fa|6[\s-]digit)\s+codes?"
    r"|code\s+(?:they|you|pacer|it)\s+(?:just\s+)?(?:texted|sent|e-?mailed|gave)(?:\s+(?:me|us))?"
    r"|codigos?(?:\s+de\s+(?:verificacion|seguridad|acceso))?|otp|pin(?:\s+(?:number|code))?"
    r"|ssn|social(?:\s+security)?(?:\s+(?:number|no|#))?|(?:numero\s+de\s+)?seguro\s+social|itin|ein"
    r"|(?:credit|debit|bank)\s+card(?:\s+number)?|card\s+number|(?:numero\s+de\s+)?tarjeta"
    r"|(?:bank\s+)?(?:account|routing)\s+number|(?:numero\s+de\s+)?cuenta\s+(?:de\s+banco|bancaria)"
    r"|(?:security|secret)\s+(?:question\s+)?answer|answer\s+to\s+(?:my|the)\s+security\s+question"
    r"|mother'?s\s+maiden\s+name|(?:passport|driver'?s?\s+licen[sc]e)(?:\s+number)?)"
)
_GIVES = (
    r"(?:here(?:'s|s|\s+is|\s+are|\s+goes|\s+comes)|this\s+is|these\s+are|aqui\s+(?:esta|va|tiene)"
    r"|ahi\s+va|esta\s+es|(?:i(?:'ll|\s+will|'m\s+going\s+to|\s+am\s+going\s+to|\s+can|\s+could)?|let\s+me"
    r"|should\s+i|can\s+i|may\s+i|do\s+you\s+want\s+me\s+to)\s+(?:just\s+)?(?:give|send|tell|type|share"
    r"|write|post|paste)|(?:le|te)\s+(?:doy|mando|envio|paso|escribo)|do\s+you\s+(?:need|want)|you\s+need"
    r"|sending)"
)
_END = r"[\s.!?:=-]*\Z"
_ANNOUNCED = re.compile(
    rf"\b{_GIVES}\s+(?:[a-z/']+\s+){{0,5}}?(?P<given>{_SECRET})(?:\s+(?:now|here|below|next|then|too"
    rf"|that\s+i\s+(?:use|used|type|typed)|for\s+[a-z/]+|y\s+es|ahora))?{_END}"
    rf"|\b(?P<linked>{_SECRET})(?:\s+[a-z/]+){{0,4}}?\s*(?:\s(?:is|are|was|es|son|era)|[:=])[\s:=-]*\Z"
)
_USER = re.compile(
    r"(?:\A|[\n.,;]\s*|\b(?:my|the|mi|el)\s+)(?:user[\s_-]?(?:name|id)?|userid|log-?in|usuario|pacer\s+id)"
    rf"(?:\s+(?:is|name|id|es)\b|\s*[:=])*\s*(?P<name>(?!is\b|name\b|id\b)[^\s:=?]{{2,60}}){_END}"
)
_REACH = 160


def lead_of(previous: str) -> str:
    """Return the words that `previous` puts before the next message: "password: " after "here is
    my password", the first half of a login after "my username is jdoe", else nothing."""
    low = read(previous[-_REACH:]).low
    found = _ANNOUNCED.search(low)
    if found is not None:
        return f"{found['given'] or found['linked']}: "
    user = _USER.search(low)
    return f"user {user['name']} / " if user is not None else ""
