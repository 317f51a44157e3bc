"""Documents as the AWS CLI prints them (``--output json``), told apart by their top-level key.

A folder holds ``ACCOUNT/REGION/*.json``; a single file tells account and region by what it holds, where it does.
Several files of one kind (pages) add up. A document that announces a further page is not the whole.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from sgwarden.aws.answers import Documents, Failure
from sgwarden.errors import InputError
from sgwarden.model.infrastructure import Infrastructure, Skipped
from sgwarden.sources.documents import detect as files
from sgwarden.sources.live.region import infrastructure, named

_LISTS: dict[str, str] = {
    "SecurityGroups": "security_groups",
    "SecurityGroupRules": "",
    "SecurityGroupVpcAssociations": "",
    "PrefixLists": "prefix_lists",
    "NetworkInterfaces": "attachments",
    "NetworkAcls": "network_acl_rules",
    "trailList": "monitoring",
    "logGroups": "monitoring",
    "metricFilters": "monitoring",
    "MetricAlarms": "monitoring",
    "CompositeAlarms": "monitoring",
    "LogAlarms": "monitoring",
    "Subscriptions": "monitoring",
    "Rules": "monitoring",
}
"""Top-level keys of lists, and the field of the model that is not whole without each."""
_WORDS = {
    "security_groups": "security groups", "rules": "rules", "prefix_lists": "prefix lists",
    "attachments": "network interfaces", "network_acl_rules": "network ACLs", "monitoring": "the monitoring chain",
}  # fmt: skip
_TOKENS = ("NextToken", "nextToken")
_ACCOUNT = re.compile(r"\d{12}")
_REGION = re.compile(r"[a-z]+(?:-[a-z]+)+-\d")
_PREFIX_LIST = re.compile(r"pl-[0-9a-f]+")
_ARNS = ("SecurityGroupArn", "SecurityGroupRuleArn", "PrefixListArn", "TrailARN", "AlarmArn", "arn", "Arn", "TopicArn")
_LARGEST = 2**30
_HINT = "give what `aws ec2 describe-security-groups` and its neighbours print with --output json"

_File = tuple[str, dict[str, Any]]


def read_folder(folder: Path) -> tuple[Infrastructure, ...]:
    """Return every place below ``folder``: ``ACCOUNT/REGION/*.json``, or ``*.json``. Raises InputError."""
    places: dict[tuple[str, str], list[_File]] = defaultdict(list)
    loose: list[_File] = []
    for path in sorted(folder.rglob("*.json")):
        parts = path.relative_to(folder).parts
        name = "/".join(parts)
        if len(parts) == 3 and _ACCOUNT.fullmatch(parts[0]):
            places[parts[0], parts[1]].append((name, _content(path)))
        else:
            loose.append((name, _content(path)))
    if loose:
        places[_account_and_region(content for _, content in loose)] += loose
    if not places:
        raise InputError("there is no JSON file here or below", str(folder), _HINT)
    return tuple(_place(str(folder), *key, places[key]) for key in sorted(places))


def read_file(data: bytes, path: str) -> tuple[Infrastructure, ...]:
    """Return the place of one document. Raises InputError when it is none of the known ones."""
    content: dict[str, Any] = files.decode(files.utf8(data, path), dict[str, Any], path)
    if not _lists(content):
        raise InputError("this is neither a snapshot nor a list that the AWS CLI prints", path, _HINT)
    return (_place(path, *_account_and_region([content]), [(Path(path).name, content)]),)


def known(data: bytes, path: str) -> bool:
    """Return True if ``data`` is a list that the AWS CLI prints. Raises InputError for what is no JSON."""
    return bool(_lists(files.decode(data, dict[str, Any], path)))


def _content(path: Path) -> dict[str, object]:
    try:
        if path.stat().st_size > _LARGEST:
            raise InputError("the file is larger than 1 GiB", str(path))
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", str(path)) from error
    content: dict[str, object] = files.decode(files.utf8(data, str(path)), dict[str, Any], str(path))
    return content


def _lists(content: dict[str, object]) -> list[str]:
    return [name for name in _LISTS if isinstance(content.get(name), list)]


def _account_and_region(contents: Iterable[dict[str, Any]]) -> tuple[str, str]:
    """Return account and region as the documents name them; empty where they do not."""
    account = region = ""
    for content in contents:
        for item in (each for name in _lists(content) for each in content[name] if isinstance(each, dict)):
            owner = str(item.get("GroupOwnerId") or item.get("OwnerId") or "")
            account = account or (owner if _ACCOUNT.fullmatch(owner) else "")
            zone = str(item.get("AvailabilityZone") or "")
            region = region or (zone[:-1] if _REGION.fullmatch(zone[:-1]) else "")
            for name in _ARNS:
                pieces = str(item.get(name) or "").split(":")
                if len(pieces) > 5:
                    region = region or (pieces[3] if _REGION.fullmatch(pieces[3]) else "")
                    account = account or (pieces[4] if _ACCOUNT.fullmatch(pieces[4]) else "")
            if account and region:
                return account, region
    return account, region


def _place(path: str, account: str, region: str, read: Iterable[_File]) -> Infrastructure:
    found = Documents(account, region)
    pages: dict[str, list[bool]] = defaultdict(list)
    skipped: list[Skipped] = []
    for file, content in read:
        names = _lists(content)
        for name in names:
            pages[name].append(any(content.get(token) for token in _TOKENS))
            found.lists.setdefault(name, []).extend(item for item in content[name] if isinstance(item, dict))
        if not names and not _about_one_thing(found, file, content):
            skipped.append(Skipped(file, "it is none of the documents of the AWS CLI that can be used", complete=True))
    for name, announced in pages.items():
        if all(announced):
            del found.lists[name]
            found.failures.append(Failure(_LISTS[name], name, "the document ends before its last page (NextToken)"))
    place = infrastructure(found, named("live", path)(found))
    gaps = place.unread - {each.kind for each in found.failures}
    skipped += [
        # Without groups there is nothing to judge; the rest may be left out.
        Skipped(
            f"{path} {_WORDS[kind]}", "no document of it was given", complete=kind not in ("security_groups", "rules")
        )
        for kind in sorted(gaps)
    ]
    return replace(place, skipped=tuple(sorted({*place.skipped, *skipped}, key=lambda item: (item.what, item.reason))))


def _about_one_thing(found: Documents, file: str, content: dict[str, Any]) -> bool:
    """Take an answer about one thing; False when it does not say of which."""
    if isinstance(content.get("Entries"), list):
        named_list = _PREFIX_LIST.search(file)
        if named_list is None:
            return False
        entries = found.lists.setdefault("PrefixListEntries", {})
        entries[named_list.group()] = entries.get(named_list.group(), []) + content["Entries"]
    elif isinstance(content.get("AlarmMuteRuleArn"), str):
        found.lists.setdefault("AlarmMuteRules", []).append(content)
    elif isinstance(content.get("TrailARN"), str):
        found.lists.setdefault("Selectors", {})[content["TrailARN"]] = content
    elif isinstance(content.get("Attributes"), dict) and "TopicArn" in content["Attributes"]:
        found.lists.setdefault("TopicAttributes", {})[content["Attributes"]["TopicArn"]] = content["Attributes"]
    else:
        return False
    return True
