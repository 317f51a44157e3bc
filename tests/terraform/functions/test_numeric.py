"""Functions of numbers."""

from __future__ import annotations

import pytest

from sgwarden.model.values import Unknown
from sgwarden.terraform.evaluate.expressions import evaluate_text
from tests.terraform.truth import failures


@pytest.mark.truth
def test_evaluates_as_terraform() -> None:
    assert failures("numeric") == []


def test_infinities_are_not_decided() -> None:
    """Terraform has them as values, which ``try`` does not catch."""
    for expression in ("pow(10, 400)", "log(0, 1)", "1 / 0", '"${log(0, 1)}"'):
        assert isinstance(evaluate_text(f"try({expression}, 1)"), Unknown)
    assert evaluate_text("try(0 / 0, log(1, 1), 1)") == 1


def test_logarithms_have_the_digits_of_go() -> None:
    """Recorded from terraform 1.11; the C library gives others."""
    found = evaluate_text('"${log(3, 128)} ${log(128, 3)} ${log(1000, 3)} ${log(0.1, 3)}"')
    assert found == "0.22642321438873658 4.4165082750002025 6.2877098228681545 -2.095903274289385"
