"""Suppressions applied to the findings of a report."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from sgwarden.config.effective import effective
from sgwarden.config.files import read
from sgwarden.findings import Facts, Finding, Report, Severity, Verdict
from sgwarden.model.locations import Location
from sgwarden.suppressions.apply import apply, subject_of
from sgwarden.suppressions.engine import RunContext, Suppressions
from sgwarden.suppressions.subject import Subject

FINDING = Finding(
    "open-admin-port", Verdict.FAIL, Severity.HIGH, "aws_security_group.a", "m", Location("live/main.tf", 2, 2),
    security_group="aws_security_group.a", root="live/plan.json",
    evidence={"direction": "ingress", "from_port": 22, "to_port": 22, "peer": {"kind": "cidr_ipv4", "value": "0.0.0.0/0"}},
    facts=Facts("plan", "sg-1", "123456789012", "eu-west-1", (("env", "prod"),)),
)  # fmt: skip


def test_subject_of_a_finding() -> None:
    assert subject_of(FINDING) == Subject(
        policy="open-admin-port", address="aws_security_group.a", security_group="aws_security_group.a", kinds=("plan",),
        id="sg-1", account="123456789012", region="eu-west-1", tags={"env": "prod"}, location=FINDING.location,
        directory="live", root="live/plan.json", ports=frozenset({22}), about_rule=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "root", "expected"),
    [
        ("hcl", "live", "live"),
        ("state", "a/b.tfstate", "a"),
        ("plan", "stdin", "."),
        ("state", "b", "."),
        ("live", "x", None),
    ],
)
def test_the_directory_of_the_code(kind: str, root: str, expected: str | None) -> None:
    assert subject_of(replace(FINDING, root=root, facts=Facts(kind))).directory == expected


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        ({"ports": [22, 3389]}, frozenset({22, 3389})),
        ({"ports": [], "from_port": 22, "to_port": 22}, frozenset({22})),
        ({"from_port": 20, "to_port": 22}, None),
        ({}, None),
    ],
)
def test_ports(evidence: dict[str, object], expected: frozenset[int] | None) -> None:
    assert subject_of(replace(FINDING, evidence=evidence)).ports == expected


def test_apply(tmp_path: Path) -> None:
    (tmp_path / "sgwarden.toml").write_text('[[exemptions]]\nid = "sg-1"\nreason = "r"\n')
    config = effective(read(tmp_path / "sgwarden.toml", "sgwarden.toml"), {}, {})
    context = RunContext(today=date(2026, 11, 21), base=tmp_path, top=tmp_path)
    other = replace(FINDING, facts=Facts("plan", "sg-2"))
    earlier = replace(FINDING, status="suppressed", suppression="by path", suppressed_by="sgwarden.toml:9")
    report = Report((FINDING, other, earlier), {}, ())
    applied = apply(report, Suppressions(config, [], ["open-admin-port"], context))
    marked = replace(FINDING, status="suppressed", suppression="r", suppressed_by="sgwarden.toml:1")
    assert applied.findings == (marked, other, earlier)
    assert [(note.status, note.findings) for note in applied.suppressions] == [("active", 2)]
