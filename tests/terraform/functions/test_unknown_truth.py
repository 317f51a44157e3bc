"""Over unknown values we know all that Terraform knows when it plans, and nothing that turns out wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sgwarden.model.values import Unknown
from sgwarden.terraform.evaluate.expressions import evaluate_text
from sgwarden.terraform.functions.json_text import json_text
from sgwarden.terraform.types.types import MapType
from sgwarden.terraform.types.values import TfSet

pytestmark = pytest.mark.truth

RECORDED = json.loads(
    (Path(__file__).resolve().parents[3] / "fixtures" / "truth" / "functions" / "unknown" / "results.json").read_text()
)
VARIABLES = {
    "id": Unknown("the id is made on apply", "terraform_data.a", "id", type="string", not_null=True),
    "any": Unknown("the output is known after apply", "terraform_data.a", "output"),
}


def differences(ours: Any, planned: Any, unknown: Any, applied: Any, place: str = "") -> Iterator[str]:
    """Where what we know is wrong, and where we do not know what Terraform knows."""
    if type(ours) is Unknown:
        if unknown is not True and not (unknown is False and planned is None):
            yield f"{place} is unknown, but Terraform knows {planned}"
    elif isinstance(ours, dict):
        if ours.keys() != applied.keys():
            yield f"{place} has the keys {list(ours)} instead of {list(applied)}"
            return
        for name, item in ours.items():
            inner = unknown if isinstance(unknown, bool) else unknown.get(name, False)
            yield from differences(item, (planned or {}).get(name), inner, applied[name], f"{place}.{name}")
    elif isinstance(ours, TfSet):
        if any(type(item) is not Unknown and json.loads(json_text(item)) not in applied for item in ours):
            yield f"{place} has {ours} instead of {applied}"
    elif isinstance(ours, tuple):
        if len(ours) != len(applied):
            yield f"{place} has {len(ours)} elements instead of {len(applied)}"
            return
        for index, item in enumerate(ours):
            inner = unknown if isinstance(unknown, bool) else unknown[index]
            known = planned[index] if planned else None
            yield from differences(item, known, inner, applied[index], f"{place}[{index}]")
    elif json.loads(json_text(ours)) != applied:
        yield f"{place} is {ours} instead of {applied}"


@pytest.mark.parametrize("record", RECORDED["results"], ids=lambda record: record["expression"])
def test_knows_what_terraform_knows(record: dict[str, Any]) -> None:
    value = evaluate_text(record["expression"], VARIABLES)

    assert list(differences(value, record["planned"], record["unknown"], record["applied"])) == []


@pytest.mark.parametrize(
    "expression",
    [
        'join("", [id])',
        'join("", toset([id]))',
        "one([id])",
        "one(toset([id]))",
        'element(concat([id], [""]), 0)',
        'concat([id], [""])[0]',
        'coalesce("", id)',
        'coalesce(id, "x")',
        "compact([id])[0]",
        "tolist(toset([id]))[0]",
        "sort([id])[0]",
        'lookup({a = id}, "a", "")',
        'format("%s", id)',
        "tostring(id)",
        "flatten([[id]])[0]",
        "distinct([id])[0]",
        'merge({}, {a = id}).a',
        "values({a = id})[0]",
        'zipmap(["a"], [id]).a',
        "slice([id], 0, 1)[0]",
        "reverse([id])[0]",
        "try(id, null)",
        '"${id}"',
        "true ? id : null",
        "nonsensitive(sensitive(id))",
        "element(chunklist([id], 1), 0)[0]",
        "tolist(setunion([id], []))[0]",
        "setproduct([id], [1])[0][0]",
        "coalescelist([], [id])[0]",
    ],
)  # fmt: skip
def test_the_reference_survives(expression: str) -> None:
    assert evaluate_text(expression, VARIABLES) == VARIABLES["id"]


def test_an_unknown_argument_gives_the_reason_and_the_type() -> None:
    unknown = Unknown('variable "x" has no value', "aws_vpc.a", "id")
    results = [
        evaluate_text(text, {"x": unknown}) for text in ("lower(x)", "split(x, x)", "jsondecode(x)", "length(x)")
    ]
    assert results == [
        Unknown(unknown.reason, type="string"),
        Unknown(unknown.reason, type=results[1].type),
        Unknown(unknown.reason),
        Unknown(unknown.reason, type="number", not_null=True),
    ]
    assert evaluate_text("keys(x)", {"x": Unknown("?", type=MapType("string"))}).reason == "?"


@pytest.mark.parametrize(
    "call",
    ["uuid()", "timestamp()", "plantimestamp()", 'bcrypt("a")', 'base64gzip("a")', "provider::aws::unheard_of(1)"],
)
def test_chance_time_and_providers_are_unknown(call: str) -> None:
    assert type(evaluate_text(call)) is Unknown
