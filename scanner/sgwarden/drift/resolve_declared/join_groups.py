"""The groups of one root module, from its code and its state: who they are, their tags, lists and associations."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from sgwarden.drift.declared import DIRECTIONS, DeclaredGroup, DeclaredList
from sgwarden.drift.differences import Ownership
from sgwarden.drift.resolve_declared.match_states import block
from sgwarden.drift.resolve_declared.root_sides import RootSides, Side
from sgwarden.model.security_groups import SecurityGroup
from sgwarden.model.values import Unknown


def join_groups(root: RootSides) -> dict[str, DeclaredGroup]:
    """Return the groups of the root by address, without their rules."""
    found: dict[str, DeclaredGroup] = {}
    applied = root.state.groups if root.state is not None else {}
    desired = root.code.groups if root.code is not None else {}
    for address, group in applied.items():
        if group.status == "deposed":
            if group.id is not None:
                root.declared.managed_ids[group.id] = f"{address} is to be destroyed"
            continue
        code = desired.get(address)
        found[address] = _group(root, group, root.state, code)  # type: ignore[arg-type]
        if code is None and root.is_removed(address):
            root.pend(
                address, "to be removed", f"security group {group.id or ''} is not in the code".replace("  ", " ")
            )
        elif code is not None:
            _pend_group(root, address, group, code)
    for address, group in desired.items():
        if address in found or (root.state is not None and block(address) in root.state.blocks and "?" in address):
            continue
        found[address] = _code_group(root, address, group)
    return found


def _group(root: RootSides, group: SecurityGroup, side: Side, code: SecurityGroup | None) -> DeclaredGroup:
    source = side.source
    tags = source.all_tags.get(group.address, group.tags)
    located = (
        group if code is None else replace(group, location=code.location, sensitive=group.sensitive | code.sensitive)
    )
    return DeclaredGroup(
        group=located,
        id=group.id,
        account=group.account if isinstance(group.account, str) else None,
        region=group.region if isinstance(group.region, str) else None,
        source=source.path,
        addresses=(group.address,),
        tags=None if any(isinstance(value, Unknown) for value in tags.values()) else tags,
        tags_whole=group.address in source.all_tags,
        ignore_changes=root.ignored_changes(group.address),
        ignored_tags=root.ignored_tags(group.address),
        status=group.status,
        inferred=root.code is None,
    )


def _code_group(root: RootSides, address: str, group: SecurityGroup) -> DeclaredGroup:
    assert root.code is not None
    found = _group(root, group, root.code, None)
    found.inferred = False
    if root.state is not None or "create" in group.actions:
        found.applied = False
        if group.may_exist is None:
            root.pend(address, "to be created", "the security group is in the code and in no state")
    else:
        found.from_code_alone = group.id is None
    return found


def _pend_group(root: RootSides, address: str, applied: SecurityGroup, desired: SecurityGroup) -> None:
    """Note tags and description that the code says and the state does not hold yet."""
    assert root.code is not None
    assert root.state is not None
    ignored = root.ignored_changes(address)
    if "all" in ignored:
        return
    old = root.state.source.all_tags.get(address, applied.tags)
    new = root.code.source.all_tags.get(address)
    if new is not None and not any(isinstance(value, Unknown) for value in new.values()) and "tags" not in ignored:
        unseen = root.ignored_tags(address)
        keys = sorted(
            name for name in old.keys() | new.keys() if old.get(name) != new.get(name) and not unseen.covers(name)
        )
        if keys:
            root.pend(address, "to be changed", f"tags {', '.join(keys)}")
    for name in ("description", "vpc_id"):
        before, after = getattr(applied, name), getattr(desired, name)
        if isinstance(before, str) and isinstance(after, str) and before != after and name not in ignored:
            root.pend(address, "to be changed", name)


def mark_exclusive(root: RootSides, groups: Mapping[str, DeclaredGroup]) -> None:
    """Note the groups whose rule set resource excludes rules of others."""
    for side in (root.code, root.state):
        if side is None:
            continue
        for each in side.source.infrastructure.rule_sets:
            group = groups.get(each.security_group) if isinstance(each.security_group, str) else None
            if group is not None:
                for direction in DIRECTIONS:
                    group.ownership[direction] = Ownership("exclusive")
        return


def add_associations(root: RootSides, groups: Mapping[str, DeclaredGroup]) -> None:
    """Add the VPC associations of the groups."""
    side = root.state or root.code
    if side is None or not side.source.associations:
        return
    by_id = {group.id: group for group in groups.values() if group.id is not None}
    for owner, vpc in side.source.associations:
        name = owner if isinstance(owner, str) else owner.address or ""
        group = groups.get(name) or by_id.get(name)
        if group is not None and isinstance(vpc, str):
            group.vpc_associations = (group.vpc_associations or frozenset()) | {vpc}


def add_prefix_lists(root: RootSides) -> None:
    """Add the managed prefix lists of the root to ``declared``."""
    side = root.state or root.code
    if side is None:
        return
    shared = side.source.shared_lists
    code = root.code.source.infrastructure.prefix_lists if root.code is not None else ()
    places = {each.address: each.location for each in code}
    for each in side.source.infrastructure.prefix_lists:
        if each.id is not None and not each.address.startswith("data.") and ".data." not in each.address:
            located = replace(each, location=places.get(each.address) or each.location)
            root.declared.prefix_lists.append(
                DeclaredList(located, each.address, None, None, each.address not in shared and each.id not in shared)
            )
