"""Groups and rules that services made.

Numbers in names are those of a list of hard cases, drawn from the AWS provider's code, its issues, and the EC2 API
reference; docstrings name what matters.
"""

from __future__ import annotations

import pytest

from tests.drift.models import (
    DB,
    HTTPS,
    allow,
    drift,
    group,
    live,
    live_group,
    state,
    vpc_rule,
    web,
)


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
