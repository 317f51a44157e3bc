"""The action and the documented jobs: their shape, and their scripts run by a real shell."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from sgwarden.cli.main import main
from tests.gate.conftest import commit, git

ROOT = Path(__file__).resolve().parents[2]
OPEN = """resource "aws_security_group" "web" {
  name        = "web"
  description = "Web"

  ingress {
    description = "SSH"
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"""


def action() -> dict[str, Any]:
    """The action as GitHub reads it."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
    return found


def test_the_action_has_the_shape_of_one() -> None:
    """https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax"""
    found = action()
    assert set(found) == {"name", "description", "branding", "inputs", "outputs", "runs"}
    assert all(set(each) == {"description", "default"} for each in found["inputs"].values())
    assert all(set(each) == {"description", "value"} for each in found["outputs"].values())
    assert set(found["runs"]) == {"using", "steps"}
    assert found["runs"]["using"] == "composite"
    for step in found["runs"]["steps"]:
        assert "uses" not in step
        assert step["shell"] == "bash"
        assert "${{" not in step["run"]  # what a user gives reaches the script as a variable, never as code


def test_the_action_speaks_only_of_what_it_declares() -> None:
    found = action()
    text = (ROOT / "action.yml").read_text()
    assert set(re.findall(r"\$\{\{ inputs\.([\w-]+) \}\}", text)) == set(found["inputs"])
    steps = {step["id"] for step in found["runs"]["steps"]}
    written = set(re.findall(r'echo "([\w-]+)=', text))
    for step, output in re.findall(r"\$\{\{ steps\.([\w-]+)\.outputs\.([\w-]+) \}\}", text):
        assert step in steps
        assert output in written
    assert set(re.findall(r"\$\{\{ steps\.\w+\.outputs\.([\w-]+) \}\}", text)) == set(found["outputs"])


@pytest.fixture
def project(repository: Path) -> Path:
    """A pull request that opens a port, beside one that is open, merged with its target as GitHub does it."""
    if shutil.which("bash") is None:
        pytest.skip("SCRIPTS OF PIPELINES NOT RUN: there is no bash")
    (repository / "live one").mkdir()
    (repository / "live one" / "main.tf").write_text(OPEN)
    commit(repository)
    git(repository, "checkout", "--quiet", "-b", "change")
    (repository / "live one" / "db.tf").write_text(OPEN.replace('"web"', '"db"').replace("22", "5432"))
    commit(repository)
    git(repository, "checkout", "--quiet", "main")
    git(repository, "merge", "--quiet", "--no-ff", "--message", "merge", "change")
    return repository


def executable(directory: Path) -> Path:
    """The command of this work tree, in a directory of its own."""
    directory.mkdir(parents=True, exist_ok=True)
    command = directory / "sgwarden"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m sgwarden "$@"\n')
    command.chmod(0o755)
    return directory


def shell(script: str, directory: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a script as a pipeline does."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "CI_", "GIT_"))}
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=directory, env={**bare, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def run_action(project: Path, temporary: Path, **given: str) -> tuple[subprocess.CompletedProcess[str], dict[str, str]]:
    """Run the scan of the action on a pull request; the run and its outputs."""
    executable(temporary / "sgwarden-venv" / "bin")
    environment = {
        "RUNNER_TEMP": str(temporary),
        "GITHUB_STEP_SUMMARY": str(temporary / "summary.md"),
        "GITHUB_OUTPUT": str(temporary / "output"),
        "GITHUB_BASE_REF": "main",
        "GITHUB_REF": "refs/pull/7/merge",
        "GITHUB_SHA": git(project, "rev-parse", "HEAD"),
        "XDG_CACHE_HOME": str(temporary / "cache"),
        **{f"GATE_{name.upper().replace('-', '_')}": str(each["default"]) for name, each in action()["inputs"].items()},
        **given,
    }
    [script] = [step["run"] for step in action()["runs"]["steps"] if step["id"] == "scan"]
    done = shell(script, project, environment)
    lines = (temporary / "output").read_text().splitlines()
    return done, dict(line.split("=", 1) for line in lines)


def test_the_action_fails_for_what_a_pull_request_brings(project: Path, tmp_path: Path) -> None:
    done, outputs = run_action(project, tmp_path, GATE_PATHS="live one\n")
    assert (done.returncode, outputs["exit-code"]) == (1, "1")
    assert "::error file=live one/db.tf,line=10" in done.stdout
    assert "main.tf" not in done.stdout
    assert "| `aws_security_group.db` db | tcp 5432 | nobody |" in (tmp_path / "summary.md").read_text()
    results = json.loads(Path(outputs["sarif"]).read_text())["runs"][0]["results"]
    assert {each["baselineState"] for each in results} == {"new", "unchanged"}
    assert Path(outputs["comment"]).read_text() == (tmp_path / "summary.md").read_text()


def test_the_action_passes_options_on(project: Path, tmp_path: Path) -> None:
    done, outputs = run_action(
        project, tmp_path, GATE_FAIL_ON="critical", GATE_ARGS="--only\nopen-high-risk-port", GATE_PATHS="."
    )
    assert (done.returncode, outputs["exit-code"]) == (0, "0")
    assert "[open-high-risk-port]" in done.stdout
    assert "[open-admin-port]" not in done.stdout


def test_the_action_says_what_a_shallow_checkout_lacks(project: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{project}", str(clone))
    done, outputs = run_action(clone, tmp_path)
    assert (done.returncode, outputs) == (2, {"exit-code": "2"})
    assert "git fetch" in done.stderr
    deeper = tmp_path / "deeper"
    git(tmp_path, "clone", "--quiet", "--depth", "2", f"file://{project}", str(deeper))
    assert run_action(deeper, tmp_path)[0].returncode == 1


@pytest.mark.parametrize("merge_request", [True, False])
def test_the_job_of_gitlab(project: Path, tmp_path: Path, merge_request: bool) -> None:
    job = yaml.safe_load((ROOT / "docs" / "gitlab-ci.yml").read_text())["sgwarden"]
    assert set(job) == {"stage", "image", "variables", "before_script", "script", "artifacts", "rules"}
    environment = {
        **job["variables"],
        "PATH": f"{executable(tmp_path / 'bin')}:{os.environ['PATH']}",
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    if merge_request:
        environment["CI_MERGE_REQUEST_DIFF_BASE_SHA"] = git(project, "rev-parse", "HEAD^1")
    done = shell("\n".join(job["script"]), project, environment)
    assert done.returncode == (1 if merge_request else 0), done.stderr
    reports = job["artifacts"]["reports"]
    quality = json.loads((project / reports["codequality"]).read_text())
    assert {each["location"]["path"] for each in quality} == {"live one/db.tf", "live one/main.tf"}
    assert json.loads((project / reports["sast"]).read_text())["scan"]["status"] == "success"
    assert (project / reports["junit"]).read_text().startswith("<?xml")


def blocks(language: str) -> list[str]:
    """The pieces of one language in the document."""
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / "docs" / "gate.md").read_text(), re.DOTALL)


def test_the_document_is_well_formed(capsys: pytest.CaptureFixture[str]) -> None:
    assert all(yaml.safe_load(block) for block in blocks("yaml"))
    known = ""
    for command in ("scan", "baseline"):
        with pytest.raises(SystemExit):
            main([command, "--help"])
        known += capsys.readouterr().out
    text = "\n".join(
        [*blocks("console"), *blocks("yaml"), *blocks("groovy"), (ROOT / "docs/gitlab-ci.yml").read_text()]
    )
    used = {
        option
        for line in text.replace("\\\n", " ").splitlines()
        if "sgwarden scan" in line or "sgwarden baseline" in line or "set -- " in line
        for option in re.findall(r"--[a-z][a-z-]+", line)
    }
    assert used >= {"--diff-base", "--output", "--new-only", "--baseline", "--fail-on"}
    assert [option for option in sorted(used) if option not in known] == []
    with_inputs = [
        step
        for block in blocks("yaml")
        if "jobs:" in block
        for step in yaml.safe_load(block)["jobs"]["sgwarden"]["steps"]
    ]
    [ours] = [step for step in with_inputs if step.get("uses", "").startswith("example/sgwarden@")]
    assert set(ours["with"]) <= set(action()["inputs"])
