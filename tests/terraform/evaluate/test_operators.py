"""Operators and conditionals."""

from __future__ import annotations

import pytest

from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.evaluate.expressions import evaluate_text
from tests.terraform.truth import failures


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (
            "null ? 1 : 2",
            "Null condition: the condition value is null. Conditions must either be true or false.",
        ),
        ("5 ? 1 : 2", "Incorrect condition type: the condition expression must be of type bool."),
        ("1 + null", "Operation failed: error during operation: argument must not be null."),
    ],
)
def test_errors_are_worded_as_terraform_words_them(expression: str, message: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        evaluate_text(expression)
    assert str(caught.value) == message


@pytest.mark.truth
def test_evaluates_as_terraform() -> None:
    assert failures("conditionals") == []
