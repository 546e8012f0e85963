"""Says a report in a few plain lines, for a chat."""

from __future__ import annotations

from collections.abc import Iterable

from bot.pdfcheck.report import Finding, Report

_LISTED = 5
_PAGES_NAMED = 8
NO_REASON = "No reason to refuse the file, but good to know:"


def summarize(report: Report) -> str:
    """The report as plain text: the verdict, then up to five findings with the reason, the
    court's own error text, the pages where known, and how to mend it.

    Findings of one rule and weight are told as one: a form with 200 fields has one reason, not
    200. A link that runs a script is no reason to count links to web sites with it.
    """
    groups = groups_of(report.findings)
    last_of = {group[0].rule: group for group in groups}
    lines = [_verdict(report, groups)]
    is_refused = False
    for number, group in enumerate(groups[:_LISTED], 1):
        # What is not listed is counted with the mildest.
        is_last = last_of[group[0].rule] is group
        beyond = report.not_listed.get(group[0].rule, 0) if is_last else 0
        first = group[0]
        if is_refused and first.severity != "reject":
            lines += ["", NO_REASON]
        is_refused = first.severity == "reject"
        lines += ["", f"{number}. {_reason(group, beyond)}"]
        if first.court_error:
            lines.append(f"   CM/ECF then says: “{first.court_error}”")
        pages = _pages(group)
        if pages:
            lines.append(f"   {pages}")
        if first.fix:
            to_do = "To change it" if first.severity == "note" else "How to mend it"
            lines.append(f"   {to_do}: {first.fix}")
    left = len(groups) - _LISTED
    if left > 0:
        lines += ["", f"There {'is 1 more reason' if left == 1 else f'are {left} more reasons'}."]
    if report.notes:
        lines += ["", *report.notes]
    return "\n".join(lines)


def groups_of(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Findings of one rule and weight together, what is refused first."""
    order = {"reject": 0, "warn": 1, "note": 2}
    by_rule: dict[tuple[str, str], list[Finding]] = {}
    for finding in sorted(findings, key=lambda finding: order[finding.severity]):
        by_rule.setdefault((finding.rule, finding.severity), []).append(finding)
    return list(by_rule.values())


def _verdict(report: Report, groups: list[list[Finding]]) -> str:
    if report.verdict == "unreadable":
        return "CM/ECF will refuse this file: it cannot be read as a PDF."
    if report.verdict == "accept":
        if any(group[0].severity == "warn" for group in groups):
            return "CM/ECF should accept this file, but please read the warnings."
        return "CM/ECF should accept this file: the check found nothing that it refuses."
    rejecting = [group for group in groups if group[0].severity == "reject"]
    if all(group[0].rule == "not_checked" for group in rejecting):
        return "This file could not be checked completely. CM/ECF may well refuse it."
    if len(rejecting) == 1:
        return "CM/ECF will likely refuse this file, for one reason:"
    return f"CM/ECF will likely refuse this file, for {len(rejecting)} reasons:"


def _reason(group: list[Finding], beyond: int) -> str:
    first = group[0]
    more = len(group) - 1 + beyond
    if more == 0:
        return first.message
    return f"{first.message} There {'is 1 more' if more == 1 else f'are {more} more'} like this."


def _pages(group: list[Finding]) -> str:
    pages = sorted({finding.page for finding in group if finding.page is not None})
    if not pages:
        return ""
    named = ", ".join(str(page) for page in pages[:_PAGES_NAMED])
    rest = " and more" if len(pages) > _PAGES_NAMED else ""
    return f"Page {named}." if len(pages) == 1 else f"Pages {named}{rest}."
