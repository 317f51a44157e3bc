"""The memory of a nightly run: what is kept, when it is not, and everything that may be wrong with it."""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from sgwarden.cli import console
from sgwarden.drift import history
from sgwarden.errors import UsageError
from sgwarden.sources.snapshot import document as snapshot
from tests.cli.test_drift import AT, HTTPS, SSH, Command, document, world, write_live, write_state
from tests.drift.models import DB, WEB, allow, block, group, live_group, live_rule

__all__ = ["world"]  # the fixture
BASE = ("drift", "terraform.tfstate", "--memory", "kept")
OPEN = (*BASE, "--live", "open.json.gz")


def places(path: Path) -> list[tuple[str | None, str | None, int]]:
    """Account, region and number of groups of every place of a snapshot."""
    return [(each.account, each.region, len(each.security_groups)) for each in snapshot.read(path.read_bytes(), "x")]


def test_two_nights_and_an_acknowledgement(world: Path, sgwarden: Command) -> None:
    """The fingerprint that the report shows is the one to acknowledge."""
    first = sgwarden(*OPEN, "--at", "2026-11-01T06:00:00Z")
    assert first.code == 1
    assert "New since the last run (1)" in first.out
    assert sorted(os.listdir("kept")) == ["history.db", "live.json.gz"]
    assert snapshot.load((world / "kept" / "live.json.gz").read_bytes(), "x").taken == "2026-11-21T00:00:00Z"
    second = sgwarden(*OPEN, "--at", "2026-11-02T06:00:00Z")
    (line,) = [line.strip() for line in second.out.splitlines() if "first seen" in line]
    told, fingerprint = line.split("; fingerprint ")
    assert told == "first seen 2026-11-01T06:00:00Z, 1 day"
    assert "New since" not in second.out
    (found,) = document(sgwarden(*OPEN, "-f", "json", "--at", "2026-11-02T06:00:00Z"))["differences"]
    assert (found["new_since_previous"], found["fingerprint"][:12]) == (False, fingerprint)
    assert f"<br>`{fingerprint}` |" in sgwarden(*OPEN, "-f", "markdown", "--at", "2026-11-02T06:00:00Z").out
    run = sgwarden("drift", "ack", fingerprint, "--memory", "kept", "--until", "2026-11-30", "--reason", "r", *AT)
    assert run.code == 0
    assert sgwarden(*OPEN, *AT).code == 0


def test_what_the_previous_run_did_not_have_is_new(world: Path, sgwarden: Command) -> None:
    assert sgwarden(*BASE, "--live", "same.json").code == 0
    (found,) = document(sgwarden(*OPEN, "-f", "json"))["differences"]
    assert found["new_since_previous"] is True


def test_a_place_that_was_not_read_keeps_what_was_known(world: Path, sgwarden: Command) -> None:
    sgwarden(*BASE, "--live", "same.json")
    content = json.loads((world / "same.json").read_text())
    (place,) = content["places"]
    place["security_groups"], place["unread"] = [], ["security_groups", "rules"]
    place["skipped"] = [
        {"what": f"{place['account']}/{place['region']} security groups", "reason": "denied", "complete": False}
    ]
    (world / "denied.json").write_text(json.dumps(content))
    before = places(world / "kept" / "live.json.gz")
    assert [groups for *_, groups in before] == [2]
    assert sgwarden(*BASE, "--live", "denied.json").code == 3
    assert places(world / "kept" / "live.json.gz") == before


def test_a_damaged_snapshot_of_yesterday_is_said_and_made_again(world: Path, sgwarden: Command) -> None:
    sgwarden(*BASE, "--live", "same.json")
    kept = world / "kept" / "live.json.gz"
    whole = kept.read_bytes()
    kept.write_bytes(whole[: len(whole) // 2])
    run = sgwarden(*BASE, "--live", "same.json", *AT)
    assert run.code == 0
    assert run.err == (
        "sgwarden: kept/live.json.gz: the compressed file ends too early; write it again with `sgwarden snapshot`; "
        "this run goes without it, and writes it again\n"
    )
    assert kept.read_bytes() == whole


@pytest.mark.parametrize(
    "content", [None, b"{", gzip.compress(b"{}", mtime=0)[:-4]], ids=["missing", "no snapshot", "cut"]
)
def test_a_snapshot_that_was_named_must_be_there(world: Path, sgwarden: Command, content: bytes | None) -> None:
    if content is not None:
        (world / "yesterday.json.gz").write_bytes(content)
    run = sgwarden("drift", "terraform.tfstate", "--live", "same.json", "--previous", "yesterday.json.gz")
    assert (run.code, run.out, run.err.count("\n")) == (2, "", 1)
    assert run.err.startswith("sgwarden: yesterday.json.gz:")


def test_a_report_that_cannot_be_written_is_still_new_the_next_time(world: Path, sgwarden: Command) -> None:
    run = sgwarden(*OPEN, "-q", "-o", "nowhere/morning.md")
    assert (run.code, run.out, run.err.count("\n")) == (2, "", 1)
    assert "nowhere/morning.md: cannot write the report: No such file or directory" in run.err
    assert not (world / "kept" / "live.json.gz").exists()
    assert document(sgwarden(*OPEN, "-f", "json"))["summary"]["new"] == 1


def test_a_full_disk_leaves_the_memory_as_it_was(
    world: Path, sgwarden: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_live(world / "before.json", live_group("web", WEB, [HTTPS]), live_group("db", DB, [HTTPS]))
    text = (world / "before.json").read_text().replace("2026-11-21T00:00:00Z", "2026-11-20T00:00:00Z")
    (world / "before.json").write_text(text)
    sgwarden(*BASE, "--live", "before.json", *AT)
    before = {path.name: path.read_bytes() for path in (world / "kept").iterdir()}

    def full(path: str, content: object) -> None:
        raise UsageError("cannot write the report: No space left on device", path)

    monkeypatch.setattr(console, "write_file", full)
    run = sgwarden(*OPEN, "-o", "morning.md", *AT)
    assert (run.code, run.err) == (2, "sgwarden: morning.md: cannot write the report: No space left on device\n")
    assert {path.name: path.read_bytes() for path in (world / "kept").iterdir()} == before


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"this is no database, and long enough to be looked at as one by SQLite" * 20, "this file is none"),
        (b"SQLite format 3\0" + b"\xff" * 4096, "the history"),
    ],
)
def test_a_history_that_is_none(world: Path, sgwarden: Command, content: bytes, message: str) -> None:
    (world / "h.db").write_bytes(content)
    run = sgwarden("drift", "terraform.tfstate", "--live", "open.json.gz", "--history", "h.db")
    assert (run.code, run.out, run.err.count("\n")) == (2, "", 1)
    assert run.err.startswith("sgwarden: h.db: ")
    assert message in run.err
    assert (world / "h.db").read_bytes() == content


def test_the_database_of_something_else_stays_as_it_is(world: Path, sgwarden: Command) -> None:
    with sqlite3.connect(world / "h.db") as connection:
        connection.execute("CREATE TABLE theirs (a TEXT)")
    connection.close()
    before = (world / "h.db").read_bytes()
    run = sgwarden("drift", "terraform.tfstate", "--live", "open.json.gz", "--history", "h.db")
    assert (run.code, run.out) == (2, "")
    assert run.err == (
        "sgwarden: h.db: this is a database of something else; give a file made by --history, or a new one\n"
    )
    assert (world / "h.db").read_bytes() == before


def test_values_that_do_not_belong_there(world: Path, sgwarden: Command) -> None:
    sgwarden(*OPEN, *AT)
    with sqlite3.connect(world / "kept" / "history.db") as connection:
        connection.execute("UPDATE differences SET first_seen = 'yesterday'")
    connection.close()
    run = sgwarden(*OPEN, *AT)
    assert (run.code, run.out) == (2, "")
    assert "kept/history.db: the history holds something else than it should" in run.err


def test_another_run_holds_the_history(world: Path, sgwarden: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "_WAIT", 0.0)
    (world / "kept").mkdir()
    other = sqlite3.connect(world / "kept" / "history.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    run = sgwarden(*OPEN, *AT)
    other.close()
    assert (run.code, run.out) == (2, "")
    assert run.err == (
        "sgwarden: kept/history.db: another run has held the history for more than 30 seconds; "
        "run it again when that is over\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("drift", "ack"), "an acknowledgement needs a fingerprint, a memory, a date and a reason"),
        (("drift", "ack", "5f0c1a2b3c"), "an acknowledgement needs"),
        (("drift", "ack", "5f0c1a2b3c", "--memory", "kept", "--reason", "r"), "an acknowledgement needs"),
        (
            ("drift", "ack", "5f0c1a2b3c", "--memory", "kept", "--reason", "r", "--until", "2020-01-01"),
            "--until 2020-01-01 is over",
        ),
        (
            ("drift", "ack", "5f0c1a2b3c", "--memory", "other", "--reason", "r", "--until", "2099-01-01"),
            "other/history.db: there is no such history; run sgwarden drift --memory DIR first",
        ),
        ((*BASE, "--history", "h.db", "--live", "same.json"), "--memory holds the history and the snapshot"),
        (
            ("drift", "--memory", "same.json", "--live", "same.json"),
            "same.json: the memory cannot be made: File exists",
        ),
    ],
)
def test_wrong_use(world: Path, sgwarden: Command, arguments: tuple[str, ...], message: str) -> None:
    (world / "kept").mkdir()
    (world / "kept" / "history.db").write_bytes(b"")
    run = sgwarden(*arguments)
    assert (run.code, run.out, run.err.count("\n")) == (2, "", 1)
    assert message in run.err


def test_a_directory_that_is_called_ack_can_be_compared(world: Path, sgwarden: Command) -> None:
    (world / "ack").mkdir()
    (world / "terraform.tfstate").rename(world / "ack" / "terraform.tfstate")
    assert sgwarden("drift", "ack", "--live", "same.json").code == 0


def test_a_snapshot_that_was_not_made_tonight(world: Path, sgwarden: Command) -> None:
    """The job that writes it may have failed."""
    assert sgwarden(*BASE, "--live", "same.json").err == ""
    run = sgwarden(*BASE, "--live", "same.json", "-f", "markdown", *AT)
    assert run.code == 0
    assert run.err.splitlines()[0] == (
        "sgwarden: same.json: taken at 2026-11-21T00:00:00Z, this is the snapshot of the last run again"
    )
    assert "Compared at 2026-11-21T06:00:00Z of what was live at 2026-11-21T00:00:00Z.\n" in run.out


def test_commands_of_terraform_name_the_root_module(world: Path, sgwarden: Command) -> None:
    """Of two root modules, the one that declares the group; of a state without code nobody knows the directory."""
    for name in ("one", "two two"):
        (world / name).mkdir()
        (world / name / "main.tf").write_text(f'resource "aws_security_group" "{name[:3]}" {{\n  name = "x"\n}}\n')
    write_state(world / "one" / "terraform.tfstate", group("one", WEB, ingress=[block()]))
    write_state(world / "two two" / "terraform.tfstate", group("two", DB, ingress=[block()]))
    write_live(world / "none.json", live_group("other", "sg-0aaaaaaaaaaaaaaa9"))
    (world / "terraform.tfstate").unlink()

    def commands(*paths: str) -> list[str]:
        found = document(sgwarden("drift", *paths, "--live", "none.json", "-f", "json"))["differences"]
        return [
            remedy["text"]
            for each in found
            if each["kind"] == "group_missing"
            for remedy in each["remedies"]
            if remedy["text"].startswith("terraform")
        ]

    assert commands("one", "two two") == [
        "terraform -chdir=one apply -target=aws_security_group.one",
        "terraform -chdir=one state rm aws_security_group.one",
        "terraform '-chdir=two two' apply -target=aws_security_group.two",
        "terraform '-chdir=two two' state rm aws_security_group.two",
    ]
    assert commands("one/terraform.tfstate")[:1] == ["terraform apply -target=aws_security_group.one"]


def test_default_groups_of_every_region_are_one_line(world: Path, sgwarden: Command) -> None:
    """But one that is open to the internet stands for itself."""
    regions = [f"eu-west-{number}" for number in range(1, 6)]
    files = []
    for number, region in enumerate(regions):
        rules = [SSH] if number == 4 else [HTTPS]
        groups = [live_group("default", f"sg-0bbbbbbbbbbbbbbb{number}", rules)]
        if number == 0:
            groups += [live_group("web", WEB, [HTTPS]), live_group("db", DB, [HTTPS])]
        write_live(world / f"{region}.json", *groups, region=region)
        files.append(json.loads((world / f"{region}.json").read_text()))
    files[0]["places"] = [place for each in files for place in each["places"]]
    (world / "all.json").write_text(json.dumps(files[0]))
    line = "4 default groups that nobody adopted, in 4 regions; --include default counts them"
    for name in ("text", "markdown"):
        out = sgwarden("drift", "terraform.tfstate", "--live", "all.json", "-f", name).out
        listed = [text.strip("- ") for text in out.splitlines() if "default" in text]
        assert listed[1:] == [line]
        assert "sg-0bbbbbbbbbbbbbbb4 (default)" in listed[0]


REFRESHED = """resource "aws_security_group" "web" {
  name   = "web"
  vpc_id = "vpc-0a1b2c3d"
  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["10.0.0.0/8"]
  }
}
"""


def whole(*groups: dict[str, Any]) -> list[dict[str, Any]]:
    """What DescribeSecurityGroupRules says of groups, so that everything was read."""
    return [
        live_rule(f"sgr-{found['GroupId'][-1]}{number}", found["GroupId"], ports=(each["FromPort"], each["ToPort"]),
                  cidr=each["IpRanges"][0]["CidrIp"])
        for found in groups
        for number, each in enumerate(found["IpPermissions"])
    ]  # fmt: skip


@pytest.mark.parametrize("known_before", [True, False])
@pytest.mark.parametrize(
    ("actual", "state", "kinds"),
    [
        ([HTTPS, allow("tcp", (22, 22), "10.9.0.0/16")], [block(), block(["10.9.0.0/16"], 22)], ["rule_added"]),
        ([], [], ["rule_removed"]),
        ([allow("tcp", (443, 443), "10.0.0.0/9")], [block(["10.0.0.0/9"])], ["rule_added", "rule_removed"]),
    ],
)
def test_drift_stays_drift_when_a_refresh_wrote_it_to_the_state(
    world: Path, sgwarden: Command, actual: list[Any], state: list[Any], kinds: list[str], known_before: bool
) -> None:
    """On every night after it, whether an earlier run saw the group in order or not."""
    (world / "main.tf").write_text(REFRESHED)
    write_state(world / "terraform.tfstate", group(ingress=[block()]))
    before, after = live_group("web", WEB, [HTTPS]), live_group("web", WEB, actual)
    write_live(world / "before.json", before, rules=whole(before))
    write_live(world / "after.json", after, rules=whole(after))

    def night(actual: str, day: int) -> list[str]:
        run = sgwarden("drift", "--memory", "kept", "--live", actual, "-f", "json", "--at", f"2026-11-0{day}T06:00:00Z")
        return sorted(each["kind"] for each in document(run)["differences"])

    if known_before:
        assert night("before.json", 1) == []
    assert night("after.json", 2) == kinds
    write_state(world / "terraform.tfstate", group(ingress=state))  # terraform apply -refresh-only
    for day in (3, 4, 5):
        assert night("after.json", day) == kinds
    assert night("before.json", 6) == []
