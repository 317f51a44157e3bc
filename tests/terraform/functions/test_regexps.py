"""Regular expressions, as RE2 has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.functions import FunctionContext, call
from tests.terraform.truth import failures

CONTEXT = FunctionContext(Path(), Path())


def test_a_regular_expression_cannot_backtrack_without_end() -> None:
    with pytest.raises(EvaluationError, match="did not match"):
        call("regex", ("^(a+)+$", "a" * 50_000 + "b"), CONTEXT)


@pytest.mark.truth
def test_evaluates_as_terraform() -> None:
    assert failures("string", "regex", "regexall", "replace") == []
