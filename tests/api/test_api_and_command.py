"""The API and the commands: the same answers about the same inputs, under the same configuration."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sgwarden import __version__, api
from sgwarden.reports.findings.json import render
from sgwarden.reports.parts.context import Context
from tests.cli.conftest import Run, sgwarden, work  # noqa: F401 - fixtures

Command = Callable[..., Run]
ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "fixtures"
DIRECTORIES = sorted(
    case
    for case in FIXTURES.glob("*/*")
    if case.is_dir() and case.parent.name != "syntax" and next(case.rglob("*.tf"), None) is not None
)
DOCUMENTS = sorted(
    path
    for pattern in ("sources/*/*", "widening/*", "policies/*/*/*")
    for path in FIXTURES.glob(pattern)
    if path.name in ("plan.json", "terraform.tfstate", "live.tfstate")
)
CODE = """variable "admins" {
  type = list(string)
}

resource "aws_security_group" "web" {
  name        = "web"
  description = "Web"

  ingress {
    description = "SSH"
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = var.admins
  }

  ingress {
    description = "PostgreSQL"
    protocol    = "tcp"
    from_port   = 5432
    to_port     = 5432
    cidr_blocks = var.admins # sgwarden:ignore=open-high-risk-port until=2027-01-31 reason="r"
  }

  ingress {
    description = "Management"
    protocol    = "tcp"
    from_port   = 8089
    to_port     = 8089
    cidr_blocks = var.admins
  }
}

resource "aws_security_group" "office" {
  name        = "office"
  description = "Office"

  ingress {
    description = "HTTPS"
    protocol    = "tcp"
    from_port   = 8443
    to_port     = 8443
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"""
CONFIGURATION = """fail_on = "critical"
public_ports = [80, 443, 8443]

[policies]
disable = ["missing-description"]
severity = { open-admin-port = "critical" }

[[exemptions]]
policy = "open-unlisted-port"
address = "aws_security_group.web"
reason = "known"
"""


def told(result: api.Result) -> Any:
    """The report of a scan as the JSON that the command prints."""
    return json.loads(render(result.report, Context(version=__version__)))


def relative(path: Path) -> str:
    return path.relative_to(FIXTURES).as_posix()


@pytest.mark.parametrize("path", [*DIRECTORIES, *DOCUMENTS], ids=relative)
def test_scans_find_the_same(path: Path, sgwarden: Command) -> None:  # noqa: F811
    run = sgwarden("scan", str(path), "--format", "json", "--no-cache")
    found = api.scan(path, use_cache=False)
    assert told(found) == json.loads(run.out)
    assert holds(found.check) is (run.code == 0)


def test_there_is_much_to_compare() -> None:
    assert (len(DIRECTORIES) > 60, len(DOCUMENTS) > 30) == (True, True)


def holds(check: Callable[[], None]) -> bool:
    """Whether a check passes."""
    try:
        check()
    except api.Violation:
        return False
    return True


@pytest.fixture
def project(work: Path) -> Path:  # noqa: F811
    """A root module below a repository with a configuration, and the values of its variable."""
    (work / ".git").mkdir()
    (work / "sgwarden.toml").write_text(CONFIGURATION)
    (work / "live").mkdir()
    (work / "live" / "main.tf").write_text(CODE)
    (work / "live" / "terraform.tfvars").write_text('admins = ["0.0.0.0/0"]\n')
    return work


def test_the_configuration_of_the_project_holds(
    project: Path,
    sgwarden: Command,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = sgwarden("scan", "live", "--format", "json")
    found = api.scan("live")
    assert told(found) == json.loads(run.out)
    assert [(each.policy, str(each.severity)) for each in found.failed] == [("open-admin-port", "critical")]
    assert {each.policy for each in found.suppressed} == {"open-high-risk-port", "open-unlisted-port"}
    assert (run.code, holds(found.check)) == (1, False)
    monkeypatch.setenv("SGWARDEN_FAIL_ON", "never")
    assert (sgwarden("scan", "live").code, holds(api.scan("live").check)) == (0, True)


def test_another_configuration_and_none(project: Path, sgwarden: Command, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    (project / "other.toml").write_text('fail_on = "never"\n')
    assert told(api.scan("live", config="other.toml")) == json.loads(
        sgwarden("scan", "live", "--config", "other.toml", "--format", "json").out
    )
    monkeypatch.setenv("SGWARDEN_FAIL_ON", "never")
    plain = api.scan("live", config=False)
    assert {each.address for each in plain.failed} == {"aws_security_group.web", "aws_security_group.office"}
    assert [each.policy for each in plain.suppressed] == ["open-high-risk-port"]
    assert not holds(plain.check)
    (project / "sgwarden.toml").write_text("fail_no = 1\n")
    with pytest.raises(api.UsageError, match=r'sgwarden.toml:1: unknown key "fail_no"; did you mean "fail_on"'):
        api.scan("live")
    assert api.scan("live", config=False).failed == plain.failed


def test_policies_by_name_are_asked_whatever_the_configuration_says(project: Path, sgwarden: Command) -> None:  # noqa: F811
    (project / "live" / "main.tf").write_text(CODE.replace('    description = "SSH"\n', ""))
    found = api.scan("live", policies=["missing-description"])
    run = sgwarden("scan", "live", "--only", "missing-description", "--format", "json")
    assert told(found) == json.loads(run.out)
    assert len(found.failed) == 1
    with pytest.raises(api.UsageError, match="there is no policy 'open-admin-prt'; did you mean"):
        api.scan("live", policies=["open-admin-prt"])


def git(*arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)


def test_what_is_new_since_a_base(project: Path, sgwarden: Command) -> None:  # noqa: F811
    shutil.rmtree(project / ".git")
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-qm", "a")
    api.scan("live", diff_base="main").check()
    (project / "live" / "b.tf").write_text(CODE[CODE.index('resource "aws_security_group" "office"') :].replace("office", "db").replace("8443", "3389"))  # fmt: skip
    found = api.scan("live", diff_base="main")
    run = sgwarden("scan", "live", "--diff-base", "main", "--format", "json")
    assert told(found) == json.loads(run.out)
    assert {each.address for each in found.failed} == {"aws_security_group.db"}
    assert [each.policy for each in found.existing] == ["open-admin-port"]
    with pytest.raises(api.Violation) as caught:
        found.check()
    assert "aws_security_group.db" in str(caught.value) and "aws_security_group.web" not in str(caught.value)


def test_what_a_plan_brings_and_a_baseline(sgwarden: Command) -> None:  # noqa: F811
    plan = str(FIXTURES / "widening" / "plan.json")
    since = api.scan(plan, new_only=True)
    assert told(since) == json.loads(sgwarden("scan", plan, "--new-only", "-f", "json").out)
    assert [
        each.location.file for each in since.fixed if each.location and "sgwarden-prior" in each.location.file
    ] == []
    sgwarden("baseline", "update", plan)
    found = api.scan(plan, baseline="sgwarden-baseline.json")
    run = sgwarden("scan", plan, "--baseline", "sgwarden-baseline.json", "-f", "json")
    assert told(found) == json.loads(run.out)
    assert (found.findings, bool(found.existing), run.code) == ((), True, 0)
    found.check()


def test_drift_under_the_configuration(work: Path, sgwarden: Command) -> None:  # noqa: F811
    state = FIXTURES / "sources" / "separate_rules" / "live.tfstate"
    live = FIXTURES / "sources" / "inline_rules" / "live.json"
    found = api.drift(state, live)
    assert (sgwarden("drift", str(state), "--live", str(live)).code, holds(found.check)) == (1, False)
    (work / "sgwarden.toml").write_text('fail_on = "never"\nallow_incomplete = true\n')
    asked = ("drift", str(state), "--live", str(live), "--config", "sgwarden.toml")
    assert sgwarden(*asked).code == 0
    api.drift(state, live, config="sgwarden.toml").check()
    (work / ".sgwardenignore").write_text('[[ignore]]\nkind = "group_missing"\nreason = "later"\n')
    kinds = {each.kind for each in api.drift(state, live).differences}
    assert kinds == {each.kind for each in found.differences} - {"group_missing"}
