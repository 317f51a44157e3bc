"""What differs of a group besides its rules: name, tags, VPC associations.

Numbers in names are those of a list of hard cases, drawn from the AWS provider's code, its issues, and the EC2 API
reference; docstrings name what matters.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.drift.models import (
    HTTPS,
    WEB,
    briefs,
    code,
    drift,
    group,
    live,
    live_group,
    live_rule,
    none,
    old_rule,
    resource,
    state,
    web,
)


def test_case_66_a_name_made_of_a_prefix() -> None:
    name = "web-20260101000000000000000001"
    none(drift(state(group(name, name_prefix="web-")), live(live_group(name, WEB))))


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
