"""What must hold between the parameters of a check beyond their types; asked when a rubric is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.scoring.checks import answer_rules, array_rules, model_rules
from grader.scoring.checks.model_rules import kind_complaint, settings_complaints
from grader.scoring.checks.rule import Around, Complaint, Rule

__all__ = ["Around", "Complaint", "complaints", "kind_complaint", "settings_complaints"]

RULES: Mapping[str, Rule] = {**model_rules.RULES, **answer_rules.RULES, **array_rules.RULES}


def complaints(check: str, params: Mapping[str, Any], around: Around) -> list[Complaint]:
    """Everything that is wrong with the parameters of a check, each of which has the right type."""
    rule = RULES.get(check)
    return list(rule(params, around)) if rule else []
