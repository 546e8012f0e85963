"""The rules, one file each, found by listing this folder: a new rule is a new file.

A file of this folder that holds `RULE` is a rule.
"""

from __future__ import annotations

import importlib
import pkgutil

from bot.pdfcheck.rule import Rule, Stage


def _find() -> dict[str, Rule]:
    modules = (
        importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__)
    )
    found = (getattr(module, "RULE", None) for module in modules)
    return {rule.id: rule for rule in found if isinstance(rule, Rule)}


#: All rules by id, in the order of their files' names.
RULES: dict[str, Rule] = _find()

FILE_RULES: tuple[Rule, ...] = tuple(r for r in RULES.values() if r.judge_file is not None)
VISIT_RULES: tuple[Rule, ...] = tuple(r for r in RULES.values() if r.look is not None)
#: Those that judge the document, the last ones last.
DOCUMENT_RULES: tuple[Rule, ...] = tuple(
    sorted((r for r in RULES.values() if r.judge is not None), key=lambda rule: rule.stage)
)
PAGE_RULES: tuple[Rule, ...] = tuple(r for r in RULES.values() if r.judge_pages is not None)

__all__ = ["DOCUMENT_RULES", "FILE_RULES", "PAGE_RULES", "RULES", "VISIT_RULES", "Rule", "Stage"]
