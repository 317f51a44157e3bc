"""YAML documents, as Terraform reads and writes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.model.values import Unknown
from sgwarden.terraform.evaluate.expressions import evaluate_text
from sgwarden.terraform.functions import FunctionContext, call
from tests.terraform.truth import failures


def test_an_infinite_number_is_unknown_and_the_rest_of_its_document_known() -> None:
    assert evaluate_text('yamldecode("{ports: [22, .inf, -.Inf], name: .iNf, .inf: true}")') == {
        "ports": (
            22,
            Unknown("the number +Inf of a YAML document is infinite", type="number", not_null=True),
            Unknown("the number -Inf of a YAML document is infinite", type="number", not_null=True),
        ),
        "name": ".iNf",
        "+Inf": True,
    }


CONTEXT = FunctionContext(Path(), Path())


def test_aliases_of_yaml_cannot_multiply_without_end() -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]" for i in range(1, 60))]
    result = call("yamldecode", ("\n".join(lines),), CONTEXT)
    assert result == Unknown("the YAML document has more than 1000000 values")


@pytest.mark.truth
def test_evaluates_as_terraform() -> None:
    assert failures("encoding", "yamldecode", "yamlencode") == []
