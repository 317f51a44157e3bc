"""The public API: what it answers about inputs of every kind, and when its checks fail."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from sgwarden import api
from sgwarden.api import Violation
from sgwarden.settings import Settings
from tests.paths import FIXTURES

CODE = """variable "admins" {
  type    = list(string)
  default = ["0.0.0.0/0"]
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
}
"""


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root module, and a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    directory = tmp_path / "code"
    directory.mkdir()
    (directory / "main.tf").write_text(CODE)
    monkeypatch.chdir(directory)
    return directory


def ids(result: api.Result) -> list[str]:
    return [finding.policy for finding in result.findings]


def told(result: api.Result) -> list[str]:
    """The policies of the findings, each with those that it stands for."""
    return [" ".join((finding.policy, *finding.also)) for finding in result.findings]


def test_scan_says_what_the_command_says(code: Path) -> None:
    found = api.scan(code)
    assert told(found) == ["open-admin-port open-high-risk-port open-unlisted-port"]
    assert (found.failed, found.undecided, found.complete) == (found.findings, (), True)
    assert [finding.address for finding in found.of("open-admin-port")] == ["aws_security_group.web"]
    assert told(api.scan(code)) == told(found)  # recalled from the cache
    with pytest.raises(Violation) as caught:
        found.check()
    assert "main.tf:15" in str(caught.value) and "opens port 22 (SSH) to the internet" in str(caught.value)
    found.check("critical")
    found.check("never")
    with pytest.raises(api.UsageError, match="there is no severity 'awful'; low, medium"):
        found.check("awful")


@pytest.mark.parametrize(
    ("admins", "findings"),
    [(["10.0.0.0/8"], []), ('["10.0.0.0/8"]', []), (["0.0.0.0/0"], ["open-admin-port open-high-risk-port open-unlisted-port"])],
)  # fmt: skip
def test_variables_are_values(code: Path, admins: Any, findings: list[str]) -> None:
    assert told(api.scan(code, variables={"admins": admins})) == findings


def test_a_template_in_a_value_is_text(code: Path) -> None:
    (code / "main.tf").write_text(
        CODE.replace('name        = "web"', "name = var.names[0]") + 'variable "names" {\n  type = list(string)\n}\n'
    )
    assert api.inventory(code, variables={"names": ["${x} %{y}"]}).group("aws_security_group.web").name == "${x} %{y}"


def test_a_value_that_no_variable_holds(code: Path) -> None:
    with pytest.raises(api.UsageError, match="a variable cannot hold this value: Object of type set"):
        api.scan(code, variables={"admins": {"a"}})


def test_undecided_and_incomplete_checks(code: Path) -> None:
    (code / "main.tf").write_text(CODE.replace('  default = ["0.0.0.0/0"]\n', ""))
    found = api.scan(code)
    assert (found.undecided, told(found)) == (
        found.findings, ["internet-by-sum", "open-admin-port open-high-risk-port open-unlisted-port"],
    )  # fmt: skip
    found.check()
    with pytest.raises(Violation, match='variable "admins" has no value'):
        found.check(fail_on_undecided=True)
    (code / "b.tf").write_text("resource {")
    found = api.scan(code)
    with pytest.raises(Violation, match="Not read"):
        found.check()
    found.check(allow_incomplete=True)


def test_settings_and_policies_are_the_callers(code: Path, tmp_path: Path) -> None:
    assert ids(api.scan(code, settings=Settings(public_ports=(22,), high_risk_ports=()))) == ["open-admin-port"]
    (tmp_path / "rules").mkdir()
    rules = '[[policy]]\nid = "ours"\ntitle = "T"\nseverity = "low"\nmessage = "M"\nports = [22]\n'
    (tmp_path / "rules" / "a.toml").write_text(rules)
    assert ids(api.scan(code, policies=api.load_policies(tmp_path / "rules"))) == ["ours"]


@pytest.mark.parametrize("call", [api.scan, api.inventory, api.plan])
def test_a_path_that_is_not_there(call: Any, tmp_path: Path) -> None:
    with pytest.raises(api.InputError, match="none"):
        call(tmp_path / "none")


@pytest.mark.parametrize("name", ["main.tf", "plan.json", "terraform.tfstate"])
def test_every_kind_of_input_gives_the_same_groups(name: str) -> None:
    directory = FIXTURES / "sources" / "vpc_rules"
    found = api.inventory(directory if name == "main.tf" else directory / name)
    expected = api.inventory(directory)
    assert isinstance(found, tuple) and len(found) == 1
    assert found.groups()
    assert [group.address for group in found.groups()] == [group.address for group in expected.groups()]


def test_drift_is_what_the_command_tells() -> None:
    directory = FIXTURES / "sources" / "separate_rules"
    found = api.drift(directory / "live.tfstate", directory / "live.json")
    assert (found.differences, found.complete) == ((), True)
    found.check()
    other = api.drift(directory / "live.tfstate", FIXTURES / "sources" / "inline_rules" / "live.json")
    assert {difference.kind for difference in other.differences} >= {"group_missing"}
    with pytest.raises(Violation, match="security group gone"):
        other.check()


PROVIDER = """
provider "aws" {
  region = "eu-west-1"
  default_tags {
    tags = { owner = "platform" }
  }
}
"""


def test_default_tags_of_the_provider_are_tags(code: Path) -> None:
    with pytest.raises(Violation, match=r"aws_security_group\.web has no tag owner"):
        api.inventory(code).groups_have_tags("owner")
    (code / "provider.tf").write_text(PROVIDER)
    found = api.inventory(code)
    found.groups_have_tags("owner")
    assert found.group("web").tags == {"owner": "platform"}
    (code / "provider.tf").write_text(PROVIDER.replace('{ owner = "platform" }', "var.tags") + 'variable "tags" {}\n')
    with pytest.raises(Violation, match=r'may have the tag owner; unknown: variable "tags" has no value'):
        api.inventory(code).groups_have_tags("owner")


@pytest.mark.parametrize("name", ["plan.json", "terraform.tfstate"])
def test_all_tags_of_plans_and_states_are_read(name: str) -> None:
    found = api.inventory(FIXTURES / "sources" / "inline_rules" / name)
    assert found.all_tags and {address for _, address in found.all_tags} <= {each.address for each in found.groups()}


@pytest.mark.parametrize("name", ["*.tf", "plan.json", "live.tfstate"])
def test_drift_of_code_plans_and_states(name: str, tmp_path: Path) -> None:
    source = FIXTURES / "sources" / "separate_rules"
    for file in source.glob(name):
        shutil.copy(file, tmp_path)
    found = api.drift(tmp_path if name == "*.tf" else tmp_path / name, source / "live.json")
    assert {each.kind for each in found.differences} <= {"group_unmanaged"}
    assert found.comparison.groups_declared > 0
