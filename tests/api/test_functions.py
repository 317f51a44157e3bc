"""The public API: what it answers about inputs of every kind, and when its checks fail."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sgwarden import api
from sgwarden.api import Inventory, PlanSides, PortSet, Undecided, Verdict, Violation
from sgwarden.api.group import Group
from sgwarden.model.infrastructure import Infrastructure, PrefixList, Skipped, Source
from sgwarden.model.security_groups import Rule
from sgwarden.settings import Settings
from tests.policies.models import NO_VALUE, group, infrastructure, rule

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
CODE = """variable "admins" {
  type    = list(string)
  default = ["0.0.0.0/0"]
}

resource "aws_security_group" "web" {
  name        = "web"
  description = "Web"

  ingress {
    description = "SSH"
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = var.admins
  }
}
"""


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root module, and a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    directory = tmp_path / "code"
    directory.mkdir()
    (directory / "main.tf").write_text(CODE)
    monkeypatch.chdir(directory)
    return directory


def ids(result: api.Result) -> list[str]:
    return [finding.policy for finding in result.findings]


def told(result: api.Result) -> list[str]:
    """The policies of the findings, each with those that it stands for."""
    return [" ".join((finding.policy, *finding.also)) for finding in result.findings]


def test_scan_says_what_the_command_says(code: Path) -> None:
    found = api.scan(code)
    assert told(found) == ["open-admin-port open-high-risk-port open-unlisted-port"]
    assert (found.failed, found.undecided, found.complete) == (found.findings, (), True)
    assert [finding.address for finding in found.of("open-admin-port")] == ["aws_security_group.web"]
    assert told(api.scan(code)) == told(found)  # recalled from the cache
    with pytest.raises(Violation) as caught:
        found.check()
    assert "main.tf:15" in str(caught.value) and "opens port 22 (SSH) to the internet" in str(caught.value)
    found.check("critical")
    found.check("never")
    with pytest.raises(api.UsageError, match="there is no severity 'awful'; low, medium"):
        found.check("awful")


@pytest.mark.parametrize(
    ("admins", "findings"),
    [(["10.0.0.0/8"], []), ('["10.0.0.0/8"]', []), (["0.0.0.0/0"], ["open-admin-port open-high-risk-port open-unlisted-port"])],
)  # fmt: skip
def test_variables_are_values(code: Path, admins: Any, findings: list[str]) -> None:
    assert told(api.scan(code, variables={"admins": admins})) == findings


def test_a_template_in_a_value_is_text(code: Path) -> None:
    (code / "main.tf").write_text(
        CODE.replace('name        = "web"', "name = var.names[0]") + 'variable "names" {\n  type = list(string)\n}\n'
    )
    assert api.inventory(code, variables={"names": ["${x} %{y}"]}).group("aws_security_group.web").name == "${x} %{y}"


def test_a_value_that_no_variable_holds(code: Path) -> None:
    with pytest.raises(api.UsageError, match="a variable cannot hold this value: Object of type set"):
        api.scan(code, variables={"admins": {"a"}})


def test_undecided_and_incomplete_checks(code: Path) -> None:
    (code / "main.tf").write_text(CODE.replace('  default = ["0.0.0.0/0"]\n', ""))
    found = api.scan(code)
    assert (found.undecided, told(found)) == (
        found.findings, ["internet-by-sum", "open-admin-port open-high-risk-port open-unlisted-port"],
    )  # fmt: skip
    found.check()
    with pytest.raises(Violation, match='variable "admins" has no value'):
        found.check(fail_on_undecided=True)
    (code / "b.tf").write_text("resource {")
    found = api.scan(code)
    with pytest.raises(Violation, match="Not read"):
        found.check()
    found.check(allow_incomplete=True)


def test_settings_and_policies_are_the_callers(code: Path, tmp_path: Path) -> None:
    assert ids(api.scan(code, settings=Settings(public_ports=(22,), high_risk_ports=()))) == ["open-admin-port"]
    (tmp_path / "rules").mkdir()
    rules = '[[policy]]\nid = "ours"\ntitle = "T"\nseverity = "low"\nmessage = "M"\nports = [22]\n'
    (tmp_path / "rules" / "a.toml").write_text(rules)
    assert ids(api.scan(code, policies=api.load_policies(tmp_path / "rules"))) == ["ours"]


@pytest.mark.parametrize("call", [api.scan, api.inventory, api.plan])
def test_a_path_that_is_not_there(call: Any, tmp_path: Path) -> None:
    with pytest.raises(api.InputError, match="none"):
        call(tmp_path / "none")


@pytest.mark.parametrize("name", ["main.tf", "plan.json", "terraform.tfstate"])
def test_every_kind_of_input_gives_the_same_groups(name: str) -> None:
    directory = FIXTURES / "sources" / "vpc_rules"
    found = api.inventory(directory if name == "main.tf" else directory / name)
    expected = api.inventory(directory)
    assert isinstance(found, tuple) and len(found) == 1
    assert found.groups()
    assert [group.address for group in found.groups()] == [group.address for group in expected.groups()]


def named(*rules: Rule, **facts: Any) -> Group:
    """The group ``web`` with these rules."""
    return Inventory([infrastructure(*rules, **facts)]).group("web")


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


def test_what_a_group_admits() -> None:
    found = named(
        rule("tcp", (20, 30), "10.0.0.0/8"),
        rule("tcp", 22, "10.0.0.0/7"),
        rule("tcp", 22, "aws_security_group.lb"),
        rule("all", None, None),
        rule("udp", 22, "192.0.2.0/24"),
        rule("tcp", 22, "pl-1"),
        rule("tcp", 22, "0.0.0.0/0", direction="egress"),
        rule("tcp", 22, NO_VALUE),
        prefix_lists=(PrefixList("aws_ec2_managed_prefix_list.a", "pl-1", None, ("192.0.2.1/32",), None),),
    )
    assert found.peers(22, allow_undecided=True) == ("10.0.0.0/7", "192.0.2.1/32", "aws_security_group.lb", "self")
    assert found.peers(22, "udp") == ("192.0.2.0/24", "self")
    assert found.peers(22, direction="egress") == ("0.0.0.0/0",)
    assert found.ports("11.0.0.0/8", allow_undecided=True) == PortSet.of((22, 22))
    assert found.ports("10.1.1.1", allow_undecided=True) == PortSet.of((20, 30))
    assert found.ports("aws_security_group.lb") == PortSet.of((22, 22))
    assert found.ports("self") == PortSet.everything()
    assert found.addresses(25).cidrs() == ("10.0.0.0/8",)
    assert [each.peer.value for each in found.undecided()] == [NO_VALUE]
    assert [found.admits(peer, port) for peer, port in (("11.0.0.1", 22), ("self", 1), ("11.0.0.1", 23))] == [
        True, True, False,
    ]  # fmt: skip
    with pytest.raises(api.UsageError, match="'icmp' has no ports; ask about tcp or udp"):
        found.peers(22, "icmp")


UNSURE = {
    "address": rule(source=NO_VALUE),
    "existence": rule(may_exist=NO_VALUE),
    "ports": rule(ports=(NO_VALUE, 22)),
    "protocol": rule(NO_VALUE, 22),
    "entries": rule(source="pl-1"),
    "group": rule(security_group=NO_VALUE),
}


@pytest.mark.parametrize("one", UNSURE.values(), ids=UNSURE)
@pytest.mark.parametrize(
    "ask",
    [
        lambda group: group.peers(22),
        lambda group: group.addresses(22),
        lambda group: group.ports("0.0.0.0/0"),
        lambda group: group.admits("192.0.2.1", 22),
    ],
)
def test_what_is_not_known_is_no_answer(one: Rule, ask: Callable[[Group], Any]) -> None:
    with pytest.raises(Undecided) as caught:
        ask(named(one))
    told, tip = str(caught.value).splitlines()
    assert told.startswith("main.tf:7: aws_security_group.web may be changed by ingress ")
    assert tip == "(allow_undecided=True asks about what is certain alone)"


def test_what_is_not_known_and_does_not_matter_is_passed_over() -> None:
    found = named(rule("tcp", (20, 30), NO_VALUE), rule("udp", 53, NO_VALUE), rule(source=NO_VALUE, direction="egress"))
    assert found.peers(31) == ()
    assert not found.admits("192.0.2.1", 443)
    assert not found.admits("2001:db8::1", 22)
    assert not found.admits("aws_security_group.lb", 22)
    assert found.ports("self") == PortSet()
    assert named(rule(source="10.0.0.0/8", may_exist=NO_VALUE)).ports("192.0.2.0/24") == PortSet()
    assert named(rule(source=NO_VALUE, kind="security_group")).ports("192.0.2.0/24") == PortSet()
    with pytest.raises(Undecided, match="may be changed by"):
        named(rule(source=NO_VALUE, kind="security_group")).ports("aws_security_group.lb")


def test_what_was_not_read_is_no_answer() -> None:
    found = Inventory([infrastructure(rule(), skipped=(Skipped("module.vpc", "not installed"),))])
    with pytest.raises(Undecided, match=r"^not read: module.vpc: not installed\n\("):
        found.group("web").peers(443)
    assert found.group("web").admits("192.0.2.1", 22)
    assert not found.group("web").admits("192.0.2.1", 443, allow_undecided=True)


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


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([rule()], ["tcp 22 fail"]),
        ([rule(source="10.0.0.0/8")], []),
        ([rule(source="8.8.8.8/32")], []),
        ([rule(source="0.0.0.0/1"), rule(source="128.0.0.0/1")], ["tcp 22 fail"]),
        ([rule(ports=(80, 90)), rule(ports=(85, 95), source="::/0")], ["tcp 80-95 fail"]),
        ([rule("all"), rule()], ["all  fail"]),
        ([rule("icmp", (-1, -1))], ["icmp  fail"]),
        ([rule("tcp", (None, None))], ["tcp 0-65535 fail"]),
        ([rule(source="pl-1")], ["tcp 22 undecided"]),
        ([rule(source=NO_VALUE)], ["tcp 22 undecided"]),
        ([rule(source=NO_VALUE), rule(ports=80)], ["tcp 80 fail", "tcp 22 undecided"]),
        ([rule(may_exist=NO_VALUE, source="0.0.0.0/1"), rule(may_exist=NO_VALUE, source="128.0.0.0/1")], ["tcp 22 undecided"]),
        ([rule(may_exist=NO_VALUE, source="10.0.0.0/8")], []),
        ([rule(ports=(NO_VALUE, 22))], ["tcp 0-22 undecided"]),
        ([rule(NO_VALUE, 22)], ["tcp 22 undecided", "udp 22 undecided"]),
        ([rule(NO_VALUE, 22, style="vpc_rule")], ["all  undecided"]),
        ([rule(source=NO_VALUE, kind="security_group")], []),
        ([rule(direction="egress")], []),
    ],
)  # fmt: skip
def test_where_a_group_is_open_to_the_internet(rules: list[Rule], expected: list[str]) -> None:
    found = named(*rules).open_to_internet()
    assert [f"{each.protocol} {each.ports} {each.verdict}" for each in found] == expected
    assert all(bool(each.unknowns) is (each.verdict is Verdict.UNDECIDED) for each in found)


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


def test_drift_is_what_the_command_tells() -> None:
    directory = FIXTURES / "sources" / "separate_rules"
    found = api.drift(directory / "live.tfstate", directory / "live.json")
    assert (found.differences, found.complete) == ((), True)
    found.check()
    other = api.drift(directory / "live.tfstate", FIXTURES / "sources" / "inline_rules" / "live.json")
    assert {difference.kind for difference in other.differences} >= {"group_missing"}
    with pytest.raises(Violation, match="security group gone"):
        other.check()


PROVIDER = """
provider "aws" {
  region = "eu-west-1"
  default_tags {
    tags = { owner = "platform" }
  }
}
"""


def test_default_tags_of_the_provider_are_tags(code: Path) -> None:
    with pytest.raises(Violation, match=r"aws_security_group\.web has no tag owner"):
        api.inventory(code).groups_have_tags("owner")
    (code / "provider.tf").write_text(PROVIDER)
    found = api.inventory(code)
    found.groups_have_tags("owner")
    assert found.group("web").tags == {"owner": "platform"}
    (code / "provider.tf").write_text(PROVIDER.replace('{ owner = "platform" }', "var.tags") + 'variable "tags" {}\n')
    with pytest.raises(Violation, match=r'may have the tag owner; unknown: variable "tags" has no value'):
        api.inventory(code).groups_have_tags("owner")


@pytest.mark.parametrize("name", ["plan.json", "terraform.tfstate"])
def test_all_tags_of_plans_and_states_are_read(name: str) -> None:
    found = api.inventory(FIXTURES / "sources" / "inline_rules" / name)
    assert found.all_tags and {address for _, address in found.all_tags} <= {each.address for each in found.groups()}


@pytest.mark.parametrize("name", ["*.tf", "plan.json", "live.tfstate"])
def test_drift_of_code_plans_and_states(name: str, tmp_path: Path) -> None:
    source = FIXTURES / "sources" / "separate_rules"
    for file in source.glob(name):
        shutil.copy(file, tmp_path)
    found = api.drift(tmp_path if name == "*.tf" else tmp_path / name, source / "live.json")
    assert {each.kind for each in found.differences} <= {"group_unmanaged"}
    assert found.comparison.groups_declared > 0
