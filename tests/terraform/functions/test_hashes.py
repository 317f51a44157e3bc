"""Hashes and identifiers."""

from __future__ import annotations

import pytest

from tests.terraform.truth import failures


@pytest.mark.truth
def test_evaluates_as_terraform() -> None:
    assert failures("hash") == []
