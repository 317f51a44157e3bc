"""What groups protect, what makes it public, and where load balancers lead."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from sgwarden.model.values import Unknown
from sgwarden.sources.resources.attachment_types import GROUP_ARGUMENTS, PUBLIC_ARGUMENTS
from sgwarden.sources.resources.attachments import TYPES
from tests.sources.values import instance, model, reasons, shown

LATER = Unknown("known after apply")
SG = instance("aws_security_group.web", {"id": "sg-1", "name": "web"})
WEB = Unknown("later", "aws_security_group.web", "id")


def attached(address: str, **attributes: Any) -> Any:
    """Groups, public and the reason of one resource beside the group web."""
    (found,) = model(SG, instance(address, attributes)).attachments
    groups = [shown(item) for item in found.groups] if isinstance(found.groups, tuple) else shown(found.groups)
    return groups, shown(found.public), found.public_because


@pytest.mark.parametrize(
    ("address", "attributes", "expected"),
    [
        (
            "aws_instance.a",
            {"vpc_security_group_ids": (WEB, "sg-9"), "associate_public_ip_address": True},
            (["aws_security_group.web", "sg-9"], True, "associate_public_ip_address = true"),
        ),
        ("aws_instance.a", {"security_groups": ("web",)}, (["aws_security_group.web"], None, "")),
        ("aws_instance.a", {"vpc_security_group_ids": ("sg-1",), "security_groups": ("other",)}, (["aws_security_group.web"], None, "")),
        ("aws_instance.a", {}, ("?", None, "")),
        ("aws_instance.a", {"vpc_security_group_ids": LATER, "associate_public_ip_address": LATER}, ("?", "?", "")),
        (
            "aws_launch_template.a",
            {"network_interfaces": ({"security_groups": (WEB,), "associate_public_ip_address": "true"},)},
            (["aws_security_group.web"], True, "network_interfaces.associate_public_ip_address = true"),
        ),
        ("aws_lb.a", {"security_groups": (WEB,)}, (["aws_security_group.web"], True, "internal is not set: internet-facing")),
        ("aws_lb.a", {"internal": False, "security_groups": (WEB,)}, (["aws_security_group.web"], True, "internal = false")),
        ("aws_lb.a", {"internal": True, "security_groups": (WEB,)}, (["aws_security_group.web"], False, "")),
        ("aws_lb.a", {"internal": LATER, "security_groups": (WEB,)}, (["aws_security_group.web"], "?", "")),
        ("aws_lb.a", {"load_balancer_type": "gateway"}, ("?", None, "")),
        ("aws_db_instance.a", {"vpc_security_group_ids": (WEB,)}, (["aws_security_group.web"], False, "")),
        (
            "aws_db_instance.a",
            {"vpc_security_group_ids": (WEB,), "publicly_accessible": "true"},
            (["aws_security_group.web"], True, "publicly_accessible = true"),
        ),
        ("aws_redshift_cluster.a", {"vpc_security_group_ids": (WEB,)}, (["aws_security_group.web"], "?", "")),
        ("aws_lambda_function.a", {"vpc_config": ({"security_group_ids": (WEB,)},)}, (["aws_security_group.web"], None, "")),
        ("aws_lambda_function.a", {}, ([], None, "")),
        (
            "aws_ecs_service.a",
            {"network_configuration": ({"security_groups": (WEB,), "assign_public_ip": True},)},
            (["aws_security_group.web"], True, "network_configuration.assign_public_ip = true"),
        ),
        (
            "aws_msk_cluster.a",
            {
                "broker_node_group_info": (
                    {
                        "security_groups": (WEB,),
                        "connectivity_info": ({"public_access": ({"type": "SERVICE_PROVIDED_EIPS"},)},),
                    },
                )
            },
            (
                ["aws_security_group.web"],
                True,
                'broker_node_group_info.connectivity_info.public_access.type = "SERVICE_PROVIDED_EIPS"',
            ),
        ),
        (
            "aws_emr_cluster.a",
            {
                "ec2_attributes": (
                    {"emr_managed_master_security_group": WEB, "additional_master_security_groups": "sg-7, sg-8"},
                )
            },
            (["aws_security_group.web", "sg-7", "sg-8"], None, ""),
        ),
        (
            "aws_datasync_agent.a",
            {"security_group_arns": ("arn:aws:ec2:eu-west-1:123456789012:security-group/sg-1",)},
            (["aws_security_group.web"], None, ""),
        ),
        ("aws_network_interface.a", {"security_groups": ("sg-1", LATER)}, (["?", "aws_security_group.web"], None, "")),
        ("aws_eks_cluster.a", {"vpc_config": LATER}, ("?", None, "")),
    ],
)  # fmt: skip
def test_groups_and_public(address: str, attributes: dict[str, Any], expected: Any) -> None:
    groups, public, because = attached(address, **attributes)
    wanted = sorted(expected[0]) if isinstance(expected[0], list) else expected[0]
    assert (sorted(groups) if isinstance(groups, list) else groups, public, because) == (wanted, *expected[1:])


def test_an_odd_shape_is_skipped_and_the_rest_kept() -> None:
    found = model(instance("aws_instance.a", {"vpc_security_group_ids": ({"a": 1},), "security_groups": ("sg-2",)}))
    assert reasons(found) == ["aws_instance.a: vpc_security_group_ids[0] should be a string and is an object"]
    assert [item.groups for item in found.attachments] == [("sg-2",)]


def test_load_balancers_lead_to_instances() -> None:
    def of(address: str, attribute: str = "arn") -> Unknown:
        return Unknown("later", address, attribute)

    found = model(
        instance("aws_lb.a", {"security_groups": ("sg-1",)}),
        instance("aws_lb_listener.a", {"load_balancer_arn": of("aws_lb.a"), "default_action": ({"target_group_arn": of("aws_lb_target_group.one")},)}),
        instance("aws_lb_listener_rule.a", {"listener_arn": of("aws_lb_listener.a"), "action": ({"forward": ({"target_group": ({"arn": of("aws_lb_target_group.two")},)},)},)}),
        instance("aws_lb_target_group.one", {}),
        instance("aws_lb_target_group.two", {}),
        instance("aws_lb_target_group_attachment.a", {"target_group_arn": of("aws_lb_target_group.one"), "target_id": of("aws_instance.a", "id")}),
        instance("aws_ecs_service.a", {"load_balancer": ({"target_group_arn": of("aws_lb_target_group.two")},)}),
        instance("aws_instance.a", {"vpc_security_group_ids": ("sg-2",)}),
        instance("aws_elb.b", {"instances": (of("aws_instance.a", "id"),), "internal": True}),
    )  # fmt: skip
    assert {item.address: item.targets for item in found.attachments if item.targets} == {
        "aws_lb.a": ("aws_ecs_service.a", "aws_instance.a"),
        "aws_elb.b": ("aws_instance.a",),
    }


def test_scaling_groups_lead_to_their_template() -> None:
    found = model(
        instance("aws_elb.a", {"name": "front"}),
        instance(
            "aws_autoscaling_group.a", {"name": "asg", "load_balancers": ("front",), "launch_configuration": "lc-1"}
        ),
        instance("aws_launch_configuration.a", {"id": "lc-1", "security_groups": ("sg-1",)}),
        kind="state",
    )
    assert {item.address: item.targets for item in found.attachments} == {
        "aws_elb.a": ("aws_launch_configuration.a",),
        "aws_launch_configuration.a": (),
    }


def test_elastic_addresses_make_public() -> None:
    found = model(
        instance(
            "aws_instance.a", {"id": "i-1", "vpc_security_group_ids": ("sg-1",), "associate_public_ip_address": False}
        ),
        instance("aws_instance.b", {"vpc_security_group_ids": ("sg-1",)}),
        instance("aws_eip.a", {"instance": "i-1"}),
        instance("aws_eip_association.b", {"instance_id": Unknown("later", "aws_instance.b", "id")}),
        instance("aws_eip.nat", {}),
    )
    assert [(item.address, item.public, item.public_because) for item in found.attachments] == [
        ("aws_instance.a", True, "it has the address of aws_eip.a"),
        ("aws_instance.b", True, "it has the address of aws_eip_association.b"),
    ]


def test_members_are_protected_by_the_groups_of_their_cluster() -> None:
    found = model(
        SG,
        instance("aws_rds_cluster.c", {"vpc_security_group_ids": (WEB,), "cluster_identifier": "main"}),
        instance("aws_rds_cluster_instance.known", {"cluster_identifier": "main", "publicly_accessible": True}),
        instance("aws_rds_cluster_instance.later", {"cluster_identifier": Unknown("later", "aws_rds_cluster.c", "id")}),
        instance("aws_rds_cluster_instance.lost", {"cluster_identifier": "elsewhere"}),
    )
    assert [(item.address, shown(item.groups), item.public) for item in found.attachments] == [
        ("aws_rds_cluster.c", ("aws_security_group.web",), None),
        ("aws_rds_cluster_instance.known", ("aws_security_group.web",), True),
        ("aws_rds_cluster_instance.later", ("aws_security_group.web",), None),
        ("aws_rds_cluster_instance.lost", "?", None),
    ]


def test_a_group_added_to_an_interface() -> None:
    found = model(
        SG,
        instance("aws_instance.a", {"primary_network_interface_id": "eni-1", "vpc_security_group_ids": ("sg-2",)}),
        instance("aws_network_interface_sg_attachment.a", {"security_group_id": WEB, "network_interface_id": "eni-1"}),
    )
    assert [(item.address, item.groups, item.targets) for item in found.attachments] == [
        ("aws_instance.a", ("sg-2",), ()),
        ("aws_network_interface_sg_attachment.a", ("aws_security_group.web",), ("aws_instance.a",)),
    ]


def arguments(block: dict[str, Any], path: str = "") -> dict[str, dict[str, Any]]:
    """Every argument below a block of a provider schema, by dotted path."""
    found: dict[str, dict[str, Any]] = {}
    for name, attribute in block.get("attributes", {}).items():
        found[path + name] = attribute
        if "nested_type" in attribute:
            found |= arguments(attribute["nested_type"], f"{path}{name}.")
    for name, nested in block.get("block_types", {}).items():
        found |= arguments(nested["block"], f"{path}{name}.")
    return found


PLUGINS = os.environ.get("TF_PLUGIN_DIR", "")


@pytest.mark.terraform
@pytest.mark.skipif(
    shutil.which("terraform") is None
    or not PLUGINS
    or not Path(PLUGINS, "registry.terraform.io/hashicorp/aws").is_dir(),
    reason="terraform or the AWS provider is missing: the tables cannot be compared with the provider's schema",
)
def test_the_tables_name_arguments_that_the_provider_has(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        'terraform {\n  required_providers {\n    aws = { source = "hashicorp/aws" }\n  }\n}\n'
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}

    def terraform(*words: str) -> str:
        command = ["terraform", *words]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True).stdout

    terraform("init", f"-plugin-dir={PLUGINS}", "-no-color")
    (provider,) = json.loads(terraform("providers", "schema", "-json"))["provider_schemas"].values()
    schemas = provider["resource_schemas"]
    assert [kind for kind in TYPES if kind not in schemas and kind not in REMOVED] == []
    for kind, paths in GROUP_ARGUMENTS.items():
        known = arguments(schemas[kind]["block"])
        for path in paths.split():
            attribute = known[path.rstrip("?")]
            assert bool(attribute.get("optional") and attribute.get("computed")) == path.endswith("?"), (kind, path)
    assert [kind for kind, rule in PUBLIC_ARGUMENTS.items() if rule[0] not in arguments(schemas[kind]["block"])] == []


REMOVED: set[str] = set()
"""Types of the tables that this version of the provider does not have."""
