"""What Terraform makes of expressions, recorded by ``fixtures/syntax/record.py``, and what is made of them here."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.evaluate.expressions import evaluate_text
from sgwarden.terraform.syntax.parse import read_file

RECORD = Path(__file__).parents[3] / "fixtures" / "syntax" / "expressions.json"
CASES: list[dict[str, Any]] = json.loads(RECORD.read_text())
TOLERATED = {"[[1,2],[3]].0.1", "[[[1]]].0.0.0"}
"""Terraform refuses two legacy indexes in a row as ambiguous; there is one thing they can mean."""


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return float(value) if isinstance(value, Fraction) else value


def outcome(expression: str) -> dict[str, Any]:
    """As the value of an attribute: newlines count, as they did when Terraform was asked."""
    found = read_file(Path("main.tf"), f"locals {{\n  it = {expression}\n}}\n")
    if found.problems or len(found.blocks) != 1 or found.blocks[0].problem is not None:
        return {"refused": True}
    try:
        return {"value": plain(evaluate_text(expression))}
    except EvaluationError:
        return {"refused": True}


@pytest.mark.parametrize("case", CASES, ids=lambda case: repr(case["expression"])[:60])
def test_expression_means_what_terraform_says(case: dict[str, Any]) -> None:
    expected = {key: value for key, value in case.items() if key != "expression"}
    if case["expression"] in TOLERATED:
        assert (expected, list(outcome(case["expression"]))) == ({"refused": True}, ["value"])
    else:
        assert outcome(case["expression"]) == expected
