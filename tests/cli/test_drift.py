"""sgwarden drift from the command line: exit codes, reports, memory, ignoring, broken input."""

from __future__ import annotations

import gzip
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sgwarden.sources.snapshot import document as snapshot
from tests.cli.conftest import Run
from tests.drift.models import APP, DB, WEB, allow, block, group, live, live_group, live_rule, vpc_rule

Command = Callable[..., Run]
SCHEMA = json.loads(Path("scanner/sgwarden/schemas/drift.schema.json").resolve().read_text())
AT = ("--at", "2026-11-21T06:00:00Z")


def write_state(path: Path, *resources: dict[str, Any]) -> None:
    document = {"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "resources": list(resources)}
    path.write_text(json.dumps(document))


def write_live(path: Path, *groups: dict[str, Any], **more: Any) -> None:
    text = snapshot.write(live(*groups, **more), "2026-11-21T00:00:00Z")
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text)


CODE = (
    'resource "aws_security_group" "web" {\n  name = "web"\n  vpc_id = "vpc-0a1b2c3d"\n  ingress {\n    protocol = "tcp"\n'
    '    from_port = 443\n    to_port = 443\n    cidr_blocks = ["10.0.0.0/8"]\n  }\n}\n'
    'resource "aws_security_group" "db" {\n  name = "db"\n  vpc_id = "vpc-0a1b2c3d"\n}\n'
    'resource "aws_vpc_security_group_ingress_rule" "a" {\n  security_group_id = aws_security_group.db.id\n'
    '  ip_protocol = "tcp"\n  from_port = 443\n  to_port = 443\n  cidr_ipv4 = "10.0.0.0/8"\n}\n'
)
"""What the state of ``world`` was made of."""
HTTPS = allow("tcp", (443, 443), "10.0.0.0/8")
SSH = allow("tcp", (22, 22), "0.0.0.0/0")


@pytest.fixture
def world(work: Path) -> Path:
    """A state, a live side as declared, and one with an open rule more."""
    write_state(work / "terraform.tfstate", group(ingress=[block()]), group("db", DB), vpc_rule("a", DB))
    write_live(work / "same.json", live_group("web", WEB, [HTTPS]), live_group("db", DB, [HTTPS]))
    write_live(
        work / "open.json.gz", live_group("web", WEB, [HTTPS, SSH]), live_group("db", DB, [HTTPS]),
        rules=[live_rule("sgr-1"), live_rule("sgr-2", ports=(22, 22), cidr="0.0.0.0/0"), live_rule("sgr-a", DB)],
    )  # fmt: skip
    return work


def document(run: Run) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run.out)
    jsonschema.validate(found, SCHEMA)
    return found


def test_no_drift(world: Path, sgwarden: Command) -> None:
    run = sgwarden("drift", "terraform.tfstate", "--live", "same.json")
    assert (run.code, run.err) == (0, "")
    assert run.out == "no drift; 2 groups and 2 rules declared, 2 and 2 live; everything read\n"


def test_an_open_rule(world: Path, sgwarden: Command) -> None:
    run = sgwarden("drift", "terraform.tfstate", "--live", "open.json.gz", "--format", "json", *AT)
    assert run.code == 1
    found = document(run)
    (difference,) = found["differences"]
    assert difference["kind"] == "rule_added"
    assert difference["security_group"] == {"id": WEB, "name": "web", "address": "aws_security_group.web"}
    assert (difference["exclusive"], difference["opens_to_internet"], difference["severity"]) == (True, True, "high")
    assert "open-admin-port" in difference["risk"]
    assert difference["ownership"] == {"kind": "inline", "inferred": True}
    assert difference["attribution"] == {"status": "not_available", "events": []}
    assert difference["live"] == {
        "direction": "ingress", "protocol": "tcp", "from_port": 22, "to_port": 22,
        "peer": {"kind": "cidr_ipv4", "value": "0.0.0.0/0"}, "description": None, "id": "sgr-2",
    }  # fmt: skip
    assert [remedy["text"] for remedy in difference["remedies"] if remedy["language"] == "shell"] == [
        "terraform apply -target=aws_security_group.web",
        f"aws ec2 revoke-security-group-ingress --region eu-west-1 --group-id {WEB} --security-group-rule-ids sgr-2",
    ]
    assert found["summary"]["in_sync"] is False
    assert found["summary"]["complete"] is True


def test_the_same_input_gives_the_same_bytes(world: Path, sgwarden: Command) -> None:
    for name in ("text", "json", "markdown", "sarif", "junit", "csv"):
        first = sgwarden("drift", "terraform.tfstate", "--live", "open.json.gz", "--format", name, *AT)
        assert first.out == sgwarden("drift", "terraform.tfstate", "--live", "open.json.gz", "--format", name, *AT).out


@pytest.mark.parametrize(("level", "code"), [("low", 1), ("high", 1), ("critical", 0), ("never", 0)])
def test_fail_on(world: Path, sgwarden: Command, level: str, code: int) -> None:
    assert sgwarden("drift", "terraform.tfstate", "--live", "open.json.gz", "--fail-on", level).code == code


def test_a_half_written_state_is_not_read_and_nothing_is_claimed(world: Path, sgwarden: Command) -> None:
    text = (world / "terraform.tfstate").read_text()
    (world / "half.tfstate").write_text(text[: len(text) // 2])
    write_live(
        world / "more.json", live_group("web", WEB, [HTTPS]), live_group("db", DB, [HTTPS, SSH]), live_group("app", APP)
    )
    run = sgwarden("drift", "terraform.tfstate", "half.tfstate", "--live", "more.json", "--format", "json")
    found = document(run)
    assert run.code == 3
    assert [skipped["what"] for skipped in found["skipped"]] == ["half.tfstate"]
    assert found["differences"] == []
    assert len(found["undecided"]) == 2
    assert sgwarden("drift", "terraform.tfstate", "half.tfstate", "--live", "more.json", "--allow-incomplete").code == 0


def test_a_region_that_was_not_read(world: Path, sgwarden: Command) -> None:
    write_live(world / "other.json", region="us-east-1")
    run = sgwarden("drift", "terraform.tfstate", "--live", "other.json")
    assert run.code == 3
    assert "Not read: nothing is claimed of it" in run.out
    assert "no drift in what was read" in run.out


def test_a_state_on_stdin(world: Path, sgwarden: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    data = (world / "terraform.tfstate").read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert sgwarden("drift", "-", "--live", "same.json").code == 0


def test_paths_before_and_behind_options(world: Path, sgwarden: Command) -> None:
    write_state(world / "one.tfstate", group(ingress=[block()]))
    write_state(world / "two.tfstate", group("db", DB), vpc_rule("a", DB))
    for arguments in (
        ("one.tfstate", "two.tfstate", "--live", "same.json"),
        ("one.tfstate", "--live", "same.json", "two.tfstate"),
        ("--live", "same.json", "one.tfstate", "--quiet", "two.tfstate"),
    ):
        run = sgwarden("drift", *arguments)
        assert (run.code, run.out.partition(";")[0]) == (0, "no drift")
    for option in ("--prevoius", "-x"):
        run = sgwarden("drift", "one.tfstate", "--live", "same.json", option, "two.tfstate")
        assert run.code == 2
        assert f"there is no option {option}" in run.err


def test_globs_and_folders_of_states(world: Path, sgwarden: Command) -> None:
    (world / "states").mkdir()
    write_state(world / "states" / "one.tfstate", group(ingress=[block()]))
    write_state(world / "states" / "two.tfstate", group("db", DB), vpc_rule("a", DB))
    assert sgwarden("drift", "states/*.tfstate", "--live", "same.json").code == 0
    assert sgwarden("drift", "states", "--live", "same.json").code == 0


def test_a_directory_takes_the_state_that_lies_in_it(world: Path, sgwarden: Command) -> None:
    """Code tells the owner for certain; the state beside it tells ids."""
    (world / "main.tf").write_text(CODE)
    run = sgwarden("drift", "--live", "open.json.gz", "--format", "json")
    (difference,) = document(run)["differences"]
    assert difference["ownership"] == {"kind": "inline", "inferred": False}
    assert difference["location"] == {"file": "main.tf", "line": 1, "end_line": 10}


def test_ignoring(world: Path, sgwarden: Command) -> None:
    (world / ".sgwardenignore").write_text(
        '[[ignore]]\nname = "web"\nkind = "rule_added"\nreason = "a test"\nuntil = 2026-11-30\n'
        '[[ignore]]\naddress = "module.gone.*"\nreason = "unused"\n'
    )
    run = sgwarden("drift", "terraform.tfstate", "--live", "open.json.gz", "--format", "json", *AT)
    found = document(run)
    assert run.code == 0
    assert found["differences"][0]["suppressed"] == {"by": "ignore file", "reason": "a test", "until": "2026-11-30"}
    assert found["ignore_file"] == [
        "entry 1 (a test) ends in 9 days, on 2026-11-30: 1 difference will count again",
        "entry 2 (unused) matches nothing",
    ]
    later = sgwarden(
        "drift", "terraform.tfstate", "--live", "open.json.gz", "--format", "json", "--at", "2026-12-01T00:00:00Z"
    )
    assert later.code == 1
    assert document(later)["ignore_file"][0] == "entry 1 (a test) ended on 2026-11-30: 1 difference counts again"


def test_memory(world: Path, sgwarden: Command) -> None:
    def run(at: str, actual: str) -> dict[str, Any]:
        return document(
            sgwarden(
                "drift", "terraform.tfstate", "--live", actual, "--format", "json", "--history", "h.db", "--at", at
            )
        )

    first = run("2026-11-01T06:00:00Z", "open.json.gz")
    assert first["differences"][0]["history"] == {
        "last_seen": "2026-11-01T06:00:00Z", "age_days": 0, "appearances": 1, "new": True,
    }  # fmt: skip
    second = run("2026-11-04T06:00:00Z", "open.json.gz")
    assert second["differences"][0]["first_seen"] == "2026-11-01T06:00:00Z"
    assert second["differences"][0]["history"]["age_days"] == 3
    assert second["summary"]["new"] == 0
    third = run("2026-11-05T06:00:00Z", "same.json")
    assert [gone["what"] for gone in third["gone"]] == ["extra rule: ingress tcp 22 from 0.0.0.0/0"]
    fourth = run("2026-11-06T06:00:00Z", "open.json.gz")
    assert fourth["differences"][0]["history"]["appearances"] == 2
    assert fourth["differences"][0]["history"]["new"] is True


def test_acknowledging(world: Path, sgwarden: Command) -> None:
    base = ("drift", "terraform.tfstate", "--live", "open.json.gz", "--history", "h.db")
    found = document(sgwarden(*base, "--format", "json", *AT))
    fingerprint = found["differences"][0]["fingerprint"]
    run = sgwarden(
        "drift", "ack", fingerprint[:10], "--history", "h.db", "--until", "2026-12-24", "--reason", "known", *AT
    )
    assert (run.code, run.err) == (
        0,
        "sgwarden: acknowledged until 2026-12-24: extra rule: ingress tcp 22 from 0.0.0.0/0\n",
    )
    assert sgwarden(*base, *AT).code == 0
    assert sgwarden(*base, "--at", "2026-12-25T06:00:00Z").code == 1
    unknown = sgwarden("drift", "ack", "0" * 32, "--history", "h.db", "--until", "2026-12-24", "--reason", "x")
    assert unknown.code == 2


def test_a_previous_snapshot(world: Path, sgwarden: Command) -> None:
    run = sgwarden(
        "drift", "terraform.tfstate", "--live", "open.json.gz", "--previous", "same.json", "--format", "json"
    )
    assert document(run)["differences"][0]["new_since_previous"] is True


def test_several_reports_at_once(world: Path, sgwarden: Command) -> None:
    run = sgwarden("drift", "terraform.tfstate", "--live", "open.json.gz", "-o", "markdown=m.md", "-o", "sarif=s.sarif")
    assert run.out.startswith(f"{WEB} (web)")
    assert (world / "m.md").read_text().startswith("# Security group drift\n")
    assert json.loads((world / "s.sarif").read_text())["version"] == "2.1.0"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nowhere.tfstate",), "nowhere.tfstate: there is no such file or directory"),
        (("*.nothing",), "*.nothing: no file is of this pattern"),
        (("terraform.tfstate", "--at", "noon"), "--at 'noon' is no time"),
        (("terraform.tfstate", "--reason", "x"), "--until and --reason belong to"),
        (("terraform.tfstate", "--ignore-file", "none"), "none: it cannot be read"),
        (("-", "-"), "--live"),
    ],
)
def test_wrong_use(world: Path, sgwarden: Command, arguments: tuple[str, ...], message: str) -> None:
    run = sgwarden("drift", *arguments, "--live", "same.json")
    if arguments != ("-", "-"):
        assert message in run.err
    assert run.code == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[ignore]\n", "this is no TOML"),
        ("[other]\n", "only [[ignore]] tables"),
        ('[[ignore]]\nname = "x"\n', "it lacks a reason"),
        ('[[ignore]]\nreason = "x"\n', "it has no condition"),
        ('[[ignore]]\nreason = "x"\nkind = "rule"\n', "kind is none of"),
        ('[[ignore]]\nreason = "x"\nnam = "x"\n', "nam is no condition"),
        ('[[ignore]]\nreason = "x"\nname = "x"\nuntil = "soon"\n', "is no date"),
        ('[[ignore]]\nreason = "x"\nname = 7\n', "conditions are texts"),
    ],
)
def test_a_wrong_ignore_file(world: Path, sgwarden: Command, text: str, message: str) -> None:
    (world / ".sgwardenignore").write_text(text)
    run = sgwarden("drift", "terraform.tfstate", "--live", "same.json")
    assert message in run.err
    assert run.code == 2


def test_a_group_is_gone_when_two_readings_say_so(
    world: Path, sgwarden: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """EC2 may not tell at once what was made a moment ago."""
    from sgwarden.cli import live_options

    asked: list[list[str]] = []
    whole = live(live_group("web", WEB, [HTTPS]), live_group("db", DB, [HTTPS]))
    partial = live(live_group("db", DB, [HTTPS]))

    def read(options: live_options.LiveOptions) -> Any:
        asked.append(list(options.wanted.regions))
        return partial if len(asked) == 1 else whole

    monkeypatch.setattr(live_options, "read_live", read)
    assert sgwarden("drift", "terraform.tfstate").code == 0
    assert asked == [[], ["eu-west-1"]]


def test_a_group_that_is_gone_stays_gone(world: Path, sgwarden: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    from sgwarden.cli import live_options

    monkeypatch.setattr(live_options, "read_live", lambda _: live(live_group("db", DB, [HTTPS])))
    run = sgwarden("drift", "terraform.tfstate", "--format", "json")
    assert run.code == 1
    assert [each["kind"] for each in document(run)["differences"]] == ["group_missing"]


def test_a_state_that_stayed_behind_is_left_out(world: Path, sgwarden: Command) -> None:
    """After a move to a backend the directory holds an older copy of the state, or an empty file."""
    (world / "main.tf").write_text(CODE)
    old = json.loads((world / "terraform.tfstate").read_text())
    (world / "pulled").mkdir()
    (world / "pulled" / "new.tfstate").write_text(json.dumps({**old, "serial": 9}))
    old["resources"] = old["resources"][:1]
    (world / "terraform.tfstate").write_text(json.dumps(old))
    warning = "sgwarden: terraform.tfstate is left out: pulled/new.tfstate is the same state, and as new or newer\n"
    for paths in ((".", "pulled"), ("pulled", ".")):
        run = sgwarden("drift", *paths, "--live", "same.json")
        assert (run.code, run.err) == (0, warning)
        assert "managed twice" not in run.out
    (world / "terraform.tfstate").write_bytes(b"")
    assert sgwarden("drift", ".", "pulled", "--live", "same.json")[::2] == (0, "")
    assert sgwarden("drift", ".", "terraform.tfstate", "--live", "same.json").code == 3


def test_a_copied_state_of_other_groups_is_a_state_of_its_own(world: Path, sgwarden: Command) -> None:
    write_state(world / "copy.tfstate", group("app", APP))
    write_live(
        world / "three.json", live_group("web", WEB, [HTTPS]), live_group("db", DB, [HTTPS]), live_group("app", APP)
    )
    run = sgwarden("drift", "terraform.tfstate", "copy.tfstate", "--live", "three.json")
    assert (run.code, run.err) == (0, "")
