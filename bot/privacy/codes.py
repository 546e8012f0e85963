"""Finds PINs, one-time codes and backup codes."""

import re
from collections.abc import Iterator

from bot.privacy.spans import Span

_PIN = re.compile(
    r"\bpin(?:\s*(?:code|number|no\.?|#))?(?:'s)?(?!\w)(?:\s+\w+){0,3}?"
    r"(?:\s*[:=#-]+\s*|\s+(?:is|was|es|to|as|of)\s*|\s*)(?:now\s+|still\s+)?"
    # whole: of a longer number each round would take the last digits, and not all rounds are enough
    r"[\"'(]?(?<!\w)(?P<value>\d{4,})(?![\d-]|\s*(?:digit|char|number))"
)
_PIN_BACK = re.compile(
    r"(?<![\d-])(?P<value>\d{4,8})\s+(?:is|was|as|for)\s+(?:my|the|our|her|his)\s+(?:\w+\s+)?pin\b"
)
_CODE_BACK = re.compile(
    r"(?:(?<![\d-])|(?<=\bg-))(?P<value>\d{3}[ -]\d{3}|\d{6,8})\s+(?:(?:from|off)\s+(?:the|my)\s+"
    r"(?:auth\w*|app|phone|text|e-?mail|google|duo)\b|(?:is|was|as|es|era|como)\s+"
    r"(?:my|the|your|our|mi|el|su)\s+(?:(?!error|event|zip|postal|area|status|bar\b|reason)\w+\s+){0,2}(?:code|codigo|otp)\b)"
)
_CODE_KIND = (
    r"back[\s-]?up|recovery|verification|authentication|authenticator|authy|duo|security|mfa"
    r"|m\.f\.a\.|2fa|two[\s-]factor|multi[\s-]?factor(?:\s+authentication)?|one[\s-]?time|otp"
    r"|access"
    r"|log[\s-]?in|sign[\s-]?in|reset|temporary|sms|app|texted|emailed|scratch|emergency|pacer"
    r"|six[\s-]digit|6[\s-]digit|8[\s-]digit|eight[\s-]digit"
)
_CODE = re.compile(
    rf"\b(?:(?:{_CODE_KIND})\s+(?:\w+\s+)?(?:pass)?codes?|(?:pass)?codes?\s+(?:from|in|off|on)\s+"
    rf"(?:(?:my|the)\s+)?(?:authenticator|app|phone|mfa|authy|google)(?:\s+\w+)?"
    r"|codigos?\s+(?:de\s+)?(?:acceso|verificacion|seguridad|autenticacion|respaldo|recuperacion)"
    r"|codigos?\s+(?:que\s+)?(?:(?:se\s+)?(?:me|nos)|ellos)\s+(?:lleg[oa]|enviaron|mandaron|dieron|envio"
    r"|mando|dio)"
    r"|(?<!error )(?<!status )(?<!zip )codes?\s+(?:(?:that|which)\s+)?"
    r"(?:they|you|pacer|it|the\s+app)\s+(?:just\s+)?(?:texted|e-?mailed|sent)(?:\s+(?:me|us|to\s+me))?"
    r"|otp|totp|(?:setup|secret|recovery|authenticator|mfa|access|security|api|client)[\s_-]+(?:key|token|secret)"
    r"|token)\b"
)
_CODE_LINK = re.compile(
    r"(?:[ \t]+(?!expire|is\b|are\b|was\b|to\b|sent\b|call|error|for\s+case)[a-z'-]+){0,7}?"
    r"(?:\s*[:=#(]+\s*|\s+-+>?\s*|\s+(?:is|are|was|were|of|says|shows|reads|es|son|era)\s+|\s+)(?:(?:now"
    r"|as\s+follows|the\s+following|just|these|this)[\s:]+)?(?=\S*\d)"
)
_CODE_VALUE = re.compile(
    r"(?:\(?\d{1,2}[.):]\s+|[-*]\s+)?[\"'(]?(?P<value>\d{3,4}[ -]\d{3,4}|[a-z0-9_]{3,60}"
    r"(?:-[a-z0-9]{3,8}){0,3})(?=[\s,.;:!?)\"']|$)"
)
_CODE_SHAPE = re.compile(
    r"(?=[^\n]*\d)(?:\d{4,12}|\d{3,4}[ -]\d{3,4}|\d{5}-\d{5}"
    r"|(?=[\d_-]*[a-z])(?=[a-z_-]*\d)[a-z0-9_]{4,60}(?:-[a-z0-9]{3,8}){0,3})"
)
_BARE_CODE = re.compile(
    r"(?<!error )(?<!zip )(?<!event )(?<!status )(?<!area )(?<!county )(?<!reason )(?<!bar )"
    r"(?<!participant )(?<!conference )(?<!meeting )(?<!zoom )\b"
    r"(?:codes?(?:\s+(?:is|was))?|codigos?(?:\s+(?:es|era))?|(?:mfa|2fa|authenticator)"
    r"(?:\s+[a-z]+){0,4})[\s:=]+(?P<value>(?!20[0-3]\d{5})\d{6,8}|\d{3} \d{3})(?![\d-])"
)
_APP_SAYS = re.compile(
    r"\b(?:auth\w*|google|duo|authy|microsoft)(?:\s+app)?\s+(?:\w+\s+)?(?:says?|shows?|gives?|gave|reads?"
    r"|displays?|generate[sd])\s+(?:me\s+)?(?P<value>\d{3}[ -]\d{3}|\d{6,8})(?![\w-])"
)
_CODE_GAP = re.compile(r"[\"')]?(?:\s*[,;/]\s*(?:and\s+)?|\s+and\s+|\s+)")
_CODE_UNIT = re.compile(
    r"\s*(?:-\s*)?(?:digit|char|codes?\b|minute|second|hour|day|time|letter|number|error|am\b|pm\b)"
)


def find_codes(low: str) -> Iterator[Span]:
    """Yield PINs, one-time codes and backup codes named as such, also lists of them."""
    for pattern in (_PIN, _PIN_BACK, _BARE_CODE, _CODE_BACK, _APP_SAYS):
        for plain in pattern.finditer(low):
            yield Span(*plain.span("value"), "password")
    for named in _CODE.finditer(low):
        link = _CODE_LINK.match(low, named.end(), named.end() + 80)
        place = link.end() if link else named.end()
        for _ in range(12):
            found = _CODE_VALUE.match(low, place)
            if (
                found is None
                or _CODE_SHAPE.fullmatch(found["value"]) is None
                or _CODE_UNIT.match(low, found.end())
            ):
                break
            yield Span(*found.span("value"), "password")
            gap = _CODE_GAP.match(low, found.end())
            if gap is None:
                break
            place = gap.end()
