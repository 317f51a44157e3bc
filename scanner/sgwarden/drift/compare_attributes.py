"""What a group says besides its rules: name, description, VPC, tags, VPC associations."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sgwarden.drift.declared import DeclaredGroup, IgnoredTags
from sgwarden.drift.differences import Difference, Undecided
from sgwarden.drift.live import Place
from sgwarden.drift.titles import quoted
from sgwarden.model import jsonable
from sgwarden.model.security_groups import SecurityGroup
from sgwarden.model.values import Unknown

_RESERVED = "aws:"
"""Tags that services set; nobody else can."""
_TEXTS = ("name", "description", "vpc_id")


def compare(
    group: DeclaredGroup, live: SecurityGroup, place: Place, ignored: IgnoredTags
) -> tuple[list[Difference], list[Undecided]]:
    """Return one difference for each attribute that differs."""
    assert group.group is not None
    found: list[Difference] = []
    questions: list[Undecided] = []

    def ask(what: str, reason: str) -> None:
        questions.append(Undecided(place.account or "", place.region or "", str(live.id), what, reason))

    for name in _TEXTS:
        own, other = getattr(group.group, name), getattr(live, name)
        if group.group.default and name != "vpc_id":
            continue  # EC2 gives them, and nobody can change them
        if isinstance(own, Unknown):
            if name == "description" or (name == "vpc_id" and not group.from_code_alone):
                ask(f"the {name} of {group.address}", own.reason)
        elif own is not None and other is not None and own != other:
            found.append(_difference(group, live, place, name, own, other))
    found += _tags(group, live, place, ignored, ask)
    found += _associations(group, live, place, ask)
    return found, questions


def _tags(
    group: DeclaredGroup, live: SecurityGroup, place: Place, ignored: IgnoredTags, ask: Callable[[str, str], None]
) -> list[Difference]:
    assert group.group is not None
    if group.tags is None:
        reasons = [value.reason for value in group.group.tags.values() if isinstance(value, Unknown)]
        ask(f"the tags of {group.address}", reasons[0] if reasons else "they are not known")
        return []

    def kept(tags: Mapping[str, object]) -> dict[str, object]:
        unseen = group.ignored_tags
        return {
            key: value
            for key, value in sorted(tags.items())
            if not key.startswith(_RESERVED) and not ignored.covers(key) and not unseen.covers(key)
        }

    own, other = kept(group.tags), kept(live.tags)
    if own != other and group.ignored_tags.unknown is not None:
        ask(f"the tags of {group.address}", f"ignore_tags of the provider: {group.ignored_tags.unknown.reason}")
        return []
    if not group.tags_whole:
        # Default tags of the provider may be missing here: only what is written can be held against AWS.
        other = {key: value for key, value in other.items() if key in own}
    if own == other:
        return []
    return [_difference(group, live, place, "tags", own, other, exclusive=True)]


def _associations(
    group: DeclaredGroup, live: SecurityGroup, place: Place, ask: Callable[[str, str], None]
) -> list[Difference]:
    """Compare the VPCs that the group is associated with besides its own."""
    associated = live.vpc_associations
    if associated is None:
        if group.vpc_associations:
            ask(f"the VPC associations of {group.address}", "they were not read")
        return []
    if group.from_code_alone and group.vpc_associations is None:
        if associated:
            ask(f"the VPC associations of {group.address}", "associations are compared with a state or a plan alone")
        return []
    own, other = sorted(group.vpc_associations or ()), sorted(vpc for vpc in associated if vpc != live.vpc_id)
    if own == other:
        return []
    return [_difference(group, live, place, "vpc_associations", own, other, exclusive=set(other) <= set(own))]


def _difference(
    group: DeclaredGroup,
    live: SecurityGroup,
    place: Place,
    attribute: str,
    own: object,
    other: object,
    exclusive: bool = False,
) -> Difference:
    assert group.group is not None
    hidden = attribute in group.group.sensitive
    return Difference(
        kind="attribute_changed",
        account=str(live.account or place.account or "") or None,
        region=str(live.region or place.region or "") or None,
        group_id=str(live.id),
        group_name=live.name if isinstance(live.name, str) else None,
        address=group.address,
        attribute=attribute,
        exclusive=exclusive,
        declared={attribute: dict(jsonable.SENSITIVE) if hidden else jsonable.value(own)},
        live={attribute: dict(jsonable.SENSITIVE) if hidden else jsonable.value(other)},
        change=(f"{attribute}: (sensitive)",) if hidden else change_lines(attribute, own, other),
        addresses=group.addresses,
        location=group.location,
        exposure_changes=attribute == "vpc_associations",
        group_declared=group.group,
        group_live=live,
        ignore_changes=group.ignore_changes,
    )


def change_lines(attribute: str, own: object, other: object) -> tuple[str, ...]:
    """Return the change as one line for each part that differs."""
    from deepdiff import DeepDiff  # imported late: it is slow, and only needed where something differs

    found = DeepDiff(own, other, view="tree", ignore_order=True)
    lines = []
    for kind, changes in found.items():
        for change in changes:
            path = change.path(output_format="list")
            if attribute == "vpc_associations":
                name = "associated VPC"
            else:
                name = f"tag {path[-1]}" if path else attribute
            if "added" in kind:
                lines.append(f"{name} added: {quoted(change.t2)}")
            elif "removed" in kind:
                lines.append(f"{name} gone: {quoted(change.t1)}")
            else:
                lines.append(f"{name}: {quoted(change.t1)} -> {quoted(change.t2)}")
    return tuple(sorted(lines))
