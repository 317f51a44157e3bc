"""Managed prefix lists and the rules that refer to them.

Numbers in names are those of a list of hard cases, drawn from the AWS provider's code, its issues, and the EC2 API
reference; docstrings name what matters.
"""

from __future__ import annotations

from tests.drift.models import (
    ACCOUNT,
    WEB,
    allow,
    briefs,
    drift,
    group,
    live,
    none,
    resource,
    state,
    vpc_rule,
    web,
)

OFFICES = "pl-0123456789abcdef0"


def offices(*cidrs: str) -> dict[str, object]:
    """A managed prefix list of a state."""
    entries = [{"cidr": cidr, "description": ""} for cidr in cidrs]
    return resource("aws_ec2_managed_prefix_list", "offices", {"id": OFFICES, "name": "offices", "entry": entries})


LISTED = {"PrefixListId": OFFICES, "PrefixListName": "offices", "OwnerId": ACCOUNT}

FROM_OFFICES = allow("tcp", (443, 443), PrefixListIds=[{"PrefixListId": OFFICES}])


def test_case_46_a_prefix_list_is_equal_by_its_id() -> None:
    entries = {OFFICES: [{"Cidr": "198.51.100.0/24"}]}
    declared = state(group(), offices("198.51.100.0/24"), vpc_rule("a", prefix_list_id=OFFICES))
    none(drift(declared, live(web(FROM_OFFICES), prefix_lists=[LISTED], entries=entries)))


def test_case_46_other_entries_of_a_prefix_list_in_the_state() -> None:
    entries = {OFFICES: [{"Cidr": "198.51.100.0/24"}, {"Cidr": "0.0.0.0/0"}]}
    declared = state(group(), offices("198.51.100.0/24"), vpc_rule("a", prefix_list_id=OFFICES))
    result = drift(declared, live(web(FROM_OFFICES), prefix_lists=[LISTED], entries=entries))
    assert briefs(result) == [("prefix_list_changed", OFFICES, "entry added: 0.0.0.0/0")]
    assert result.differences[0].opens_to_internet
    assert result.differences[0].notes == (f"used by {WEB}",)


def test_case_46_lists_that_no_state_holds_are_nobodys_drift() -> None:
    other = {"PrefixListId": "pl-63a5400a", "PrefixListName": "com.amazonaws.eu-west-1.s3", "OwnerId": "AWS"}
    none(drift(state(group()), live(web(), prefix_lists=[other], entries={"pl-63a5400a": [{"Cidr": "3.5.0.0/19"}]})))
