"""Groups that one side lacks."""

from __future__ import annotations

from collections.abc import Mapping

from sgwarden.drift import service_owned
from sgwarden.drift.declared import DeclaredGroup
from sgwarden.drift.differences import Difference
from sgwarden.drift.exposure import Exposure, opens
from sgwarden.drift.live import Place
from sgwarden.model import jsonable
from sgwarden.model.jsonable import rule_content
from sgwarden.model.rules import rule_text
from sgwarden.model.security_groups import Rule, SecurityGroup


def missing(group: DeclaredGroup, place: Place | None) -> Difference:
    """Return a group that Terraform holds and AWS does not; its rules are part of it."""
    own = group.group
    rules = [each for each in group.rules if not each.optional]
    content: dict[str, object] = {"rules": sorted((rule_content(each.rule) for each in rules), key=str)}
    if own is not None:
        content = {**_attributes(own), **content}
    notes = (f"{group.address} is tainted: the next apply replaces it",) if group.status == "tainted" else ()
    if own is None:
        notes = (*notes, "only rules of the group are declared")
    return Difference(
        kind="group_missing",
        account=group.account or (place.account if place else None),
        region=group.region or (place.region if place else None),
        group_id=str(group.id),
        group_name=group.name,
        address=group.address,
        exclusive=True,
        declared=content,
        change=(f"gone, with {_rules(len(rules))}",),
        addresses=group.addresses or tuple(dict.fromkeys(each.rule.address for each in rules)),
        location=group.location,
        notes=notes,
        exposure_changes=bool(rules),
        group_declared=own,
        ignore_changes=group.ignore_changes,
    )


def unmanaged(
    group: SecurityGroup,
    place: Place,
    rules: list[Rule] | None,
    entries: Mapping[str, tuple[str, ...]],
    new: bool | None,
) -> Difference:
    """Return a group that AWS holds and Terraform does not know."""
    known = rules or []
    remark = service_owned.remark(group)
    exposure = Exposure(known, entries)
    opened = [rule_text(rule) for rule in known if opens(Exposure([], entries), exposure, [rule])]
    notes = (() if remark is None else (remark,)) + (() if rules is not None else ("its rules were not read",))
    return Difference(
        kind="group_unmanaged",
        account=str(group.account or place.account or "") or None,
        region=str(group.region or place.region or "") or None,
        group_id=str(group.id),
        group_name=group.name if isinstance(group.name, str) else None,
        address=None,
        live={**_attributes(group), "rules": None if rules is None else len(known)},
        change=(f"not in Terraform: {_rules(len(known))}", *(f"open to the internet: {each}" for each in opened[:5])),
        service=service_owned.of_group(group),
        notes=notes,
        new_since_previous=new,
        exposure_changes=bool(known),
        opens_to_internet=bool(opened),
        group_live=group,
    )


def _attributes(group: SecurityGroup) -> dict[str, object]:
    def visible(name: str) -> object:
        return dict(jsonable.SENSITIVE) if name in group.sensitive else jsonable.value(getattr(group, name))

    return {
        "name": visible("name"),
        "description": visible("description"),
        "vpc_id": visible("vpc_id"),
        "tags": visible("tags") if "tags" in group.sensitive else jsonable.value(dict(sorted(group.tags.items()))),
    }


def _rules(count: int) -> str:
    return "1 rule" if count == 1 else f"{count} rules"
