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
from sgwarden.model.infrastructure import Infrastructure, Skipped, Source
from sgwarden.model.monitoring import Monitoring
from sgwarden.sources.documents import detect as files
from sgwarden.sources.documents.aws_cli_places import ACCOUNT, MergedList, Place, places_of
from sgwarden.sources.documents.tolerant import Loss, Misfit, prune
from sgwarden.sources.live.answer_types import LISTS, EventSelectors, PrefixListEntry, TopicAttributes
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
_PREFIX_LIST = re.compile(r"pl-[0-9a-f]+")
_OF_RULES = frozenset({"SecurityGroups", "SecurityGroupRules"})
_LARGEST = 2**30
_HINT = "give what `aws ec2 describe-security-groups` and its neighbours print with --output json"

_File = tuple[str, dict[str, Any]]


def read_folder(folder: Path) -> tuple[Infrastructure, ...]:
    """Return every place below ``folder``: ``ACCOUNT/REGION/*.json``, or any folders with documents that say which.

    Raises InputError when there is no document at all; one that cannot be read is named.
    """
    places: dict[Place, list[_File]] = defaultdict(list)
    loose: list[_File] = []
    unread: list[Skipped] = []
    for path in sorted(folder.rglob("*.json")):
        parts = path.relative_to(folder).parts
        name = "/".join(parts)
        try:
            content = _content(path)
        except InputError as error:
            unread.append(Skipped(name, error.what))
            continue
        if len(parts) == 3 and ACCOUNT.fullmatch(parts[0]):
            places[parts[0], parts[1]].append((name, content))
        else:
            loose.append((name, content))
    for name, content, place in places_of(loose):
        places[place].append((name, content))
    if not places and not unread:
        raise InputError("there is no JSON file here or below", str(folder), _HINT)
    found = [_place(str(folder), *key, places[key]) for key in sorted(places)] or [
        Infrastructure(Source("live", str(folder)), monitoring=Monitoring(complete=False), unread=frozenset(_WORDS))
    ]
    # What a document that cannot be read would have said may be missing anywhere.
    return tuple(replace(each, skipped=(*each.skipped, *unread)) for each in found) if unread else tuple(found)


def read_file(data: bytes, path: str) -> tuple[Infrastructure, ...]:
    """Return the place of one document. Raises InputError when it is none of the known ones."""
    content: dict[str, Any] = files.decode(files.utf8(data, path), dict[str, Any], path)
    if not _lists(content):
        raise InputError("this is neither a snapshot nor a list that the AWS CLI prints", path, _HINT)
    return tuple(_place(path, *place, [(name, part)]) for name, part, place in places_of([(Path(path).name, content)]))


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
    return [name for name in _LISTS if content.get(name) is not None]


def _place(path: str, account: str, region: str, read: Iterable[_File]) -> Infrastructure:
    found = Documents(account, region)
    pages: dict[str, list[bool]] = defaultdict(list)
    skipped: list[Skipped] = []
    merged: dict[str, MergedList] = {}
    unread: set[str] = set()
    for file, content in read:
        losses: list[Loss] = []
        names = _lists(content)
        for name in names:
            pages[name].append(any(content.get(token) for token in _TOKENS))
            items = pruned(content[name], list[LISTS[name]], losses, name)  # type: ignore[valid-type]
            merged.setdefault(name, MergedList(name)).add(items or [], file)
            if losses:
                unread |= {_LISTS[name], "rules"} if name in _OF_RULES else {_LISTS[name]}
        if not names and not _about_one_thing(found, file, content, losses):
            skipped.append(Skipped(file, "it is none of the documents of the AWS CLI that can be used", complete=True))
        skipped += [Skipped(each.name or file, f"{file}: {each.place}: {each.reason}") for each in losses]
    for name, each in merged.items():
        found.lists[name] = each.items
        skipped += each.contradictions
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
    return replace(
        place,
        skipped=tuple(sorted({*place.skipped, *skipped}, key=lambda item: (item.what, item.reason))),
        unread=place.unread | (unread - {""}),
    )


def pruned(value: object, shape: Any, losses: list[Loss], place: str) -> Any:
    """Return a value without what does not fit; None, and a loss, when nothing is left."""
    try:
        return prune(value, shape, losses, place)
    except Misfit as error:
        losses.append(error.loss)
        return None


def _about_one_thing(found: Documents, file: str, content: dict[str, Any], losses: list[Loss]) -> bool:
    """Take an answer about one thing; False when it does not say of which."""
    if content.get("Entries") is not None:
        named_list = _PREFIX_LIST.search(file)
        if named_list is None:
            return False
        entries = found.lists.setdefault("PrefixListEntries", {})
        before = len(losses)
        read = pruned(content["Entries"], list[PrefixListEntry], losses, "Entries") or []
        if len(losses) == before:  # entries that are not all of them are none
            entries[named_list.group()] = entries.get(named_list.group(), []) + read
    elif isinstance(content.get("AlarmMuteRuleArn"), str):
        found.lists.setdefault("AlarmMuteRules", []).append(content)
    elif content.get("TrailARN") is not None:
        selectors = pruned(content, EventSelectors, losses, "")
        if selectors is not None and not losses:
            found.lists.setdefault("Selectors", {})[selectors["TrailARN"]] = selectors
    elif isinstance(content.get("Attributes"), dict) and "TopicArn" in content["Attributes"]:
        attributes = pruned(content["Attributes"], TopicAttributes, losses, "Attributes")
        if attributes is not None and not losses:
            found.lists.setdefault("TopicAttributes", {})[attributes["TopicArn"]] = attributes
    else:
        return False
    return True
