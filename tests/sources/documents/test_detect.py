"""Documents told apart by content, and broken ones refused with their place."""

from __future__ import annotations

import pytest

from sgwarden.errors import InputError
from sgwarden.sources.documents.detect import Kind, detect


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"format_version":"1.2","planned_values":{},"resource_changes":[]}', Kind.PLAN),
        ('{"format_version":"1.0","values":{}}', Kind.SHOWN_STATE),
        ('{"format_version":"1.0"}', Kind.SHOWN_STATE),
        ('{"version":4,"terraform_version":"1.11.4","resources":[]}', Kind.STATE),
        ('{"version":4,"lineage":"a"}', Kind.STATE),
        ('{"resource":{"aws_vpc":{}},"//":"a comment"}', Kind.TERRAFORM_JSON),
        ('{"schema_version":"1","kind":"snapshot"}', Kind.SNAPSHOT),
        ('{"version":"2.1.0","runs":[]}', Kind.UNKNOWN),
        ("{}", Kind.UNKNOWN),
        ("[]", Kind.UNKNOWN),
        ('resource "aws_vpc" "main" {}', Kind.UNKNOWN),
        ('\n  {"version" : 4, "resources" : []}\n', Kind.STATE),
    ],
)
def test_kinds(text: str, kind: Kind) -> None:
    assert detect(text.encode(), "file") is kind
    assert detect(b"\xef\xbb\xbf" + text.encode(), "file") is kind


def test_what_powershell_redirects_is_read() -> None:
    assert detect('{"format_version":"1.2","planned_values":{}}'.encode("utf-16"), "plan.json") is Kind.PLAN


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "plan.json: the file is empty"),
        (b" \n", "plan.json: the file is empty"),
        (
            b"PK\x03\x04rest",
            "plan.json: this is a binary plan file; run `terraform show -json PLANFILE > plan.json` and give that file",
        ),
        (
            b'{"@level":"info"}\n{"@level":"info"}',
            "plan.json: these are the log lines of `terraform plan -json`; "
            "run `terraform show -json PLANFILE > plan.json` and give that file",
        ),
        (b'{"format_version": "1.2",\n "planned', "plan.json:2:10: the JSON ends too early; write the file again"),
        (b'{"format_version": "1.2",\n  nonsense}', "plan.json:2:3: the JSON is malformed; write the file again"),
        ('{"ä": "ö"}}'.encode(), "plan.json:1:11: the JSON is malformed; write the file again"),
        (b'{"kind": "\xff"}', "plan.json: the file is not valid UTF-8; write the file again"),
        (
            b'{"version":3,"modules":[]}',
            "plan.json: this is a state of version 3, and only version 4 can be read; "
            "run `terraform apply -refresh-only` with Terraform 0.12 or newer to upgrade it",
        ),
        (
            b'{"serial":1,"lineage":"a","encrypted_data":"QUJD"}',
            "plan.json: the document is encrypted by OpenTofu; decrypt it first: `tofu show -json`",
        ),
    ],
)
def test_refusals(data: bytes, message: str) -> None:
    with pytest.raises(InputError) as caught:
        detect(data, "plan.json")
    assert str(caught.value) == message


def test_deep_nesting_is_refused_or_passed_over() -> None:
    deep = b'{"resources":' + b"[" * 200_000 + b"]" * 200_000 + b"}"
    with pytest.raises(InputError, match="nested too deeply"):
        detect(deep, "plan.json")
