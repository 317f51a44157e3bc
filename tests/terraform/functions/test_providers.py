"""Functions of providers that compute from their arguments alone; recorded from terraform 1.11."""

from __future__ import annotations

import pytest

from sgwarden.model.values import Unknown
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.evaluate.expressions import evaluate_text

ROLE = "arn:aws:iam::111122223333:role/path/to/deploy"


def test_arns() -> None:
    parts = {"partition": "aws", "service": "iam", "region": "", "account_id": "111122223333"}
    assert evaluate_text(f'provider::aws::arn_parse("{ROLE}")') == {**parts, "resource": "role/path/to/deploy"}
    assert evaluate_text(f'provider::aws::trim_iam_role_path("{ROLE}")') == "arn:aws:iam::111122223333:role/deploy"
    built = evaluate_text('provider::aws::arn_build("aws", "ec2", "eu-west-1", "1", "vpc/a:b")')
    assert built == "arn:aws:ec2:eu-west-1:1:vpc/a:b"
    assert evaluate_text(f'provider::aws::arn_parse("{built}").resource') == "vpc/a:b"


@pytest.mark.parametrize(
    "expression",
    [
        'provider::aws::arn_parse("aws:iam")',
        'provider::aws::arn_parse("arn:aws:iam:")',
        "provider::aws::arn_parse(null)",
        'provider::aws::trim_iam_role_path("arn:aws:iam::1:user/a")',
        'provider::aws::trim_iam_role_path("arn:aws:s3:::role/a")',
        "provider::terraform::encode_expr(null)",
        "provider::terraform::encode_tfvars([])",
        'provider::terraform::encode_tfvars({ "a b" = 1 })',
        'provider::terraform::decode_tfvars("a = b")',
        'provider::terraform::decode_tfvars("a = [upper(1)]")',
        'provider::terraform::decode_tfvars("a {}")',
    ],
)
def test_what_they_refuse(expression: str) -> None:
    with pytest.raises(EvaluationError):
        evaluate_text(expression)


def test_variables_as_text() -> None:
    value = (
        '{ a = 1, bcd = "x\\n$${y}", c = [1, { q = null, rr = true }], d = { e = {} }, "x y" = 1.5, z = toset(["b"]) }'
    )
    assert evaluate_text(f"provider::terraform::encode_expr({value})") == (
        '{\n  a   = 1\n  bcd = "x\\n$${y}"\n  c = [1, {\n    q  = null\n    rr = true\n  }]\n  d = {\n    e = {}\n  }\n'
        '  "x y" = 1.5\n  z     = ["b"]\n}'
    )
    text = evaluate_text("provider::terraform::encode_tfvars({ a = 1, bcd = [] })")
    assert text == "a   = 1\nbcd = []\n"
    assert evaluate_text("provider::terraform::decode_tfvars(t)", {"t": text}) == {"a": 1, "bcd": ()}


def test_functions_of_other_providers_are_not_known() -> None:
    assert evaluate_text("provider::other::f(1)") == Unknown("function provider::other::f belongs to a provider")
