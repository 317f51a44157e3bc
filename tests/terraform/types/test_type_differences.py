"""How the two results of a conditional differ in type, in the words of terraform 1.11."""

from __future__ import annotations

import pytest

from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.evaluate.expressions import evaluate_text

SIDES = "Inconsistent conditional result types: the true and false result expressions must have consistent types. "


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ('true ? "a" : ["b"]', SIDES + "The 'true' value is string, but the 'false' value is tuple."),
        ('false ? "a" : ["b"]', SIDES + "The 'true' value is string, but the 'false' value is tuple."),
        (
            "true ? {a = 1} : {b = []}",
            SIDES + "The 'true' value includes object attribute \"a\", which is absent in the 'false' value.",
        ),
        (
            "true ? {a = 1} : {a = 1, b = []}",
            SIDES + "The 'false' value includes object attribute \"b\", which is absent in the 'true' value.",
        ),
        (
            "true ? {a = {b = 1}} : {a = {b = []}}",
            SIDES
            + 'Type mismatch for object attribute "a": Type mismatch for object attribute "b": The \'true\' value is'
            " number, but the 'false' value is tuple.",
        ),
        (
            'true ? ["a"] : ["a", {}]',
            SIDES + "The 'true' tuple has length 1, but the 'false' tuple has length 2.",
        ),
        (
            "true ? [{}] : [[]]",
            SIDES + "Type mismatch for tuple element 0: The 'true' value is object, but the 'false' value is tuple.",
        ),
        (
            "true ? tolist([{a = 1}]) : tolist([{b = []}])",
            SIDES
            + "Mismatched list element types: The 'true' value includes object attribute \"a\", which is absent in"
            " the 'false' value.",
        ),
        (
            "true ? tolist([1]) : toset([[]])",
            SIDES + "The 'true' value is list of number, but the 'false' value is set of tuple.",
        ),
    ],
)
def test_errors_are_worded_as_terraform_words_them(expression: str, message: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        evaluate_text(expression)
    assert str(caught.value) == message
