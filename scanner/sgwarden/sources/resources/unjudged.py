"""Resources that open traffic in ways that no policy judges; each is named, so that none passes in silence.

Sources: https://registry.terraform.io/providers/hashicorp/awscc/latest/docs and, for ``aws``,
https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/supported-resources.html.
"""

from __future__ import annotations

import re

from sgwarden.model.instances import ResourceInstance
from sgwarden.model.values import Sensitive
from sgwarden.sources.resources.model_builder import ModelBuilder

_CLOUD_CONTROL = "aws_cloudcontrolapi_resource"
_STACKS = frozenset({"aws_cloudformation_stack", "aws_cloudformation_stack_set"})
_ALWAYS = frozenset(
    {
        "aws_lightsail_instance_public_ports",
        "awscc_ec2_network_acl_entry",
        "awscc_ec2_prefix_list",
        "awscc_ec2_security_group",
        "awscc_ec2_security_group_egress",
        "awscc_ec2_security_group_ingress",
    }
)
TYPES = frozenset({_CLOUD_CONTROL, "awscc_cloudformation_stack", *_STACKS, *_ALWAYS})
_OPENS = re.compile(r"AWS::EC2::(SecurityGroup(Ingress|Egress)?|NetworkAclEntry|PrefixList)\b")


def unjudged(model: ModelBuilder, instance: ResourceInstance) -> None:
    """Note a resource of one of ``TYPES``, where it is about security groups, network ACLs or prefix lists."""
    if instance.type in _ALWAYS:
        model.skip(instance, f"resources of type {instance.type} are not judged: what it opens is in no finding")
        return
    name = "type_name" if instance.type == _CLOUD_CONTROL else "template_body"
    value = instance.attributes.get(name)
    if isinstance(value, Sensitive):
        value = value.value
    found = _OPENS.search(value) if isinstance(value, str) else None
    if found is not None:
        model.skip(instance, f"{found[0]} in a resource of type {instance.type} is not judged")
