"""Every policy through the real Checkov: the same verdict as through our command, for each fixture and address."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sgwarden.checkov.names import COMPLETE, NOT_LOADED, check_id
from sgwarden_policies.registry import POLICIES
from tests.checkov.environment import CHECKS, FIXTURES, ROOT, checkov, neutral, once, sgwarden_executable

__all__ = ["checkov", "once"]

IDS = {check_id(policy.id): policy.id for policy in POLICIES}
KINDS = ("pass", "fail", "undecided")
CASES = [(policy.id, kind) for policy in POLICIES for kind in KINDS]
NOT_PLANNABLE: dict[str, str] = json.loads((ROOT / "tests" / "policies" / "not_plannable.json").read_text())
PLANS = [case for case in CASES if "/".join(case) not in NOT_PLANNABLE]
LESS_IN_THE_PLAN = [("redundant-rule", "undecided")]
"""Here the plan calls the whole rule unknown, so that there are no two rules to compare."""
_UNDECIDED = re.compile(r"(SGWARDEN_\w+) undecided at (\S+) in (.+?): ")

Verdicts = dict[str, dict[str, str]]
"""By fixture, as ``policy/kind``: by ``policy address`` the verdict."""


def fixture_of(path: str) -> str:
    """``policy/kind`` of a file or directory of a fixture."""
    return "/".join(Path(path).resolve().relative_to(FIXTURES).parts[:2])


def run_checkov(
    checkov: str, *arguments: str, checks: Path = CHECKS, **variables: str
) -> subprocess.CompletedProcess[str]:  # fmt: skip
    """Checkov with our checks alone."""
    wanted = ",".join([*IDS, COMPLETE, NOT_LOADED])
    return subprocess.run(
        [checkov, *arguments, "--external-checks-dir", str(checks), "--check", wanted, "--skip-download",
         "--output", "json", "--compact"],
        cwd=ROOT, env=neutral(**variables), capture_output=True, text=True, check=False,
    )  # fmt: skip


def through_checkov(done: subprocess.CompletedProcess[str]) -> Verdicts:
    """Every verdict that Checkov reports; undecided ones, which its report leaves out, are in its log."""
    results = json.loads(done.stdout)["results"]
    verdicts: Verdicts = {}
    for key, verdict in (("passed_checks", "pass"), ("failed_checks", "fail"), ("skipped_checks", "suppressed")):
        for record in results[key]:
            if record["check_id"] in IDS:
                fixture = verdicts.setdefault(fixture_of(record["file_abs_path"]), {})
                fixture[f"{IDS[record['check_id']]} {record['resource']}"] = verdict
    for check, address, root in _UNDECIDED.findall(done.stderr):
        subject = f"{IDS[check]} {address}"
        assert subject not in verdicts.get(fixture_of(root), {}), "undecided, and yet with a result"
        verdicts.setdefault(fixture_of(root), {})[subject] = "undecided"
    return verdicts


def through_command(paths: list[Path], executable: str) -> Verdicts:
    """The same of our own command; the worst verdict of each policy and address."""
    done = subprocess.run(
        [executable, "scan", "--list-passed", "--format", "json", "--no-cache", "--quiet", *map(str, paths)],
        cwd=ROOT, env=neutral(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    document = json.loads(done.stdout)
    verdicts: Verdicts = {}
    for root in document["roots"]:
        fixture = verdicts.setdefault(fixture_of(str(ROOT / root["path"])), {})
        for policy, addresses in root["passed"].items():
            fixture.update({f"{policy} {address}": "pass" for address in addresses})
    for wanted in ("undecided", "fail"):
        for finding in document["findings"]:
            if finding["verdict"] == wanted:
                verdicts[fixture_of(str(ROOT / finding["root"]))][f"{finding['policy']} {finding['address']}"] = wanted
    return verdicts


@pytest.fixture(scope="module")
def executable(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Our command."""
    return sgwarden_executable(tmp_path_factory.mktemp("bin"))


@pytest.fixture(scope="module")
def both(checkov: str, executable: str, once: Callable[..., Any]) -> Callable[[str], tuple[Verdicts, Verdicts]]:
    """Our verdicts and Checkov's on all fixtures, as ``code`` or as ``plans``; Checkov is run once for each."""

    def make(kind: str) -> list[Verdicts]:
        if kind == "code":
            paths, arguments = [FIXTURES], ["--directory", str(FIXTURES), "--framework", "terraform"]
        else:
            paths = [FIXTURES / policy / verdict / "plan.json" for policy, verdict in PLANS]
            arguments = ["--framework", "terraform_plan", "--file", *map(str, paths)]
        done = run_checkov(checkov, *arguments, SGWARDEN_EXECUTABLE=executable)
        assert done.returncode == 1, done.stderr
        return [through_command(paths, executable), through_checkov(done)]

    def get(kind: str) -> tuple[Verdicts, Verdicts]:
        ours, theirs = once(f"checkov-{kind}", lambda: make(kind))
        return ours, theirs

    return get


def judge(ours: dict[str, str], theirs: dict[str, str], policy: str, kind: str, sure: bool = True) -> None:
    """The same verdicts at the same addresses, and among them the one that the fixture is there for."""
    assert theirs == unexpanded(ours)
    if not sure:
        return
    own = {verdict for subject, verdict in theirs.items() if subject.startswith(f"{policy} ")}
    assert kind in own
    if kind != "fail":
        assert "fail" not in own


def unexpanded(verdicts: dict[str, str]) -> dict[str, str]:
    """Checkov writes no key where ``count`` or ``for_each`` is unknown."""
    return {subject.replace("[?]", ""): verdict for subject, verdict in verdicts.items()}


@pytest.mark.parametrize(("policy", "kind"), CASES, ids=["-".join(case) for case in CASES])
def test_code(both: Callable[[str], tuple[Verdicts, Verdicts]], policy: str, kind: str) -> None:
    ours, theirs = both("code")
    judge(ours[f"{policy}/{kind}"], theirs[f"{policy}/{kind}"], policy, kind)


@pytest.mark.parametrize(("policy", "kind"), PLANS, ids=["-".join(case) for case in PLANS])
def test_plans(both: Callable[[str], tuple[Verdicts, Verdicts]], policy: str, kind: str) -> None:
    ours, theirs = both("plans")
    judge(ours[f"{policy}/{kind}"], theirs[f"{policy}/{kind}"], policy, kind, (policy, kind) not in LESS_IN_THE_PLAN)


def test_nothing_is_compared_by_half(both: Callable[[str], tuple[Verdicts, Verdicts]]) -> None:
    """Every fixture is there, and every plan that Terraform makes is recorded."""
    assert sorted(both("code")[1]) == sorted("/".join(case) for case in CASES)
    assert sorted(both("plans")[1]) == sorted("/".join(case) for case in PLANS)
    recorded = {fixture_of(str(path)) for path in FIXTURES.glob("*/*/plan.json")}
    assert recorded == {"/".join(case) for case in PLANS}


SMALL = ("--framework", "terraform", "--directory", str(FIXTURES / "open-admin-port" / "undecided"))


def results(done: subprocess.CompletedProcess[str]) -> dict[str, list[dict[str, Any]]]:
    """Passed and failed records by check id."""
    report = json.loads(done.stdout)["results"]
    found: dict[str, list[dict[str, Any]]] = {}
    for record in (*report["passed_checks"], *report["failed_checks"]):
        found.setdefault(record["check_id"], []).append(record)
    return found


def test_an_undecided_verdict_fails_when_asked(checkov: str, executable: str) -> None:
    done = run_checkov(checkov, *SMALL, SGWARDEN_EXECUTABLE=executable, SGWARDEN_CHECKOV_UNDECIDED="fail")
    [record] = results(done)["SGWARDEN_OPEN_ADMIN_PORT"]
    assert done.returncode == 1
    assert record["check_result"]["result"] == "FAILED"
    assert record["severity"] == "HIGH"
    assert record["details"][0].startswith("undecided: Ingress tcp 22 from an address that is unknown")
    assert "admin_cidrs" in record["details"][0]


def test_without_our_command_everything_fails(checkov: str, tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    done = run_checkov(checkov, *SMALL, SGWARDEN_EXECUTABLE=str(missing))
    found = results(done)
    assert done.returncode == 1
    assert sorted(found) == sorted([*IDS, COMPLETE])
    for records in found.values():
        assert [record["check_result"]["result"] for record in records] == ["FAILED"]
        assert str(missing) in records[0]["details"][0]
    assert done.stderr.count(str(missing)) == 2  # said once: in the command, and in the error of the system


def test_checks_that_cannot_be_imported_fail(checkov: str, tmp_path: Path) -> None:
    """Checkov itself would log the error and end with exit code 0."""
    checks = tmp_path / "policies" / "checkov_checks"
    shutil.copytree(CHECKS, checks)  # without the packages that it imports
    done = run_checkov(checkov, *SMALL, checks=checks)
    found = results(done)
    assert done.returncode == 1
    assert list(found) == [NOT_LOADED]
    assert "No module named 'sgwarden" in found[NOT_LOADED][0]["details"][0]


def test_modules_and_unknown_counts_and_what_was_not_read(checkov: str, executable: str, tmp_path: Path) -> None:
    """No finding is lost where Checkov knows fewer resources, and an unread file fails the check for that."""
    (tmp_path / "modules" / "group").mkdir(parents=True)
    (tmp_path / "modules" / "group" / "main.tf").write_text(
        'variable "cidr" {}\nresource "aws_security_group" "this" {\n  description = "Web"\n  ingress {\n'
        '    description = "SSH"\n    protocol = "tcp"\n    from_port = 22\n    to_port = 22\n'
        "    cidr_blocks = [var.cidr]\n  }\n}\n"
    )
    (tmp_path / "main.tf").write_text(
        'variable "wanted" {}\nmodule "each" {\n  source = "./modules/group"\n'
        '  for_each = { open = "0.0.0.0/0", closed = "10.0.0.0/8" }\n  cidr = each.value\n}\n'
        'module "perhaps" {\n  source = "./modules/group"\n  count = var.wanted\n  cidr = "0.0.0.0/0"\n}\n'
    )
    (tmp_path / "broken.tf").write_text("}}}\n")
    done = run_checkov(
        checkov, "--framework", "terraform", "--directory", str(tmp_path), SGWARDEN_EXECUTABLE=executable
    )
    found = results(done)
    assert {r["resource"]: r["check_result"]["result"] for r in found["SGWARDEN_OPEN_ADMIN_PORT"]} == {
        'module.each["open"].aws_security_group.this': "FAILED",
        'module.each["closed"].aws_security_group.this': "PASSED",
    }
    assert "SGWARDEN_OPEN_ADMIN_PORT undecided at module.perhaps.aws_security_group.this" in done.stderr
    [complete] = found[COMPLETE]
    assert complete["check_result"]["result"] == "FAILED"
    [detail] = complete["details"]
    assert detail.endswith("broken.tf: a block was expected here")
