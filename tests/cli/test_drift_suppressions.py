"""``sgwarden drift`` under the configuration, comments in the code and entries of the configuration."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_drift import AT, HTTPS, SSH, Command, document, world, write_live, write_state
from tests.drift.models import DB, WEB, block, group, live_group, live_rule, vpc_rule

__all__ = ["world"]  # the fixture
OPEN = ("--live", "open.json.gz", "--format", "json")
CODE = """{above}resource "aws_security_group" "web" {{
  name   = "web"
  vpc_id = "vpc-0a1b2c3d"
{above_block}  ingress {{
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
{above_attribute}    cidr_blocks = ["10.0.0.0/8"]
  }}
}}
"""
SLOTS = ("above", "above_block", "above_attribute")


def code(**slots: str) -> str:
    """The group ``web`` with comments at some places."""
    return CODE.format(**{**dict.fromkeys(SLOTS, ""), **{name: f"{text}\n" for name, text in slots.items()}})


def drift(sgwarden: Command, *arguments: str, at: tuple[str, ...] = AT) -> tuple[int, dict[str, Any]]:
    """Exit code and document."""
    run = sgwarden("drift", *arguments, *at)
    return run.code, document(run)


def notes(found: dict[str, Any]) -> list[tuple[str, str, int]]:
    """Status, place and number of differences of every suppression."""
    return [
        (note["status"], f"{note['location']['file']}:{note['location']['line']}", note["findings"])
        for note in found["suppressions"]
    ]


def test_a_comment_at_the_resource(world: Path, sgwarden: Command) -> None:
    """Beside a state, in a directory of its own, until its last day."""
    (world / "prod").mkdir()
    (world / "prod" / "main.tf").write_text(code(above='# sgwarden:ignore=drift until=2026-12-31 reason="CHG-7"'))
    write_state(world / "prod" / "terraform.tfstate", group(ingress=[block()]), group("db", DB), vpc_rule("a", DB))
    expected = {"by": "prod/main.tf:1", "reason": "CHG-7", "until": "2026-12-31"}
    for path in ("prod", "prod/terraform.tfstate"):
        exit_code, found = drift(sgwarden, path, *OPEN)
        assert (exit_code, found["summary"]["drift"], found["summary"]["suppressed"]) == (0, 0, 1)
        assert [each["suppressed"] for each in found["differences"]] == [expected]
        assert found["suppressions"] == [
            {
                "origin": "comment", "policies": ["drift"], "criteria": "",
                "location": {"file": "prod/main.tf", "line": 1, "end_line": 1},
                "reason": "CHG-7", "until": "2026-12-31", "status": "active", "findings": 1, "message": "",
            }
        ]  # fmt: skip
    exit_code, found = drift(sgwarden, "prod", *OPEN, at=("--at", "2027-01-01T06:00:00Z"))
    assert (exit_code, found["differences"][0]["suppressed"]) == (1, None)
    assert notes(found) == [("expired", "prod/main.tf:1", 1)]
    run = sgwarden("drift", "prod", "--live", "open.json.gz", "--at", "2027-01-01T06:00:00Z")
    message = "prod/main.tf:1: the suppression of drift ended on 2026-12-31: 1 difference counts again"
    assert run.err == f"sgwarden: {message}\n"
    assert f"Suppressions\n  {message}\n" in run.out


@pytest.mark.parametrize(("slot", "line"), [("above_block", 4), ("above_attribute", 8)])
def test_a_comment_at_a_block_covers_what_the_block_declares(
    world: Path, sgwarden: Command, slot: str, line: int
) -> None:
    """The rule of the block is gone, and another one is there: only the first is of the block."""
    (world / "main.tf").write_text(code(**{slot: '# sgwarden:ignore=drift reason="moved"'}))
    write_state(world / "terraform.tfstate", group(ingress=[block()]))
    write_live(
        world / "ssh.json", live_group("web", WEB, [SSH]), rules=[live_rule("sgr-2", ports=(22, 22), cidr="0.0.0.0/0")]
    )
    exit_code, found = drift(sgwarden, "--live", "ssh.json", "--format", "json")
    assert exit_code == 1
    assert sorted((each["kind"], (each["suppressed"] or {}).get("by")) for each in found["differences"]) == [
        ("rule_added", None), ("rule_removed", f"main.tf:{line}"),
    ]  # fmt: skip


def test_the_same_address_in_two_root_modules(world: Path, sgwarden: Command) -> None:
    """A comment at one of two groups of one name is about that one."""
    (world / "terraform.tfstate").unlink()
    comment = '# sgwarden:ignore=drift reason="only here"'
    for name, own, text in (("one", WEB, code(above=comment)), ("two", DB, code())):
        (world / name).mkdir()
        (world / name / "main.tf").write_text(text)
        write_state(world / name / "terraform.tfstate", group("web", own, ingress=[block()]))
    write_live(world / "both.json", live_group("web", WEB, [HTTPS, SSH]), live_group("web", DB, [HTTPS, SSH]))
    exit_code, found = drift(sgwarden, "one", "two", "--live", "both.json", "--format", "json")
    assert exit_code == 1
    assert {each["security_group"]["id"]: (each["suppressed"] or {}).get("by") for each in found["differences"]} == {
        WEB: "one/main.tf:1", DB: None,
    }  # fmt: skip


def test_a_state_elsewhere_opens_no_code_outside(world: Path, sgwarden: Command) -> None:
    """A module outside the repository is not read, wherever the state lies."""
    (world / "repository" / ".git").mkdir(parents=True)
    (world / "outside").mkdir()
    (world / "outside" / "main.tf").write_text(code(above='# sgwarden:ignore=drift reason="not ours"'))
    (world / "repository" / "main.tf").write_text('module "a" {\n  source = "../outside"\n}\n')
    (world / "terraform.tfstate").unlink()
    (world / "states").mkdir()
    write_state(world / "states" / "a.tfstate", group(module="module.a", ingress=[block()]))
    write_live(world / "open.json", live_group("web", WEB, [HTTPS, SSH]))
    _, found = drift(sgwarden, "repository", "states/a.tfstate", "--live", "open.json", "--format", "json")
    assert [each["suppressed"] for each in found["differences"]] == [None]
    assert found["suppressions"] == []


@pytest.mark.parametrize(
    "criteria",
    [
        'policy = "drift"\naddress = "aws_security_group.w*"',
        'kind = "rule_added"',
        'policy = "drift"\nkind = ["rule_added", "rule_removed"]\nregion = "eu-west-1"',
    ],
)
def test_an_entry_of_the_configuration(world: Path, sgwarden: Command, criteria: str) -> None:
    (world / "sgwarden.toml").write_text(
        f'[[exemptions]]\n{criteria}\nuntil = 2026-11-30\nreason = "NET-42"\n'
        '[[exemptions]]\nkind = "group_missing"\nreason = "none"\n'
        '[[exemptions]]\naddress = "module.of_findings"\nreason = "of scans too"\n'
    )
    line = criteria.count("\n") + 5
    exit_code, found = drift(sgwarden, ".", *OPEN)
    assert exit_code == 0
    assert found["differences"][0]["suppressed"] == {
        "by": "sgwarden.toml:1", "reason": "NET-42", "until": "2026-11-30",
    }  # fmt: skip
    assert notes(found) == [("expiring", "sgwarden.toml:1", 1), ("unused", f"sgwarden.toml:{line}", 0)]
    exit_code, found = drift(sgwarden, ".", *OPEN, at=("--at", "2026-12-01T06:00:00Z"))
    assert (exit_code, found["differences"][0]["suppressed"]) == (1, None)
    assert notes(found) == [("expired", "sgwarden.toml:1", 1), ("unused", f"sgwarden.toml:{line}", 0)]


def test_both_files(world: Path, sgwarden: Command) -> None:
    """Each keeps its own remarks; what the ignore file suppresses says so."""
    (world / ".sgwardenignore").write_text('[[ignore]]\nname = "web"\nreason = "of the ignore file"\n')
    (world / "sgwarden.toml").write_text('[[exemptions]]\npolicy = "drift"\naddress = "*"\nreason = "of all"\n')
    exit_code, found = drift(sgwarden, ".", *OPEN)
    assert exit_code == 0
    assert found["differences"][0]["suppressed"]["by"] == "ignore file"
    assert (found["ignore_file"], notes(found)) == ([], [("active", "sgwarden.toml:1", 1)])


def test_the_day_of_the_environment(world: Path, sgwarden: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    (world / "sgwarden.toml").write_text('[[exemptions]]\npolicy = "drift"\nuntil = 2026-11-30\nreason = "r"\n')
    for day, expected in (("2026-11-30", 0), ("2026-12-01", 1)):
        monkeypatch.setenv("SGWARDEN_TODAY", day)
        assert drift(sgwarden, ".", *OPEN, at=())[0] == expected


@pytest.mark.parametrize(
    ("text", "arguments", "expected"),
    [
        ("", (), 1),
        ('fail_on = "critical"\n', (), 0),
        ('fail_on = "critical"\n', ("--fail-on", "low"), 1),
        ('fail_on = "high"\n[policies]\nseverity = { open-admin-port = "critical" }\n', (), 1),
        ('fail_on = "critical"\n[policies.severity]\nopen-admin-port = "critical"\n', (), 1),
    ],
)
def test_what_fails(world: Path, sgwarden: Command, text: str, arguments: tuple[str, ...], expected: int) -> None:
    (world / "sgwarden.toml").write_text(text)
    assert drift(sgwarden, ".", *OPEN, *arguments)[0] == expected


def test_the_policies_that_judge_risk(world: Path, sgwarden: Command) -> None:
    (world / "team.toml").write_text(
        'admin_ports = [3389]\nhigh_risk_ports = [3389]\n[policies]\ndisable = ["open-unlisted-port"]\n'
    )
    (before,) = drift(sgwarden, ".", *OPEN)[1]["differences"]
    (after,) = drift(sgwarden, ".", *OPEN, "--config", "team.toml")[1]["differences"]
    gone = {"open-admin-port", "open-high-risk-port", "open-unlisted-port"}
    assert gone & set(before["risk"]) >= {"open-admin-port", "open-high-risk-port"}
    assert after["risk"] == [policy for policy in before["risk"] if policy not in gone]


def test_accounts(world: Path, sgwarden: Command) -> None:
    """Another account is left out, and said to be; nothing that is declared for it looks gone."""
    (world / "sgwarden.toml").write_text('accounts = ["999900001111"]\n')
    exit_code, found = drift(sgwarden, ".", *OPEN)
    assert (exit_code, found["differences"]) == (0, [])
    assert [note["text"] for note in found["notes"] if note["kind"] == "account_left_out"] == [
        "account 111122223333 is left out: the configuration does not list it in accounts"
    ]
    (world / "sgwarden.toml").write_text('accounts = ["111122223333"]\n')
    exit_code, found = drift(sgwarden, ".", *OPEN)
    assert (exit_code, len(found["differences"]), found["notes"]) == (1, 1, [])


def test_regions_and_formats(world: Path, sgwarden: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    from sgwarden.cli import live_options
    from sgwarden.sources.documents.live_files import read_path

    asked: list[list[str]] = []

    def read(options: live_options.LiveOptions) -> Any:
        asked.append(list(options.wanted.regions))
        return read_path("same.json")

    monkeypatch.setattr(live_options, "read_live", read)
    (world / "sgwarden.toml").write_text('regions = ["eu-west-1"]\nformat = "gitlab"\n')
    run = sgwarden("drift")
    assert (run.code, asked) == (0, [["eu-west-1"]])
    assert run.err == "sgwarden: sgwarden.toml:2: there is no report of drift as gitlab; it is written as text\n"
    assert sgwarden("drift", "--region", "eu-west-1,eu-west-2").code == 0
    assert asked[1] == ["eu-west-1", "eu-west-2"]


def test_a_mistake_in_the_configuration(world: Path, sgwarden: Command) -> None:
    (world / "sgwarden.toml").write_text('fail_no = "low"\n')
    run = sgwarden("drift", "--live", "same.json")
    assert (run.code, run.out) == (2, "")
    assert 'sgwarden.toml:1: unknown key "fail_no"; did you mean "fail_on"?' in run.err


def test_an_ignore_file_ends_as_the_configuration_does(world: Path, sgwarden: Command) -> None:
    """One piece of code decides for both: the days before the end are told, and so is what came back."""
    entry = 'kind = "rule_added"\nreason = "a test"\nuntil = 2026-11-30\n'
    told = {}
    for name, text in ((".sgwardenignore", "[[ignore]]\n"), ("sgwarden.toml", "[[exemptions]]\n")):
        (world / name).write_text(text + entry)
        for at in ("2026-11-16", "2026-11-17", "2026-11-30", "2026-12-01"):
            run = sgwarden("drift", "terraform.tfstate", "--live", "open.json.gz", "--at", at)
            what = run.err.replace("ignore file: entry 1 (a test)", "X")
            told[name, at] = (run.code, what.replace("sgwarden.toml:1: the suppression of everything", "X"))
        (world / name).unlink()
    expected = {
        "2026-11-16": (0, "sgwarden: X ends in 14 days, on 2026-11-30: 1 difference will count again\n"),
        "2026-11-17": (0, "sgwarden: X ends in 13 days, on 2026-11-30: 1 difference will count again\n"),
        "2026-11-30": (0, "sgwarden: X ends today, on 2026-11-30: 1 difference will count again\n"),
        "2026-12-01": (1, "sgwarden: X ended on 2026-11-30: 1 difference counts again\n"),
    }
    assert told == {(name, at): end for name in (".sgwardenignore", "sgwarden.toml") for at, end in expected.items()}


def test_an_address_of_the_ignore_file_covers_instances_and_modules(world: Path, sgwarden: Command) -> None:
    write_state(
        world / "terraform.tfstate",
        group(module='module.a["x"]', ingress=[block()]),
        group("db", DB, ingress=[block()]),
    )
    for address, expected in (
        ("module.a", 0),
        ('module.a[\\"x\\"].aws_security_group.web', 0),
        ("module.b", 1),
        ("aws_*", 1),
    ):
        (world / ".sgwardenignore").write_text(f'[[ignore]]\naddress = "{address}"\nreason = "r"\n')
        assert sgwarden("drift", "terraform.tfstate", "--live", "open.json.gz", *AT).code == expected, address
