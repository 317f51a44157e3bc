"""Patterns of fileset."""

from __future__ import annotations

from tests.terraform.truth import failures


def test_evaluates_as_terraform() -> None:
    assert failures("filesystem", "fileset") == []
