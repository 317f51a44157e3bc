"""Small worlds for the comparison: states as Terraform writes them, answers as EC2 gives them, code as people write it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sgwarden.drift.compare import Options, compare
from sgwarden.drift.declared import DeclaredSource
from sgwarden.drift.differences import Comparison, Difference
from sgwarden.drift.resolve_declared.resolve import resolve
from sgwarden.model.infrastructure import Infrastructure
from sgwarden.run.load_declared import from_document, from_instances
from sgwarden.sources.hcl import Reader

ACCOUNT, REGION, VPC = "111122223333", "eu-west-1", "vpc-0a1b2c3d"
WEB, DB, APP = "sg-0aaaaaaaaaaaaaaa1", "sg-0aaaaaaaaaaaaaaa2", "sg-0aaaaaaaaaaaaaaa3"


# the declared side


def permission(protocol: str = "tcp", ports: tuple[int, int] = (443, 443), **more: Any) -> dict[str, Any]:
    """One inline block as a state holds it."""
    return {
        "protocol": protocol, "from_port": ports[0], "to_port": ports[1], "cidr_blocks": [], "ipv6_cidr_blocks": [],
        "prefix_list_ids": [], "security_groups": [], "self": False, "description": "", **more,
    }  # fmt: skip


def block(cidrs: Sequence[str] = ("10.0.0.0/8",), port: int = 443, **more: Any) -> dict[str, Any]:
    """An inline block of TCP from networks."""
    return permission("tcp", (port, port), cidr_blocks=list(cidrs), **more)


def group(
    name: str = "web", identity: str = WEB, *, account: str = ACCOUNT, region: str = REGION, type_: str = "aws_security_group",
    module: str | None = None, key: Any = None, **attributes: Any,
) -> dict[str, Any]:  # fmt: skip
    """A security group of a state."""
    values = {
        "id": identity, "arn": f"arn:aws:ec2:{region}:{account}:security-group/{identity}", "name": name,
        "name_prefix": "", "description": "Managed by Terraform", "vpc_id": VPC, "ingress": [], "egress": [],
        "tags": None, "tags_all": {}, "owner_id": account, "revoke_rules_on_delete": False, "timeouts": None, **attributes,
    }  # fmt: skip
    return resource(type_, name, values, module=module, key=key)


def resource(type_: str, name: str, values: dict[str, Any], *, module: str | None = None, key: Any = None,
             mode: str = "managed", **instance: Any) -> dict[str, Any]:  # fmt: skip
    """Any resource of a state."""
    content = {"schema_version": 1, "attributes": values, "sensitive_attributes": [], **instance}
    if key is not None:
        content["index_key"] = key
    found = {
        "mode": mode, "type": type_, "name": name, "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
        "instances": [content],
    }  # fmt: skip
    return {"module": module, **found} if module else found


def old_rule(name: str, identity: str = WEB, kind: str = "ingress", **values: Any) -> dict[str, Any]:
    """An aws_security_group_rule of a state; one of TCP 443 from 10.0.0.0/8 unless told otherwise."""
    given = {
        "id": f"sgrule-{name}", "security_group_id": identity, "type": kind, "protocol": "tcp", "from_port": 443,
        "to_port": 443, "cidr_blocks": None, "ipv6_cidr_blocks": None, "prefix_list_ids": None, "self": False,
        "source_security_group_id": None, "description": None, "security_group_rule_id": None, **values,
    }  # fmt: skip
    peers = ("cidr_blocks", "ipv6_cidr_blocks", "prefix_list_ids", "source_security_group_id")
    if not given["self"] and not any(given[name] for name in peers):
        given["cidr_blocks"] = ["10.0.0.0/8"]
    return resource("aws_security_group_rule", name, given)


def vpc_rule(name: str, identity: str = WEB, kind: str = "ingress", **values: Any) -> dict[str, Any]:
    """An aws_vpc_security_group_*_rule of a state."""
    rule_id = values.pop("id", f"sgr-{name}")
    given = {
        "id": rule_id, "security_group_rule_id": rule_id, "security_group_id": identity, "ip_protocol": "tcp",
        "from_port": 443, "to_port": 443, "cidr_ipv4": None, "cidr_ipv6": None, "prefix_list_id": None,
        "referenced_security_group_id": None, "description": None, "tags": None, "tags_all": {}, **values,
    }  # fmt: skip
    if not any(given[key] for key in ("cidr_ipv4", "cidr_ipv6", "prefix_list_id", "referenced_security_group_id")):
        given["cidr_ipv4"] = "10.0.0.0/8"
    return resource(f"aws_vpc_security_group_{kind}_rule", name, given)


def state(*resources: dict[str, Any], path: str = "terraform.tfstate", directory: str = "/root") -> DeclaredSource:
    """A state file, read."""
    document = {
        "version": 4, "terraform_version": "1.11.4", "serial": 7, "lineage": "b6d4", "outputs": {},
        "resources": list(resources),
    }  # fmt: skip
    return from_document(json.dumps(document).encode(), path, directory)


def code(tmp_path: Path, text: str, name: str = "root") -> DeclaredSource:
    """Terraform code, evaluated; its directory is /root for all that is paired by directory."""
    directory = tmp_path / name
    directory.mkdir(exist_ok=True)
    (directory / "main.tf").write_text(text)
    root = Reader(directory).read(directory)
    model = root.infrastructure
    return from_instances("hcl", name, f"/{name}", root.instances, model.skipped, model.resources_seen)


# the live side


def allow(
    protocol: str = "tcp", ports: tuple[int, int] | None = (443, 443), *cidrs: str, **more: Any
) -> dict[str, Any]:
    """One IpPermission as DescribeSecurityGroups tells it; a text is a network, a pair a network and its description."""
    found: dict[str, Any] = {
        "IpProtocol": protocol,
        "IpRanges": [],
        "Ipv6Ranges": [],
        "PrefixListIds": [],
        "UserIdGroupPairs": [],
    }
    if ports is not None:
        found |= {"FromPort": ports[0], "ToPort": ports[1]}
    for cidr in cidrs:
        name, item = ("Ipv6Ranges", "CidrIpv6") if ":" in cidr else ("IpRanges", "CidrIp")
        found[name].append({item: cidr})
    return {**found, **more}


def live_group(
    name: str = "web", identity: str = WEB, ingress: Sequence[dict[str, Any]] = (), egress: Sequence[dict[str, Any]] = (),
    *, account: str = ACCOUNT, tags: dict[str, str] | None = None, **more: Any,
) -> dict[str, Any]:  # fmt: skip
    """A security group as DescribeSecurityGroups tells it."""
    return {
        "GroupId": identity, "GroupName": name, "Description": "Managed by Terraform", "OwnerId": account, "VpcId": VPC,
        "IpPermissions": list(ingress), "IpPermissionsEgress": list(egress),
        "Tags": [{"Key": key, "Value": value} for key, value in (tags or {}).items()], **more,
    }  # fmt: skip


def live(*groups: dict[str, Any], rules: Sequence[dict[str, Any]] | None = None, account: str = ACCOUNT,
         region: str = REGION, **lists: Any) -> tuple[Infrastructure, ...]:  # fmt: skip
    """One region of one account, as the AWS CLI would have printed it."""
    from sgwarden.aws.answers import Documents
    from sgwarden.sources.live.region import infrastructure, named

    found = Documents(account, region)
    found.lists["SecurityGroups"] = list(groups)
    if rules is not None:
        found.lists["SecurityGroupRules"] = list(rules)
    found.lists["PrefixLists"] = lists.get("prefix_lists", [])
    found.lists["PrefixListEntries"] = lists.get("entries", {})
    found.lists["NetworkInterfaces"] = []
    found.lists["NetworkAcls"] = []
    place = infrastructure(found, named("live")(found))
    return (place,)


def live_rule(identity: str, group_id: str = WEB, *, egress: bool = False, protocol: str = "tcp",
              ports: tuple[int, int] = (443, 443), cidr: str | None = "10.0.0.0/8", **more: Any) -> dict[str, Any]:  # fmt: skip
    """A rule as DescribeSecurityGroupRules tells it."""
    found = {
        "SecurityGroupRuleId": identity, "GroupId": group_id, "GroupOwnerId": ACCOUNT, "IsEgress": egress,
        "IpProtocol": protocol, "FromPort": ports[0], "ToPort": ports[1], "Tags": [],
    }  # fmt: skip
    if cidr is not None:
        found["CidrIpv6" if ":" in cidr else "CidrIpv4"] = cidr
    return {**found, **more}


# both


def drift(declared: DeclaredSource | Sequence[DeclaredSource], actual: Sequence[Infrastructure],
          options: Options | None = None, previous: Sequence[Infrastructure] | None = None) -> Comparison:  # fmt: skip
    """The comparison."""
    sources = [declared] if isinstance(declared, DeclaredSource) else list(declared)
    return compare(resolve(sources), actual, options, previous)


def brief(difference: Difference) -> tuple[str, str, str]:
    """Kind, group and what changed."""
    return difference.kind, difference.group_id, "; ".join(difference.change)


def briefs(comparison: Comparison) -> list[tuple[str, str, str]]:
    """Every difference in brief."""
    return [brief(each) for each in comparison.differences]


# the group of most scenarios

OPEN = allow("tcp", (3389, 3389), "0.0.0.0/0")

HTTPS = allow("tcp", (443, 443), "10.0.0.0/8")

EXTRA = ("rule_added", WEB, "extra: ingress tcp 3389 from 0.0.0.0/0")

INLINE = """
resource "aws_security_group" "web" {
  name        = "web"
  description = "Managed by Terraform"
  vpc_id      = "vpc-0a1b2c3d"
  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["10.0.0.0/8"]
  }
}
"""

BARE = """
resource "aws_security_group" "web" {
  name   = "web"
  vpc_id = "vpc-0a1b2c3d"
}
"""

SEPARATE = (
    BARE
    + """
resource "aws_vpc_security_group_ingress_rule" "a" {
  security_group_id = aws_security_group.web.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "10.0.0.0/8"
}
"""
)


def none(comparison: Comparison) -> None:
    """No difference, and everything told."""
    assert briefs(comparison) == []
    assert comparison.undecided == ()
    assert comparison.complete


def web(*ingress: dict[str, object], egress: tuple[dict[str, object], ...] = (), **more: object) -> dict[str, object]:
    """The live group."""
    return live_group("web", WEB, list(ingress), list(egress), **more)  # type: ignore[arg-type]
