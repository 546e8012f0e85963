"""Answers to questions about a report that was given: where, what it means, whether the file may be
filed, and how to mend it with the program at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bot.outcomes import plain
from bot.pdfcheck.report import Finding
from bot.pdfcheck.summary import groups_of

if TYPE_CHECKING:
    from bot.pdfcheck.rule import Rule

_MOST_GROUPS = 4
_LOCKED = "encrypted"
_MOST_PLACES = 6


def where(report: Mapping[str, Any]) -> str:
    """Each finding with the place where it is in the file."""
    lines = []
    for group in _groups(report):
        lines += [f"- {_message(found)} {_place(found)}" for found in group[:_MOST_PLACES]]
        more = len(group) - _MOST_PLACES + _not_listed(report, group)
        if more > 0:
            lines.append(f"- {more} more of the same kind.")
    return "\n".join(lines) or "The check found nothing in this file that could be pointed at."


def meaning(report: Mapping[str, Any]) -> str:
    """What each kind of finding means for the filer, and how honest files come by it."""
    parts = []
    for group in _groups(report):
        rule = _rule(group[0])
        if rule is not None:
            innocent = f" {rule.innocent}" if rule.innocent else ""
            parts.append(f"- **{rule.title}.** {rule.why}{innocent}")
    return "\n".join(parts) or "The check found nothing that CM/ECF refuses. There is no fault."


def may_be_filed(report: Mapping[str, Any]) -> str:
    """Whether the file can go to CM/ECF as it is."""
    refused = [group for group in _groups(report) if group[0].severity == "reject"]
    if report["verdict"] != "accept" or refused:
        faults = [rule.title for group in refused if (rule := _rule(group[0]))]
        because = f" What is in the way: {'; '.join(faults)}." if faults else ""
        return f"Not as it is: CM/ECF will likely refuse this file.{because}"
    groups = _groups(report)
    warned = [_message(group[0]) for group in groups if group[0].severity == "warn"]
    if warned:
        return "CM/ECF should take it. Look at this first:\n\n" + "\n".join(
            f"- {w}" for w in warned
        )
    return (
        "As far as the file goes, yes: the check found nothing that CM/ECF refuses. Whether the "
        "document itself is accepted, the clerk's office decides."
    )


def with_program(report: Mapping[str, Any], programs: Sequence[str]) -> str:
    """How to mend each kind of finding with these programs, named as in
    :meth:`bot.pdfcheck.rule.Mend.to_dict`; empty where the report has nothing to mend."""
    parts = []
    for group in _groups(report):
        rule = _rule(group[0])
        ways = rule.mend.to_dict() if rule else {}
        told = [f"**{program}:** {ways[program]}" for program in programs if program in ways]
        if rule and told:
            parts.append(f"- {rule.title}. {' '.join(told)}")
        elif fix := group[0].fix:
            parts.append(f"- {_message(group[0])} {fix}")
    return "\n".join(parts)


def with_password(report: Mapping[str, Any]) -> str:
    """What to do with a locked file whose password the filer has; empty where none is locked."""
    fixes = [found.fix for group in _groups(report) for found in group if found.rule == _LOCKED]
    if not fixes or not fixes[0]:
        return ""
    return (
        f"Then you can take it off. {fixes[0]} On an iPhone or iPad: open it in Files with the "
        "password, Share, Print, spread two fingers on the preview, then Share, Save to Files. "
        "Send me the new copy and I check it. Do not type the password here."
    )


def _groups(report: Mapping[str, Any]) -> list[list[Finding]]:
    """Findings by rule; warnings and notes only where nothing is refused."""
    groups = groups_of(Finding(**found) for found in report["findings"])
    refused = [group for group in groups if group[0].severity == "reject"]
    return (refused or groups)[:_MOST_GROUPS]


def _message(found: Finding) -> str:
    """Names of fields and bookmarks in it are the file's own."""
    return plain(found.message)


def _not_listed(report: Mapping[str, Any], group: Sequence[Finding]) -> int:
    return int(report.get("not_listed", {}).get(group[0].rule, 0))


def _place(found: Finding) -> str:
    inside = f" (object {found.object} of the file)" if found.object else ""
    if found.page:
        return f"On page {found.page}{inside}."
    return f"It belongs to the file as a whole, not to one page{inside}."


def _rule(found: Finding) -> Rule | None:
    from bot.pdfcheck.rules import RULES

    return RULES.get(found.rule)
