"""Policies that are enabled or not, and severities, by path."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from sgwarden.config.effective import Config, effective
from sgwarden.config.files import read
from sgwarden.config.policy_rules import adjust_findings, adjusts_findings, is_enabled
from sgwarden.findings import Finding, Severity, Verdict
from sgwarden.model.locations import Location

FINDING = Finding(
    "open-admin-port",
    Verdict.FAIL,
    Severity.HIGH,
    "aws_security_group.a",
    "m",
    Location("live/main.tf", 1, 1),
    root="live",
)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def configured(text: str) -> Config:
    Path("sgwarden.toml").write_text(text)
    return effective(read(Path("sgwarden.toml")), {}, {})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", True),
        ('[policies]\nenable = ["open-admin-port"]', True),
        ('[policies]\nenable = ["everything-open"]', False),
        ('[policies]\ndisable = ["open-admin-port"]', False),
        ('[policies]\ndisable = ["open-admin-port"]\n[[paths]]\npath = "x"\nenable = ["open-admin-port"]', True),
    ],
)
def test_is_enabled(text: str, expected: bool) -> None:
    assert is_enabled(configured(text), "open-admin-port") is expected


def test_without_paths_and_severities_nothing_is_adjusted() -> None:
    assert not adjusts_findings(configured('[policies]\ndisable = ["everything-open"]'))
    assert adjusts_findings(configured('[policies.severity]\nopen-admin-port = "low"'))
    assert adjusts_findings(configured('[[paths]]\npath = "x"'))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[policies.severity]\nopen-admin-port = "low"', replace(FINDING, severity=Severity.LOW)),
        (
            '[policies.severity]\nopen-admin-port = "low"\n[[paths]]\npath = "live"\n'
            'severity = { open-admin-port = "critical" }',
            replace(FINDING, severity=Severity.CRITICAL),
        ),
        ('[[paths]]\npath = "dev"\ndisable = ["open-admin-port"]', FINDING),
        (
            '[[paths]]\npath = ["dev", "live/*.tf"]\ndisable = ["open-admin-port"]',
            replace(
                FINDING, status="suppressed", suppression="disabled for dev, live/*.tf", suppressed_by="sgwarden.toml:1",
                enabled=False,
            ),
        ),
        ('[policies]\ndisable = ["open-admin-port"]\n[[paths]]\npath = "dev"\nenable = ["open-admin-port"]', None),
        ('[policies]\ndisable = ["open-admin-port"]\n[[paths]]\npath = "live"\nenable = ["open-admin-port"]', FINDING),
    ],
)  # fmt: skip
def test_adjust_findings(text: str, expected: Finding | None) -> None:
    assert adjust_findings([FINDING], configured(text)) == (() if expected is None else (expected,))


def test_policies_of_the_command_line_are_enabled_everywhere() -> None:
    config = configured('[policies]\ndisable = ["open-admin-port"]\n[[paths]]\npath = "dev"')
    assert adjust_findings([FINDING], config) == ()
    assert adjust_findings([FINDING], config, ["open-admin-port"]) == (FINDING,)
