"""aws_ec2_managed_prefix_list, its entries, and the data source of the same name."""

from __future__ import annotations

from sgwarden.model.infrastructure import PrefixList
from sgwarden.model.instances import ResourceInstance
from sgwarden.model.values import Unknown
from sgwarden.sources.resources import normalize
from sgwarden.sources.resources.attribute_reader import Node, Odd
from sgwarden.sources.resources.model_builder import PREFIX_LIST_TYPE, Building, root

_TYPES = frozenset({PREFIX_LIST_TYPE})
Entries = dict[str, list[str | Unknown]]


def entry(building: Building, instance: ResourceInstance, entries: Entries) -> None:
    """aws_ec2_managed_prefix_list_entry: goes to its list in ``entries``, by address."""
    node = root(instance)
    owner = node.get("prefix_list_id").text()
    address = None if owner is None else building.names.resolve(owner, _TYPES)
    if not isinstance(address, str):
        building.skip(instance, "its prefix list is not known")
        return
    value = node.get("cidr").text()
    if value is not None:
        entries.setdefault(address, []).append(_cidr(value))


def prefix_list(building: Building, instance: ResourceInstance, entries: Entries) -> None:
    """A list with the entries of its own blocks and those of entry resources."""
    node = root(instance)
    blocks = node.get("entries" if instance.mode == "data" else "entry")
    identity = node.get("id").text()
    cidrs: tuple[str | Unknown, ...] | Unknown
    if isinstance(blocks.value, Unknown):
        cidrs = blocks.value
    else:
        found = list(entries.get(instance.address, ()))
        for block in blocks.blocks():
            found += _block(building, instance, block)
        cidrs = tuple(sorted(dict.fromkeys(found), key=str))
    building.prefix_lists.append(
        PrefixList(
            address=instance.address,
            id=identity if isinstance(identity, str) else None,
            name=node.get("name").text(),
            cidrs=cidrs,
            location=instance.location,
        )
    )


def _block(building: Building, instance: ResourceInstance, block: Node) -> list[str | Unknown]:
    if isinstance(block.value, Unknown):
        return [block.value]
    try:
        value = block.get("cidr").text()
        return [] if value is None else [_cidr(value)]
    except Odd as odd:
        building.skip(instance, str(odd), block.path)
        return []


def _cidr(value: str | Unknown) -> str | Unknown:
    if isinstance(value, Unknown):
        return value
    return normalize.cidr_ipv6(value) if ":" in value else normalize.cidr_ipv4(value)
