"""Baselines: what is written is read again, and other documents are refused with the place of the fault."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from msgspec.structs import replace

from sgwarden.errors import UsageError
from sgwarden.findings import Severity, Verdict
from sgwarden.gate.baseline import Entry, read, write
from sgwarden.gate.finding_key import FindingKey
from tests.paths import SCHEMAS

KEY = FindingKey(
    root="prod",
    policy="open-admin-port",
    address="aws_security_group.web",
    security_group="aws_security_group.web",
    group_name="wéb",
    subject=("ingress", "tcp"),
    verdict=Verdict.UNDECIDED,
    severity=Severity.CRITICAL,
)
ENTRIES = (
    Entry(KEY, "0" * 32),
    Entry(replace(KEY, address="b", subject=(), verdict=Verdict.FAIL), "1" * 32, "accepted"),
)
DOCUMENT = """{
  "schema_version": "1",
  "findings": [
    {
      "fingerprint": "00000000000000000000000000000000",
      "policy": "open-admin-port",
      "verdict": "undecided",
      "severity": "critical",
      "root": "prod",
      "address": "aws_security_group.web",
      "security_group": "aws_security_group.web",
      "group_name": "wéb",
      "subject": [
        "ingress",
        "tcp"
      ],
      "reason": null
    },
    {
      "fingerprint": "11111111111111111111111111111111",
      "policy": "open-admin-port",
      "verdict": "fail",
      "severity": "critical",
      "root": "prod",
      "address": "b",
      "security_group": "aws_security_group.web",
      "group_name": "wéb",
      "subject": [],
      "reason": "accepted"
    }
  ]
}
"""


def test_the_document() -> None:
    assert write(reversed(ENTRIES)) == DOCUMENT
    jsonschema.validate(json.loads(DOCUMENT), json.loads((SCHEMAS / "baseline.schema.json").read_bytes()))


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    file.write_text(DOCUMENT, encoding="utf-8")
    assert read(str(file)) == ENTRIES


DAMAGES: dict[str, tuple[Callable[[Any], object], str]] = {
    "no object": (lambda document: [], "Expected `object`, got `array`"),
    "no version": (lambda document: {}, "Object missing required field `schema_version`"),
    "another version": (lambda document: {**document, "schema_version": "2"}, "schema_version '2' is not known"),
    "no findings": (lambda document: {"schema_version": "1"}, "Object missing required field `findings`"),
    "a number": (lambda document: document["findings"][1].update(policy=7), "got `int` - at `$.findings[1].policy`"),
    "a severity": (lambda document: document["findings"][0].update(severity="bad"), "at `$.findings[0].severity`"),
    "a verdict": (lambda document: document["findings"][0].update(verdict="bad"), "at `$.findings[0].verdict`"),
    "no address": (
        lambda document: document["findings"][0].pop("address") and None,
        "missing required field `address`",
    ),
}


@pytest.mark.parametrize(("damage", "message"), DAMAGES.values(), ids=DAMAGES)
def test_another_document_is_refused(tmp_path: Path, damage: Callable[[Any], object], message: str) -> None:
    document = json.loads(DOCUMENT)
    changed = damage(document)
    file = tmp_path / "baseline.json"
    file.write_text(json.dumps(document if changed is None else changed))
    with pytest.raises(UsageError) as raised:
        read(str(file))
    assert message in str(raised.value)
    assert str(raised.value).startswith(f"{file}: ")


def test_a_file_that_is_missing_or_no_json(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no such baseline; make it with `sgwarden baseline update"):
        read(str(tmp_path / "none.json"))
    file = tmp_path / "baseline.json"
    file.write_text("{")
    with pytest.raises(UsageError, match="the baseline cannot be read: Input data was truncated"):
        read(str(file))
