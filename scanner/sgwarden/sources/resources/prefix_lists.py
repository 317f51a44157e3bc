"""aws_ec2_managed_prefix_list, its entries, and the data source of the same name."""

from __future__ import annotations

from sgwarden.model.infrastructure import PrefixList
from sgwarden.model.instances import ResourceInstance
from sgwarden.model.values import Unknown
from sgwarden.sources.resources import normalize
from sgwarden.sources.resources.attribute_reader import AttributeReader, MalformedAttribute
from sgwarden.sources.resources.model_builder import PREFIX_LIST_TYPE, ModelBuilder, attributes_of

_TYPES = frozenset({PREFIX_LIST_TYPE})
Entries = dict[str, list[str | Unknown]]


def entry(model: ModelBuilder, instance: ResourceInstance, entries: Entries) -> None:
    """Add an aws_ec2_managed_prefix_list_entry to its list in ``entries``, by address."""
    attributes = attributes_of(instance)
    owner = attributes.get("prefix_list_id").text()
    address = None if owner is None else model.index.resolve(owner, _TYPES)
    if not isinstance(address, str):
        model.skip(instance, "its prefix list is not known")
        return
    value = attributes.get("cidr").text()
    if value is not None:
        entries.setdefault(address, []).append(_cidr(value))


def prefix_list(model: ModelBuilder, instance: ResourceInstance, entries: Entries, removed: Entries) -> None:
    """Add a list with the entries of its own blocks and those of entry resources.

    ``removed`` are entries of entry resources that a plan takes away: computed blocks still show them.
    """
    attributes = attributes_of(instance)
    blocks = attributes.get("entries" if instance.mode == "data" else "entry")
    identity = attributes.get("id").text()
    cidrs: tuple[str | Unknown, ...] | Unknown
    if isinstance(blocks.value, Unknown):
        cidrs = blocks.value
    else:
        found = list(entries.get(instance.address, ()))
        gone = (
            () if instance.declared is not None and "entry" in instance.declared else removed.get(instance.address, ())
        )
        for block in blocks.blocks():
            found += [cidr for cidr in _block(model, instance, block) if cidr not in gone]
        cidrs = tuple(sorted(dict.fromkeys(found), key=str))
    model.prefix_lists.append(
        PrefixList(
            address=instance.address,
            id=identity if isinstance(identity, str) else None,
            name=attributes.get("name").text(),
            cidrs=cidrs,
            location=instance.location,
        )
    )


def _block(model: ModelBuilder, instance: ResourceInstance, block: AttributeReader) -> list[str | Unknown]:
    if isinstance(block.value, Unknown):
        return [block.value]
    try:
        value = block.get("cidr").text()
        return [] if value is None else [_cidr(value)]
    except MalformedAttribute as error:
        model.skip(instance, str(error), block.path)
        return []


def _cidr(value: str | Unknown) -> str | Unknown:
    if isinstance(value, Unknown):
        return value
    return normalize.cidr_ipv6(value) if ":" in value else normalize.cidr_ipv4(value)
