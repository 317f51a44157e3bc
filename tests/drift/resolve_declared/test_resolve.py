"""What code and state of all root modules declare together, and who owns the rules.

Numbers in names are those of a list of hard cases, drawn from the AWS provider's code, its issues, and the EC2 API
reference; docstrings name what matters.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from sgwarden.drift.differences import Ownership
from tests.drift.models import (
    BARE,
    DB,
    EXTRA,
    HTTPS,
    INLINE,
    OPEN,
    SEPARATE,
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
    resource,
    state,
    vpc_rule,
    web,
)


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


def test_case_23_instances_that_code_alone_does_not_tell_are_taken_from_the_state(tmp_path: Path) -> None:
    """for_each is unknown: which instances there are is the state's to say, how they are written the code's."""
    text = 'variable "names" {\n  type = set(string)\n}\n' + INLINE.replace(
        "{\n  name", "{\n  for_each = var.names\n  name", 1
    )
    result = drift([code(tmp_path, text), state(group(key="a", ingress=[block()]))], live(web(HTTPS, OPEN)))
    assert briefs(result) == [EXTRA]
    assert result.differences[0].ownership == Ownership("inline")
    assert result.pending == ()
