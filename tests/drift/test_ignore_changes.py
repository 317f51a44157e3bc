"""Entries of an ignore file, and ignore_changes, against differences of every kind."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sgwarden.config.effective import effective
from sgwarden.drift.differences import Comparison
from sgwarden.run.drift import suppress
from sgwarden.run.options import DriftOptions
from sgwarden.suppressions.exemptions import SuppressionEntry
from sgwarden.suppressions.ignore_file import parse
from tests.drift.models import DB, WEB, allow, block, code, drift, group, live, live_group, state

DAY = date(2026, 11, 21)
OPEN = allow(
    "tcp", (22, 22), IpRanges=[{"CidrIp": "0.0.0.0/0", "Description": "elbv2.k8s.aws/targetGroupBinding=shared"}]
)


def suppressed(comparison: Comparison, entries: tuple[SuppressionEntry, ...], day: date) -> Comparison:
    """The comparison under an ignore file and no configuration."""
    return suppress(comparison, [], DriftOptions(effective(None, {}, {}), day, exemptions=entries), ["."])


def told(comparison: Comparison) -> list[str]:
    return list(comparison.ignored)


def world() -> Comparison:
    declared = state(group(module='module.a["x"]', ingress=[block()], tags_all={"owner": "platform"}))
    return drift(
        declared, live(live_group(ingress=[allow("tcp", (443, 443), "10.0.0.0/8"), OPEN], tags={"owner": "platform"}))
    )


@pytest.mark.parametrize(
    "condition",
    [
        f'group = "{WEB}"', 'address = "module.a[\\"x\\"].aws_security_group.web"', 'address = "module.a*"', 'name = "w?b"',
        'tag = "owner"', 'tag = "owner=plat*"', 'kind = "rule_added"', 'kind = ["rule_added", "rule_removed"]',
        'description = "elbv2.k8s.aws/*"', 'direction = "ingress"', 'account = "111122223333"', 'region = "eu-*"',
        'name = "web"\nkind = "rule_added"',
    ],
)  # fmt: skip
def test_conditions_that_hold(condition: str) -> None:
    entries = parse(f'[[ignore]]\n{condition}\nreason = "why"\n', "f")
    result = suppressed(world(), entries, DAY)
    assert [each.suppressed.reason for each in result.differences if each.suppressed] == ["why"]
    assert told(result) == []


@pytest.mark.parametrize(
    "condition",
    [
        f'group = "{DB}"', 'address = "module.b*"', 'name = "w"', 'tag = "owner=edge"', 'kind = "rule_removed"',
        'description = "x*"', 'direction = "egress"', 'account = "1"', 'region = "us-*"', 'name = "web"\nkind = "rule_removed"',
    ],
)  # fmt: skip
def test_conditions_that_do_not_hold(condition: str) -> None:
    entries = parse(f'[[ignore]]\n{condition}\nreason = "why"\n', "f")
    result = suppressed(world(), entries, DAY)
    assert [each.suppressed for each in result.differences] == [None]
    assert told(result) == ["entry 1 (why) matches nothing"]


@pytest.mark.parametrize(("until", "holds"), [("2026-11-20", False), ("2026-11-21", True)])
def test_the_last_day_counts(until: str, holds: bool) -> None:
    entries = parse(f'[[ignore]]\nname = "web"\nreason = "why"\nuntil = {until}\n', "f")
    result = suppressed(world(), entries, DAY)
    assert [each.suppressed is not None for each in result.differences] == [holds]


@pytest.mark.parametrize(
    ("paths", "expected"),
    [("[tags]", True), ('[tags["Name"]]', True), ('[tags["other"]]', False), ("[ingress]", False), ("all", True)],
)
def test_tags_that_the_code_ignores(tmp_path: Path, paths: str, expected: bool) -> None:
    text = (
        'resource "aws_security_group" "web" {\n  name = "web"\n  vpc_id = "vpc-0a1b2c3d"\n'
        f"  lifecycle {{\n    ignore_changes = {paths}\n  }}\n}}\n"
    )
    result = drift([code(tmp_path, text), state(group(tags_all={"Name": "a"}))], live(live_group(tags={"Name": "b"})))
    result = suppressed(result, (), DAY)
    assert [each.suppressed is not None for each in result.differences] == [expected]
