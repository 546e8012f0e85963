"""A few words after the report on a PDF that ask about it: "which page", "is it ok to file now",
"i made it in word". No Rasa here."""

import re
from enum import Enum

from bot.knowledge.programs import PROGRAMS
from bot.knowledge.short_questions import Aspect, asks_about

_FEW_WORDS = 10


class Asked(Enum):
    """What of the report is asked for: the places, what it means, whether the file may be filed,
    how to mend it with a program."""

    WHERE = "where"
    MEANING = "meaning"
    FILING = "filing"
    PROGRAM = "program"


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
    r"rejected|wrong)\b|\bqu[eé] significa\b",
    re.IGNORECASE,
)
_WITHOUT = re.compile(
    r"\b(?:don't|dont|do not|no|without|haven't|not have|do (?:i|you) need)\b", re.IGNORECASE
)
_OTHER_WAYS = ("Word", "Mac Preview", "Chrome")


def asked_of_report(text: str) -> Asked | None:
    """What a few words ask about the last report; None where they are about something else."""
    text = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    if not text or len(text.split()) > _FEW_WORDS:
        return None
    if programs_for(text):
        return Asked.PROGRAM
    if _FILING.search(text):
        return Asked.FILING
    if _WHERE.search(text):
        return Asked.WHERE
    if _EXPLAIN.search(text) or asks_about(text) in {Aspect.AGAIN, Aspect.WHY}:
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
