"""Measure reading twenty regions from a stub that answers every call after 100 ms: wall time and calls.

    python benchmarks/live.py [--regions 20] [--delay 0.1] [--groups 20]

The stub replaces the sending of requests in botocore, so clients, signing and threads are the real ones; answers have
the form that botocore has parsed. Run in a process of its own for each measurement, imports included.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

_ACCOUNT = "123456789012"
_NAMES = (
    "af-south-1", "ap-east-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1",
    "ap-southeast-2", "ca-central-1", "eu-central-1", "eu-north-1", "eu-south-1", "eu-west-1", "eu-west-2", "eu-west-3",
    "me-south-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2", "us-gov-west-1",
)  # fmt: skip


def main() -> None:
    """Measure in fresh processes, and print the median."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--regions", type=int, default=20)
    parser.add_argument("--delay", type=float, default=0.1, help="seconds that each answer takes")
    parser.add_argument("--groups", type=int, default=20, help="groups in each region, ten rules each")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--once", action="store_true", help="measure in this process")
    arguments = parser.parse_args()
    if arguments.once:
        once(arguments.regions, arguments.delay, arguments.groups)
        return
    options = [f"--{name}={getattr(arguments, name)}" for name in ("regions", "delay", "groups")]
    walls = []
    for _ in range(arguments.runs):
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, __file__, "--once", *options], check=True, capture_output=True, text=True
        )
        walls.append(time.perf_counter() - start)
        print(f"  {walls[-1]:.2f} s whole process; {done.stdout.strip()}")
    print(f"median {statistics.median(walls):.2f} s ({min(walls):.2f}..{max(walls):.2f})")


def once(regions: int, delay: float, groups: int) -> None:
    """Read once and print what it took."""
    from sgwarden.aws import accounts
    from sgwarden.aws.accounts import AccountSelection
    from sgwarden.sources.live import read_accounts

    answer = answers(regions, groups)
    calls: list[str] = []

    def before_call(model: Any, context: Any, **_: Any) -> Any:
        from botocore.awsrequest import AWSResponse

        calls.append(model.name)
        time.sleep(delay)
        return AWSResponse("", 200, {}, None), answer(model.name, context["client_region"])

    def session(profile: str | None) -> Any:
        made = accounts.new_session(aws_access_key_id="a", aws_secret_access_key="b", region_name="us-east-1")
        made.events.register_last("before-call", before_call)
        return made

    accounts._session = session
    start = time.perf_counter()
    places = read_accounts.read(AccountSelection())
    wall = time.perf_counter() - start
    assert len(places) == regions
    assert all(place.unread == frozenset() and len(place.rules) == groups * 10 for place in places)
    print(f"{wall:.2f} s reading, {len(calls)} calls, {time.process_time():.2f} s of processor")


def answers(regions: int, groups: int) -> Callable[[str, str], dict[str, Any]]:
    """Return the answers of an account: every region holds ``groups`` groups of ten rules."""
    described, rules = [], []
    for number in range(groups):
        identity = f"sg-{number:08x}"
        ranges = [{"CidrIp": f"10.{number % 250}.{other}.0/24"} for other in range(10)]
        described.append({
            "GroupId": identity, "GroupName": f"group-{number}", "Description": "d", "OwnerId": _ACCOUNT,
            "IpPermissions": [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": ranges}],
        })  # fmt: skip
        rules += [
            {"SecurityGroupRuleId": f"sgr-{number:04x}{other:04x}", "GroupId": identity, "GroupOwnerId": _ACCOUNT,
             "IsEgress": False, "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIpv4": each["CidrIp"]}
            for other, each in enumerate(ranges)
        ]  # fmt: skip
    fixed: dict[str, dict[str, Any]] = {
        "GetCallerIdentity": {"Account": _ACCOUNT, "Arn": f"arn:aws:iam::{_ACCOUNT}:user/a"},
        "DescribeRegions": {"Regions": [{"RegionName": name} for name in _NAMES[:regions]]},
        "DescribeSecurityGroups": {"SecurityGroups": described},
        "DescribeSecurityGroupRules": {"SecurityGroupRules": rules},
    }
    return lambda operation, region: dict(fixed.get(operation, {}))


if __name__ == "__main__":
    main()
