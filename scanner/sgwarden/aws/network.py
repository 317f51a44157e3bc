"""Security groups and what stands around them, of one account in one region."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sgwarden.aws.answers import Documents, Failure
from sgwarden.aws.calls import Account
from sgwarden.aws.failures import NotRead

_PAGE = 1000
_SMALL_PAGE = 100
"""The most that DescribeManagedPrefixLists and GetManagedPrefixListEntries give."""
_FILTER_VALUES = 200
"""The most values that one filter takes."""
_PEERS = ("IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs")


def read_groups(account: Account, region: str) -> Documents:
    """Return security groups, rules with ids, and prefix lists that rules name or the account owns.

    Calls: the pages of groups, rules, prefix lists and associations with further VPCs, and at most two more when
    groups changed meanwhile.
    """
    found = Documents(account.id, region)
    _take(found, account, "security_groups", "security groups", "describe_security_groups", "SecurityGroups", _PAGE)
    _take(found, account, "", "ids of rules", "describe_security_group_rules", "SecurityGroupRules", _PAGE)
    if "SecurityGroups" not in found.lists:
        found.failures.append(Failure("rules", "rules", "they are read with the security groups"))
    else:
        _settle(found, account)
    _prefix_lists(found, account)
    if _is_own(account, region):
        _associations(found, account)
    return found


def read_surroundings(account: Account, region: str) -> Documents:
    """Return network interfaces and network ACLs."""
    found = Documents(account.id, region)
    _take(
        found, account, "attachments", "network interfaces", "describe_network_interfaces", "NetworkInterfaces", _PAGE
    )
    _take(found, account, "network_acl_rules", "network ACLs", "describe_network_acls", "NetworkAcls", _PAGE)
    return found


def _take(found: Documents, account: Account, kind: str, what: str, operation: str, key: str, size: int) -> None:
    try:
        found.lists[key] = account.pages("ec2", found.region, operation, key, size)
    except NotRead as error:
        found.failures.append(Failure(kind, what, str(error)))


def unsettled(groups: Iterable[Mapping[str, object]], rules: Iterable[Mapping[str, object]]) -> list[str]:
    """Return ids of groups with another number of permissions than rules: they changed between two calls."""
    counts = Counter(str(rule.get("GroupId")) for rule in rules)
    return [str(group["GroupId"]) for group in groups if permissions(group) != counts[str(group["GroupId"])]]


def permissions(group: Mapping[str, Any]) -> int:
    """Return the number of rules that the permissions of a group stand for."""
    return sum(
        len(permission.get(peers) or ())
        for name in ("IpPermissions", "IpPermissionsEgress")
        for permission in group.get(name) or ()
        for peers in _PEERS
    )


def _settle(found: Documents, account: Account) -> None:
    """Read groups that changed meanwhile once more."""
    rules = found.lists.get("SecurityGroupRules")
    if rules is None:
        return
    changed = unsettled(found.lists["SecurityGroups"], rules)[:_FILTER_VALUES]
    if not changed:
        return
    try:
        groups = account.call("ec2", found.region, "describe_security_groups", GroupIds=changed)["SecurityGroups"]
        wanted = [{"Name": "group-id", "Values": changed}]
        again = account.pages(
            "ec2", found.region, "describe_security_group_rules", "SecurityGroupRules", _PAGE, Filters=wanted
        )
    except NotRead as error:
        if not error.missing:  # a group that is gone: the first reading stands, and the next run sees the rest
            found.failures.append(Failure("rules", "rules that changed while they were read", str(error)))
        return
    fresh = {str(group["GroupId"]): group for group in groups}
    found.lists["SecurityGroups"] = [fresh.get(str(each["GroupId"]), each) for each in found.lists["SecurityGroups"]]
    kept = [rule for rule in rules if str(rule.get("GroupId")) not in fresh]
    found.lists["SecurityGroupRules"] = kept + again


def _prefix_lists(found: Documents, account: Account) -> None:
    try:
        listed = account.pages("ec2", found.region, "describe_managed_prefix_lists", "PrefixLists", _SMALL_PAGE)
    except NotRead as error:
        found.failures.append(Failure("prefix_lists", "prefix lists", str(error)))
        return
    named = set(named_prefix_lists(found.lists.get("SecurityGroups", ())))
    named |= {str(rule.get("PrefixListId")) for rule in found.lists.get("SecurityGroupRules", ())}
    lists = [each for each in listed if each.get("OwnerId") == account.id or each["PrefixListId"] in named]
    entries: dict[str, object] = {}
    for each in lists:
        identity = str(each["PrefixListId"])
        try:
            entries[identity] = account.pages(
                "ec2", found.region, "get_managed_prefix_list_entries", "Entries", _SMALL_PAGE, PrefixListId=identity
            )
        except NotRead as error:
            found.failures.append(Failure("", f"entries of prefix list {identity}", str(error)))
    found.lists["PrefixLists"] = lists
    found.lists["PrefixListEntries"] = entries


def _is_own(account: Account, region: str) -> bool:
    """Return True if EC2 is AWS's own: doubles answer unknown calls with errors that are retried."""
    return account.endpoint("ec2", region).endswith((".amazonaws.com", ".amazonaws.com.cn", ".api.aws"))


def _associations(found: Documents, account: Account) -> None:
    """Read the further VPCs that groups are associated with."""
    key = "SecurityGroupVpcAssociations"
    try:
        found.lists[key] = account.pages("ec2", found.region, "describe_security_group_vpc_associations", key, _PAGE)
    except NotRead as error:
        what = "associations of security groups with further VPCs"
        found.failures.append(Failure("", what, str(error), complete=error.not_offered))


def named_prefix_lists(groups: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    """Yield ids of the prefix lists that the rules of the groups name."""
    for group in groups:
        for name in ("IpPermissions", "IpPermissionsEgress"):
            for permission in group.get(name) or ():
                for peer in permission.get("PrefixListIds") or ():
                    yield str(peer.get("PrefixListId"))
