"""What holds for every policy, whatever the facts: none breaks, and an unknown never hides a fault or makes one up."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from sgwarden.findings import Finding, Verdict
from sgwarden.model.infrastructure import Attachment, Infrastructure, NetworkAclRule, PrefixList, Skipped, Source
from sgwarden.model.monitoring import MetricFilter, Monitoring, Trail
from sgwarden.model.security_groups import Peer, Rule, SecurityGroup
from sgwarden.model.values import Unknown
from sgwarden.run.assess import assess
from sgwarden.settings import Settings
from sgwarden_policies.policy import Policy
from sgwarden_policies.registry import POLICIES as ALL_POLICIES
from tests.policies.models import HERE, group, rule

POLICIES = [
    policy for policy in ALL_POLICIES if type(policy).__module__.startswith("sgwarden_policies.security_groups.")
]
PYTHON_TEXT = re.compile(r'\w+\((reason|value)=|<[\w.]+ object at|"None"|\bFraction\(')
"""What str() and repr() of our own values look like."""
UNKNOWN = st.sampled_from(
    [
        Unknown("some"),
        Unknown("other", "aws_vpc.main", "cidr_block"),
        Unknown("third", "aws_security_group.web", "id", type="string", not_null=True),
        Unknown("fifth", parts=(Unknown("inner"), "/32")),
        Unknown("sixth", parts=(Unknown("inner"), "/999")),
        Unknown("fourth", "aws_vpc.main", "default_security_group_id"),
    ]
)
NAMES = st.sampled_from(["aws_security_group.web", "aws_security_group.db", "sg-1", "aws_security_group.gone"])
CIDRS = st.sampled_from(
    ["0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8", "8.0.0.0/8", "2600::/12", "8.8.8.8/32"]
)
ODD = st.sampled_from(["", "no network", "1.2.3.4/99", "::/x", "300.0.0.0/8", "/", "10.0.0.1"])
PORTS = st.one_of(st.sampled_from([-1, 0, 1, 22, 23, 80, 443, 3389, 65535, 70000]), st.none(), UNKNOWN)
PROTOCOLS = st.one_of(st.sampled_from(["all", "tcp", "udp", "icmp", "icmpv6", "47", "nonsense"]), UNKNOWN)
MAYBE = st.one_of(st.none(), st.none(), UNKNOWN)
PEERS = st.one_of(
    st.builds(Peer, st.sampled_from(["cidr_ipv4", "cidr_ipv6"]), st.one_of(CIDRS, ODD, UNKNOWN, st.none())),
    st.builds(Peer, st.sampled_from(["prefix_list"]), st.one_of(st.sampled_from(["pl-1", "pl-2"]), UNKNOWN)),
    st.builds(Peer, st.sampled_from(["security_group"]), st.one_of(NAMES, UNKNOWN)),
    st.just(Peer("self", None)),
)
RULES: st.SearchStrategy[Rule] = st.builds(
    Rule,
    security_group=st.one_of(NAMES, UNKNOWN),
    address=st.sampled_from(
        ["aws_security_group.web", "aws_security_group_rule.a", "module.x.aws_security_group_rule.b[0]"]
    ),
    direction=st.sampled_from(["ingress", "egress"]),
    protocol=PROTOCOLS,
    from_port=PORTS,
    to_port=PORTS,
    peer=PEERS,
    description=st.one_of(st.none(), st.just("why"), UNKNOWN),
    style=st.sampled_from(["inline", "rule", "vpc_rule", "live"]),
    location=st.sampled_from([None, HERE]),
    may_exist=MAYBE,
    sensitive=st.sampled_from([frozenset(), frozenset({"peer"}), frozenset({"protocol", "from_port", "description"})]),
)
GROUPS: st.SearchStrategy[SecurityGroup] = st.builds(
    group, NAMES, default=st.booleans(), ingress_inline=st.booleans(), may_exist=MAYBE, location=st.sampled_from([None, HERE]),
    description=st.one_of(st.none(), st.just("x"), UNKNOWN), ignore_changes=st.sampled_from([(), ("ingress",)]),
)  # fmt: skip
ENTRIES = st.builds(
    NetworkAclRule, st.one_of(st.just("acl"), UNKNOWN), st.just("acl"), st.sampled_from(["ingress", "egress"]),
    st.one_of(st.integers(1, 5), st.none(), UNKNOWN), st.one_of(st.sampled_from(["allow", "deny"]), UNKNOWN), PROTOCOLS,
    PORTS, PORTS, st.one_of(CIDRS, ODD, UNKNOWN), st.just(HERE), MAYBE,
)  # fmt: skip
LISTS = st.builds(
    PrefixList, st.just("list"), st.sampled_from([None, "pl-1"]), st.just("x"),
    st.one_of(UNKNOWN, st.lists(st.one_of(CIDRS, ODD, UNKNOWN), max_size=3).map(tuple)), st.just(HERE),
)  # fmt: skip
ATTACHMENTS = st.builds(
    Attachment, st.sampled_from(["aws_instance.a", "aws_lb.b"]), st.just("aws_instance"),
    st.one_of(UNKNOWN, st.lists(st.one_of(NAMES, UNKNOWN), max_size=3).map(tuple)), st.one_of(st.none(), st.booleans(), UNKNOWN),
    location=st.just(HERE), targets=st.sampled_from([(), ("aws_instance.a",)]),
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(
    st.lists(RULES, max_size=6), st.lists(GROUPS, max_size=3), st.lists(ENTRIES, max_size=4), st.lists(LISTS, max_size=2),
    st.lists(ATTACHMENTS, max_size=3), st.sampled_from([(), (Skipped("module.x", "gone"),)]),
)  # fmt: skip
def test_no_policy_breaks_and_every_finding_can_be_shown(
    rules: list[Rule],
    groups: list[SecurityGroup],
    entries: list[NetworkAclRule],
    lists: list[PrefixList],
    attachments: list[Attachment],
    skipped: tuple[Skipped, ...],
) -> None:
    from sgwarden.reports.formats import FINDINGS_FORMATS, render_findings
    from sgwarden.reports.parts.context import Context

    facts = Infrastructure(
        Source("hcl", "."),
        tuple(groups),
        tuple(rules),
        tuple(lists),
        tuple(entries),
        tuple(attachments),
        skipped=skipped,
    )
    report = assess([facts], POLICIES, Settings())
    assert report.failures == ()
    for finding in report.findings:
        assert finding.message[0].isupper() and finding.message.endswith(".")
        assert finding.evidence == json.loads(json.dumps(finding.evidence))
        assert not PYTHON_TEXT.search(json.dumps(finding.evidence))
        assert bool(finding.unknowns) is (finding.verdict is Verdict.UNDECIDED)
        assert finding.fix
    for name in FINDINGS_FORMATS:
        assert render_findings(name, report, Context())


MONITORING = [policy for policy in ALL_POLICIES if policy not in POLICIES]
TEXTS: st.SearchStrategy[Any] = st.one_of(st.none(), st.sampled_from(["arn:aws:sns:eu-west-1:1:a", "a"]), UNKNOWN)
TRAILS = st.builds(
    Trail,
    address=st.just("aws_cloudtrail.a"),
    location=st.just(HERE),
    enable_logging=st.one_of(st.booleans(), UNKNOWN),
    cloud_watch_logs_group_arn=TEXTS,
)
FILTERS = st.builds(
    MetricFilter,
    address=st.just("aws_cloudwatch_log_metric_filter.a"),
    location=st.just(HERE),
    may_exist=MAYBE,
    sensitive=st.sampled_from([frozenset(), frozenset({"pattern"})]),
    pattern=st.one_of(TEXTS, st.just("{ $.eventName = CreateSecurityGroup }")),
    log_group_name=TEXTS,
    metric_transformation=st.one_of(st.none(), UNKNOWN),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(TRAILS, max_size=1), st.lists(FILTERS, max_size=2), st.booleans())
def test_evidence_of_a_monitoring_chain_holds_values_of_json(
    trails: list[Trail], filters: list[MetricFilter], complete: bool
) -> None:
    monitoring = Monitoring(trails=tuple(trails), metric_filters=tuple(filters), complete=complete)
    facts = Infrastructure(Source("hcl", "."), monitoring=monitoring)
    report = assess([facts], MONITORING, Settings(monitoring_asked=True))
    assert report.failures == ()
    assert report.findings
    for finding in report.findings:
        assert finding.evidence == json.loads(json.dumps(finding.evidence))
        assert not PYTHON_TEXT.search(json.dumps(finding.evidence))


KNOWN: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "protocol": st.sampled_from(["all", "tcp", "udp", "icmp", "47"]),
        "ports": st.tuples(st.integers(0, 65535), st.integers(0, 65535)).map(lambda pair: (min(pair), max(pair))),
        "source": CIDRS,
        "direction": st.sampled_from(["ingress", "egress"]),
        "style": st.sampled_from(["rule", "vpc_rule"]),
    }
)
HIDDEN = st.sets(st.sampled_from(["protocol", "from_port", "to_port", "peer", "may_exist"]), min_size=1)


def verdict(policy: Policy, subject: Rule) -> str:
    """The worst that a policy says about one rule alone in its group."""
    facts = Infrastructure(Source("hcl", "."), (group(ingress_inline=False),), (subject,))
    found = [outcome.verdict for outcome in policy.check(facts, Settings()) if isinstance(outcome, Finding)]
    return "fail" if Verdict.FAIL in found else "undecided" if found else "pass"


@pytest.mark.parametrize("policy", POLICIES, ids=[policy.id for policy in POLICIES])
@settings(max_examples=40, deadline=None)
@given(KNOWN, HIDDEN)
def test_hiding_a_part_never_turns_one_certain_answer_into_the_other(
    policy: Policy, fields: dict[str, Any], hidden: set[str]
) -> None:
    kind = "cidr_ipv6" if ":" in fields["source"] else "cidr_ipv4"
    fields = {**fields, "style": "rule" if fields["protocol"] != "all" else fields["style"]}
    whole = rule(**fields, kind=kind, address="aws_security_group_rule.x")
    some = Unknown("some")
    changes: dict[str, Any] = {name: some for name in hidden if name != "peer"}
    if "peer" in hidden:
        changes["peer"] = replace(whole.peer, value=some)
    if whole.protocol == "all" and hidden & {"from_port", "to_port"}:
        changes = {name: value for name, value in changes.items() if name not in {"from_port", "to_port"}}
    before, after = verdict(policy, whole), verdict(policy, replace(whole, **changes))
    assert after in (before, "undecided"), f"{before} became {after}"
