"""open-prefix-list: what the entries of a list open."""

from __future__ import annotations

import pytest

from sgwarden.model.infrastructure import PrefixList
from sgwarden.model.locations import Location
from sgwarden.model.security_groups import Rule
from sgwarden.model.values import Unknown
from sgwarden_policies.security_groups.open_prefix_list import OpenPrefixList
from tests.policies.models import NO_VALUE, infrastructure, only, outcomes, rule

WEB = "aws_security_group.web"
LIST = "aws_ec2_managed_prefix_list.partners"
PLACE = Location("lists.tf", 3, 12)


def listed(*cidrs: str | Unknown, entries: Unknown | None = None) -> PrefixList:
    """A managed prefix list with these entries."""
    return PrefixList(LIST, "pl-1", "partners", cidrs if entries is None else entries, PLACE)


def by_list(value: str | Unknown = LIST, **fields: object) -> Rule:
    """A rule for SSH from a prefix list."""
    return rule(source=value, kind="prefix_list", **fields)


@pytest.mark.parametrize(
    ("subject", "entries", "expected"),
    [
        (
            by_list(),
            listed("198.51.100.0/24", "0.0.0.0/0"),
            (
                "fail",
                WEB,
                f"Ingress tcp 22 from {LIST} opens more to the internet by its entry 0.0.0.0/0 than the public ports.",
            ),
        ),
        (
            by_list("pl-1"),
            listed("::/0", NO_VALUE),
            (
                "fail",
                WEB,
                "Ingress tcp 22 from pl-1 opens more to the internet by its entry ::/0 than the public ports.",
            ),
        ),
        (by_list(), listed("198.51.100.0/24"), ("pass", WEB)),
        (by_list(), listed(Unknown("later", "data.aws_vpc.main", "cidr_block")), ("pass", WEB)),
        (by_list(ports=443), listed("0.0.0.0/0"), ("pass", WEB)),
        (by_list(NO_VALUE, ports=443), listed(), ("pass", WEB)),
        (
            by_list(),
            listed("198.51.100.0/24", NO_VALUE),
            (
                "undecided",
                WEB,
                f"Ingress tcp 22 from {LIST} may open more to the internet by its entries than the public ports; "
                'unknown: variable "admin_cidrs" has no value.',
            ),
        ),
        (
            by_list("pl-9"),
            listed(),
            (
                "undecided",
                WEB,
                "Ingress tcp 22 from pl-9 may open more to the internet by its entries than the public ports; "
                "unknown: the entries of prefix list pl-9, which this input does not hold.",
            ),
        ),
    ],
)
def test_verdicts(subject: Rule, entries: PrefixList, expected: tuple[str, ...]) -> None:
    assert outcomes(OpenPrefixList(), infrastructure(subject, prefix_lists=(entries,))) == [expected]


def test_unknown_entries_are_undecided_and_the_list_is_shown() -> None:
    finding = only(OpenPrefixList(), infrastructure(by_list(), prefix_lists=(listed(entries=NO_VALUE),)))
    assert finding.unknowns == (NO_VALUE.reason,)
    assert finding.related == (PLACE,)
    assert finding.evidence["prefix_list"] == LIST
