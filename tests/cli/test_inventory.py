"""``sgwarden inventory``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema

from tests.cli.conftest import Run
from tests.cli.test_scan import BROKEN, OPEN, write
from tests.paths import SCHEMAS

Sgwarden = Callable[..., Run]


def test_inventory(work: Path, sgwarden: Sgwarden) -> None:
    write(work, OPEN)
    assert sgwarden("inventory") == Run(
        0,
        "aws_security_group.web  (web)\n  ingress tcp 22 from 0.0.0.0/0\n\n"
        "1 security group, 1 rule, 1 resource seen; everything read\n",
        "",
    )
    document = json.loads(sgwarden("inventory", "--format", "json").out)
    schema = json.loads((SCHEMAS / "inventory.schema.json").read_text())
    jsonschema.validate(document, schema, jsonschema.Draft202012Validator)
    assert document["rules"][0]["peer"] == {"kind": "cidr_ipv4", "value": "0.0.0.0/0"}


def test_inventory_to_a_file_and_incomplete(work: Path, sgwarden: Sgwarden) -> None:
    write(work, BROKEN)
    assert sgwarden("inventory", "--format", "json", "--output", "out.json") == Run(3, "", "")
    assert json.loads((work / "out.json").read_text())["skipped"]
    assert sgwarden("inventory", "--allow-incomplete").code == 0
