"""``sgwarden snapshot`` and ``sgwarden audit``, against the double of AWS and files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from sgwarden.cli import console
from tests.aws import world
from tests.aws.double import ACCOUNT, Double, Fault, aws
from tests.cli.conftest import Run

__all__ = ["aws"]
Command = Callable[..., Run]
HOME = ("--region", "eu-west-1")
TAKEN = ("--taken", "2025-03-01T02:00:00Z")


@pytest.fixture
def account(aws: Double) -> Double:
    aws.answers = world.answers()
    return aws


def test_a_snapshot_is_written(sgwarden: Command, work: Path, account: Double) -> None:
    run = sgwarden("snapshot", *HOME, *TAKEN, "-o", "a.json")
    assert (run.code, run.out) == (0, "")
    assert run.err == "sgwarden: 1 account, 1 region, 2 security groups, 2 rules; everything read\n"
    document = json.loads((work / "a.json").read_text())
    assert (document["kind"], document["taken"]) == ("snapshot", "2025-03-01T02:00:00Z")
    account._pages.clear()
    assert sgwarden("snapshot", *HOME, *TAKEN, "-q", "-o", "b.json.gz").code == 0
    account._pages.clear()
    printed = sgwarden("snapshot", *HOME, *TAKEN, "-q")
    assert printed.out == (work / "a.json").read_text()
    assert (work / "b.json.gz").read_bytes()[:2] == b"\x1f\x8b"
    again = sgwarden("snapshot", "--live", "b.json.gz", *TAKEN, "-q")
    assert again.out == printed.out


def test_what_was_not_read_is_said_and_gives_exit_code_3(sgwarden: Command, account: Double) -> None:
    account.faults = {("DescribeNetworkAcls", 0): Fault(403, "UnauthorizedOperation")}
    run = sgwarden("snapshot", *HOME, "-o", "a.json")
    assert run.code == 3
    assert run.err.splitlines() == [
        f"sgwarden: not read: {ACCOUNT}/eu-west-1 network ACLs: "
        "access to ec2:DescribeNetworkAcls is denied (UnauthorizedOperation)",
        "sgwarden: 1 account, 1 region, 2 security groups, 2 rules; 1 not read",
    ]
    account._pages.clear()
    assert sgwarden("snapshot", *HOME, "--allow-incomplete", "-o", "a.json").code == 0


def test_ctrl_c_leaves_no_half_written_file(
    sgwarden: Command, work: Path, account: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    (work / "a.json").write_text("before")
    written: list[int] = []

    def interrupted(handle: int, mode: str) -> object:
        written.append(handle)
        raise KeyboardInterrupt

    monkeypatch.setattr(console.os, "fdopen", interrupted)
    run = sgwarden("snapshot", *HOME, "-o", "a.json")
    assert (run.code, run.err, len(written)) == (130, "sgwarden: interrupted\n", 1)
    assert [path.name for path in work.iterdir()] == ["a.json"]
    assert (work / "a.json").read_text() == "before"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--role-arn", "sg"), "--role-arn sg is no ARN of a role"),
        (("--external-id", "x"), "--external-id goes with --role-arn"),
        (("--organization", "r", "--role-arn", "arn:aws:iam::1:role/r"), "exclude each other"),
        (("--profile", "a", "--profile", "b", "--organization", "r"), "roles are assumed from one profile"),
        (("--live", "x.json", "--region", "eu-west-1"), "--live reads a file, and no account"),
        (("--live", "x.json"), "x.json: there is no such file or directory"),
    ],
)
def test_usage(sgwarden: Command, aws: Double, arguments: tuple[str, ...], message: str) -> None:
    run = sgwarden("snapshot", *arguments)
    assert (run.code, run.out) == (2, "")
    assert message in run.err
    assert run.err.count("\n") == 1


def test_expired_credentials(sgwarden: Command, aws: Double) -> None:
    aws.faults = {("GetCallerIdentity", 0): Fault(403, "ExpiredToken")}
    run = sgwarden("audit")
    assert (run.code, run.out) == (2, "")
    assert run.err == (
        "sgwarden: the default credentials: the AWS credentials have expired; "
        "sign in again (`aws sso login`, `aws configure`)\n"
    )
