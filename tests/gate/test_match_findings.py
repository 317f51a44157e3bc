"""Which findings are new, by their keys."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from sgwarden.findings import Severity, Verdict
from sgwarden.gate.finding_key import FindingKey, Side
from sgwarden.gate.match_findings import split
from sgwarden.model.rules import rule_identity
from tests.policies.models import rule

SSH = ("ingress", "tcp", "22", "22", "cidr_ipv4", "0.0.0.0/0")
OLD = FindingKey(
    "prod", "open-admin-port", "aws_security_group.web", "aws_security_group.web", "web", SSH, Verdict.FAIL,
    Severity.HIGH,
)  # fmt: skip
IN_MODULE = replace(
    OLD, address="module.web.aws_security_group.this", security_group="module.web.aws_security_group.this"
)
SEPARATE = replace(OLD, address="aws_security_group_rule.ssh")


def side(*keys: FindingKey, others: tuple[tuple[str, str], ...] = ()) -> Side:
    """A side with the groups of some keys, and other groups by root and address."""
    seen = {(key.root, key.security_group) for key in keys} | set(others)
    return Side(frozenset(root for root, _ in seen), {}, frozenset(seen))


def new(
    before: list[FindingKey], now: list[FindingKey], base: Side | None = None, head: Side | None = None
) -> list[FindingKey]:
    """The keys that are new."""
    found = split(before, now, base or side(*before), head or side(*now))
    return [key for position, key in enumerate(now) if position not in found.existing]


@pytest.mark.parametrize(
    "now",
    [
        OLD,
        IN_MODULE,
        SEPARATE,
        replace(OLD, severity=Severity.LOW),
        replace(OLD, verdict=Verdict.UNDECIDED),
        replace(OLD, root="live/prod"),
        replace(IN_MODULE, root="live/prod"),
    ],
    ids=["same", "in a module", "separate rule", "less bad", "undecided now", "root moved", "both"],
)
def test_what_was_there_is_not_new(now: FindingKey) -> None:
    assert new([OLD], [now]) == []


@pytest.mark.parametrize(
    "now",
    [
        replace(OLD, policy="open-high-risk-port"),
        replace(OLD, subject=(*SSH[:5], "::/0")),
        replace(OLD, severity=Severity.CRITICAL),
        replace(IN_MODULE, group_name="db"),
        replace(IN_MODULE, subject=()),
    ],
    ids=["policy", "rule", "worse", "another group", "another rule elsewhere"],
)
def test_what_is_worse_or_elsewhere_is_new(now: FindingKey) -> None:
    assert new([OLD], [now]) == [now]


def test_certain_now_is_new() -> None:
    assert new([replace(OLD, verdict=Verdict.UNDECIDED)], [OLD]) == [OLD]


def test_a_rule_that_goes_from_one_group_to_another_of_the_same_name_is_new() -> None:
    groups = (("prod", OLD.security_group), ("prod", IN_MODULE.security_group))
    both = side(others=groups)
    assert new([OLD], [IN_MODULE], both, both) == [IN_MODULE]
    assert new([OLD], [IN_MODULE], side(others=groups[:1]), both) == [IN_MODULE]
    assert new([OLD], [IN_MODULE], both, side(others=groups[1:])) == [IN_MODULE]
    assert new([OLD], [IN_MODULE], side(others=groups[:1]), side(others=groups[1:])) == []


def test_a_copy_in_another_root_is_new_while_the_first_is_there() -> None:
    copy = replace(OLD, root="staging")
    assert new([OLD], [copy, OLD]) == [copy]
    assert new([OLD], [copy], side(OLD), side(copy, OLD)) == [copy]


def test_each_excuses_one() -> None:
    found = split([OLD], [OLD, OLD], side(OLD), side(OLD))
    assert (found.existing, found.fixed) == (frozenset({0}), ())


def test_fixed_is_what_nothing_meets() -> None:
    gone = replace(OLD, policy="everything-open")
    assert split([gone, OLD], [IN_MODULE], side(OLD), side(IN_MODULE)).fixed == (0,)
    unread = Side(frozenset({"prod"}), {}, frozenset(), unread={"prod": frozenset({("module.x", "is not on disk")})})
    assert split([gone], [], side(OLD), unread).fixed == ()
    assert split([gone], [], None, unread).fixed == ()
    lacking = replace(
        side(OLD), unread={"prod": frozenset({("module.x", "is not on disk"), ("a.tf", "does not parse")})}
    )
    assert split([gone], [], lacking, unread).fixed == (0,)


def test_a_chain_that_was_broken_and_breaks_elsewhere_is_not_new() -> None:
    def broken(control: str, link: str, verdict: Verdict = Verdict.FAIL) -> FindingKey:
        address = f"aws_cloudwatch_log_group.{link}"
        return FindingKey("prod", "unnoticed-root-use", address, address, control, (link,), verdict, Severity.LOW)

    before = [broken("Monitoring of root use (4.3)", "metric filter")]
    assert new(before, [broken("Monitoring of root use (4.3)", "alarm")]) == []
    assert new(before, [broken("Monitoring of root use (4.3)", "subscription", Verdict.UNDECIDED)]) == []
    another = broken("Monitoring of VPC changes (4.14)", "alarm")
    assert new(before, [another]) == [another]
    assert new([replace(before[0], verdict=Verdict.UNDECIDED)], [broken(before[0].group_name, "alarm")]) != []


def test_a_resource_that_fewer_rules_open_is_not_new() -> None:
    http = ("ingress", "tcp", "8080", "8080", "cidr_ipv4", "0.0.0.0/0")
    public = replace(OLD, policy="open-group-on-public-resource", address="aws_instance.a", subject=(*SSH, *http))
    fewer = replace(public, subject=http)
    assert new([public], [fewer]) == []
    assert split([public], [fewer], side(public), side(fewer)).fixed == ()
    assert new([fewer], [public]) == [public]
    another = replace(public, subject=(*SSH[:5], "::/0"))
    assert new([public], [another]) == [another]
    assert new([replace(public, verdict=Verdict.UNDECIDED)], [fewer]) == [fewer]
    nothing = replace(public, subject=(), verdict=Verdict.UNDECIDED)
    assert new([public], [nothing]) == [nothing]


def test_a_suppressed_finding_is_not_fixed_and_excuses_nothing() -> None:
    found = split([OLD], [OLD, SEPARATE], side(OLD), side(OLD), hidden=frozenset({0}))
    assert (found.existing, found.fixed) == (frozenset({1}), ())
    found = split([OLD], [OLD], side(OLD), side(OLD), hidden=frozenset({0}))
    assert (found.existing, found.fixed) == (frozenset(), ())


def test_a_rule_has_the_texts_that_are_counted_on() -> None:
    assert replace(OLD, subject=rule_identity(rule())).rules == {rule_identity(rule())}
