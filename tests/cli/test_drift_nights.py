"""What may go wrong in a night: one line or a report that says what was not read, the right code, nothing forgotten."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.aws import world
from tests.aws.double import ACCOUNT, Double, Fault, aws
from tests.cli.conftest import Run
from tests.cli.test_drift import document, write_state
from tests.drift.models import block, group

__all__ = ["aws"]
Command = Callable[..., Run]
WEB = "sg-00000001"
NIGHT = ("drift", "--memory", "kept", "--format", "json", "terraform.tfstate")
THROTTLED = Fault(503, "RequestLimitExceeded")
DENIED = Fault(403, "UnauthorizedOperation")


def at_home(answer: dict[str, Any]) -> Callable[[str, Any], dict[str, Any]]:
    return lambda region, _: answer if region == world.HOME else {}


@pytest.fixture
def account(aws: Double, work: Path) -> Double:
    """One group in one of two regions, as its state says, with a rule more."""
    rules = [world.permission(), world.permission("0.0.0.0/0", 22)]
    aws.answers = {
        "DescribeSecurityGroups": at_home({"SecurityGroups": [world.group(1, *rules)]}),
        "DescribeSecurityGroupRules": at_home(
            {"SecurityGroupRules": [world.rule(1), {**world.rule(2, "0.0.0.0/0", 22), "GroupId": WEB}]}
        ),
    }
    found = group(
        "group-1", WEB, account=ACCOUNT, description="a group", vpc_id="vpc-1", ingress=[block(description="why")]
    )
    write_state(work / "terraform.tfstate", found)
    return aws


def night(sgwarden: Command, account: Double, *arguments: str) -> Run:
    account._pages.clear()
    account._failing.clear()
    account.attempts = 0
    return sgwarden(*NIGHT, *arguments)


def kept(work: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (work / "kept").iterdir()} if (work / "kept").exists() else {}


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (Fault(403, "ExpiredToken"), "the AWS credentials have expired; sign in again"),
        (Fault(403, "InvalidClientTokenId"), "the default credentials: "),
        (Fault(unreachable=True), "check the network, AWS_REGION and AWS_ENDPOINT_URL"),
        (Fault(400, "Throttling"), "the default credentials: "),
    ],
)
def test_credentials_that_do_not_work_leave_everything_as_it_was(
    sgwarden: Command, work: Path, account: Double, fault: Fault, message: str
) -> None:
    assert night(sgwarden, account).code == 1
    before = kept(work)
    (work / "morning.md").write_text("of yesterday")
    account.faults = {("GetCallerIdentity", 0): fault}
    run = night(sgwarden, account, "-o", "markdown=morning.md")
    assert (run.code, run.out, run.err.count("\n")) == (2, "", 1)
    assert message in run.err
    assert (kept(work), (work / "morning.md").read_text()) == (before, "of yesterday")
    assert [name for name in os.listdir(work) if name.startswith(".")] == []


@pytest.mark.parametrize("fault", [THROTTLED, DENIED, Fault(drop=True), Fault(500, "InternalError")])
@pytest.mark.parametrize(
    ("where", "code", "differences"), [("eu-west-1", 3, 0), ("us-east-1", 1, 1)], ids=["at home", "elsewhere"]
)
def test_groups_of_a_region_that_are_not_read(
    sgwarden: Command, account: Double, fault: Fault, where: str, code: int, differences: int
) -> None:
    """The other region is compared; nothing of this one is gone, and the next night nothing of it is new."""
    assert night(sgwarden, account).code == 1
    account.faults, account.only = {("DescribeSecurityGroups", 0): fault}, where
    run = night(sgwarden, account)
    found = document(run)
    assert (run.code, len(found["differences"]), found["gone"]) == (code, differences, [])
    assert [each["what"] for each in found["skipped"] if not each["complete"]] == [f"{ACCOUNT}/{where} security groups"]
    account.faults = {}
    found = document(night(sgwarden, account))
    assert [(each["history"]["new"], each["new_since_previous"]) for each in found["differences"]] == [(False, False)]


def test_a_night_without_rule_ids(sgwarden: Command, account: Double) -> None:
    """Rules are told by their groups too: drift is found, and what is missing is said."""
    account.faults = {("DescribeSecurityGroupRules", 0): DENIED}
    run = night(sgwarden, account, "--region", "eu-west-1")
    found = document(run)
    assert (run.code, [each["kind"] for each in found["differences"]]) == (1, ["rule_added"])
    assert found["summary"]["complete"] is False


@pytest.mark.parametrize(
    ("name", "content", "code", "message"),
    [
        ("gone.tfstate", None, 2, "gone.tfstate: there is no such file or directory"),
        ("empty.tfstate", b"", 3, "the file is empty"),
        ("half.tfstate", b'{"version": 4, "resources": [{', 3, ""),
        ("page.tfstate", b"<html>sign in</html>", 3, ""),
    ],
)
def test_a_state_that_is_not_there(
    sgwarden: Command, work: Path, account: Double, name: str, content: bytes | None, code: int, message: str
) -> None:
    """Drift in what was read counts; what no state that was read knows is not called unmanaged."""
    account.answers = {
        "DescribeSecurityGroups": at_home(
            {"SecurityGroups": [world.group(1, world.permission()), world.group(2, world.permission())]}
        ),
        "DescribeSecurityGroupRules": at_home({"SecurityGroupRules": [world.rule(1), world.rule(2)]}),
    }
    if content is not None:
        (work / name).write_bytes(content)
    run = night(sgwarden, account, name)
    assert run.code == code
    if code == 2:
        assert (run.out, run.err.count("\n")) == ("", 1)
        assert message in run.err
        return
    found = document(run)
    assert found["differences"] == []
    assert [(each["what"], message in each["reason"]) for each in found["skipped"]] == [(name, True)]


def test_a_place_that_cannot_be_written(sgwarden: Command, work: Path, account: Double) -> None:
    (work / "kept").write_text("a file where the directory should be")
    run = night(sgwarden, account)
    assert (run.code, run.out) == (2, "")
    assert run.err == "sgwarden: kept: the memory cannot be made: File exists; choose another directory\n"
