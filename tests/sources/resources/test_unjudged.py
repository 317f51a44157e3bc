"""Resources that open traffic and are not judged are named."""

from __future__ import annotations

import pytest

from sgwarden.model.infrastructure import Source
from sgwarden.model.instances import ResourceInstance
from sgwarden.model.locations import Location
from sgwarden.sources.resources import build

GROUP = "AWS::EC2::SecurityGroup"


@pytest.mark.parametrize(
    ("type_", "attributes", "reason"),
    [
        (
            "awscc_ec2_security_group",
            {},
            "resources of type awscc_ec2_security_group are not judged: what it opens is in no finding",
        ),
        (
            "aws_cloudcontrolapi_resource",
            {"type_name": GROUP},
            f"{GROUP} in a resource of type aws_cloudcontrolapi_resource is not judged",
        ),
        ("aws_cloudcontrolapi_resource", {"type_name": "AWS::S3::Bucket"}, None),
        (
            "aws_cloudformation_stack",
            {"template_body": f'{{"Type": "{GROUP}Ingress"}}'},
            f"{GROUP}Ingress in a resource of type aws_cloudformation_stack is not judged",
        ),
        ("aws_cloudformation_stack", {"template_body": "AWS::SNS::Topic"}, None),
        ("awscc_s3_bucket", {}, None),
    ],
)
def test_what_is_not_judged_is_named(type_: str, attributes: dict[str, object], reason: str | None) -> None:
    instance = ResourceInstance(f"{type_}.a", "managed", type_, "a", None, attributes, Location("main.tf", 1, 1))
    skipped = build([instance], Source("hcl", ".")).skipped
    assert [(each.what, each.reason) for each in skipped] == ([] if reason is None else [(f"{type_}.a", reason)])
