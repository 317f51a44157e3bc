"""A user's repository has packages called ``scanner`` and ``policies`` of its own: sgwarden neither imports nor needs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

MAIN = """\
resource "aws_security_group" "web" {
  name        = "web"
  description = "web"
  vpc_id      = "vpc-1"
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
    description = "ssh"
  }
}
"""
SUMMARY = (
    "sgwarden: 1 failed (1 high), 0 undecided, 8 passed; 1 security group, 1 rule, 1 resource seen; everything read\n"
)
TEST = """\
import policies
import scanner


def test_own_packages_are_these():
    assert (policies.OWNER, scanner.OWNER) == ("the user", "the user")


def test_findings(sgwarden_scan):
    assert [finding.policy for finding in sgwarden_scan("live").failed] == ["open-admin-port"]
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose own packages have the names of our source folders."""
    for name in ("scanner", "policies"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text('OWNER = "the user"\n')
    (tmp_path / "live").mkdir()
    (tmp_path / "live" / "main.tf").write_text(MAIN)
    (tmp_path / "test_network.py").write_text(TEST)
    (tmp_path / "conftest.py").write_text("")
    return tmp_path


def run(repository: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(repository), "XDG_CACHE_HOME": str(repository / ".cache")}
    return subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True, check=False)


def test_python_m_pytest_runs_there_and_finds(repository: Path) -> None:
    ran = run(repository, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert (ran.returncode, ran.stdout.splitlines()[-1].split(" in ")[0]) == (0, "2 passed"), ran.stdout + ran.stderr


def test_pytest_that_a_program_calls(repository: Path) -> None:
    """As an editor or a build tool runs it: in its own process, after it has imported the user's packages."""
    program = "import sys, policies, scanner, pytest; sys.exit(pytest.main(['-q', '-p', 'no:cacheprovider']))"
    ran = run(repository, sys.executable, "-c", program)
    assert (ran.returncode, ran.stdout.splitlines()[-1].split(" in ")[0]) == (0, "2 passed"), ran.stdout + ran.stderr


def test_python_m_sgwarden_scans_there(repository: Path) -> None:
    ran = run(repository, sys.executable, "-m", "sgwarden", "scan", "live", "--format", "json")
    assert (ran.returncode, ran.stderr) == (1, SUMMARY)
    assert [finding["policy"] for finding in json.loads(ran.stdout)["findings"]] == ["open-admin-port"]
