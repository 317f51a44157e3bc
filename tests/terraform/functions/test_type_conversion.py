"""Functions that convert, and those about sensitive values."""

from __future__ import annotations

from tests.terraform.truth import failures


def test_evaluates_as_terraform() -> None:
    assert failures("conversion_functions") == []
