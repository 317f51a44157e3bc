"""Scenarios with the real terraform and moto: every security group of ``fixtures/drift/world`` is one.

``fixtures/drift/record.py`` applied the world, changed it behind Terraform's back and wrote down what there was
before and after; a group whose name ends in ``untouched`` (and some others) must give no difference.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from sgwarden.drift.compare import compare
from sgwarden.drift.declared import DeclaredSource
from sgwarden.drift.differences import Comparison
from sgwarden.drift.resolve_declared.resolve import resolve
from sgwarden.run.load_declared import from_document, from_instances
from sgwarden.sources.documents.live_files import read_path
from sgwarden.sources.hcl import Reader

pytestmark = pytest.mark.truth

ROOT = Path(__file__).resolve().parents[2] / "fixtures" / "drift"
Told = tuple[str, bool, str]
"""Kind, exclusive, what changed."""


def added(text: str, exclusive: bool) -> list[Told]:
    return [("rule_added", exclusive, f"extra: {text}")]


RDP = "ingress tcp 3389 from 0.0.0.0/0"
GONE = ("rule_removed", True, "gone: ingress tcp 443 from 10.0.0.0/8")
UNMANAGED = ("group_unmanaged", False, "not in Terraform: 1 rule")
EXPECTED: dict[str, list[Told]] = {
    "inline-added": added("ingress tcp 22 from 0.0.0.0/0", True),
    "inline-removed": [GONE],
    "inline-ports": [*added("ingress tcp 8443 from 10.0.0.0/8", True), GONE],
    "inline-egress": added("egress all protocols to 0.0.0.0/0", False),
    "inline-tags": [("attribute_changed", True, 'tag owner added: "somebody"')],
    "inline-tag-gone": [("attribute_changed", True, 'tag Name gone: "inline-tag-gone"')],
    "inline-reserved-tag": [],
    "inline-again": [],
    "inline-deleted": [("group_missing", True, "gone, with 1 rule")],
    "inline-replaced": [("group_missing", True, "gone, with 1 rule"), UNMANAGED],
    "inline-untouched": [],
    "inline-split": [
        *added("ingress tcp 443 from 10.0.0.0/9", True), *added("ingress tcp 443 from 10.128.0.0/9", True), GONE,
    ],
    "inline-shadowed": added("ingress tcp 443 from 10.0.0.5/32", True),
    "inline-ipv6": added("ingress tcp 443 from ::/0", True),
    "inline-described": [("rule_changed", True, 'description: "why" -> "because"')],
    "inline-blanked": [("rule_changed", False, 'description: "why" -> (none)')],
    "empty-added": added(RDP, True),
    "empty-untouched": [],
    "bare-added": added(RDP, False),
    "bare-untouched": [],
    "spellings-untouched": [],
    "dynamic-untouched": [],
    "dynamic-added": added(RDP, True),
    "dynamic-empty-added": added(RDP, False),
    "ignored": added(RDP, True),
    "each-a": [],
    "each-b": added("ingress tcp 22 from 172.16.0.0/12", True),
    "module-added": added(RDP, False),
    "offices": [("prefix_list_changed", True, "entry added: 203.0.113.0/24")],
    "vpc-added": added(RDP, False),
    "vpc-removed": [GONE],
    "vpc-modified": [("rule_changed", True, "ingress tcp 443 from 10.0.0.0/8 -> ingress tcp 22 from 172.16.0.0/12")],
    "vpc-described": [("rule_changed", True, 'description: "why" -> "because"')],
    "vpc-all-untouched": [],
    "vpc-self-untouched": [],
    "vpc-peer-untouched": [],
    "vpc-list-untouched": [],
    "vpc-egress": added("egress all protocols to 0.0.0.0/0", False),
    "old-added": added("ingress tcp 443 from 172.16.0.0/12", False),
    "old-one-gone": [("rule_removed", True, "gone: ingress tcp 443 from 192.168.0.0/16")],
    "old-second-described": [("rule_changed", False, 'description: "why" -> "because"')],
    "old-all-untouched": [],
    "old-self-untouched": [],
    "old-several-untouched": [],
    "default": added("ingress tcp 22 from 172.16.0.0/12", False),
    "by-hand": [
        ("group_unmanaged", False, "not in Terraform: 2 rules; open to the internet: ingress tcp 5432 from 0.0.0.0/0")
    ],
    "launch-wizard-1": [UNMANAGED],
    "k8s-elb-a1": [UNMANAGED],
}  # fmt: skip
"""By the name of the group (without what the provider adds); ``vpc-again`` has its own test."""


@cache
def source(name: str) -> DeclaredSource:
    if name == "code":
        root = Reader(ROOT / "world").read(ROOT / "world")
        model = root.infrastructure
        return from_instances("hcl", "world", "/world", root.instances, model.skipped, model.resources_seen)
    return from_document((ROOT / name).read_bytes(), name, "/world")


@cache
def compared(names: tuple[str, ...], actual: str, previous: str | None = None) -> Comparison:
    earlier = read_path(str(ROOT / previous)) if previous is not None else None
    return compare(resolve([source(name) for name in names]), read_path(str(ROOT / actual)), previous=earlier)


def by_name(comparison: Comparison) -> dict[str, list[Told]]:
    found: dict[str, list[Told]] = defaultdict(list)
    for each in comparison.differences:
        name = str(each.group_name)
        found[name[:6] if name.startswith("each-") else name].append(
            (each.kind, each.exclusive, "; ".join(each.change))
        )
    return found


@pytest.mark.parametrize(
    "names", [("code", "applied.tfstate"), ("applied.tfstate",), ("plan.json",), ("code", "plan.json")]
)
def test_right_after_apply_nothing_differs(names: tuple[str, ...]) -> None:
    result = compared(names, "before")
    assert result.differences == ()
    assert result.undecided == ()
    assert result.pending == ()
    assert result.complete


@pytest.mark.parametrize("name", EXPECTED)
def test_what_the_code_and_its_state_tell(name: str) -> None:
    assert by_name(compared(("code", "applied.tfstate"), "after"))[name] == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
def test_what_a_plan_from_before_tells(name: str) -> None:
    """The prior state of the plan stands for the state."""
    assert by_name(compared(("plan.json",), "after"))[name] == EXPECTED[name]


@pytest.mark.parametrize("name", [name for name in EXPECTED if name != "ignored"])
def test_what_a_plan_from_after_tells(name: str) -> None:
    """Its refresh has seen the changes; they are taken back, for the plan tells what it found."""
    assert by_name(compared(("plan_after.json",), "after"))[name] == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
def test_what_a_state_alone_tells(name: str) -> None:
    """The same differences; that a list is empty on purpose no state tells."""
    found = by_name(compared(("applied.tfstate",), "after"))[name]
    assert found == (added(RDP, False) if name == "empty-added" else EXPECTED[name])


def test_every_difference_belongs_to_a_scenario() -> None:
    assert set(by_name(compared(("code", "applied.tfstate"), "after"))) <= {*EXPECTED, "vpc-again"}


def test_a_rule_that_was_made_again_is_information() -> None:
    (told,) = by_name(compared(("code", "applied.tfstate"), "after"))["vpc-again"]
    assert told[0] == "rule_recreated"


SWALLOWED = {
    "bare-added", "default", "dynamic-empty-added", "inline-egress", "module-added", "old-added", "vpc-added", "vpc-egress",
}  # fmt: skip


def test_what_a_refresh_swallowed_is_still_reported() -> None:
    """After ``apply -refresh-only`` no plan ever shows these again."""
    result = compared(("code", "refreshed.tfstate"), "after")
    assert {each.group_name for each in result.differences if each.swallowed} == SWALLOWED


def test_with_the_previous_snapshot_also_what_the_lists_of_inline_groups_swallowed() -> None:
    result = compared(("code", "refreshed.tfstate"), "after", "before")
    names = {str(each.group_name)[:6] if str(each.group_name).startswith("each-") else each.group_name
             for each in result.differences if each.swallowed}  # fmt: skip
    assert names == SWALLOWED | {
        "dynamic-added", "each-b", "empty-added", "ignored", "inline-added", "inline-ipv6", "inline-ports", "inline-shadowed",
        "inline-split", "vpc-modified",
    }  # fmt: skip
    gone = {each.group_name for each in result.differences if each.kind == "rule_removed"}
    assert gone == {"inline-ports", "inline-removed", "inline-split", "old-one-gone", "vpc-modified", "vpc-removed"}


def test_without_it_what_opens_to_the_internet_is_at_least_undecided() -> None:
    result = compared(("code", "refreshed.tfstate"), "after")
    names = {group.id: group.name for place in read_path(str(ROOT / "after")) for group in place.security_groups}
    assert {names[each.group] for each in result.undecided} == {
        "dynamic-added", "empty-added", "ignored", "inline-added", "inline-ipv6",
    }  # fmt: skip


def test_at_least_forty_scenarios_of_which_twelve_expect_nothing() -> None:
    assert len(EXPECTED) >= 40
    assert sum(not expected for expected in EXPECTED.values()) >= 12
