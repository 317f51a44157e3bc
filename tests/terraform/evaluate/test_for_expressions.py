"""``for`` expressions."""

from __future__ import annotations

import pytest

from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.evaluate.expressions import evaluate_text
from tests.terraform.truth import failures


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (
            '[for x in "a" : x]',
            "Iteration over non-iterable value: a value of type string cannot be used as the collection in a 'for'"
            " expression.",
        ),
        (
            "[for x in null : x]",
            "Iteration over null value: a null value cannot be used as the collection in a 'for' expression.",
        ),
        ("[for x in [1] : x if null]", "Condition is null: the value of the 'if' clause must not be null."),
        (
            '[for x in [1] : x if "no"]',
            "Invalid 'for' condition: the 'if' clause value is invalid: a bool is required.",
        ),
        ("[for x in [1] : x if []]", "Invalid 'for' condition: the 'if' clause value is invalid: bool required."),
        (
            "{for x in [1] : null => x}",
            "Invalid object key: key expression in 'for' expression must not produce a null value.",
        ),
        (
            "{for x in [1] : [] => x}",
            "Invalid object key: the key expression produced an invalid result: string required.",
        ),
        (
            "{for x in [1, 1] : x => x}",
            "Duplicate object key: two different items produced the key \"1\" in this 'for' expression. If duplicates"
            " are expected, use the ellipsis (...) after the value expression to enable grouping by key.",
        ),
        ('1 + "a"', "Invalid operand: unsuitable value for right operand: a number is required."),
        ('!"a"', "Invalid operand: unsuitable value for unary operand: a bool is required."),
    ],
)
def test_errors_are_worded_as_terraform_words_them(expression: str, message: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        evaluate_text(expression)
    assert str(caught.value) == message


@pytest.mark.truth
def test_evaluates_as_terraform() -> None:
    assert failures("for_expressions") == []
