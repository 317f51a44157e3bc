"""Which service made a group or a rule, by the marks that it leaves: names, tags, descriptions.

Sources: the AWS load balancer controller (``k8s-`` names, ``elbv2.k8s.aws`` tags and descriptions), Amazon EKS
(https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html), Elastic Beanstalk, Directory Service, EMR
(https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-man-sec-groups.html), Firewall Manager and CloudFormation
(``aws:`` tags are reserved: nobody else can set them).
"""

from __future__ import annotations

from collections.abc import Mapping

from sgwarden.model.globs import matches
from sgwarden.model.security_groups import Rule, SecurityGroup

_TAGS: tuple[tuple[str, str], ...] = (
    ("aws:cloudformation:stack-name", "cloudformation"),
    ("aws:eks:cluster-name", "eks"),
    ("elasticbeanstalk:environment-name", "elastic beanstalk"),
    ("aws:elasticmapreduce:*", "emr"),
    ("elbv2.k8s.aws/cluster", "kubernetes"),
    ("kubernetes.io/cluster/*", "kubernetes"),
    ("aws:servicecatalog:*", "service catalog"),
)
"""Keys of tags, most telling first."""
_NAMES: tuple[tuple[str, str], ...] = (
    ("eks-cluster-sg-*", "eks"),
    ("k8s-elb-*", "kubernetes"),
    ("k8s-traffic-*", "kubernetes"),
    ("k8s-*", "kubernetes"),
    ("ElasticMapReduce-*", "emr"),
    ("awseb-*", "elastic beanstalk"),
    ("d-??????????_controllers", "directory service"),
    ("FMManagedSecurityGroup*", "firewall manager"),
    ("AWS-OpsWorks-*", "opsworks"),
    ("AWSServiceRoleFor*", "aws"),
)
_DESCRIPTIONS: tuple[tuple[str, str], ...] = (
    ("elbv2.k8s.aws/*", "kubernetes"),
    ("kubernetes.io/rule/*", "kubernetes"),
)
_BY_HAND: tuple[tuple[str, str], ...] = (
    ("launch-wizard-*", "the launch wizard of the console made it: somebody's click, no service"),
    ("rds-launch-wizard*", "the wizard of RDS in the console made it: somebody's click, no service"),
)


def of_group(group: SecurityGroup) -> str | None:
    """Return ``default``, the service that owns a group, or None."""
    name = group.name if isinstance(group.name, str) else ""
    if group.default or name == "default":
        return "default"
    for pattern, service in _TAGS:
        if _has(group.tags, pattern):
            return service
    return next((service for pattern, service in _NAMES if matches(pattern, name)), None)


def of_rule(rule: Rule) -> str | None:
    """Return the service that wrote a rule into a group, by its description."""
    text = rule.description if isinstance(rule.description, str) else ""
    return next((service for pattern, service in _DESCRIPTIONS if matches(pattern, text)), None)


def remark(group: SecurityGroup) -> str | None:
    """Return how a group that no service owns came to be, where its name says it."""
    name = group.name if isinstance(group.name, str) else ""
    return next((text for pattern, text in _BY_HAND if matches(pattern, name)), None)


def _has(tags: Mapping[str, object], pattern: str) -> bool:
    return pattern in tags or ("*" in pattern and any(matches(pattern, key) for key in tags))
