"""The pre-commit hooks, held by the real pre-commit."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.paths import FIXTURES, ROOT

FILES = (".pre-commit-hooks.yaml", "pre-commit-hooks.yaml")


def git(directory: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=tests", "-c", "user.email=tests@example.com"]
    subprocess.run(["git", *identity, *arguments], cwd=directory, check=True, stdout=subprocess.DEVNULL)


def test_both_files_hold_the_same() -> None:
    contents = [(ROOT / name).read_bytes() for name in FILES]
    assert contents[0] == contents[1]
    assert not any((ROOT / name).is_symlink() for name in FILES)


def test_every_hook_calls_the_command() -> None:
    hooks = yaml.safe_load((ROOT / FILES[0]).read_text())
    assert {hook["id"]: hook["entry"].split()[0] for hook in hooks} == {
        "sgwarden": "sgwarden",
        "sgwarden-plan": "sgwarden",
    }


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory of this run, the same for all processes of pytest-xdist."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def hooks(shared: Path) -> Path:
    """The project as a repository of its own, with whatever the work tree holds.

    All tests share it, and so the one environment that pre-commit installs for it, which takes most of their time.
    """
    if shutil.which("git") is None:
        pytest.skip("NOT TRIED WITH THE REAL PRE-COMMIT: there is no git")
    repository = shared / "hooks" / "sgwarden"
    with (shared / "hooks.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not repository.exists():
            unfinished = repository.with_name("unfinished")
            unfinished.mkdir(parents=True)
            for name in ("scanner", "policies", "pyproject.toml", "README.md", "LICENSE", *FILES):
                source = ROOT / name
                if source.is_dir():
                    shutil.copytree(source, unfinished / name, ignore=shutil.ignore_patterns("__pycache__"))
                else:
                    shutil.copy(source, unfinished / name)
            commit_all(unfinished)
            unfinished.rename(repository)
    return repository


def commit_all(repository: Path) -> None:
    """Make a directory a repository with one commit."""
    git(repository, "init", "--quiet")
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", "x")


def configuration(hooks: Path, *used: dict[str, object]) -> str:
    """A `.pre-commit-config.yaml` with hooks of the project."""
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=hooks, capture_output=True, text=True, check=True)
    return yaml.safe_dump({"repos": [{"repo": str(hooks), "rev": head.stdout.strip(), "hooks": list(used)}]})


@pytest.fixture
def project(tmp_path: Path, hooks: Path) -> Path:
    """A repository with both hooks, and the demo in a directory that is awkward to spell."""
    repository = tmp_path / "my pröject"
    shutil.copytree(FIXTURES / "demo", repository / "live é prod")
    (repository / ".pre-commit-config.yaml").write_text(
        configuration(hooks, {"id": "sgwarden"}, {"id": "sgwarden-plan"})
    )
    commit_all(repository)
    return repository


def run_hook(project: Path, shared: Path, hook: str, changed: str) -> subprocess.CompletedProcess[str]:
    """Let pre-commit run one hook on one changed file."""
    return run(project, shared, sys.executable, "-m", "pre_commit", "run", hook, "--files", changed)


def run(project: Path, shared: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """A command in the project, with environments of pre-commit's own."""
    home = shared / "pre-commit-home"
    environment = {**os.environ, "PRE_COMMIT_HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")}
    ran = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    if "No matching distribution" in ran.stdout or "NewConnectionError" in ran.stdout:
        pytest.skip("NOT TRIED WITH THE REAL PRE-COMMIT: packages cannot be installed here")
    return ran


def test_the_hook_judges_the_root_modules_of_changed_files(project: Path, shared: Path) -> None:
    ran = run_hook(project, shared, "sgwarden", "live é prod/modules/service/main.tf")
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "exit code: 1" in ran.stdout
    assert "live é prod/main.tf:54  aws_instance.bastion" in ran.stdout


def test_the_plan_hook_and_what_hooks_leave_out(project: Path, shared: Path) -> None:
    """A plan with a space in its name is judged; code that was installed below ``.terraform`` is not."""
    shutil.copy(FIXTURES / "drift" / "plan_after.json", project / "live é prod" / "my plan.json")
    installed = project / ".terraform" / "modules" / "x"
    installed.mkdir(parents=True)
    shutil.copy(project / "live é prod" / "main.tf", installed / "main.tf")
    git(project, "add", "--all", "--force")
    plan = run_hook(project, shared, "sgwarden-plan", "live é prod/my plan.json")
    assert plan.returncode == 1, plan.stdout + plan.stderr
    assert "exit code: 1" in plan.stdout
    assert "aws_security_group.bare_added" in plan.stdout
    nothing = run_hook(project, shared, "sgwarden", ".terraform/modules/x/main.tf")
    assert nothing.returncode == 0, nothing.stdout + nothing.stderr
    assert "(no files to check)Skipped" in nothing.stdout


def test_commits_are_stopped_by_what_they_bring_alone(hooks: Path, project: Path, shared: Path) -> None:
    """``git commit`` itself, with ``--diff-base HEAD``: the demo is full of findings that are there already."""
    hook = {"id": "sgwarden", "args": ["--diff-base", "HEAD"]}
    (project / ".pre-commit-config.yaml").write_text(configuration(hooks, hook))
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message", "hooks")
    installed = run(project, shared, sys.executable, "-m", "pre_commit", "install")
    assert installed.returncode == 0, installed.stdout + installed.stderr

    def commit(addition: str) -> subprocess.CompletedProcess[str]:
        file = project / "live é prod" / "main.tf"
        file.write_text(file.read_text() + addition)
        git(project, "add", "--all")
        identity = ["-c", "user.name=tests", "-c", "user.email=tests@example.com"]
        return run(project, shared, "git", *identity, "commit", "--message", "change")

    unchanged = commit("# nothing of substance\n")
    assert unchanged.returncode == 0, unchanged.stdout + unchanged.stderr
    group = 'resource "aws_security_group" "new" {\n  name = "new"\n  description = "New"\n  ingress {\n'
    opening = '    description = "x"\n    protocol = "tcp"\n    from_port = 23\n    to_port = 23\n    cidr_blocks = ["0.0.0.0/0"]\n'
    stopped = commit(f"{group}{opening}  }}\n}}\n")
    assert stopped.returncode == 1, stopped.stdout + stopped.stderr
    assert "1 new failed (1 high), 0 new undecided" in stopped.stdout + stopped.stderr
