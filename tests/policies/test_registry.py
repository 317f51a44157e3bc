"""The registry: every policy explains itself and has fixtures that show it at work."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sgwarden_policies.monitoring
import sgwarden_policies.security_groups
from sgwarden.findings import Verdict
from sgwarden.run.assess import assess
from sgwarden.settings import Settings
from sgwarden.sources.hcl import Reader
from sgwarden_policies.policy import Policy
from sgwarden_policies.registry import POLICIES
from tests.paths import FIXTURES as ROOT_FIXTURES
from tests.policies.examples import standing_alone

FIXTURES = ROOT_FIXTURES / "policies"
IDS = [policy.id for policy in POLICIES]
CONTROL = re.compile(
    r"CIS-AWS-\d\.\d\.\d:\d\.\d+(\.\d+)?|SecurityHub:(EC2|CloudWatch)\.\d+|MITRE-ATTACK:T\d{4}(\.\d{3})?"
)


def test_ids_are_unique_and_kebab_case() -> None:
    assert len(set(IDS)) == len(IDS)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)+", name) for name in IDS)


def test_every_policy_file_is_registered_under_its_name() -> None:
    directories = [
        Path(package.__file__).parent for package in (sgwarden_policies.security_groups, sgwarden_policies.monitoring)
    ]
    files = {path.stem for directory in directories for path in directory.glob("*.py")} - {"__init__"}
    registered = {type(policy).__module__.rpartition(".")[2] for policy in POLICIES}
    assert files == registered
    assert {name.replace("-", "_") for name in IDS} == registered


@pytest.mark.parametrize("policy", POLICIES, ids=IDS)
def test_every_policy_explains_itself(policy: Policy) -> None:
    assert not policy.title.endswith(".")
    for text in (policy.why, policy.fix):
        assert len(text) > 40
        assert text.endswith((".", ")."))
    assert policy.bad.startswith("resource ") and policy.good.startswith("resource ")
    assert policy.bad != policy.good
    assert policy.sources
    assert all(source.startswith("https://") for source in policy.sources)
    assert all(CONTROL.fullmatch(control) for control in policy.controls), policy.controls
    assert len(set(policy.controls)) == len(policy.controls)
    assert len(policy.why) <= 1024 and len(policy.title) <= 255


def test_every_policy_has_fixtures_and_every_fixture_a_policy() -> None:
    assert sorted(path.name for path in FIXTURES.iterdir()) == sorted(IDS)
    for name in IDS:
        assert sorted(path.name for path in (FIXTURES / name).iterdir()) == ["fail", "pass", "undecided"]


@pytest.mark.parametrize("policy", POLICIES, ids=IDS)
@pytest.mark.parametrize("kind", ["fail", "pass", "undecided"])
def test_fixtures(policy: Policy, kind: str) -> None:
    directory = FIXTURES / policy.id / kind
    root = Reader(directory, base=directory).read(directory)
    report = assess([root.infrastructure], [policy], Settings())
    verdicts = {finding.verdict for finding in report.findings}
    expected = {"fail": {Verdict.FAIL}, "pass": set(), "undecided": {Verdict.UNDECIDED}}[kind]
    assert verdicts == expected, [finding.message for finding in report.findings]
    assert all(finding.location for finding in report.findings)
    if kind == "pass":
        assert report.passed[policy.id] >= 1


@pytest.mark.parametrize("policy", POLICIES, ids=IDS)
@pytest.mark.parametrize("example", ["bad", "good"])
def test_the_examples_do_what_they_say(policy: Policy, example: str, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(standing_alone(getattr(policy, example)))
    root = Reader(tmp_path, base=tmp_path).read(tmp_path)
    report = assess([root.infrastructure], [policy], Settings())
    assert not report.failures
    failed = any(finding.verdict is Verdict.FAIL for finding in report.findings)
    assert failed is (example == "bad"), [finding.message for finding in report.findings]
    if example == "good":
        assert report.passed[policy.id] >= 1
