"""What a plan widens."""

from __future__ import annotations

import pytest

from sgwarden import api
from sgwarden.api import Inventory, PlanSides, Verdict, Violation
from sgwarden.model.infrastructure import PrefixList
from sgwarden.model.security_groups import Rule
from tests.paths import FIXTURES
from tests.policies.models import NO_VALUE, infrastructure, rule


def test_sensitive_values_are_not_shown() -> None:
    hidden = rule("tcp", (2222, 2223), "8.0.0.0/7", sensitive=frozenset({"peer", "from_port", "to_port"}))
    found = Inventory([infrastructure(hidden, rule("tcp", 2222, "10.0.0.0/8"))])
    web = found.group("web")
    assert web.peers(2222) == ("10.0.0.0/8", "(sensitive)")
    (opening,) = web.open_to_internet()
    assert str(opening) == "main.tf:7: aws_security_group.web is open to the internet: tcp (sensitive ports)"
    with pytest.raises(Violation) as caught:
        found.only_open_to_internet("web", ports=[2222, 2223])
    wider = PlanSides(Inventory([infrastructure()]), found)
    shown = [str(caught.value), repr(opening), repr(web), repr(found), repr(wider), repr(wider.widened())]
    assert [text for text in shown if "8.0.0.0" in text or "2222-" in text or "2223" in text] == []


KEPT = rule("tcp", (20, 30), "10.0.0.0/8")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([KEPT], [KEPT], []),
        ([KEPT], [], []),
        ([KEPT], [rule("tcp", 22, "10.1.0.0/16")], []),
        ([KEPT], [rule("tcp", (20, 25), "10.0.0.0/8"), rule("tcp", (26, 30), "10.0.0.0/9")], []),
        ([KEPT], [rule("tcp", (20, 31), "10.0.0.0/8")], ["ingress tcp 20-31 from 10.0.0.0/8 fail"]),
        ([KEPT], [rule("tcp", 22, "sg-1")], ["ingress tcp 22 from sg-1 fail"]),
        ([KEPT], [KEPT, rule("tcp", 22, NO_VALUE)], ["ingress tcp 22 from an address that is unknown undecided"]),
        ([rule("tcp", 22, NO_VALUE)], [rule("tcp", 22, NO_VALUE, actions=("no-op",))], []),
        ([rule("all", None, "10.0.0.0/8")], [rule("udp", 1, "10.2.0.0/16")], []),
    ],
)  # fmt: skip
def test_what_a_plan_widens(before: list[Rule], after: list[Rule], expected: list[str]) -> None:
    sides = PlanSides(Inventory([infrastructure(*before)]), Inventory([infrastructure(*after)]))
    assert [f"{each.rule} {each.verdict}" for each in sides.widened()] == expected


def test_new_groups_and_wider_prefix_lists() -> None:
    def listed(*cidrs: str) -> Inventory:
        lists = (PrefixList("aws_ec2_managed_prefix_list.a", "pl-1", None, cidrs, None),)
        return Inventory([infrastructure(rule(source="pl-1"), prefix_lists=lists)])

    assert not PlanSides(listed("10.0.0.0/8"), listed("10.0.0.0/9")).widened()
    assert len(PlanSides(listed("10.0.0.0/8"), listed("10.0.0.0/7")).widened()) == 1
    new = PlanSides(Inventory(), listed("10.0.0.0/8"))
    new.widens_nothing()
    with pytest.raises(Violation, match=r"main.tf:7: aws_security_group.web is widened: ingress tcp 22 from pl-1"):
        new.widens_nothing(new_groups=True)
    foreign = PlanSides(Inventory(), Inventory([infrastructure(rule(security_group="sg-9"), groups=())]))
    assert [each.group for each in foreign.widened()] == ["sg-9"]


def test_both_sides_of_a_plan_of_terraform() -> None:
    sides = api.plan(FIXTURES / "widening" / "plan.json")
    assert [f"{each.group}: {each.rule} {each.verdict}" for each in sides.widened(new_groups=True)] == [
        "aws_security_group.db: egress tcp 443 to aws_ec2_managed_prefix_list.offices fail",
        "aws_security_group.db: ingress tcp 5432 from aws_security_group.new fail",
        "aws_security_group.new: ingress tcp 80 from 0.0.0.0/0 fail",
        "aws_security_group.web: ingress tcp 443-444 from ::/0 fail",
    ]
    assert [each.group for each in sides.widened()] == [f"aws_security_group.{name}" for name in ("db", "db", "web")]


def test_a_plan_from_nothing_and_what_is_no_plan() -> None:
    directory = FIXTURES / "sources" / "vpc_rules"
    first = api.plan(directory / "plan.json")
    assert (first.before.groups(), first.widened()) == ((), ())
    assert {each.verdict for each in first.widened(new_groups=True)} == {Verdict.FAIL, Verdict.UNDECIDED}
    with pytest.raises(api.InputError, match="this is no plan"):
        api.plan(directory / "terraform.tfstate")
