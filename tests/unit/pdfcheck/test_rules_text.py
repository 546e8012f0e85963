"""Each rule is whole, and the document made from the rules is current."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli import main
from bot.pdfcheck.rule import Rule
from bot.pdfcheck.rules import RULES

ROOT = Path(__file__).resolve().parents[3]
# The ids that courts, reports and the bench name. Others may be added.
FIXED = (
    "not_pdf malformed not_checked needs_repair encrypted javascript external_action "
    "embedded_files audio_video form_fields xfa external_stream too_large mac_producer signed "
    "old_revision hidden_text personal_numbers external_links no_text_layer scan_quality page_size "
    "pdfa_claim source_document"
).split()


def test_all_rules_are_there_each_in_its_own_file() -> None:
    assert set(FIXED) <= set(RULES)
    folder = ROOT / "bot" / "pdfcheck" / "rules"
    assert all((folder / f"{rule}.py").is_file() for rule in RULES)


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_a_rule_says_all_that_a_filer_and_a_clerk_need(rule: Rule) -> None:
    assert rule.looks_for
    assert rule.why
    assert rule.sources
    assert rule.mend.to_dict()
    looks = (rule.judge_file, rule.look, rule.judge, rule.judge_pages)
    assert any(look is not None for look in looks)
    for text in (rule.title, rule.why, rule.innocent or "", *rule.mend.to_dict().values()):
        assert "!" not in text


def test_the_document_is_current(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-pdf", "--rules"]) == 0
    written = (ROOT / "docs" / "pdf-rules.md").read_text(encoding="utf-8")
    assert capsys.readouterr().out == written, "Run: helpdesk check-pdf --rules > docs/pdf-rules.md"


def test_no_file_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-pdf"]) == 2
