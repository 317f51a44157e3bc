"""The same suppressions for differences of a drift."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sgwarden.config import effective
from sgwarden.drift.differences import Difference
from sgwarden.suppressions.differences import decide
from sgwarden.suppressions.engine import Decision
from sgwarden.suppressions.load import drift_suppressions

DIFFERENCE = Difference(
    kind="rule_added", account="123456789012", region="eu-west-1", group_id="sg-0a1b2c3d4e5f60718", group_name="web",
    address="module.a.aws_security_group.web",
)  # fmt: skip
CODE = 'resource "aws_security_group" "web" {\n  name = "web"\n}\n'
CALL = 'module "a" {\n  source = "./m"\n}\n'


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root module that calls another one; today is 2026-11-21."""
    (tmp_path / "live" / "m").mkdir(parents=True)
    (tmp_path / "live" / "main.tf").write_text(CALL)
    (tmp_path / "live" / "m" / "main.tf").write_text(CODE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SGWARDEN_TODAY", "2026-11-21")
    return tmp_path


def decided(root: Path) -> tuple[Decision | None, list[tuple[str, int]]]:
    """The decision about the difference, and what came of the suppressions."""
    config = effective.load(["live"], ["open-admin-port"], os.environ, {})
    suppressions = drift_suppressions(config, [root / "live"], ["open-admin-port"])
    decision = decide(suppressions, DIFFERENCE, "live")
    return decision, [(note.status, note.findings) for note in suppressions.notes()]


@pytest.mark.parametrize(
    ("file", "text", "place"),
    [("live/main.tf", CALL, "live/main.tf:1"), ("live/m/main.tf", CODE, "live/m/main.tf:1")],
)
@pytest.mark.parametrize("policy", ["drift", "*"])
def test_comments_at_the_call_and_at_the_group(root: Path, file: str, text: str, place: str, policy: str) -> None:
    (root / file).write_text(f'# sgwarden:ignore={policy} until=2027-01-31 reason="r"\n{text}')
    assert decided(root) == (Decision("r", place, "2027-01-31"), [("active", 1)])


def test_comments_about_findings_alone_or_over_or_elsewhere(root: Path) -> None:
    (root / "live" / "main.tf").write_text(f"# sgwarden:ignore=open-admin-port\n{CALL}")
    assert decided(root) == (None, [])
    (root / "live" / "main.tf").write_text(f"# sgwarden:ignore=drift until=2026-11-20\n{CALL}")
    assert decided(root) == (None, [("expired", 1)])
    (root / "live" / "main.tf").write_text(f'{CALL}# sgwarden:ignore=drift\nmodule "b" {{\n  source = "./m"\n}}\n')
    assert decided(root) == (None, [("unused", 0)])


@pytest.mark.parametrize(
    ("criteria", "applies"),
    [
        ('kind = ["rule_added", "rule_changed"]', True),
        ('kind = "rule_removed"', False),
        ('kind = "live"', True),
        ('kind = ["live", "rule_added"]', True),
        ('kind = "hcl"', False),
        ('policy = "drift"', True),
        ('policy = "open-admin-port"', False),
        ('address = "module.a"', True),
        ('id = "sg-0a1b2c3d4e5f60718"\naccount = "123456789012"\nregion = "eu-west-1"', True),
        ('region = "eu-west-2"', False),
        ('workspace = "default"', True),
    ],
)
def test_criteria(root: Path, criteria: str, applies: bool) -> None:
    (root / "live" / "sgwarden.toml").write_text(f'[[exemptions]]\n{criteria}\nreason = "r"\n')
    expected = Decision("r", "live/sgwarden.toml:1", None) if applies else None
    assert decided(root)[0] == expected


def test_modules_of_an_initialised_root_and_none_outside_the_repository(root: Path) -> None:
    (root / "live" / ".git").mkdir()
    for source in ("registry.terraform.io/x/y/z", "../outside"):
        (root / "live" / "main.tf").write_text(f'module "a" {{\n  source = "{source}"\n}}\n')
        assert decided(root) == (None, [])
    installed = root / "live" / ".terraform" / "modules"
    (installed / "a").mkdir(parents=True)
    (installed / "a" / "main.tf").write_text(f"# sgwarden:ignore=drift\n{CODE}")
    (installed / "modules.json").write_text('{"Modules": [{"Key": "a", "Dir": ".terraform/modules/a"}]}')
    (root / "live" / "main.tf").write_text('module "a" {\n  source = "x/y/z"\n}\n')
    assert decided(root)[0] == Decision("no reason given", "live/.terraform/modules/a/main.tf:1", None)
    (root / "outside").mkdir()
    (root / "outside" / "main.tf").write_text(f"# sgwarden:ignore=drift\n{CODE}")
    (installed / "modules.json").write_text('{"Modules": [{"Key": "a", "Dir": "../outside"}]}')
    assert decided(root) == (None, [])
