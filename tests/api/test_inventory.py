"""Questions to all groups that were read, and checks of a team's own."""

from __future__ import annotations

from typing import Any

import pytest

from sgwarden import api
from sgwarden.api import Inventory, Undecided, Violation
from sgwarden.model.infrastructure import Infrastructure, Skipped, Source
from tests.policies.models import NO_VALUE, group, infrastructure, rule


def test_groups_by_address_id_and_name() -> None:
    found = Inventory(
        [infrastructure(groups=[group(), group("module.a[0].aws_security_group.db", id="sg-1", name=NO_VALUE)])]
    )
    assert [each.address for each in found.groups("aws_security_group.*")] == ["aws_security_group.web"]
    assert [each.address for each in found.groups("module.a")] == ["module.a[0].aws_security_group.db"]
    assert found.group("sg-1").name is None
    with pytest.raises(
        api.NoSuchGroup, match=r"no security groups are called 'x'; there are: aws_security_group.web, module"
    ):
        found.group("x")
    with pytest.raises(LookupError, match=r"2 security groups are called '\*'"):
        found.group("*")


def test_who_is_reachable_from_where() -> None:
    groups = [group(), group("aws_security_group.db", name="db")]
    found = Inventory(
        [infrastructure(rule(), rule("tcp", 5432, "10.0.0.0/8", security_group="aws_security_group.db"), groups=groups)]
    )
    assert [each.address for each in found.reachable_from("10.1.0.0/16", 5432)] == ["aws_security_group.db"]
    assert [each.address for each in found.reachable_from("192.0.2.1", 22)] == ["aws_security_group.web"]
    assert found.reachable_from("192.0.2.1", 5432) == ()


def test_groups_by_tag() -> None:
    groups = [
        group(tags={"owner": "platform"}),
        group("aws_security_group.db", name="db", tags={"owner": "data", "Tier": "db"}),
        group("aws_default_security_group.x", name="default", default=True),
    ]
    found = Inventory([infrastructure(groups=groups)])
    assert [each.name for each in found.groups(tag="owner")] == ["web", "db"]
    assert [each.name for each in found.groups(tag="owner=dat*")] == ["db"]
    assert found.group("db").tags == {"owner": "data", "Tier": "db"}
    found.groups_have_tags("owner")
    with pytest.raises(Violation) as caught:
        found.groups_have_tags("owner", "Tier")
    assert str(caught.value) == "main.tf:1: aws_security_group.web has no tag Tier"


@pytest.mark.parametrize("tags", [{"*": NO_VALUE}, {"owner": NO_VALUE}])
def test_tags_that_are_not_known(tags: dict[str, Any]) -> None:
    found = Inventory([infrastructure(groups=[group(tags=tags)])])
    told = 'aws_security_group.web may have the tag owner=x; unknown: variable "admin_cidrs" has no value'
    with pytest.raises(Undecided) as caught:
        found.groups(tag="owner=x")
    assert told in str(caught.value)
    assert found.groups(tag="owner=x", allow_undecided=True) == ()
    assert found.groups("aws_security_group.web")[0].tags == {}


def test_only_some_groups_may_be_open() -> None:
    found = Inventory([infrastructure(rule(), rule("icmp", (-1, -1)))])
    found.only_open_to_internet("web")
    found.only_open_to_internet("web", ports=[22], protocols=["tcp"])
    with pytest.raises(Violation) as caught:
        found.only_open_to_internet("lb")
    assert str(caught.value).splitlines() == [
        "main.tf:7: aws_security_group.web is open to the internet: tcp 22",
        "main.tf:7: aws_security_group.web is open to the internet: icmp",
    ]
    with pytest.raises(Violation, match=r"is open to the internet: tcp 22$"):
        found.only_open_to_internet("web", ports=[443], protocols=["tcp"])


def test_what_is_unknown_or_unread_does_not_hold() -> None:
    unknown = Inventory([infrastructure(rule(source=NO_VALUE))])
    with pytest.raises(
        Violation, match=r'may be open to the internet: tcp 22; unknown: variable "admin_cidrs" has no value'
    ):
        unknown.only_open_to_internet()
    unknown.only_open_to_internet(allow_undecided=True)
    stray = Inventory([infrastructure(rule(security_group=NO_VALUE, address="aws_x.y"))])
    with pytest.raises(Violation, match=r"aws_x\.y may be open to the internet"):
        stray.only_open_to_internet("*")
    unread = Inventory([Infrastructure(Source("hcl", "."), skipped=(Skipped("module.vpc", "not installed"),))])
    with pytest.raises(Violation, match=r"^not read: module.vpc: not installed$"):
        unread.only_open_to_internet()
    unread.only_open_to_internet(allow_incomplete=True)
