"""Differences between the declared and the live rules of a group.

Numbers in names are those of a list of hard cases, drawn from the AWS provider's code, its issues, and the EC2 API
reference; docstrings name what matters.
"""

from __future__ import annotations

from pathlib import Path

from tests.drift.models import (
    ACCOUNT,
    APP,
    DB,
    EXTRA,
    HTTPS,
    INLINE,
    OPEN,
    WEB,
    allow,
    block,
    briefs,
    code,
    drift,
    group,
    live,
    live_group,
    live_rule,
    none,
    old_rule,
    permission,
    state,
    vpc_rule,
    web,
)


def test_case_11_a_rule_in_an_adopted_default_group_is_reported() -> None:
    adopted = group("default", WEB, type_="aws_default_security_group", description="default VPC security group")
    result = drift(state(adopted), live(live_group("default", WEB, [OPEN], Description="default VPC security group")))
    assert briefs(result) == [EXTRA]
    assert not result.differences[0].exclusive


def test_case_25_sensitive_values_are_compared_and_not_shown() -> None:
    from sgwarden.drift.remedies.choose import with_remedies
    from sgwarden.reports.drift.json import render
    from sgwarden.reports.parts.context import DriftContext

    rule = vpc_rule("a", cidr_ipv4="198.51.100.77/32")
    rule["instances"][0]["sensitive_attributes"] = [[{"type": "get_attr", "value": "cidr_ipv4"}]]
    none(drift(state(group(), rule), live(web(allow("tcp", (443, 443), "198.51.100.77/32")))))
    result = with_remedies(drift(state(group(), rule), live(web())))
    assert [each.kind for each in result.differences] == ["rule_removed"]
    assert "198.51.100.77" not in render(result, DriftContext())


def test_case_31_one_network_of_several_gone_is_one_difference() -> None:
    declared = state(group(), old_rule("a", cidr_blocks=["10.0.0.0/8", "10.9.0.0/16"]))
    result = drift(declared, live(web(HTTPS)))
    assert briefs(result) == [("rule_removed", WEB, "gone: ingress tcp 443 from 10.9.0.0/16")]


def test_case_32_an_extra_network_beside_a_rule_resource() -> None:
    result = drift(state(group(), old_rule("a")), live(web(allow("tcp", (443, 443), "10.0.0.0/8", "172.16.0.0/12"))))
    assert briefs(result) == [("rule_added", WEB, "extra: ingress tcp 443 from 172.16.0.0/12")]
    assert not result.differences[0].exclusive


def test_case_33_a_rule_made_again_is_information() -> None:
    result = drift(state(group(), vpc_rule("a")), live(web(HTTPS), rules=[live_rule("sgr-other")]))
    assert briefs(result) == [("rule_recreated", WEB, "rule id: sgr-a -> sgr-other")]
    assert result.drift == ()


def test_case_34_another_content_under_the_same_id_is_one_change() -> None:
    changed = live(
        web(allow("tcp", (22, 22), "0.0.0.0/0")), rules=[live_rule("sgr-a", ports=(22, 22), cidr="0.0.0.0/0")]
    )
    result = drift(state(group(), vpc_rule("a")), changed)
    assert briefs(result) == [("rule_changed", WEB, "ingress tcp 443 from 10.0.0.0/8 -> ingress tcp 22 from 0.0.0.0/0")]
    assert result.differences[0].opens_to_internet


def described(text: str | None, cidr: str = "10.0.0.0/8") -> dict[str, object]:
    """TCP 443 from one network, with a description."""
    return allow("tcp", (443, 443), IpRanges=[{"CidrIp": cidr, **({"Description": text} if text else {})}])


def test_case_35_another_description_is_a_change_of_the_description() -> None:
    result = drift(state(group(), vpc_rule("a", description="why")), live(web(described("because"))))
    assert [(each.attribute, each.change) for each in result.differences] == [
        ("description", ('description: "why" -> "because"',))
    ]
    assert result.differences[0].exclusive


def test_case_36_a_blanked_description_of_an_inline_rule_is_seen_although_terraform_is_blind() -> None:
    result = drift(state(group(ingress=[block(description="why")])), live(web(described(None))))
    assert briefs(result) == [("rule_changed", WEB, 'description: "why" -> (none)')]
    assert not result.differences[0].exclusive


def test_case_37_the_description_of_a_second_source_is_seen() -> None:
    declared = state(group(), old_rule("a", cidr_blocks=["10.0.0.0/8", "10.9.0.0/16"], description="why"))
    changed = allow(
        "tcp", (443, 443),
        IpRanges=[{"CidrIp": "10.0.0.0/8", "Description": "why"}, {"CidrIp": "10.9.0.0/16", "Description": "x"}],
    )  # fmt: skip
    result = drift(declared, live(web(changed)))
    assert briefs(result) == [("rule_changed", WEB, 'description: "why" -> "x"')]
    assert not result.differences[0].exclusive


def test_case_42_a_group_of_another_account() -> None:
    foreign = {"GroupId": APP, "UserId": "999988887777", "VpcPeeringConnectionId": "pcx-1", "PeeringStatus": "active"}
    declared = state(group(), vpc_rule("a", referenced_security_group_id=f"999988887777/{APP}"))
    result = drift(declared, live(web(allow("tcp", (443, 443), UserIdGroupPairs=[foreign]))))
    none(result)
    assert result.notes == ()


def test_case_42_a_deleted_peering_is_a_note() -> None:
    foreign = {"GroupId": APP, "UserId": "999988887777", "PeeringStatus": "deleted"}
    declared = state(group(), vpc_rule("a", referenced_security_group_id=f"999988887777/{APP}"))
    result = drift(declared, live(web(allow("tcp", (443, 443), UserIdGroupPairs=[foreign]))))
    none(result)
    assert [note.kind for note in result.notes] == ["stale_reference"]


def test_case_43_a_reference_to_a_group_that_is_gone_is_a_note() -> None:
    pairs = allow("tcp", (443, 443), UserIdGroupPairs=[{"GroupId": APP, "UserId": ACCOUNT}])
    result = drift(state(group(), vpc_rule("a", referenced_security_group_id=APP)), live(web(pairs)))
    none(result)
    assert [note.kind for note in result.notes] == ["stale_reference"]


def test_case_45_a_peer_that_was_made_again() -> None:
    pairs = allow("tcp", (443, 443), UserIdGroupPairs=[{"GroupId": APP, "UserId": ACCOUNT}])
    declared = state(group(), group("db", DB), vpc_rule("a", referenced_security_group_id=DB))
    result = drift(declared, live(web(pairs), live_group("db", DB), live_group("db", APP)))
    assert [each.kind for each in result.differences if each.group_id == WEB] == ["rule_added", "rule_removed"]
    assert [note.kind for note in result.notes] == ["peer_recreated"]


def test_case_57_a_split_range_changes_no_exposure() -> None:
    declared = state(group(ingress=[permission("tcp", (1000, 2000), cidr_blocks=["10.0.0.0/8"])]))
    split = [allow("tcp", (1000, 1500), "10.0.0.0/8"), allow("tcp", (1501, 2000), "10.0.0.0/8")]
    result = drift(declared, live(web(*split)))
    assert [(each.kind, each.exposure_changes) for each in result.differences] == [
        ("rule_added", False), ("rule_added", False), ("rule_removed", False),
    ]  # fmt: skip


def test_case_57_a_split_network_changes_no_exposure() -> None:
    result = drift(
        state(group(ingress=[block(["10.0.0.0/8"])])), live(web(allow("tcp", (443, 443), "10.0.0.0/9", "10.128.0.0/9")))
    )
    assert {each.exposure_changes for each in result.differences} == {False}
    assert len(result.differences) == 3


def test_case_58_a_rule_in_the_shadow_of_a_wider_one() -> None:
    result = drift(state(group(ingress=[block()])), live(web(allow("tcp", (443, 443), "10.0.0.0/8", "10.0.0.5/32"))))
    assert [(each.kind, each.exposure_changes, str(each.severity)) for each in result.differences] == [
        ("rule_added", False, "low")
    ]


def test_case_65_no_egress_is_what_terraform_makes() -> None:
    none(drift(state(group(ingress=[block()])), live(web(HTTPS))))


def test_case_65_the_default_egress_that_somebody_put_back(tmp_path: Path) -> None:
    actual = live(web(HTTPS, egress=(allow("-1", None, "0.0.0.0/0"),)))
    result = drift([code(tmp_path, INLINE), state(group(ingress=[block()]))], actual)
    assert briefs(result) == [("rule_added", WEB, "extra: egress all protocols to 0.0.0.0/0")]


def test_case_94_the_previous_snapshot_tells_what_a_refresh_has_swallowed(tmp_path: Path) -> None:
    """The state holds the extra rule of an inline group already, so that plans are silent until somebody looks."""
    declared = [code(tmp_path, INLINE), state(group(ingress=[block(), block(["0.0.0.0/0"], 3389)]))]
    now, before = live(web(HTTPS, OPEN)), live(web(HTTPS))
    assert briefs(drift(declared, now)) == []
    result = drift(declared, now, previous=before)
    assert briefs(result) == [EXTRA]
    assert result.differences[0].swallowed
    assert result.differences[0].new_since_previous


def test_case_94_with_a_state_alone_what_is_new_in_it_is_noted() -> None:
    declared = state(group(ingress=[block(), block(["0.0.0.0/0"], 3389)]))
    result = drift(declared, live(web(HTTPS, OPEN)), previous=live(web(HTTPS)))
    assert briefs(result) == []
    assert [note.kind for note in result.notes] == ["new_in_state"]
