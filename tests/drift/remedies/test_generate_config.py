"""Terraform code that declares what is live."""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.drift.remedies.generate_config import inline_block, quote
from sgwarden.model.security_groups import Rule
from tests.drift.models import code
from tests.policies.models import rule


@pytest.mark.parametrize("value", ["plain", 'a "b"', "${x} %{y}", "a\\b", "two\nlines"])
def test_texts_of_hcl_come_back_as_they_were(value: str, tmp_path: Path) -> None:
    source = f'resource "aws_security_group" "x" {{\n  name = "x"\n  description = {quote(value)}\n}}\n'
    (found,) = code(tmp_path, source).infrastructure.security_groups
    assert found.description == value


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (
            rule(description='say "hi"'),
            'ingress {\n  protocol = "tcp"\n  from_port = 22\n  to_port = 22\n  cidr_blocks = ["0.0.0.0/0"]\n'
            '  description = "say \\"hi\\""\n}',
        ),
        (
            rule("all", None, None, direction="egress", description=None),
            'egress {\n  protocol = "-1"\n  from_port = 0\n  to_port = 0\n  self = true\n}',
        ),
    ],
)
def test_a_block_of_a_group(subject: Rule, text: str) -> None:
    assert inline_block(subject) == text
