"""A few words after the report on a PDF that ask about it: "which page", "is it ok to file now",
"i made it in word". No Rasa here."""

import re
from enum import Enum

from bot.knowledge.programs import PROGRAMS
from bot.knowledge.short_questions import Aspect, asks_about

_FEW_WORDS = 10


class Asked(Enum):
    """What of the report is asked for: the places, what it means, whether the file may be filed,
    how to mend it with a program, where the mended copy is, whether the copy looks the same, and
    what to do with the file's password, which the filer has."""

    WHERE = "where"
    MEANING = "meaning"
    FILING = "filing"
    PROGRAM = "program"
    COPY = "copy"
    LOOKS = "looks"
    UNLOCK = "unlock"


_IT = r"(?:it|that|this|they|those|these|one)"
_WHERE = re.compile(
    rf"\b(?:which|what) (?:page|pages|field|fields|link|links|one|ones|bookmark|form|object)\b"
    r"|\bwhere (?:is|are|was|exactly)\b|^\W*(?:and |but |so |ok )?where\W*$"
    rf"|\bwhere (?:do|can) i (?:see|find) {_IT}\b|\bshow me (?:where|which)\b"
    r"|\b(?:en )?qu[eé] p[aá]gina\b|\bd[oó]nde est[aá]\b",
    re.IGNORECASE,
)
_FILING = re.compile(
    r"\b(?:ok|okay|fine|safe|good|ready|alright|all right) (?:to|for) "
    r"(?:file|filing|upload|uploading|submit|go|send)\b"
    r"|\b(?:can|may|should|could) (?:i|we) (?:still |just |now )?(?:file|upload|submit|send)"
    rf" (?:{_IT}|the file|my file)\b"
    r"|\b(?:will|would|does|do) (?:it|they|the court|the clerk|cm/?ecf|ecf|the system)"
    r" (?:accept|take|refuse|reject|pass|go through|be accepted|be rejected|bounce)\b"
    rf"|\b(?:is|are|so) (?:{_IT}|the file|my file|my pdf|the pdf) (?:now )?(?:ok|okay|fine|good|"
    r"bad|serious|safe|alright|all right|clean)\b"
    rf"|\b(?:do|must|should) i (?:really )?(?:have to |need to )?(?:fix|mend|change) {_IT}\b"
    r"|\best[aá] bien\b|\bpuedo presentarlo\b",
    re.IGNORECASE,
)
_EXPLAIN = re.compile(
    rf"\bwhat(?: is|'s|s)? wrong (?:with {_IT}|there)\b|\bwhat(?:'s| is) the (?:problem|issue)\b"
    rf"|\bwhy (?:is|was|would|will) (?:{_IT}|my file|my pdf) (?:be )?(?:bad|refused|"
    r"rejected|wrong)\b|\bqu[eé] significa\b"
    rf"|\bhow (?:did|does|would|could) (?:{_IT}|the \w+) (?:get|come|end up|happen)\b"
    rf"|\bwhere (?:did|does|do) (?:{_IT}|the \w+) come from\b|\bwho put (?:{_IT}|the \w+)\b",
    re.IGNORECASE,
)
_COPY = re.compile(
    r"\bwhere(?: is|'s|s) (?:the|my) (?:(?:new|mended|fixed) )?(?:copy|file|one|pdf|download)\b"
    rf"|\b(?:do not|don'?t|can'?t|cannot) (?:see|find) (?:{_IT}|the (?:new )?(?:copy|file|download"
    r"|link))\b"
    rf"|\b(?:how|where) (?:do|can) (?:i|we) (?:get|download|save|open|find) (?:{_IT}|the (?:new )?"
    r"(?:copy|file|one|pdf))\b|\bd[oó]nde (?:lo )?(?:descargo|bajo)\b",
    re.IGNORECASE,
)
_LOOKS = re.compile(
    rf"\b(?:will|does|would|is) (?:{_IT}|the (?:new )?(?:copy|file|one|pdf)) (?:still |all )?"
    r"(?:looks?|be|read) (?:exactly |just )?(?:the same|different|identical|like)\b"
    r"|\b(?:did|does|will|would) (?:it|that|you) (?:change|lose|delete|remove|alter) "
    r"(?:anything|something|my (?:text|answers|words|pages)|the (?:text|content|pages))\b"
    r"|\b(?:are|is) (?:my|the) (?:answers?|text|pages|signatures?|everything) still (?:there|in)\b",
    re.IGNORECASE,
)
_PASSWORD = re.compile(
    r"\b(?:i|we)(?:'ve)? (?:do |still |already )?(?:know|have|got|remember|found) "
    r"(?:the|its|that|his|her|my) pass ?(?:word|code)\b"
    r"|\b(?:s[eé]|tengo) la (?:contrase\w+|clave)\b",
    re.IGNORECASE,
)
_WITHOUT = re.compile(
    r"\b(?:don't|dont|do not|no|without|haven't|not have|do (?:i|you) need)\b", re.IGNORECASE
)
_IN_TURN = (
    (_PASSWORD, Asked.UNLOCK),
    (_COPY, Asked.COPY),
    (_LOOKS, Asked.LOOKS),
    (_FILING, Asked.FILING),
    (_EXPLAIN, Asked.MEANING),
    (_WHERE, Asked.WHERE),
)
_OTHER_WAYS = ("Word", "Mac Preview", "Chrome")


def asked_of_report(text: str) -> Asked | None:
    """What a few words ask about the last report; None where they are about something else."""
    text = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    if not text or len(text.split()) > _FEW_WORDS:
        return None
    if programs_for(text):
        return Asked.PROGRAM
    for pattern, asked in _IN_TURN:
        if pattern.search(text):
            return asked
    if asks_about(text) in {Aspect.AGAIN, Aspect.WHY}:
        return Asked.MEANING
    return None


def programs_for(text: str) -> tuple[str, ...]:
    """The programs that a few words ask for, as a rule's ways to mend name them: the one named,
    or the others where somebody has no Acrobat."""
    for program in PROGRAMS:
        if re.search(rf"\b(?:{program.spoken})\b", text, re.IGNORECASE):
            other = program.way == "Acrobat" and _WITHOUT.search(text)
            return _OTHER_WAYS if other else (program.way,)
    return ()
