"""Security groups, rules, prefix lists and network ACLs of EC2 into the model.

Sources: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html, ..._SecurityGroupRule.html,
..._UserIdGroupPair.html, ..._NetworkAclEntry.html. DescribeSecurityGroups puts rules of one protocol and port range
together; what it says is the truth, DescribeSecurityGroupRules adds ids and tags.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from sgwarden.model.infrastructure import NetworkAclRule, PrefixList, Skipped
from sgwarden.model.security_groups import Direction, Peer, Rule, SecurityGroup
from sgwarden.model.values import Unknown
from sgwarden.sources.resources import normalize
from sgwarden.sources.resources.attribute_reader import MalformedAttribute

Raw = Mapping[str, Any]
_DIRECTIONS: tuple[tuple[str, Direction], ...] = (("IpPermissions", "ingress"), ("IpPermissionsEgress", "egress"))


class Found(Struct):
    """The model of the network while it is made."""

    account: str
    region: str
    groups: list[SecurityGroup] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    def skip(self, what: str, reason: str) -> None:
        """Note what could not be understood."""
        self.skipped.append(Skipped(what, reason))


class Known(Struct, frozen=True):
    """What DescribeSecurityGroupRules adds to a rule."""

    id: str | None
    tags: Mapping[str, str | Unknown]


Traffic = tuple[Direction, str | Unknown, int | Unknown | None, int | Unknown | None, Peer]
Key = tuple[str, Direction, str | Unknown, int | Unknown | None, int | Unknown | None, str, str | Unknown | None]


def security_groups(found: Found, groups: Iterable[Raw], listed: Iterable[Raw] | None) -> None:
    """Add groups and rules; ``listed``: answers of DescribeSecurityGroupRules, None when not read."""
    described = list(groups)
    owners = {str(group["GroupId"]): str(group.get("OwnerId") or found.account) for group in described}
    known: dict[Key, list[Known]] = {}
    unlisted = [item for item in listed or () if str(item.get("GroupId")) not in owners]
    found.rules += listed_rules(found, unlisted)
    for group_id in sorted({str(item.get("GroupId")) for item in unlisted}):
        found.skip(f"group {group_id}", "its rules were read, and the group is not among the groups that were")
    for item in listed or ():
        group_id = str(item.get("GroupId"))
        if group_id in owners:
            traffic = _listed(found, item, group_id)
            if traffic is not None:
                known.setdefault(_key(group_id, *traffic), []).append(
                    Known(text_or_none(item.get("SecurityGroupRuleId")), tags(item))
                )
    for group in described:
        found.groups.append(_group(found, group))
        for rule in _rules(found, group, owners[str(group["GroupId"])]):
            ids = known.get(_key(rule.address, rule.direction, rule.protocol, rule.from_port, rule.to_port, rule.peer))
            more = ids.pop(0) if ids else None
            found.rules.append(rule if more is None else _with(rule, more))
    if listed is not None:
        _disagreements(found, known, {rule.address for rule in found.rules if rule.id is None})


def _disagreements(found: Found, known: Mapping[Key, list[Known]], without_id: set[str]) -> None:
    """Note the groups of which the two calls still say different things."""
    for group in sorted(without_id | {key[0] for key, left in known.items() if left}):
        found.skip(
            f"rules of {group}",
            "the group changed while it was read: DescribeSecurityGroups and DescribeSecurityGroupRules differ",
        )


def associate(found: Found, associations: Iterable[Raw] | None) -> None:
    """Set the further VPCs of each group, None when not read; only associations in force count."""
    if associations is None:
        return
    vpcs: dict[str, set[str]] = {}
    for item in associations:
        if str(item.get("State", "associated")) in ("associated", "associating"):
            vpcs.setdefault(str(item.get("GroupId")), set()).add(str(item.get("VpcId")))
    found.groups = [
        replace(group, vpc_associations=tuple(sorted(vpcs.get(group.address, set()) - {str(group.vpc_id)})))
        for group in found.groups
    ]


def _group(found: Found, group: Raw) -> SecurityGroup:
    identity = str(group["GroupId"])
    return SecurityGroup(
        address=identity,
        id=identity,
        name=text_or_none(group.get("GroupName")),
        name_prefix=None,
        description=text_or_none(group.get("Description")),
        vpc_id=text_or_none(group.get("VpcId")),
        account=text_or_none(group.get("OwnerId")) or found.account or None,
        region=found.region or None,
        default=group.get("GroupName") == "default",
        tags=tags(group),
        rules_managed="none",
        location=None,
    )


def _rules(found: Found, group: Raw, owner: str) -> Iterator[Rule]:
    identity = str(group["GroupId"])
    for name, direction in _DIRECTIONS:
        for permission in group.get(name) or ():
            try:
                protocol, from_port, to_port = _traffic(permission)
            except MalformedAttribute as error:
                found.skip(identity, str(error))
                continue
            for kind, value, item in _permission_peers(permission):
                try:
                    peer = _peer(kind, value, item, identity, owner)
                except MalformedAttribute as error:
                    found.skip(identity, str(error))
                    continue
                yield Rule(
                    identity,
                    identity,
                    direction,
                    protocol,
                    from_port,
                    to_port,
                    peer,
                    text_or_none(item.get("Description")),
                    style="live",
                    peering_status=text_or_none(item.get("PeeringStatus")),
                )


def _permission_peers(permission: Raw) -> Iterator[tuple[str, Any, Raw]]:
    for item in permission.get("IpRanges") or ():
        yield "cidr_ipv4", item.get("CidrIp"), item
    for item in permission.get("Ipv6Ranges") or ():
        yield "cidr_ipv6", item.get("CidrIpv6"), item
    for item in permission.get("PrefixListIds") or ():
        yield "prefix_list", item.get("PrefixListId"), item
    for item in permission.get("UserIdGroupPairs") or ():
        yield "security_group", item.get("GroupId") or item.get("GroupName"), item


def listed_rules(found: Found, listed: Iterable[Raw]) -> Iterator[Rule]:
    """Yield the rules that DescribeSecurityGroupRules lists."""
    for item in listed:
        group = str(item.get("GroupId"))
        traffic = _listed(found, item, group)
        if traffic is not None:
            identity = text_or_none(item.get("SecurityGroupRuleId"))
            yield Rule(
                group,
                identity or group,
                *traffic,
                text_or_none(item.get("Description")),
                identity,
                tags(item),
                "live",
                peering_status=text_or_none((item.get("ReferencedGroupInfo") or {}).get("PeeringStatus")),
            )


def _listed(found: Found, item: Raw, group: str) -> Traffic | None:
    """Return the traffic of an answer of DescribeSecurityGroupRules; None, and a note, when malformed."""
    referenced = item.get("ReferencedGroupInfo") or {}
    candidates = (
        ("cidr_ipv4", item.get("CidrIpv4"), item),
        ("cidr_ipv6", item.get("CidrIpv6"), item),
        ("prefix_list", item.get("PrefixListId"), item),
        ("security_group", referenced.get("GroupId"), referenced),
    )
    owner = str(item.get("GroupOwnerId") or found.account)
    identity = str(item.get("SecurityGroupRuleId") or group)
    try:
        protocol, from_port, to_port = _traffic(item)
        peers = [_peer(kind, value, more, group, owner) for kind, value, more in candidates if value]
    except MalformedAttribute as error:
        found.skip(identity, str(error))
        return None
    if len(peers) != 1:
        found.skip(identity, f"the rule has {len(peers)} peers")
        return None
    return "egress" if item.get("IsEgress") else "ingress", protocol, from_port, to_port, peers[0]


def _traffic(item: Raw) -> tuple[str | Unknown, int | Unknown | None, int | Unknown | None]:
    protocol, from_port, to_port = normalize.traffic(
        str(item.get("IpProtocol", "-1")), item.get("FromPort"), item.get("ToPort")
    )
    if protocol in normalize.PORTED and (from_port is None or to_port is None):
        # Rules made long ago may lack ports: EC2 takes them for all of the protocol.
        from_port, to_port = 0, 65535
    return protocol, from_port, to_port


def _peer(kind: str, value: Any, item: Raw, group: str, owner: str) -> Peer:
    text = str(value)
    if kind == "cidr_ipv4":
        return Peer("cidr_ipv4", normalize.cidr_ipv4(text))
    if kind == "cidr_ipv6":
        return Peer("cidr_ipv6", normalize.cidr_ipv6(text))
    if kind == "prefix_list":
        return Peer("prefix_list", text)
    if text == group:
        return Peer("self", None)
    account = item.get("UserId")
    return Peer("security_group", text if account in (None, "", owner) else f"{account}/{text}")


def _key(
    group: str,
    direction: Direction,
    protocol: str | Unknown,
    from_port: int | Unknown | None,
    to_port: int | Unknown | None,
    peer: Peer,
) -> Key:
    value = peer.value
    if peer.kind == "security_group" and isinstance(value, str):
        # A referenced group is told with its account by one call and without it by the other at times.
        value = value.rpartition("/")[2]
    return group, direction, protocol, from_port, to_port, peer.kind, value


def _with(rule: Rule, known: Known) -> Rule:
    return Rule(
        rule.security_group,
        known.id or rule.address,
        rule.direction,
        rule.protocol,
        rule.from_port,
        rule.to_port,
        rule.peer,
        rule.description,
        known.id,
        known.tags,
        "live",
        peering_status=rule.peering_status,
    )


def prefix_lists(found: Found, lists: Iterable[Raw], entries: Mapping[str, Iterable[Raw]]) -> list[PrefixList]:
    """Return managed prefix lists; the entries of one that were not read are unknown."""
    result = []
    for item in lists:
        identity = str(item["PrefixListId"])
        cidrs: tuple[str | Unknown, ...] | Unknown = Unknown(f"the entries of {identity} were not read")
        if identity in entries:
            cidrs = _entries(found, identity, entries[identity])
        result.append(PrefixList(identity, identity, text_or_none(item.get("PrefixListName")), cidrs, None))
    return result


def _entries(found: Found, identity: str, entries: Iterable[Raw]) -> tuple[str | Unknown, ...]:
    cidrs: set[str | Unknown] = set()
    for entry in entries:
        try:
            cidrs.add(_cidr(str(entry["Cidr"])))
        except MalformedAttribute as error:
            found.skip(identity, str(error))
            cidrs.add(Unknown(str(error)))
    return tuple(sorted(cidrs, key=str))


def network_acl_rules(found: Found, acls: Iterable[Raw]) -> list[NetworkAclRule]:
    """Return the entries of network ACLs without the last ones that EC2 itself adds (rule number 32767)."""
    result = []
    for acl in acls:
        identity = str(acl["NetworkAclId"])
        for entry in acl.get("Entries") or ():
            if entry.get("RuleNumber", 0) >= 32767:
                continue
            try:
                result.append(_acl_rule(identity, entry))
            except MalformedAttribute as error:
                found.skip(identity, str(error))
    return result


def _acl_rule(acl: str, entry: Raw) -> NetworkAclRule:
    protocol = normalize.known_protocol(str(entry.get("Protocol", "-1")))
    if protocol in normalize.ICMP:
        given = entry.get("IcmpTypeCode") or {}
        ports = normalize.ports(protocol, given.get("Type"), given.get("Code"))
    else:
        given = entry.get("PortRange") or {}
        ports = normalize.ports(protocol, given.get("From", 0), given.get("To", 0))
    cidr = entry.get("CidrBlock") or entry.get("Ipv6CidrBlock")
    if not cidr:
        raise MalformedAttribute(f"entry {entry.get('RuleNumber')} has no CIDR block")
    return NetworkAclRule(
        network_acl=acl,
        address=acl,
        direction="egress" if entry.get("Egress") else "ingress",
        rule_number=entry.get("RuleNumber"),
        action=str(entry.get("RuleAction", "")).lower(),
        protocol=protocol,
        from_port=ports[0],
        to_port=ports[1],
        cidr=_cidr(str(cidr)),
        location=None,
    )


def _cidr(text: str) -> str:
    return normalize.cidr_ipv6(text) if ":" in text else normalize.cidr_ipv4(text)


def tags(item: Raw, key: str = "Tags") -> dict[str, str | Unknown]:
    """Return tags of a resource of EC2 by their keys."""
    return {str(tag["Key"]): str(tag.get("Value") or "") for tag in item.get(key) or ()}


def text_or_none(value: object) -> str | None:
    """Return a value of an answer as text; None for an absent or empty one."""
    return str(value) if value not in (None, "") else None
