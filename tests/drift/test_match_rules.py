"""When a declared and a live rule are the same, however each is written.

Numbers in names are those of a list of hard cases, drawn from the AWS provider's code, its issues, and the EC2 API
reference; docstrings name what matters.
"""

from __future__ import annotations

import pytest

from sgwarden.drift.declared import DeclaredSource
from tests.drift.models import (
    ACCOUNT,
    DB,
    HTTPS,
    WEB,
    allow,
    block,
    briefs,
    drift,
    group,
    live,
    live_group,
    none,
    old_rule,
    permission,
    state,
    vpc_rule,
    web,
)


def test_case_27_one_permission_is_many_rules() -> None:
    declared = state(
        group(), old_rule("a", cidr_blocks=["10.0.0.0/8", "10.9.0.0/16"], ipv6_cidr_blocks=["2001:db8::/32"])
    )
    none(drift(declared, live(web(allow("tcp", (443, 443), "10.9.0.0/16", "10.0.0.0/8", "2001:db8::/32")))))


def test_case_28_blocks_may_be_grouped_in_any_way() -> None:
    declared = state(group(ingress=[block(["10.0.0.0/8"]), block(["10.9.0.0/16"]), block(["10.8.0.0/16"])]))
    none(drift(declared, live(web(allow("tcp", (443, 443), "10.0.0.0/8", "10.9.0.0/16", "10.8.0.0/16")))))


def test_case_29_order_does_not_matter() -> None:
    declared = state(group(), old_rule("a", cidr_blocks=["10.9.0.0/16", "10.0.0.0/8"]))
    none(drift(declared, live(web(allow("tcp", (443, 443), "10.0.0.0/8", "10.9.0.0/16")))))


def test_case_30_a_network_written_twice_is_one() -> None:
    declared = state(group(ingress=[block(["10.0.0.0/8", "10.0.0.0/8"]), block(["10.0.0.0/8"])]))
    none(drift(declared, live(web(HTTPS))))


@pytest.mark.parametrize("text", [None, ""])
def test_case_38_no_description_is_an_empty_one(text: str | None) -> None:
    none(drift(state(group(), vpc_rule("a", description=text)), live(web(HTTPS))))


SELF = allow("tcp", (443, 443), UserIdGroupPairs=[{"GroupId": WEB, "UserId": ACCOUNT}])


@pytest.mark.parametrize(
    "declared",
    [
        state(group(ingress=[permission(self=True)])),
        state(group(ingress=[permission(security_groups=[WEB])])),
        state(group(), old_rule("a", self=True)),
        state(group(), old_rule("a", source_security_group_id=WEB)),
        state(group(), vpc_rule("a", referenced_security_group_id=WEB)),
        state(group(), vpc_rule("a", referenced_security_group_id=f"{ACCOUNT}/{WEB}")),
    ],
)
def test_case_39_the_own_group_in_every_spelling(declared: DeclaredSource) -> None:
    none(drift(declared, live(web(SELF))))


def test_case_40_self_beside_other_sources() -> None:
    both = allow("tcp", (443, 443), "10.0.0.0/8", UserIdGroupPairs=[{"GroupId": WEB, "UserId": ACCOUNT}])
    none(drift(state(group(ingress=[block(self=True)])), live(web(both))))


def test_case_41_the_own_account_may_be_left_out() -> None:
    pairs = allow("tcp", (443, 443), UserIdGroupPairs=[{"GroupId": DB, "UserId": ACCOUNT}])
    declared = state(group(), group("db", DB), vpc_rule("a", referenced_security_group_id=f"{ACCOUNT}/{DB}"))
    none(drift(declared, live(web(pairs), live_group("db", DB))))


def test_case_44_a_group_named_by_its_name() -> None:
    pairs = allow("tcp", (443, 443), UserIdGroupPairs=[{"GroupName": "db", "UserId": ACCOUNT}])
    declared = state(group(), group("db", DB), vpc_rule("a", referenced_security_group_id=DB))
    none(drift(declared, live(web(pairs), live_group("db", DB))))


@pytest.mark.parametrize(
    ("written", "told"),
    [("6", "tcp"), ("TCP", "tcp"), ("17", "udp"), ("1", "icmp"), ("58", "icmpv6"), ("icmpv6", "58"), ("tcp", "6")],
)
def test_case_48_protocols_by_name_and_number(written: str, told: str) -> None:
    none(drift(state(group(), vpc_rule("a", ip_protocol=written)), live(web(allow(told, (443, 443), "10.0.0.0/8")))))


@pytest.mark.parametrize(("low", "high"), [(0, 0), (0, 65535), (-1, -1), (None, None)])
@pytest.mark.parametrize("told", [None, (-1, -1), (0, 0)])
def test_case_49_all_protocols_have_no_ports(low: int | None, high: int | None, told: tuple[int, int] | None) -> None:
    declared = state(group(), old_rule("a", protocol="-1", from_port=low, to_port=high))
    none(drift(declared, live(web(allow("-1", told, "10.0.0.0/8")))))


@pytest.mark.parametrize("told", [None, (-1, -1), (0, 0)])
def test_case_50_other_protocols_have_no_ports(told: tuple[int, int] | None) -> None:
    declared = state(group(ingress=[permission("50", (0, 0), cidr_blocks=["10.0.0.0/8"])]))
    none(drift(declared, live(web(allow("50", told, "10.0.0.0/8")))))


def test_case_51_icmp_has_type_and_code() -> None:
    declared = state(group(ingress=[permission("icmp", (8, 0), cidr_blocks=["10.0.0.0/8"])]))
    none(drift(declared, live(web(allow("icmp", (8, 0), "10.0.0.0/8")))))


def test_case_52_echo_reply_is_not_all_of_icmp() -> None:
    declared = state(group(ingress=[permission("icmp", (0, 0), cidr_blocks=["10.0.0.0/8"])]))
    result = drift(declared, live(web(allow("icmp", (-1, -1), "10.0.0.0/8"))))
    assert [(each.kind, each.exposure_changes) for each in result.differences] == [
        ("rule_added", True), ("rule_removed", False),
    ]  # fmt: skip


def test_case_53_icmp_from_ipv6_stays_icmp() -> None:
    declared = state(group(ingress=[permission("icmp", (-1, -1), ipv6_cidr_blocks=["::/0"])]))
    none(drift(declared, live(web(allow("icmp", (-1, -1), "::/0")))))


def test_case_54_all_ports_of_tcp_are_not_all_traffic() -> None:
    declared = state(group(ingress=[permission("tcp", (0, 65535), cidr_blocks=["10.0.0.0/8"])]))
    result = drift(declared, live(web(allow("-1", None, "10.0.0.0/8"))))
    assert [(each.kind, each.exposure_changes) for each in result.differences] == [
        ("rule_added", True), ("rule_removed", False),
    ]  # fmt: skip


def test_case_55_port_zero_is_one_port() -> None:
    declared = state(group(ingress=[permission("tcp", (0, 0), cidr_blocks=["10.0.0.0/8"])]))
    result = drift(declared, live(web(allow("tcp", (0, 65535), "10.0.0.0/8"))))
    assert [each.kind for each in result.differences] == ["rule_added", "rule_removed"]


def test_case_59_ports_as_texts() -> None:
    none(drift(state(group(ingress=[block(from_port="443", to_port=443.0)])), live(web(HTTPS))))


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("10.0.0.5/8", "10.0.0.0/8"), ("10.0.0.0/8", "10.1.2.3/8"), ("2001:DB8::/32", "2001:db8::/32"),
        ("2001:db8:0:0::/64", "2001:db8::/64"), ("::0/0", "::/0"), ("10.0.0.1", "10.0.0.1/32"),
    ],
)  # fmt: skip
def test_cases_60_to_62_networks_in_every_spelling(written: str, told: str) -> None:
    peers = {"ipv6_cidr_blocks": [written], "cidr_blocks": None} if ":" in written else {"cidr_blocks": [written]}
    none(drift(state(group(), old_rule("a", **peers)), live(web(allow("tcp", (443, 443), told)))))


def test_case_63_ipv4_mapped_networks_are_ipv6() -> None:
    declared = state(group(), old_rule("a", ipv6_cidr_blocks=["::ffff:10.0.0.0/104"]))
    none(drift(declared, live(web(allow("tcp", (443, 443), "::ffff:a00:0/104")))))


def test_case_64_the_world_over_ipv6_is_a_rule_of_its_own() -> None:
    declared = state(group(ingress=[block(["0.0.0.0/0"])]))
    result = drift(declared, live(web(allow("tcp", (443, 443), "0.0.0.0/0", "::/0"))))
    assert briefs(result) == [("rule_added", WEB, "extra: ingress tcp 443 from ::/0")]
    assert result.differences[0].exposure_changes
