"""Finds the words that say what a number beside them is: a card, a docket, a phone."""

import re
from bisect import bisect_left
from functools import cached_property
from typing import NamedTuple

from bot.privacy.reading import BARRIER

BEFORE = 60
"""How far before a number a word may stand and still speak of it."""

_AFTER = 40

# Words that say what a number is. Of several, the nearest one before the number counts.
_CUE = re.compile(
    # every word for a number begins with a letter: blanks and digits are passed at once
    r"(?=[a-z])(?:(?P<itin>\bi\.?t\.?i\.?n\b\.?'?s?|\bindividual tax(?:payer)? id\w*)"
    r"|(?P<ein>\bf?e\.?i\.?n\b\.?'?s?|\b(?:federal |fed |employer'?s? |business "
    r"|company )?tax[ -]?(?:payer)?[ -]?(?:id|i\.d\.?|identification|number|no|#)\w*"
    r"|\bemployer'?s?[ -](?:id|identification)\w*|\b(?:federal|fed)[ -](?:id|identification"
    r"|employer)\w*|\btin\b|\birs number)"
    r"|(?P<ssn>(?<![a-z])s\.?s\.?n(?:'?s|\.)?(?![a-rt-z])|\bss[ ]?(?:#|no\b|num\b|number|nbr)|\b"
    r"(?:social-?security(?:number|no|num)?|soc(?:[il1]al)?s?)\b\.?(?:[ -]?sec(?:urity)?\b\.?)?"
    r"(?! ?media| event| gathering)|\bseguro social|\bnss\b|(?<![a-z])ss(?=(?:[:#= ]+|\s+is\s+)\d))"
    r"|(?P<pacercard>\bbar[ -]cards?\b|\bbusiness cards?\b|\b(?:id|sim|graphics|video|sound"
    r"|memory) cards?\b)"
    r"|(?P<card>\bvisa\b|\bmaster[ -]?card\b|\bamex\b|\bamerican express\b|\bdiscover card\b"
    r"|\bdiners\b|\bdebit\b|\bcredit[ -]?card|\bcredit\b"
    r"|(?<![a-z])cards?(?![a-z])|\bcc\b|\bcc[ ]?#|\bpan\b|\btarjeta\b|\bdiscover(?=[\s:#]+\d))"
    r"|(?P<bank>\brouting\b|\babas?\b|\brtn\b|\b(?:checking|savings|deposit|escrow|trust|iolta"
    r"|operating|brokerage)[ -](?:account|acct|acc|a/c)s?\b\.?(?:[ -](?:number|no|#)\b)?"
    r"|\bchecking(?! (?:on|in|out|if|whether|my case|the|case|docket)\b)|\bsavings\b|\biban\b"
    r"|\bbank(?:ing)?[ -]?(?:account|acct|acc|a/c|number|no|#)\w*\.?"
    r"|\bdirect deposit\b|\btransit (?:number|no|routing|#)|\bcredit union\b|\bach\b|\bswift\b"
    r"|\bmoney market\b|\bcuenta bancaria\b|\bnumero de ruta\b|\bbank\b)"
    r"|(?P<pacer>\b(?:pacer|paa|cm/?ecf|ecf|nextgen|cso|case search|psc|filer|billing|user|shared"
    r"|firm|individual|legacy|upgraded)(?:'s)?[ -]+"
    r"(?:(?:individual|admin|administrative|login|user|billing|legacy|upgraded|firm)[ -]+)?"
    r"(?:account|acct|acc|a/c)s?\b\.?|\bcuenta (?:de |en |del )?(?:pacer|cm/?ecf|ecf)\b)"
    r"|(?P<account>\b(?:accounts?|accts?|accnts?|acc|a/c|cuenta)\b\.?)"
    r"|(?P<other>\b(?:case|cases|case no|docket|dockets|dkt|doc|docs|document|documents|ecf|claim"
    r"|claims|poc|adversary|ap|phone|telephone|tel|fax|cell|mobile|call"
    r"|called|calling|usps|fedex|ups|dhl|zip|zipcode|tracking|receipt|invoice|order|confirmation"
    r"|transaction|bar|juris|pacer|cm/ecf|pages?|pp|bytes|version|build|error|ticket|request"
    r"|meeting|webinar|zoom|event|proceeding|judgment|parcel|loan|policy|vin|isbn|issn|ref"
    r"|reference|rule|section|form|lines?|years?|suite|room|ext|extension|serial"
    r"|caso|casos|expediente|telefono|codigo postal|reclamacion|recibo|pagina|paginas"
    r"|batch|check|cheque|exhibits?|entry|entries|nos|numbers)\b\.?))"
)
_LINK = re.compile(
    r"(?:[\s:#=,()\-\"'*>]|\.(?=\S))*(?:(?:numbers?|num\.?|nos?\.?|nbr\.?|nr\.?|is|are|was|were"
    r"|id|ids|code|to|the|my|this|it|it's|its|its|as|being|entered|typed|es|"
    r"here|and|&|of|for|on|file|full|whole|valid|real|actual|account|acct\.?|card|security"
    r"|identification|numero|de)(?:[\s:#=,()\-\"'*>]|\.(?=\S))+){0,6}"
)
_BACK_LINK = re.compile(
    r"(?P<bare>[ \t\"'),<-]*)(?P<link>(?:is|was|as|for|being|are)\b|=|\()?[ \t(]*(?:(?:my|our|his"
    r"|her|the|their|a|client's|debtor's|wife's|husband's|clients|debtors|whole|full"
    r"|real)\s+){0,3}"
)


class Cue(NamedTuple):
    """A word for a kind of number, and where it stands."""

    start: int
    end: int
    kind: str


class Cues:
    """The words of a message that say what a number beside them is."""

    def __init__(self, low: str) -> None:
        self._low = low

    @cached_property
    def _all(self) -> list[Cue]:
        return [Cue(m.start(), m.end(), m.lastgroup or "") for m in _CUE.finditer(self._low)]

    @cached_property
    def _starts(self) -> list[int]:
        return [cue.start for cue in self._all]

    def name_a_secret(self) -> bool:
        """Return whether any of the words is one for a secret."""
        return any(cue.kind not in ("other", "pacer", "pacercard") for cue in self._all)

    def before(self, place: int) -> Cue | None:
        """Return the nearest cue that ends before `place` and is near enough."""
        index = bisect_left(self._starts, place) - 1
        if index < 0 or self._all[index].end > place or place - self._all[index].end > BEFORE:
            return None
        return None if BARRIER in self._low[self._all[index].end : place] else self._all[index]

    def secret_before(self, place: int, kinds: tuple[str, ...]) -> Cue | None:
        """Return the nearest cue of `kinds` before `place`, whatever stands between."""
        index = bisect_left(self._starts, place) - 1
        while index >= 0 and place - self._all[index].end <= BEFORE:
            cue = self._all[index]
            if cue.kind in kinds and cue.end <= place:
                return None if BARRIER in self._low[cue.end : place] else cue
            index -= 1
        return None

    def immediate(self, place: int) -> Cue | None:
        """Return the cue that `place` follows with only small words between."""
        cue = self.before(place)
        if cue is None or _LINK.fullmatch(self._low, cue.end, place) is None:
            return None
        return cue

    def after(self, place: int) -> Cue | None:
        """Return the nearest cue that begins shortly after `place`."""
        index = bisect_left(self._starts, place)
        if index == len(self._all) or self._all[index].start - place > _AFTER:
            return None
        return None if BARRIER in self._low[place : self._all[index].start] else self._all[index]

    def named_after(self, place: int) -> Cue | None:
        """Return the cue in words such as "is my routing number" right after `place`."""
        cue = self.after(place)
        link = _BACK_LINK.fullmatch(self._low, place, cue.start) if cue else None
        if (
            cue is None
            or link is None
            or (link["link"] is None and cue.kind not in ("ssn", "itin", "ein"))
        ):
            return None
        return cue
