"""The account and region of recorded answers of AWS, and one list of what several documents hold."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sgwarden.model.infrastructure import Skipped

Place = tuple[str, str]
"""Account and region, empty where they are not known."""
ACCOUNT = re.compile(r"[0-9]{12}")
_REGION = re.compile(r"[a-z]+(?:-[a-z]+)+-[0-9]")
_NETWORK = ("SecurityGroups", "SecurityGroupRules", "NetworkInterfaces", "NetworkAcls", "PrefixLists")
"""Lists of things that are in the region they are listed in; trails and alarms of other regions are listed too."""
_MONITORING = ("trailList", "logGroups", "metricFilters", "MetricAlarms", "CompositeAlarms", "Subscriptions", "Rules")
_ARNS = ("SecurityGroupArn", "SecurityGroupRuleArn", "PrefixListArn", "TrailARN", "AlarmArn", "arn", "Arn", "TopicArn")
_KEYS: dict[str, tuple[str, ...]] = {
    "SecurityGroups": ("GroupId",),
    "SecurityGroupRules": ("SecurityGroupRuleId",),
    "SecurityGroupVpcAssociations": ("GroupId", "VpcId"),
    "PrefixLists": ("PrefixListId",),
    "NetworkInterfaces": ("NetworkInterfaceId",),
    "NetworkAcls": ("NetworkAclId",),
    "trailList": ("TrailARN",),
    "logGroups": ("logGroupName",),
    "metricFilters": ("logGroupName", "filterName"),
    "MetricAlarms": ("AlarmArn",),
    "CompositeAlarms": ("AlarmArn",),
    "Rules": ("Arn",),
}
"""What tells the items of a list apart."""
_TRAFFIC = ("IpProtocol", "FromPort", "ToPort")
_PEERS = ("IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs")
_PERMISSIONS = ("IpPermissions", "IpPermissionsEgress")

_File = tuple[str, dict[str, Any]]


def places_of(files: Sequence[_File]) -> Iterator[tuple[str, dict[str, Any], Place]]:
    """Yield each document, or each part of one that is about several accounts, with its place.

    ARNs and owners say it; then names of folders, then the other documents of the same folder, then all others.
    """
    parts = [(name, part, place) for name, content in files for part, place in _split(content)]
    known = [(name, _with_folders(place, name)) for name, part, place in parts if _is_network(part)]
    told = [place for _, part, place in parts if not _is_network(part)]
    last = _most(Counter(each[0] for each in told if each[0])), _most(Counter(each[1] for each in told if each[1]))
    for name, part, place in parts:
        folder = name.rpartition("/")[0]
        near = [each for other, each in known if other.rpartition("/")[0] == folder]
        account, region = _with_folders(place if _is_network(part) else ("", ""), name)
        for others in (near, [each for _, each in known]):
            fitting = {each for each in others if not account or each[0] in ("", account)}
            account = account or _only(each[0] for each in fitting)
            region = region or _only(each[1] for each in fitting)
        yield name, part, (account, region) if known else (account or last[0], region or last[1])


def _only(values: Iterable[str]) -> str:
    """Return the one value that is not empty; empty when there are several."""
    found = {value for value in values if value}
    return found.pop() if len(found) == 1 else ""


def _with_folders(place: Place, name: str) -> Place:
    """Return a place, with what it lacks from the names of folders."""
    folders = name.split("/")[:-1]
    account = place[0] or _only(part for part in folders if ACCOUNT.fullmatch(part))
    return account, place[1] or _only(part for part in folders if _REGION.fullmatch(part))


def _is_network(content: dict[str, Any]) -> bool:
    return any(content.get(name) is not None for name in _NETWORK)


def _split(content: dict[str, Any]) -> Iterator[tuple[dict[str, Any], Place]]:
    """Yield a document for each region and account that its groups and rules name by their ARNs."""
    places: dict[Place, dict[str, list[Any]]] = defaultdict(dict)
    rest = dict(content)
    for name in ("SecurityGroups", "SecurityGroupRules"):
        if isinstance(content.get(name), list):
            own = [(_of_item(item), item) for item in content[name]]
            if len({place for place, _ in own if all(place)}) > 1 and all(all(place) for place, _ in own):
                del rest[name]
                for place, item in own:
                    places[place].setdefault(name, []).append(item)
    tokens: dict[str, Any] = {key: content[key] for key in ("NextToken", "nextToken") if key in content}
    for place in sorted(places):
        yield {**places[place], **tokens}, place
    if not places or any(rest.get(name) is not None for name in (*_NETWORK, *_MONITORING)):
        yield rest, _told(rest)


def _told(content: dict[str, Any]) -> Place:
    """Return the place that most items name."""
    accounts: Counter[str] = Counter()
    regions: Counter[str] = Counter()
    for name in (*_NETWORK, *_MONITORING):
        items = content.get(name)
        for item in items if isinstance(items, list) else ():
            account, region = _of_item(item)
            if name == "PrefixLists":  # shared by other accounts
                account = ""
            accounts.update([account] if account else [])
            regions.update([region] if region else [])
        if accounts and regions:
            break
    return _most(accounts), _most(regions)


def _most(counts: Counter[str]) -> str:
    return min(counts, key=lambda each: (-counts[each], each)) if counts else ""


def _of_item(item: object) -> Place:
    if not isinstance(item, dict):
        return "", ""
    account = region = ""
    for name in _ARNS:
        pieces = str(item.get(name) or "").split(":")
        if len(pieces) > 5:
            region = region or (pieces[3] if _REGION.fullmatch(pieces[3]) else "")
            account = account or (pieces[4] if ACCOUNT.fullmatch(pieces[4]) else "")
    owner = str(item.get("GroupOwnerId") or item.get("OwnerId") or "")
    zone = str(item.get("AvailabilityZone") or "")
    account = account or (owner if ACCOUNT.fullmatch(owner) else "")
    return account, region or (zone[:-1] if _REGION.fullmatch(zone[:-1]) else "")


class MergedList:
    """The items of one list in all documents of a place, each once."""

    def __init__(self, name: str) -> None:
        self.items: list[dict[str, Any]] = []
        self.contradictions: list[Skipped] = []
        self._name = name
        self._known: dict[tuple[str, ...], tuple[int, str]] = {}

    def add(self, items: Iterable[dict[str, Any]], file: str) -> None:
        """Add the items of a document; one that another document describes differently is named."""
        keys = _KEYS.get(self._name, ())
        for item in items:
            key = tuple(str(item.get(each)) for each in keys)
            if not keys or any(item.get(each) is None for each in keys) or key not in self._known:
                self._known[key] = len(self.items), file
                self.items.append(item)
                continue
            index, other = self._known[key]
            if _text(self.items[index]) != _text(item):
                self.contradictions.append(
                    Skipped("/".join(key), f"{other} and {file} describe it differently: it changed, or one is old")
                )
                if self._name == "SecurityGroups":
                    self.items[index] = _together(self.items[index], item)


def _text(item: object) -> str:
    return json.dumps(item, sort_keys=True)


def _together(group: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Return a group with the rules of both descriptions: nothing that one of them admits is passed over."""
    merged = {name: [dict(each) for each in group.get(name) or ()] for name in _PERMISSIONS}
    for name in _PERMISSIONS:
        for more in other.get(name) or ():
            ports = [each for each in merged[name] if all(each.get(key) == more.get(key) for key in _TRAFFIC)]
            if not ports:
                merged[name].append(more)
                continue
            for peers in _PEERS:
                own = ports[0].get(peers) or []
                ports[0][peers] = [*own, *(each for each in more.get(peers) or () if each not in own)]
    return {**group, **merged}
