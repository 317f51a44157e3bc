"""The gate over real repositories: ``--diff-base``, ``--new-only``, ``--baseline`` and ``baseline update``."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.cli.conftest import Run
from tests.gate.conftest import commit, git, repository
from tests.paths import SCHEMAS

__all__ = ["repository"]

Sgwarden = Callable[..., Run]
ROOT = Path(__file__).resolve().parents[2]

VARIABLES = """variable "admins" {
  type = list(string)
}

variable "partners" {
  type = list(string)
}
"""
GROUPS = """resource "aws_security_group" "web" {
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

resource "aws_security_group" "db" {
  name        = "db"
  description = "Database"
}

resource "aws_vpc_security_group_ingress_rule" "db" {
  for_each          = toset(var.partners)
  security_group_id = aws_security_group.db.id
  description       = "PostgreSQL"
  ip_protocol       = "tcp"
  from_port         = 5432
  to_port           = 5432
  cidr_ipv4         = each.value
}

resource "aws_vpc_security_group_ingress_rule" "app" {
  security_group_id            = aws_security_group.db.id
  description                  = "From the web servers"
  ip_protocol                  = "-1"
  referenced_security_group_id = aws_security_group.web.id
}
"""
VALUES = """admins = [
  "0.0.0.0/0",
]

partners = [
  "198.51.100.0/24",
]
"""
CALL = """module "groups" {
  source   = "./modules/groups"
  admins   = var.admins
  partners = var.partners
}
"""


@pytest.fixture
def project(work: Path, repository: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with an open port on its branch main; the working directory, on the branch change."""
    monkeypatch.chdir(repository)
    (repository / "variables.tf").write_text(VARIABLES)
    (repository / "main.tf").write_text(GROUPS)
    (repository / "terraform.tfvars").write_text(VALUES)
    (repository / ".gitignore").write_text("private.auto.tfvars\n")
    commit(repository)
    git(repository, "checkout", "--quiet", "-b", "change")
    return repository


def document(run: Run) -> Any:
    """The JSON report of a run, which its schema allows."""
    found = json.loads(run.out)
    schema = SCHEMAS / "scan.schema.json"
    jsonschema.validate(found, json.loads(schema.read_text()))
    return found


def brief(found: Any, status: str = "new") -> list[tuple[str, str, str, int]]:
    """Policy, address, file and line of the findings of one status."""
    return [
        (each["policy"], each["address"], each["location"]["file"], each["location"]["line"])
        for each in found["findings"]
        if each["status"] == status
    ]


def move_into_module(project: Path) -> None:
    """Move the groups into a module, in another order and into two files, without changing a rule."""
    module = project / "modules" / "groups"
    module.mkdir(parents=True)
    web, db = GROUPS.split('resource "aws_security_group" "db"')
    (module / "variables.tf").write_text(VARIABLES)
    (module / "first.tf").write_text("\n\n" + 'resource "aws_security_group" "db"' + db)
    (module / "second.tf").write_text(f"# Moved here\n\n{web}")
    (project / "main.tf").write_text(CALL)


def test_code_that_moves_without_changing_a_rule_brings_nothing_new(project: Path, sgwarden: Sgwarden) -> None:
    before = document(sgwarden("scan", "--format", "json"))
    move_into_module(project)
    commit(project)
    run = sgwarden("scan", "--diff-base", "main", "--format", "json")
    found = document(run)
    assert run.code == 0
    assert brief(found) == []
    assert found["comparison"]["fixed"] == []
    assert found["comparison"]["exposure"] == []
    assert found["comparison"]["existing"] == len(before["findings"]) > 0


def test_a_port_opened_through_a_variable_is_exactly_that_one(project: Path, sgwarden: Sgwarden) -> None:
    (project / "terraform.tfvars").write_text(
        VALUES.replace('  "198.51.100.0/24",\n', '  "198.51.100.0/24",\n  "0.0.0.0/0",\n')
    )
    commit(project)
    run = sgwarden("scan", "--diff-base", "main", "--format", "json", "--only", "open-high-risk-port")
    found = document(run)
    address = 'aws_vpc_security_group_ingress_rule.db["0.0.0.0/0"]'
    assert run.code == 1
    assert brief(found) == [("open-high-risk-port", address, "main.tf", 26)]
    [message] = [each["message"] for each in found["findings"] if each["status"] == "new"]
    assert "terraform.tfvars:7" in message
    assert brief(found, "existing") == [("open-high-risk-port", "aws_security_group.web", "main.tf", 10)]
    assert [(each["traffic"], each["before"], each["after"]) for each in found["comparison"]["exposure"]] == [
        ("tcp 5432", ["198.51.100.0/24"], ["all of IPv4 (0.0.0.0/0)"])
    ]
    again = document(sgwarden("scan", "--diff-base", "main", "--format", "json"))
    assert brief(again) == [("open-high-risk-port", address, "main.tf", 26)]
    assert brief(again, "existing") == [("open-admin-port", "aws_security_group.web", "main.tf", 10)]


def test_moved_and_opened_at_once(project: Path, sgwarden: Sgwarden) -> None:
    move_into_module(project)
    (project / "terraform.tfvars").write_text(VALUES.replace("198.51.100.0/24", "0.0.0.0/0"))
    found = document(sgwarden("scan", "--diff-base", "main", "--format", "json"))
    assert brief(found) == [
        (
            "open-high-risk-port",
            'module.groups.aws_vpc_security_group_ingress_rule.db["0.0.0.0/0"]',
            "modules/groups/first.tf",
            15,
        )
    ]


def test_what_is_fixed_is_told(project: Path, sgwarden: Sgwarden) -> None:
    (project / "terraform.tfvars").write_text(VALUES.replace("0.0.0.0/0", "10.0.0.0/8"))
    run = sgwarden("scan", "--diff-base", "main", "--format", "json")
    comparison = document(run)["comparison"]
    assert run.code == 0
    assert [(each["policy"], each["also"], each["status"]) for each in comparison["fixed"]] == [
        ("open-admin-port", ["open-high-risk-port", "open-unlisted-port"], "fixed")
    ]
    assert comparison["base"] == f"commit {git(project, 'rev-parse', 'main')[:12]}"


def test_existing_findings_count_when_asked(project: Path, sgwarden: Sgwarden) -> None:
    assert sgwarden("scan", "--diff-base", "main").code == 0
    assert sgwarden("scan", "--diff-base", "main", "--fail-on-existing").code == 1
    assert sgwarden("scan", "--fail-on-existing").code == 2


def test_existing_findings_that_count_are_shown(project: Path, sgwarden: Sgwarden) -> None:
    plain = sgwarden("scan", "--diff-base", "main")
    counted = sgwarden("scan", "--diff-base", "main", "--fail-on-existing")
    assert "[open-" not in plain.out
    assert "existing, high: opens port" in counted.out
    assert (
        "Existing, not counted"
        not in sgwarden("scan", "--diff-base", "main", "--fail-on-existing", "--format", "markdown").out
    )
    assert sgwarden("scan", "--diff-base", "main", "--fail-on-existing", "--format", "github").out.count("::error") > 0


def test_changes_on_the_base_branch_are_not_ours(project: Path, sgwarden: Sgwarden) -> None:
    git(project, "checkout", "--quiet", "main")
    (project / "terraform.tfvars").write_text(VALUES.replace("0.0.0.0/0", "10.0.0.0/8"))
    commit(project)
    git(project, "checkout", "--quiet", "change")
    run = sgwarden("scan", "--diff-base", "main", "--format", "json")
    assert (run.code, brief(document(run))) == (0, [])


@pytest.mark.parametrize("directory", [".", "modules", ".."])
def test_paths_are_shown_as_ever_from_anywhere(
    project: Path, sgwarden: Sgwarden, monkeypatch: pytest.MonkeyPatch, directory: str
) -> None:
    move_into_module(project)
    (project / "terraform.tfvars").write_text(VALUES.replace("198.51.100.0/24", "0.0.0.0/0"))
    monkeypatch.chdir(project / directory)
    plain = document(sgwarden("scan", str(project), "--format", "json"))
    found = document(sgwarden("scan", str(project), "--diff-base", "main", "--format", "json"))
    places = [(each["policy"], each["location"]) for each in plain["findings"]]
    assert [(each["policy"], each["location"]) for each in found["findings"]] == places
    assert {each["status"] for each in found["findings"]} == {"new", "existing"}


def test_the_work_tree_and_git_stay_as_they_are(project: Path, sgwarden: Sgwarden) -> None:
    (project / "main.tf").write_text(GROUPS + "\n# edited\n")
    (project / "new.tf").write_text("")

    def state() -> Any:
        files = {str(path): path.read_bytes() for path in sorted(project.rglob("*")) if path.is_file()}
        return files, git(project, "status", "--porcelain")

    before = state()
    assert sgwarden("scan", "--diff-base", "main").code == 0
    assert state() == before


def test_variable_files_are_those_of_the_base(project: Path, sgwarden: Sgwarden, tmp_path: Path) -> None:
    (project / "prod.tfvars").write_text('partners = ["198.51.100.0/24"]\n')
    git(project, "checkout", "--quiet", "main")
    commit(project)
    git(project, "checkout", "--quiet", "-B", "change")
    (project / "prod.tfvars").write_text('partners = ["0.0.0.0/0"]\n')
    commit(project)
    outside = tmp_path / "outside.tfvars"
    outside.write_text('admins = ["203.0.113.0/24"]\n')
    arguments = ("--var-file", "prod.tfvars", "--var-file", str(outside), "--only", "open-high-risk-port")
    found = document(sgwarden("scan", "--diff-base", "main", "--format", "json", *arguments))
    assert [(each["address"], each["status"]) for each in found["findings"]] == [
        ('aws_vpc_security_group_ingress_rule.db["0.0.0.0/0"]', "new")
    ]


def test_what_git_ignores_is_no_part_of_the_change(project: Path, sgwarden: Sgwarden) -> None:
    (project / "private.auto.tfvars").write_text('partners = ["0.0.0.0/0"]\n')
    found = document(sgwarden("scan", "--diff-base", "main", "--format", "json"))
    assert brief(found) == []
    assert brief(found, "existing") == [
        ("open-high-risk-port", 'aws_vpc_security_group_ingress_rule.db["0.0.0.0/0"]', "main.tf", 26),
        ("open-admin-port", "aws_security_group.web", "main.tf", 10),
    ]
    assert found["comparison"]["existing"] == 2


def test_installed_modules_are_those_of_the_work_tree(project: Path, sgwarden: Sgwarden) -> None:
    (project / ".gitignore").write_text(".terraform/\n")
    (project / "main.tf").write_text(CALL.replace("./modules/groups", "example.com/x/groups/aws"))
    git(project, "checkout", "--quiet", "main")
    commit(project)
    git(project, "checkout", "--quiet", "-B", "change")
    installed = project / ".terraform" / "modules"
    (installed / "groups").mkdir(parents=True)
    (installed / "groups" / "main.tf").write_text(VARIABLES + GROUPS)
    listed = [{"Key": "", "Source": "", "Dir": "."}]
    listed += [{"Key": "groups", "Source": "example.com/x/groups/aws", "Dir": ".terraform/modules/groups"}]
    (installed / "modules.json").write_text(json.dumps({"Modules": listed}))
    found = document(sgwarden("scan", "--diff-base", "main", "--format", "json"))
    assert (found["summary"]["complete"], brief(found)) == (True, [])
    assert found["comparison"]["existing"] > 0


def test_a_suppression_that_is_taken_away_brings_the_finding_back(project: Path, sgwarden: Sgwarden) -> None:
    git(project, "checkout", "--quiet", "main")
    told = GROUPS.replace("= var.admins", '= var.admins # sgwarden:ignore=* reason="for now"')
    (project / "main.tf").write_text(told)
    commit(project)
    git(project, "checkout", "--quiet", "-B", "change")
    assert sgwarden("scan", "--diff-base", "main").code == 0
    (project / "main.tf").write_text(GROUPS)
    run = sgwarden("scan", "--diff-base", "main", "--format", "json", "--only", "open-admin-port")
    assert (run.code, brief(document(run))) == (1, [("open-admin-port", "aws_security_group.web", "main.tf", 10)])


def test_a_new_root_module_is_new_as_a_whole(project: Path, sgwarden: Sgwarden) -> None:
    for name, text in (("variables.tf", VARIABLES), ("main.tf", GROUPS), ("terraform.tfvars", VALUES)):
        (project / "staging").mkdir(exist_ok=True)
        (project / "staging" / name).write_text(text)
    found = document(sgwarden("scan", "staging", "--diff-base", "main", "--format", "json"))
    assert {each["status"] for each in found["findings"]} == {"new"}


def test_errors_are_one_line_that_says_what_helps(project: Path, sgwarden: Sgwarden, tmp_path: Path) -> None:
    unknown = sgwarden("scan", "--diff-base", "origin/nope")
    assert (unknown.code, unknown.err.count("\n")) == (2, 1)
    assert "run `git fetch origin origin/nope`" in unknown.err
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "main.tf").write_text("")
    assert sgwarden("scan", "--diff-base", "main", str(outside)).code == 2
    assert sgwarden("scan", "--diff-base", "main", "--new-only").code == 2


@pytest.mark.parametrize("output", ["text", "markdown", "sarif", "junit", "github", "gitlab", "csv"])
def test_reports_tell_what_is_new(project: Path, sgwarden: Sgwarden, output: str) -> None:
    (project / "terraform.tfvars").write_text(
        VALUES.replace("198.51.100.0/24", "0.0.0.0/0").replace(
            'admins = [\n  "0.0.0.0/0"', 'admins = [\n  "10.0.0.0/8"'
        )
    )
    out = sgwarden("scan", "--diff-base", "main", "--format", output, "--only", "open-high-risk-port").out
    telling = {
        "text": [
            "1 new failed (1 high), 0 new undecided",
            "Reachable from",
            "tcp 5432: 198.51.100.0/24 -> all of IPv4",
        ],
        "markdown": [
            "| `aws_security_group.db` db | tcp 5432 | 198.51.100.0/24 | all of IPv4 (0.0.0.0/0) **opens to the internet** |",
            "<summary>Fixed: 1</summary>",
        ],
        "sarif": ['"baselineState": "new"'],
        "junit": ['failures="1"'],
        "github": ["::error file=main.tf,line=26"],
        "gitlab": ['"check_name": "open-high-risk-port"'],
        "csv": [",new,", ",fixed,"],
    }
    assert [text for text in telling[output] if text not in out] == []


def test_a_baseline_from_its_making_to_its_end(project: Path, sgwarden: Sgwarden) -> None:
    made = sgwarden("baseline", "update", "--reason", "known since 2024")
    assert (made.code, made.out.splitlines()[-1]) == (
        0,
        "sgwarden-baseline.json: 3 findings, 3 added, 0 fixed, 0 not looked at",
    )
    file = project / "sgwarden-baseline.json"
    schema = json.loads(sgwarden("schema", "baseline").out)
    jsonschema.validate(json.loads(file.read_text()), schema)
    assert {each["reason"] for each in json.loads(file.read_text())["findings"]} == {"known since 2024"}
    first = file.read_bytes()
    move_into_module(project)
    run = sgwarden("scan", "--baseline", file.name, "--format", "json")
    assert (run.code, brief(document(run)), document(run)["comparison"]["fixed"]) == (0, [], [])
    assert sgwarden("baseline", "update", "--check").code == 1
    assert file.read_bytes() == first
    (project / "terraform.tfvars").write_text(
        VALUES.replace("198.51.100.0/24", "0.0.0.0/0").replace("0.0.0.0/0", "10.0.0.0/8", 1)
    )
    run = sgwarden("scan", "--baseline", file.name, "--format", "json", "--only", "open-admin-port,open-high-risk-port")
    assert run.code == 1
    assert [(each["policy"], each["also"]) for each in document(run)["comparison"]["fixed"]] == [
        ("open-admin-port", ["open-high-risk-port"])
    ]
    updated = sgwarden("baseline", "update")
    assert updated.out.count("fixed  .  aws_security_group.web") == 3
    assert {each["reason"] for each in json.loads(file.read_text())["findings"]} == {None}
    assert sgwarden("baseline", "update", "--check").code == 0
    assert sgwarden("scan", "--baseline", file.name).code == 0


@pytest.mark.parametrize(
    "options", [["--skip", "open-admin-port"], ["--only", "open-high-risk-port"], ["--list-passed"]], ids=" ".join
)
def test_a_baseline_knows_every_policy_about_one_opening(project: Path, sgwarden: Sgwarden, options: list[str]) -> None:
    """Which policy speaks for the others is settled after the comparison."""
    sgwarden("baseline", "update")
    run = sgwarden("scan", "--baseline", "sgwarden-baseline.json", "--format", "json", *options)
    assert (run.code, brief(document(run)), document(run)["comparison"]["fixed"]) == (0, [], [])
    assert brief(document(run), "existing") != []


def test_a_baseline_keeps_what_was_not_looked_at(project: Path, sgwarden: Sgwarden) -> None:
    for name, text in (("variables.tf", VARIABLES), ("main.tf", GROUPS), ("terraform.tfvars", VALUES)):
        (project / "a").mkdir(exist_ok=True)
        (project / "a" / name).write_text(text)
    assert sgwarden("baseline", "update", "--reason", "old").out.endswith(
        "6 findings, 6 added, 0 fixed, 0 not looked at\n"
    )
    (project / "a" / "terraform.tfvars").write_text(VALUES.replace("0.0.0.0/0", "10.0.0.0/8"))
    only = sgwarden("baseline", "update", "main.tf")
    assert only.out == "sgwarden-baseline.json: 6 findings, 0 added, 0 fixed, 3 not looked at\n"
    one = sgwarden("baseline", "update", "a", "--only", "open-admin-port")
    assert one.out.splitlines()[-1] == "sgwarden-baseline.json: 5 findings, 0 added, 1 fixed, 5 not looked at"
    whole = sgwarden("baseline", "update")
    assert whole.out.splitlines()[-1] == "sgwarden-baseline.json: 3 findings, 0 added, 2 fixed, 0 not looked at"


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"schema_version": "2", "findings": []}', '{"schema_version": "1", "findings": [{}]}']
)
def test_a_broken_baseline_is_an_error(project: Path, sgwarden: Sgwarden, text: str) -> None:
    (project / "b.json").write_text(text)
    run = sgwarden("scan", "--baseline", "b.json")
    assert (run.code, run.err.count("\n")) == (2, 1)
    assert sgwarden("scan", "--baseline", "none.json").code == 2


def test_of_a_plan_only_what_it_changes_counts(work: Path, sgwarden: Sgwarden) -> None:
    run = sgwarden("scan", "--new-only", str(ROOT / "fixtures" / "drift" / "plan_after.json"), "--format", "json")
    found = document(run)
    assert run.code == 0
    assert {each["severity"] for each in found["findings"] if each["status"] == "new"} == {"low"}
    assert found["comparison"]["base"] == "the state before the plan"
    assert "aws_security_group.inline_added" in {
        each["address"] for each in found["comparison"]["fixed"] if each["policy"] == "open-admin-port"
    }


def test_a_plan_that_changes_nothing_brings_nothing_new(work: Path, sgwarden: Sgwarden) -> None:
    run = sgwarden("scan", "--new-only", str(ROOT / "fixtures" / "drift" / "plan.json"), "--format", "json")
    comparison = document(run)["comparison"]
    assert (run.code, comparison["new"], comparison["fixed"], comparison["exposure"]) == (0, 0, [], [])


def test_new_only_needs_a_plan(project: Path, sgwarden: Sgwarden) -> None:
    assert sgwarden("scan", "--new-only").code == 2


def test_the_example_of_the_document_is_what_is_printed(project: Path, sgwarden: Sgwarden) -> None:
    (project / "terraform.tfvars").write_text(VALUES.replace("198.51.100.0/24", "0.0.0.0/0"))
    out = sgwarden("scan", "--diff-base", "main").out
    example = (ROOT / "docs" / "gate.md").read_text().partition("```text\n")[2].partition("```")[0]
    assert out.partition("compared with")[0] == example.partition("compared with")[0]
