"""When a declared and a live group say the same: one scenario for each hard case; its number is in the name.

The sources of the cases are the AWS provider's code, its issues, and the EC2 API reference; docstrings name what matters.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from sgwarden.drift.declared import DeclaredSource
from sgwarden.drift.differences import Comparison, Ownership
from sgwarden.model.infrastructure import Skipped
from tests.drift.models import (
    ACCOUNT,
    APP,
    DB,
    REGION,
    VPC,
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
    old_rule,
    permission,
    resource,
    state,
    vpc_rule,
)

OPEN = allow("tcp", (3389, 3389), "0.0.0.0/0")
HTTPS = allow("tcp", (443, 443), "10.0.0.0/8")
EXTRA = ("rule_added", WEB, "extra: ingress tcp 3389 from 0.0.0.0/0")
OTHERS = (live_group("db", DB), live_group("app", APP))

INLINE = """
resource "aws_security_group" "web" {
  name        = "web"
  description = "Managed by Terraform"
  vpc_id      = "vpc-0a1b2c3d"
  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["10.0.0.0/8"]
  }
}
"""
BARE = """
resource "aws_security_group" "web" {
  name   = "web"
  vpc_id = "vpc-0a1b2c3d"
}
"""
SEPARATE = (
    BARE
    + """
resource "aws_vpc_security_group_ingress_rule" "a" {
  security_group_id = aws_security_group.web.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "10.0.0.0/8"
}
"""
)


def none(comparison: Comparison) -> None:
    """No difference, and everything told."""
    assert briefs(comparison) == []
    assert comparison.undecided == ()
    assert comparison.complete


def web(*ingress: dict[str, object], egress: tuple[dict[str, object], ...] = (), **more: object) -> dict[str, object]:
    """The live group."""
    return live_group("web", WEB, list(ingress), list(egress), **more)  # type: ignore[arg-type]


# A. what is declared


def test_case_01_inline_blocks_own_the_direction() -> None:
    result = drift(state(group(ingress=[block()])), live(web(HTTPS, OPEN)))
    assert briefs(result) == [EXTRA]
    assert result.differences[0].exclusive
    assert result.differences[0].ownership == Ownership("inline", inferred=True)


def test_case_01_inline_blocks_of_code_own_the_direction_for_certain(tmp_path: Path) -> None:
    result = drift([code(tmp_path, INLINE), state(group(ingress=[block()]))], live(web(HTTPS, OPEN)))
    assert briefs(result) == [EXTRA]
    assert result.differences[0].ownership == Ownership("inline")


def test_case_02_omitted_blocks_own_nothing(tmp_path: Path) -> None:
    result = drift([code(tmp_path, BARE), state(group())], live(web(OPEN)))
    assert briefs(result) == [EXTRA]
    assert not result.differences[0].exclusive
    assert result.differences[0].ownership == Ownership("none")


def test_case_03_computed_lists_of_a_state_are_no_declaration(tmp_path: Path) -> None:
    """A refresh has written all live rules to the state of a group whose rules are separate."""
    swallowed = [block(), block(["0.0.0.0/0"], 3389)]
    declared = [code(tmp_path, SEPARATE), state(group(ingress=swallowed), vpc_rule("a"))]
    result = drift(declared, live(web(HTTPS, OPEN)))
    assert briefs(result) == [EXTRA]
    assert result.differences[0].swallowed
    assert not result.differences[0].exclusive


def test_case_03_before_the_first_refresh_separate_rules_are_not_extra(tmp_path: Path) -> None:
    none(drift([code(tmp_path, SEPARATE), state(group(), vpc_rule("a"))], live(web(HTTPS))))


def test_case_04_a_state_alone_is_inferred_separate_when_a_rule_resource_targets_the_group() -> None:
    result = drift(state(group(ingress=[block(), block(["0.0.0.0/0"], 3389)]), vpc_rule("a")), live(web(HTTPS, OPEN)))
    assert briefs(result) == [EXTRA]
    assert result.differences[0].ownership == Ownership("separate", inferred=True)
    assert result.differences[0].swallowed


def test_case_04_a_state_alone_counts_as_inline_otherwise() -> None:
    none(drift(state(group(ingress=[block()])), live(web(HTTPS))))


def test_case_04_the_other_direction_of_a_group_with_rule_resources_is_undecided() -> None:
    """Its list may be blocks of the code or what a refresh wrote: nothing is chosen in silence."""
    declared = state(group(egress=[permission("-1", (0, 0), cidr_blocks=["0.0.0.0/0"])]), vpc_rule("a"))
    result = drift(declared, live(web(HTTPS, egress=(allow("-1", None, "0.0.0.0/0"),))))
    assert briefs(result) == []
    assert [each.what for each in result.undecided] == ["whether egress all protocols to 0.0.0.0/0 is declared"]


def test_case_05_ownership_is_of_each_direction(tmp_path: Path) -> None:
    actual = live(web(HTTPS, OPEN, egress=(allow("-1", None, "0.0.0.0/0"),)))
    result = drift([code(tmp_path, INLINE), state(group(ingress=[block()]))], actual)
    assert [(each.direction, each.exclusive) for each in result.differences] == [("egress", False), ("ingress", True)]


def test_case_06_an_empty_list_declares_none(tmp_path: Path) -> None:
    text = BARE.replace("}", "  ingress = []\n}")
    result = drift([code(tmp_path, text), state(group())], live(web(OPEN)))
    assert briefs(result) == [EXTRA]
    assert result.differences[0].ownership == Ownership("empty")
    assert result.differences[0].exclusive


def test_case_07_the_last_block_removed_leaves_a_shadow_rule(tmp_path: Path) -> None:
    """Terraform plans nothing for a block that is omitted: the old rule stays, and nobody owns it."""
    result = drift([code(tmp_path, BARE), state(group(ingress=[block()]))], live(web(HTTPS)))
    assert briefs(result) == [("rule_added", WEB, "extra: ingress tcp 443 from 10.0.0.0/8")]
    assert not result.differences[0].exclusive
    assert result.differences[0].swallowed


def test_case_08_a_dynamic_block_over_nothing_is_omitted(tmp_path: Path) -> None:
    dynamic = """  dynamic "ingress" {
    for_each = []
    content {
      protocol    = "tcp"
      from_port   = ingress.value
      to_port     = ingress.value
      cidr_blocks = ["10.0.0.0/8"]
    }
  }
}"""
    result = drift([code(tmp_path, BARE.replace("}", dynamic)), state(group())], live(web(OPEN)))
    assert [each.ownership for each in result.differences] == [Ownership("none")]


def test_case_09_both_styles_of_rule_resources_add_up() -> None:
    none(drift(state(group(), old_rule("a"), vpc_rule("b", from_port=22, to_port=22)),
               live(web(HTTPS, allow("tcp", (22, 22), "10.0.0.0/8")))))  # fmt: skip


def test_case_09_inline_blocks_beside_rule_resources_are_a_conflict(tmp_path: Path) -> None:
    text = INLINE + SEPARATE.removeprefix(BARE).replace("443", "22")
    declared = [code(tmp_path, text), state(group(ingress=[block()]), vpc_rule("a", from_port=22, to_port=22))]
    result = drift(declared, live(web(HTTPS, allow("tcp", (22, 22), "10.0.0.0/8"))))
    assert briefs(result) == []
    assert [note.kind for note in result.notes] == ["config_conflict"]


def test_case_10_a_set_of_exclusive_rules_makes_separate_rules_exclusive() -> None:
    exclusive = resource(
        "aws_vpc_security_group_rules_exclusive", "web",
        {"security_group_id": WEB, "ingress_rule_ids": ["sgr-a"], "egress_rule_ids": []},
    )  # fmt: skip
    result = drift(state(group(), vpc_rule("a"), exclusive), live(web(HTTPS, OPEN)))
    assert briefs(result) == [EXTRA]
    assert result.differences[0].exclusive
    assert result.differences[0].ownership == Ownership("exclusive")


def test_case_11_a_rule_in_an_adopted_default_group_is_reported() -> None:
    adopted = group("default", WEB, type_="aws_default_security_group", description="default VPC security group")
    result = drift(state(adopted), live(live_group("default", WEB, [OPEN], Description="default VPC security group")))
    assert briefs(result) == [EXTRA]
    assert not result.differences[0].exclusive


def test_case_12_a_default_group_that_nobody_adopted_does_not_count() -> None:
    result = drift(state(group()), live(web(), live_group("default", DB, [OPEN])))
    assert [(each.kind, each.service, result.counts(each)) for each in result.differences] == [
        ("group_unmanaged", "default", False)
    ]


def test_case_13_rules_of_another_state_are_declared() -> None:
    data = resource("aws_security_group", "web", {"id": WEB, "name": "web"}, mode="data")
    rules = state(data, vpc_rule("a"), path="rules.tfstate", directory="/rules")
    none(drift([state(group()), rules], live(web(HTTPS))))


def test_case_14_a_group_of_two_states_is_noted_and_compared_once() -> None:
    twice = [state(group(ingress=[block()])), state(group(ingress=[block()]), path="b.tfstate", directory="/b")]
    result = drift(twice, live(web(HTTPS, OPEN)))
    assert briefs(result) == [EXTRA]
    assert [note.kind for note in result.notes] == ["managed_twice"]


def test_case_15_a_rule_declared_twice_is_one_rule() -> None:
    result = drift(state(group(), vpc_rule("a"), old_rule("b")), live(web(HTTPS)))
    assert briefs(result) == []
    assert [note.kind for note in result.notes] == ["duplicate_declaration"]


def test_case_15_also_when_one_of_the_two_is_known_by_its_id() -> None:
    result = drift(state(group(), vpc_rule("a"), old_rule("b")), live(web(HTTPS), rules=[live_rule("sgr-a")]))
    assert briefs(result) == []


def test_case_16_data_sources_declare_nothing() -> None:
    data = resource("aws_security_group", "gone", {"id": DB, "name": "gone"}, mode="data")
    none(drift(state(group(), data), live(web())))


@pytest.mark.parametrize("paths", ["[ingress]", "all"])
def test_case_17_ignore_changes_suppresses_visibly(tmp_path: Path, paths: str) -> None:
    from tests.drift.test_ignore_changes import DAY, suppressed

    text = INLINE.rstrip().removesuffix("}") + f"  lifecycle {{\n    ignore_changes = {paths}\n  }}\n}}\n"
    result = suppressed(drift([code(tmp_path, text), state(group(ingress=[block()]))], live(web(HTTPS, OPEN))), (), DAY)
    assert [each.suppressed.by for each in result.differences if each.suppressed] == ["lifecycle.ignore_changes"]
    assert result.drift == ()


def test_case_17_ignoring_one_direction_leaves_the_other(tmp_path: Path) -> None:
    from tests.drift.test_ignore_changes import DAY, suppressed

    text = INLINE.rstrip().removesuffix("}") + "  lifecycle {\n    ignore_changes = [egress]\n  }\n}\n"
    result = suppressed(drift([code(tmp_path, text), state(group(ingress=[block()]))], live(web(HTTPS, OPEN))), (), DAY)
    assert len(result.drift) == 1


def test_case_18_a_deposed_object_is_managed() -> None:
    current = group("web", WEB)
    current["instances"].append({**group("web-old", DB)["instances"][0], "deposed": "0a1b2c3d"})
    none(drift(state(current), live(web(), live_group("web-old", DB))))


def test_case_19_a_group_that_was_forgotten_is_unmanaged() -> None:
    result = drift(state(group("db", DB)), live(live_group("db", DB), web(OPEN)))
    assert [(each.kind, each.group_id, each.opens_to_internet) for each in result.differences] == [
        ("group_unmanaged", WEB, True)
    ]


def test_case_20_what_is_in_the_code_and_in_no_state_is_not_applied(tmp_path: Path) -> None:
    text = INLINE + BARE.replace('"web"', '"new"')
    result = drift([code(tmp_path, text), state(group(ingress=[block()]))], live(web(HTTPS)))
    none(result)
    assert [(each.address, each.what) for each in result.pending] == [("aws_security_group.new", "to be created")]


def test_case_21_a_merged_change_that_is_not_applied_is_no_drift(tmp_path: Path) -> None:
    result = drift([code(tmp_path, INLINE.replace("443", "8443")), state(group(ingress=[block()]))], live(web(HTTPS)))
    none(result)
    assert sorted((each.what, each.detail.partition(":")[0]) for each in result.pending) == [
        ("to be created", "ingress tcp 8443 from 10.0.0.0/8"),
        ("to be removed", "ingress tcp 443 from 10.0.0.0/8"),
    ]


def test_case_21_a_separate_rule_taken_out_of_the_code_is_not_applied(tmp_path: Path) -> None:
    result = drift([code(tmp_path, BARE), state(group(), vpc_rule("a"))], live(web(HTTPS)))
    none(result)
    assert [(each.address, each.what) for each in result.pending] == [
        ("aws_vpc_security_group_ingress_rule.a", "to be removed")
    ]


def test_case_22_tainted_objects_are_live() -> None:
    tainted = group(ingress=[block()])
    tainted["instances"][0]["status"] = "tainted"
    result = drift(state(tainted), live(web(HTTPS, OPEN)))
    assert briefs(result) == [EXTRA]
    assert [note.kind for note in result.notes] == ["tainted"]


@pytest.mark.parametrize(("key", "shown"), [("green", '["green"]'), (0, "[0]"), ("0", '["0"]')])
def test_case_23_addresses_are_exact(key: object, shown: str) -> None:
    declared = state(group(module='module.sg["a.b"]', key=key, ingress=[block()]))
    result = drift(declared, live(web()))
    assert result.differences[0].addresses == (f'module.sg["a.b"].aws_security_group.web{shown}',)


def test_case_24_unknown_values_are_undecided_never_changed(tmp_path: Path) -> None:
    text = (
        BARE
        + """
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
  assign_generated_ipv6_cidr_block = true
}
resource "aws_vpc_security_group_ingress_rule" "a" {
  security_group_id = aws_security_group.web.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv6         = aws_vpc.main.ipv6_cidr_block
}
"""
    )
    result = drift(code(tmp_path, text), live(web(allow("tcp", (443, 443), "2001:db8::/56"))))
    assert briefs(result) == []
    assert [each.group for each in result.undecided] == [WEB]


def test_case_24_the_state_resolves_unknown_values(tmp_path: Path) -> None:
    text = SEPARATE.replace('"10.0.0.0/8"', "aws_vpc.main.ipv6_cidr_block").replace("cidr_ipv4", "cidr_ipv6")
    text += 'resource "aws_vpc" "main" {\n  cidr_block = "10.0.0.0/16"\n  assign_generated_ipv6_cidr_block = true\n}\n'
    applied = state(group(), vpc_rule("a", cidr_ipv6="2001:db8::/56"))
    none(drift([code(tmp_path, text), applied], live(web(allow("tcp", (443, 443), "2001:db8::/56")))))


def test_case_25_sensitive_values_are_compared_and_not_shown() -> None:
    from sgwarden.drift.remedies.choose import with_remedies
    from sgwarden.reports.drift.json import DriftContext, render

    rule = vpc_rule("a", cidr_ipv4="198.51.100.77/32")
    rule["instances"][0]["sensitive_attributes"] = [[{"type": "get_attr", "value": "cidr_ipv4"}]]
    none(drift(state(group(), rule), live(web(allow("tcp", (443, 443), "198.51.100.77/32")))))
    result = with_remedies(drift(state(group(), rule), live(web())))
    assert [each.kind for each in result.differences] == ["rule_removed"]
    assert "198.51.100.77" not in render(result, DriftContext())


# B. rule identity and shape


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


def test_case_44_a_group_named_by_its_name() -> None:
    pairs = allow("tcp", (443, 443), UserIdGroupPairs=[{"GroupName": "db", "UserId": ACCOUNT}])
    declared = state(group(), group("db", DB), vpc_rule("a", referenced_security_group_id=DB))
    none(drift(declared, live(web(pairs), live_group("db", DB))))


def test_case_45_a_peer_that_was_made_again() -> None:
    pairs = allow("tcp", (443, 443), UserIdGroupPairs=[{"GroupId": APP, "UserId": ACCOUNT}])
    declared = state(group(), group("db", DB), vpc_rule("a", referenced_security_group_id=DB))
    result = drift(declared, live(web(pairs), live_group("db", DB), live_group("db", APP)))
    assert [each.kind for each in result.differences if each.group_id == WEB] == ["rule_added", "rule_removed"]
    assert [note.kind for note in result.notes] == ["peer_recreated"]


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


# C. protocol and ports


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


def test_case_59_ports_as_texts() -> None:
    none(drift(state(group(ingress=[block(from_port="443", to_port=443.0)])), live(web(HTTPS))))


# D. addresses


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


# E. attributes of the group


def test_case_65_no_egress_is_what_terraform_makes() -> None:
    none(drift(state(group(ingress=[block()])), live(web(HTTPS))))


def test_case_65_the_default_egress_that_somebody_put_back(tmp_path: Path) -> None:
    actual = live(web(HTTPS, egress=(allow("-1", None, "0.0.0.0/0"),)))
    result = drift([code(tmp_path, INLINE), state(group(ingress=[block()]))], actual)
    assert briefs(result) == [("rule_added", WEB, "extra: egress all protocols to 0.0.0.0/0")]


def test_case_66_a_name_made_of_a_prefix() -> None:
    name = "web-20260101000000000000000001"
    none(drift(state(group(name, name_prefix="web-")), live(live_group(name, WEB))))


def test_case_68_a_deleted_group_is_one_difference() -> None:
    result = drift(state(group(ingress=[block(), block(["10.9.0.0/16"])]), group("db", DB)), live(live_group("db", DB)))
    assert briefs(result) == [("group_missing", WEB, "gone, with 2 rules")]
    assert len(result.differences[0].declared["rules"]) == 2


def test_case_69_a_group_made_again_under_the_same_name() -> None:
    result = drift(state(group()), live(live_group("web", APP)))
    assert [(each.kind, each.group_id) for each in result.differences] == [
        ("group_missing", WEB),
        ("group_unmanaged", APP),
    ]
    assert result.differences[0].notes[0].startswith(f"replaced by {APP}")
    assert WEB in result.differences[1].notes[0]


def test_case_71_tags_with_default_tags_and_without_reserved_ones() -> None:
    declared = state(group(tags={"Name": "web"}, tags_all={"Name": "web", "team": "edge"}))
    tags = {"Name": "web", "team": "edge", "aws:cloudformation:stack-name": "x"}
    none(drift(declared, live(web(tags=tags))))


def test_case_71_no_tags_are_empty_tags() -> None:
    none(drift(state(group(tags=None, tags_all={})), live(web(tags={}))))


def test_case_71_tags_that_somebody_else_sets() -> None:
    from sgwarden.drift.compare import Options
    from sgwarden.drift.declared import IgnoredTags

    options = Options(IgnoredTags(frozenset({"cost"}), ("kubernetes.io/",)))
    tags = {"cost": "1", "kubernetes.io/cluster/a": "owned", "Name": "other"}
    result = drift(state(group(tags_all={"Name": "web"})), live(web(tags=tags)), options)
    assert briefs(result) == [("attribute_changed", WEB, 'tag Name: "web" -> "other"')]


def test_case_72_tags_of_rules_are_left_alone() -> None:
    rules = [live_rule("sgr-a", Tags=[{"Key": "x", "Value": "y"}])]
    none(drift(state(group(), old_rule("a")), live(web(HTTPS), rules=rules)))


def test_case_75_vpc_associations_that_were_not_read_are_undecided() -> None:
    associated = resource("aws_vpc_security_group_vpc_association", "a", {"security_group_id": WEB, "vpc_id": "vpc-2"})
    result = drift(state(group(), associated), live(web()))
    assert briefs(result) == []
    assert [each.reason for each in result.undecided] == ["they were not read"]


def test_case_75_a_further_vpc_is_a_change_of_exposure() -> None:
    (place,) = live(web())
    place = replace(
        place, security_groups=tuple(replace(each, vpc_associations=("vpc-2",)) for each in place.security_groups)
    )
    result = drift(state(group()), (place,))
    assert [(each.kind, each.attribute, each.exposure_changes) for each in result.differences] == [
        ("attribute_changed", "vpc_associations", True)
    ]


def test_case_76_a_group_of_another_account_is_not_missing() -> None:
    result = drift(state(group(), group("far", DB, account="999988887777")), live(web()))
    assert briefs(result) == []
    assert result.skipped == (
        Skipped("999988887777/eu-west-1", "security groups of it are declared and it was not read"),
    )
    assert not result.complete


def test_case_77_a_shared_group_is_not_unmanaged() -> None:
    result = drift(state(group()), live(web(), live_group("shared", DB, [OPEN], account="999988887777")))
    none(result)
    assert [note.kind for note in result.notes] == ["shared_group"]


# F. foreign writers


def test_case_79_rules_of_a_controller_are_named() -> None:
    text = "elbv2.k8s.aws/targetGroupBinding=shared"
    rule = allow("tcp", (30000, 32767), IpRanges=[{"CidrIp": "10.0.0.0/8", "Description": text}])
    result = drift(state(group(), vpc_rule("a")), live(web(HTTPS, rule)))
    assert [(each.kind, each.service, result.counts(each)) for each in result.differences] == [
        ("rule_added", "kubernetes", True)
    ]


@pytest.mark.parametrize(
    ("name", "tags", "service"),
    [
        ("eks-cluster-sg-prod-1234", {"aws:eks:cluster-name": "prod"}, "eks"),
        ("k8s-elb-a1", {}, "kubernetes"),
        ("k8s-traffic-prod-1", {"elbv2.k8s.aws/cluster": "prod"}, "kubernetes"),
        ("ElasticMapReduce-master", {}, "emr"),
        ("awseb-e-abc-stack", {}, "elastic beanstalk"),
        ("d-1234567890_controllers", {}, "directory service"),
        ("FMManagedSecurityGroup123", {}, "firewall manager"),
        ("AWS-OpsWorks-Default-Server", {}, "opsworks"),
        ("stack-Group-1ABC", {"aws:cloudformation:stack-name": "stack"}, "cloudformation"),
        ("launch-wizard-3", {}, None),
        ("by-hand", {}, None),
    ],
)
def test_cases_26_and_80_groups_that_services_made(name: str, tags: dict[str, str], service: str | None) -> None:
    result = drift(state(group()), live(web(), live_group(name, DB, tags=tags)))
    assert [(each.kind, each.service, result.counts(each)) for each in result.differences] == [
        ("group_unmanaged", service, service is None)
    ]


# G. where and when


def test_case_84_account_and_region_come_from_the_arn() -> None:
    far = group("far", DB, account="222233334444", region="us-east-1", ingress=[block()])
    result = drift(
        state(group(), far), (*live(web()), *live(live_group("far", DB, account="222233334444"), account="222233334444", region="us-east-1"))
    )  # fmt: skip
    assert [(each.account, each.region, each.kind) for each in result.differences] == [
        ("222233334444", "us-east-1", "rule_removed")
    ]


def test_case_85_the_same_name_in_two_regions() -> None:
    west, east = group(), group("web", DB, region="us-east-1", module="module.east")
    none(drift(state(west, east), (*live(web()), *live(live_group("web", DB), region="us-east-1"))))


def test_case_86_nothing_is_missing_in_a_region_that_was_refused() -> None:
    refused = tuple(
        replace(place, security_groups=(), rules=(), unread=frozenset({"security_groups", "rules"}),
                skipped=(Skipped(f"{ACCOUNT}/{REGION} security groups", "UnauthorizedOperation"),))
        for place in live()
    )  # fmt: skip
    result = drift(state(group(ingress=[block()])), refused)
    assert briefs(result) == []
    assert not result.complete


def test_case_87_nothing_is_claimed_of_a_group_that_changed_while_it_was_read() -> None:
    """DescribeSecurityGroups and DescribeSecurityGroupRules tell different things."""
    result = drift(state(group(), vpc_rule("a")), live(web(OPEN), rules=[live_rule("sgr-a")]))
    assert briefs(result) == []
    assert [each.what for each in result.undecided] == ["the rules of the group"]
    assert not result.complete


def test_case_91_a_state_that_was_not_read_takes_the_ground_from_unmanaged() -> None:
    from sgwarden.drift.compare import compare
    from sgwarden.drift.resolve_declared.resolve import resolve

    declared = resolve([state(group())])
    declared.skipped.append(Skipped("b.tfstate", "the JSON ends too early"))
    declared.unread.append("b.tfstate")
    result = compare(declared, live(web(OPEN), live_group("db", DB)))
    assert briefs(result) == []
    assert len(result.undecided) == 2
    assert not result.complete


def test_case_92_resources_without_instances_declare_nothing() -> None:
    empty = {**group("gone", DB), "instances": []}
    none(drift(state(group(), empty), live(web())))


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


# code without a state


def test_code_alone_is_matched_by_name(tmp_path: Path) -> None:
    result = drift(code(tmp_path, INLINE), live(web(HTTPS, OPEN)))
    assert briefs(result) == [EXTRA]


def test_code_alone_refers_to_groups_that_are_matched_by_name(tmp_path: Path) -> None:
    text = (
        BARE
        + BARE.replace('"web"', '"db"')
        + SEPARATE.removeprefix(BARE).replace(
            'cidr_ipv4         = "10.0.0.0/8"', "referenced_security_group_id = aws_security_group.db.id"
        )
    )
    pairs = allow("tcp", (443, 443), UserIdGroupPairs=[{"GroupId": DB, "UserId": ACCOUNT}])
    none(drift(code(tmp_path, text), live(web(pairs), live_group("db", DB))))


def test_code_alone_is_undecided_where_a_name_is_not_unmistakable(tmp_path: Path) -> None:
    text = INLINE.replace('vpc_id      = "vpc-0a1b2c3d"', "")
    other = {**live_group("web", DB), "VpcId": "vpc-2"}
    result = drift(code(tmp_path, text), live(web(HTTPS), other))
    assert briefs(result) == []
    assert [each.what for each in result.undecided] == ["which live group it is"]


def test_code_alone_does_not_take_an_absent_group_for_a_deleted_one(tmp_path: Path) -> None:
    result = drift(code(tmp_path, INLINE), live())
    assert briefs(result) == []
    assert [(each.address, each.what) for each in result.pending] == [("aws_security_group.web", "to be created")]
    assert VPC in INLINE


def test_case_23_instances_that_code_alone_does_not_tell_are_taken_from_the_state(tmp_path: Path) -> None:
    """for_each is unknown: which instances there are is the state's to say, how they are written the code's."""
    text = 'variable "names" {\n  type = set(string)\n}\n' + INLINE.replace(
        "{\n  name", "{\n  for_each = var.names\n  name", 1
    )
    result = drift([code(tmp_path, text), state(group(key="a", ingress=[block()]))], live(web(HTTPS, OPEN)))
    assert briefs(result) == [EXTRA]
    assert result.differences[0].ownership == Ownership("inline")
    assert result.pending == ()


@pytest.mark.parametrize(
    ("what", "complete"),
    [
        ("network interfaces", True), ("metric filters", True), ("alarms", True), ("trails", True),
        ("security groups", False), ("ids of rules", False), ("entries of prefix list pl-1", False), ("something new", False),
    ],
)  # fmt: skip
def test_case_86_what_is_not_compared_need_not_be_read(what: str, complete: bool) -> None:
    (place,) = live(web(HTTPS))
    denied = replace(place, skipped=(Skipped(f"{ACCOUNT}/{REGION} {what}", "AccessDenied"),))
    assert drift(state(group(ingress=[block()])), (denied,)).complete is complete


PROVIDER = """provider "aws" {{
  region = "eu-west-1"
  {0}
}}
provider "aws" {{
  alias  = "plain"
  region = "eu-west-1"
}}
resource "aws_security_group" "web" {{
  {1}
  name   = "web"
  vpc_id = "vpc-0a1b2c3d"
  tags   = {{ Name = "a" }}
}}
"""
SEEN = 'tag kubernetes.io/cluster/a added: "owned"', 'tag last-seen added: "2026"'


@pytest.mark.parametrize(
    ("block_of_provider", "of_group", "expected"),
    [
        ("", "", SEEN),
        ('ignore_tags {\n keys = ["last-seen"]\n key_prefixes = ["kubernetes.io/"]\n }', "", ()),
        ('ignore_tags {\n keys = toset(["last-seen"])\n }', "", SEEN[:1]),
        ('ignore_tags {\n key_prefixes = ["kubernetes.io/"]\n }', "", SEEN[1:]),
        ('ignore_tags {\n keys = ["last-seen"]\n key_prefixes = ["kubernetes.io/"]\n }', "provider = aws.plain", SEEN),
        ('ignore_tags {\n keys = ["last-seen"]\n key_prefixes = ["kubernetes.io/"]\n }', "count = 1", ()),
    ],
)
@pytest.mark.parametrize("with_state", [True, False])
def test_tags_that_the_provider_ignores(
    tmp_path: Path, block_of_provider: str, of_group: str, expected: tuple[str, ...], with_state: bool
) -> None:
    """Terraform neither sets nor sees them: https://registry.terraform.io/providers/hashicorp/aws/latest/docs#ignore_tags"""
    sources = [code(tmp_path, PROVIDER.format(block_of_provider, of_group))]
    if with_state:
        key = 0 if of_group == "count = 1" else None
        sources.append(state(group(tags={"Name": "a"}, tags_all={"Name": "a"}, key=key)))
    tags = {"Name": "a", "last-seen": "2026", "kubernetes.io/cluster/a": "owned"}
    found = drift(sources, live(live_group(tags=tags)))
    assert [change for each in found.differences for change in each.change] == list(expected)
    assert found.pending == ()


def test_ignored_tags_that_are_not_known_leave_the_tags_undecided(tmp_path: Path) -> None:
    text = 'variable "keys" {\n  type = list(string)\n}\n' + PROVIDER.format("ignore_tags {\n keys = var.keys\n }", "")
    sources = [code(tmp_path, text), state(group(tags={"Name": "a"}, tags_all={"Name": "a"}))]
    found = drift(sources, live(live_group(tags={"Name": "a", "b": "c"})))
    assert found.differences == ()
    assert [each.what for each in found.undecided] == ["the tags of aws_security_group.web"]
    assert drift(sources, live(live_group(tags={"Name": "a"}))).undecided == ()
