"""Functions that keep what they know of a text of which a part is unknown."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.model.refinements import parse_json
from sgwarden.model.values import Sensitive, Unknown
from sgwarden.terraform.evaluate.expressions import evaluate_text
from tests.terraform.evaluating import evaluate, troubles

ARN = Unknown("the arn is made on apply", "aws_sns_topic.a", "arn", type="string", not_null=True)


@pytest.mark.parametrize(
    ("expression", "parts"),
    [
        ('"${arn}:*"', (ARN, ":*")),
        ('"a-${arn}-${5}"', ("a-", ARN, "-5")),
        ('format("%s:%s/100%%", arn, "b")', (ARN, ":b/100%")),
        ('join(":", [arn, "*"])', (ARN, ":*")),
        ("\"${join(\":\", [arn, \"*\"])}?\"", (ARN, ":*?")),
        ('jsonencode({a = arn})', ('{"a":', ARN, "}")),
    ],
)  # fmt: skip
def test_parts(expression: str, parts: tuple[object, ...]) -> None:
    value = evaluate_text(expression, {"arn": ARN})
    assert isinstance(value, Unknown)
    assert value.parts == parts


@pytest.mark.parametrize(
    "expression", ['format("%5s", arn)', 'format("%q", arn)', "upper(arn)", 'join(arn, ["a", "b"])']
)
def test_nothing_is_told_where_the_text_is_changed(expression: str) -> None:
    value = evaluate_text(expression, {"arn": ARN})
    assert isinstance(value, Unknown)
    assert value.parts == ()


def test_sensitive_parts_make_the_whole_sensitive() -> None:
    value = evaluate_text("jsonencode([arn, secret])", {"arn": ARN, "secret": Sensitive("x")})
    assert isinstance(value, Sensitive)
    assert parse_json(value.value) == [ARN, "x"]


@pytest.mark.parametrize(
    ("expression", "parts"),
    [
        ("distinct([arn, maybe])", (ARN,)),
        ('distinct(compact(concat([arn], ["b"])))', (ARN, "b")),
        ("compact([maybe, arn])", (ARN,)),
        ("compact([maybe])", ()),
        ("compact([arn, maybe])[0]", ()),
    ],
)
def test_elements_that_are_certainly_in_an_unknown_list(expression: str, parts: tuple[object, ...]) -> None:
    value = evaluate_text(expression, {"arn": ARN, "maybe": Unknown('variable "a" has no value', type="string")})
    assert isinstance(value, Unknown)
    assert value.parts == parts


def test_slice_of_an_unknown_list_has_the_length_that_was_asked_for(tmp_path: Path) -> None:
    code = """
data "x_zones" "all" {}
locals {
  zones = slice(data.x_zones.all.names, 1, 3)
}
resource "x_y" "a" {
  cidrs = [for i, zone in local.zones : cidrsubnet("10.0.0.0/16", 8, i)]
  count = length(local.zones)
  zone  = local.zones[count.index]
}
"""
    instances, run = evaluate(tmp_path, code)
    zone = Unknown("data.x_zones.all.names is read from AWS")
    cidrs = ("10.0.0.0/24", "10.0.1.0/24")
    assert {address: dict(instance.attributes) for address, instance in instances.items()} == {
        "x_y.a[0]": {"cidrs": cidrs, "zone": zone},
        "x_y.a[1]": {"cidrs": cidrs, "zone": zone},
    }
    assert troubles(run) == []
