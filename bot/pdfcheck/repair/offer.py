"""Whether a mended copy can be offered for a report, before anything is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.pdfcheck.repair.reasons import REASONS, Reason
from bot.pdfcheck.repair.result import Need
from bot.pdfcheck.report import Finding, Report

#: Rules whose findings a mended copy takes away.
MENDABLE = frozenset(
    {"encrypted", "javascript", "external_action", "embedded_files", "audio_video", "form_fields"}
    | {"xfa", "external_stream", "needs_repair", "old_revision", "mac_producer"}
    | {"source_document", "doubled_entry"}
)


@dataclass(frozen=True, slots=True)
class Offer:
    """needs: what to confirm first; reason: why there is no offer, or None."""

    needs: tuple[Need, ...] = ()
    reason: Reason | None = None


def offer(report: Report) -> Offer:
    """What a report says about mending. The attempt itself may still find another obstacle."""
    return _offer([(finding.rule, finding.detail or "") for finding in report.findings])


def offer_of_stored(report: Mapping[str, Any]) -> Offer:
    """As offer, for a report that was stored as JSON values."""
    return _offer([(f["rule"], f.get("detail", "")) for f in report["findings"]])


def _offer(found: list[tuple[str, str]]) -> Offer:
    rules = {rule for rule, _ in found}
    details = " ".join(detail for rule, detail in found if rule in ("encrypted", "xfa"))
    if "not_pdf" in rules:
        return Offer(reason=REASONS["not_pdf"])
    if "needs a password to open" in details:
        return Offer(reason=REASONS["password"])
    if "encrypted with something else" in details:
        return Offer(reason=REASONS["unknown_encryption"])
    if "dynamic XFA" in details:
        return Offer(reason=REASONS["dynamic_xfa"])
    if "malformed" in rules:
        return Offer(reason=REASONS["damaged"])
    if "not_checked" in rules:
        return Offer(reason=REASONS["unseen"])
    if not rules & MENDABLE:
        return Offer(reason=REASONS["nothing"])
    needs: list[Need] = []
    if "encrypted" in rules:
        needs.append("rights")
    if "signed" in rules:
        needs.append("even_signed")
    return Offer(tuple(needs))


def can_be_mended(shape: Mapping[str, Any]) -> bool:
    """Whether the file of a stored report, in the shape of :meth:`Report.to_dict`, is refused now
    and may be mended at once."""
    findings = tuple(
        Finding(str(found["rule"]), found["severity"], "", detail=found.get("detail"))
        for found in shape.get("findings", ())
    )
    verdict = shape.get("verdict")
    if verdict != "reject":
        return False
    report = Report("", "", 0, None, verdict, findings, 0)
    return offer(report).reason is None
