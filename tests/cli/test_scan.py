"""``sgwarden scan``: exit codes, outputs, variables and every kind of input."""

from __future__ import annotations

import io
import json
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import jsonschema
import pytest

from sgwarden.reports.formats import FINDINGS_FORMATS
from sgwarden.run import scan
from tests.cli.conftest import Run
from tests.paths import SCHEMAS

Sgwarden = Callable[..., Run]

OPEN = """variable "admins" {
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
UNKNOWN = OPEN.replace('  default = ["0.0.0.0/0"]\n', "")
CLOSED = OPEN.replace("0.0.0.0/0", "10.0.0.0/8")
LOW = CLOSED.replace('    description = "SSH"\n', "")
BROKEN = CLOSED + 'resource "aws_security_group" "b" {\n  name = = "b"\n}\n'


def write(directory: Path, text: str, name: str = "main.tf") -> Path:
    """A file of Terraform code."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / name
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("code", "arguments", "expected"),
    [
        (OPEN, (), 1),
        (OPEN, ("--fail-on", "high"), 1),
        (OPEN, ("--fail-on", "critical"), 0),
        (OPEN, ("--fail-on", "never"), 0),
        (OPEN, ("--only", "everything-open"), 0),
        (OPEN, ("--skip", "open-admin-port,open-high-risk-port", "--skip", "open-unlisted-port"), 0),
        (OPEN, ("--var", 'admins=["10.0.0.0/8"]'), 0),
        (CLOSED, (), 0),
        (CLOSED, ("--var", 'admins=["0.0.0.0/0"]'), 1),
        (LOW, (), 0),
        (LOW, ("--fail-on", "low"), 1),
        (UNKNOWN, (), 0),
        (UNKNOWN, ("--fail-on-undecided",), 1),
        (UNKNOWN, ("--fail-on-undecided", "--fail-on", "critical"), 0),
        (BROKEN, (), 3),
        (BROKEN, ("--allow-incomplete",), 0),
        (BROKEN, ("--fail-on", "never"), 3),
        (BROKEN, ("--var", 'admins=["0.0.0.0/0"]'), 1),
        (BROKEN, ("--var", 'admins=["0.0.0.0/0"]', "--allow-incomplete"), 1),
        (OPEN, ("--var", "admin=[]"), 2),
        (OPEN, ("--var", "admins"), 2),
        (OPEN, ("--var-file", "none.tfvars"), 2),
        (OPEN, ("--only", "no-such-policy"), 2),
        (OPEN, ("--only", "everything-open", "--skip", "everything-open"), 2),
        (OPEN, ("--changed-only",), 2),
        (OPEN, ("--format", "gif"), 2),
        (OPEN, ("--output", "gif=report"), 2),
        (OPEN, ("--output", "json="), 2),
        (OPEN, ("--output", "no/such/directory/report"), 2),
        (OPEN, ("--fail-on", "huge"), 2),
        (OPEN, ("nowhere",), 2),
        (OPEN, ("--no-such-option",), 2),
    ],
)
@pytest.mark.parametrize("cache", ["cold", "warm", "none"])
def test_exit_codes(
    work: Path, sgwarden: Sgwarden, code: str, arguments: tuple[str, ...], expected: int, cache: str
) -> None:
    write(work, code)
    if cache == "warm":
        sgwarden("scan", *arguments)
    extra = ("--no-cache",) if cache == "none" else ()
    assert sgwarden("scan", *arguments, *extra).code == expected


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("nowhere",), "sgwarden: nowhere: there is no such file or directory; check the path\n"),
        (
            (".",),
            "sgwarden: .: no Terraform files and no plans here or below; give a directory with .tf files, a plan as JSON, or a state\n",
        ),
        (("--only", "open-admin"), "sgwarden: there is no policy 'open-admin'; did you mean open-admin-port?\n"),
        (("--only", "zzz"), "sgwarden: there is no policy 'zzz'; `sgwarden policies` lists them\n"),
        (("-", "-"), "sgwarden: stdin (-) can be read once only; give - once\n"),
        (("--var", "x"), "sgwarden: --var 'x' is not NAME=VALUE; write --var 'name=value'\n"),
    ],
)
def test_errors_are_one_line_that_says_what_where_and_next(
    work: Path, sgwarden: Sgwarden, arguments: tuple[str, ...], line: str
) -> None:
    if "--var" in arguments:
        write(work, OPEN)
    assert sgwarden("scan", *arguments) == Run(2, "", line)


def test_the_report_is_on_stdout_and_nothing_on_stderr(work: Path, sgwarden: Sgwarden) -> None:
    write(work, OPEN)
    run = sgwarden("scan")
    assert run.err == ""
    assert (
        run.out
        == """\
aws_security_group.web
  main.tf:15
    15 |     cidr_blocks = var.admins
       |     ^^^^^^^^^^^^^^^^^^^^^^^^
    Ingress tcp 22 from 0.0.0.0/0 (`var.admins`, default at main.tf:3)
      high: opens port 22 (SSH) to the internet [open-admin-port, open-high-risk-port, open-unlisted-port]
      fix: Allow port 22 (SSH) only from the networks that administrators work from.

1 failed (1 high), 0 undecided, 8 passed; 1 security group, 1 rule, 1 resource seen; everything read
"""
    )


def test_a_required_variable_is_named_with_the_way_to_give_it(work: Path, sgwarden: Sgwarden) -> None:
    write(work, UNKNOWN)
    assert (
        "Variables without a value\n  admins (main.tf:1, 2 findings undecided)\n"
        "  give them with --var NAME=VALUE, --var-file FILE, terraform.tfvars or TF_VAR_NAME\n"
    ) in sgwarden("scan").out


def test_variables_come_from_files_and_the_environment(
    work: Path, sgwarden: Sgwarden, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(work, UNKNOWN)
    write(work, 'admins = ["0.0.0.0/0"]\n', "open.tfvars.txt")
    assert sgwarden("scan", "--var-file", "open.tfvars.txt").code == 1
    monkeypatch.setenv("TF_VAR_admins", '["0.0.0.0/0"]')
    assert sgwarden("scan").code == 1


@pytest.mark.parametrize("name", sorted(FINDINGS_FORMATS))
def test_every_format_to_stdout_and_to_a_file(work: Path, sgwarden: Sgwarden, name: str) -> None:
    write(work, OPEN)
    shown = sgwarden("scan", "--format", name)
    kept = sgwarden("scan", "--format", name, "--output", "report")
    assert (shown.code, kept.code, kept.out) == (1, 1, "")
    assert (work / "report").read_text() == shown.out
    assert shown.out.endswith("\n")


def test_several_outputs_in_one_run(work: Path, sgwarden: Sgwarden) -> None:
    write(work, OPEN)
    run = sgwarden("scan", "--output", "json=a.json", "-o", "sarif=b.sarif")
    assert run.out.startswith("aws_security_group.web\n")
    assert run.err == ""
    assert json.loads((work / "a.json").read_text())["summary"]["fail"] == 1
    assert json.loads((work / "b.sarif").read_text())["version"] == "2.1.0"
    assert sorted(path.name for path in work.iterdir()) == ["a.json", "b.sarif", "main.tf"]


def test_the_summary_goes_to_stderr_when_stdout_holds_a_document(work: Path, sgwarden: Sgwarden) -> None:
    write(work, OPEN)
    run = sgwarden("scan", "--format", "json")
    assert run.err.startswith("sgwarden: 1 failed (1 high), 0 undecided, 8 passed; ")
    assert sgwarden("scan", "--format", "json", "--quiet") == Run(1, run.out, "")
    schema = json.loads((SCHEMAS / "scan.schema.json").read_text())
    jsonschema.validate(json.loads(run.out), schema, jsonschema.Draft202012Validator)


def test_a_report_replaces_the_old_one_and_keeps_its_mode(work: Path, sgwarden: Sgwarden) -> None:
    write(work, OPEN)
    (work / "report").write_text("old")
    (work / "report").chmod(0o640)
    sgwarden("scan", "--output", "report")
    assert (work / "report").read_text().startswith("aws_security_group.web")
    assert stat.S_IMODE((work / "report").stat().st_mode) == 0o640


@pytest.mark.parametrize(
    ("variables", "arguments", "colored"),
    [
        ({}, (), False),
        ({"FORCE_COLOR": "1"}, (), True),
        ({"FORCE_COLOR": "1"}, ("--no-color",), False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, (), False),
        ({"FORCE_COLOR": "1"}, ("--output", "report"), False),
    ],
)
def test_colours(
    work: Path,
    sgwarden: Sgwarden,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    arguments: tuple[str, ...],
    colored: bool,
) -> None:
    write(work, OPEN)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    run = sgwarden("scan", *arguments)
    kept = (work / "report").read_text() if (work / "report").exists() else ""
    assert ("\x1b[" in run.out + kept) is colored


def test_several_paths_are_each_read_once(work: Path, sgwarden: Sgwarden) -> None:
    one, other = write(work / "one", OPEN), write(work / "other", CLOSED)
    run = sgwarden("scan", "one", str(one), "other", str(other.parent), "--format", "json")
    document = json.loads(run.out)
    assert document["summary"]["security_groups"] == 2
    assert {finding["root"] for finding in document["findings"]} == {"one"}
    assert {finding["location"]["file"] for finding in document["findings"]} == {"one/main.tf"}


def test_same_input_same_bytes(work: Path, sgwarden: Sgwarden) -> None:
    write(work / "one", OPEN)
    write(work / "two", UNKNOWN)
    first = sgwarden("scan", "--format", "json")
    assert sgwarden("scan", "--format", "json") == first
    assert sgwarden("scan", "--format", "json", "--no-cache") == first
    assert sgwarden("scan", "two", "one", "--format", "json").out == first.out


def plan(actions: list[str]) -> dict[str, object]:
    """A plan with one open group."""
    values = {
        "name": "web", "name_prefix": "", "description": "Web", "vpc_id": "vpc-1", "tags": None, "egress": [],
        "ingress": [
            {
                "cidr_blocks": ["0.0.0.0/0"], "description": "SSH", "from_port": 22, "to_port": 22, "protocol": "tcp",
                "ipv6_cidr_blocks": [], "prefix_list_ids": [], "security_groups": [], "self": False,
            }
        ],
    }  # fmt: skip
    resource = {
        "address": "aws_security_group.web", "mode": "managed", "type": "aws_security_group", "name": "web",
        "provider_name": "registry.terraform.io/hashicorp/aws",
    }  # fmt: skip
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.0",
        "planned_values": {"root_module": {"resources": [{**resource, "schema_version": 1, "values": values}]}},
        "resource_changes": [
            {**resource, "change": {"actions": actions, "before": None, "after": values, "after_unknown": {}, "after_sensitive": {}}}
        ],
        "configuration": {"root_module": {}},
    }  # fmt: skip


def test_a_plan_from_a_file_and_from_stdin(work: Path, sgwarden: Sgwarden, monkeypatch: pytest.MonkeyPatch) -> None:
    text = json.dumps(plan(["create"]))
    (work / "plan.json").write_text(text)
    from_file = json.loads(sgwarden("scan", "plan.json", "--format", "json").out)
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(text.encode())))
    from_stdin = json.loads(sgwarden("scan", "-", "--format", "json").out)
    assert from_file["summary"] == from_stdin["summary"]
    assert [(finding["policy"], finding["also"]) for finding in from_file["findings"]] == [
        ("open-admin-port", ["open-high-risk-port", "open-unlisted-port"])
    ]
    assert from_stdin["findings"][0]["root"] == "stdin"


def test_findings_of_a_plan_beside_its_code_point_at_lines(work: Path, sgwarden: Sgwarden) -> None:
    write(work, OPEN)
    (work / "plan.json").write_text(json.dumps(plan(["create"])))
    finding = json.loads(sgwarden("scan", "plan.json", "--format", "json").out)["findings"][0]
    assert (finding["location"]["file"], finding["location"]["line"]) == ("main.tf", 15)
    assert "(`var.admins`, default at main.tf:3)" in finding["message"]


@pytest.mark.parametrize(("actions", "code"), [(["create"], 1), (["delete", "create"], 1), (["no-op"], 0)])
def test_changed_only_judges_what_the_plan_touches(
    work: Path, sgwarden: Sgwarden, actions: list[str], code: int
) -> None:
    (work / "plan.json").write_text(json.dumps(plan(actions)))
    assert sgwarden("scan", "plan.json").code == 1
    assert sgwarden("scan", "plan.json", "--changed-only").code == code


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01\x02", b"{", b'{"a": 1}', b"PK\x03\x04....", b"hello\n", b"\xff\xfe\x00"]
)
def test_files_that_are_nothing_to_scan(work: Path, sgwarden: Sgwarden, content: bytes) -> None:
    (work / "file.json").write_bytes(content)
    run = sgwarden("scan", "file.json")
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith("sgwarden: file.json")
    assert run.err.count("\n") == 1


def test_a_fault_of_the_tool_is_told_without_a_traceback(
    work: Path, sgwarden: Sgwarden, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(work, OPEN)

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("odd\nthing")

    monkeypatch.setattr(scan, "assess_one", fail)
    run = sgwarden("scan")
    assert (run.code, run.out) == (3, "")
    assert run.err.startswith("sgwarden: internal error: RuntimeError: odd thing; ")
    monkeypatch.setenv("SGWARDEN_TRACEBACK", "1")
    with pytest.raises(RuntimeError, match="odd"):
        sgwarden("scan")


def test_ctrl_c(work: Path, sgwarden: Sgwarden, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(scan, "assess_one", interrupt)
    write(work, OPEN)
    assert sgwarden("scan") == Run(130, "", "sgwarden: interrupted\n")


def test_a_policy_that_breaks_turns_the_run_red(
    work: Path, sgwarden: Sgwarden, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sgwarden_policies.security_groups.everything_open import EverythingOpen

    def broken(*_: object) -> None:
        raise ValueError("broken")

    write(work, CLOSED)
    monkeypatch.setattr(EverythingOpen, "check", broken)
    run = sgwarden("scan", "--fail-on", "never", "--allow-incomplete", "--no-cache")
    assert run.code == 1
    assert "everything-open: ValueError: broken" in run.out
