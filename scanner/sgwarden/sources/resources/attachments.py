"""What security groups protect, whether it is public, and where load balancers lead.

``attachment`` builds one resource by the tables of ``attachment_types``; ``Links`` then joins what
several resources say together: elastic addresses, members of clusters, listeners and targets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from sgwarden.model.infrastructure import Attachment
from sgwarden.model.instances import ResourceInstance
from sgwarden.model.values import Unknown, reveal
from sgwarden.sources.resources.attachment_types import (
    ADDRESSES,
    CLUSTER_MEMBERS,
    FIRST_WINS,
    GROUP_ARGUMENTS,
    LINKS,
    NAMED,
    PUBLIC_ARGUMENTS,
)
from sgwarden.sources.resources.attribute_reader import AttributeReader, MalformedAttribute, walk
from sgwarden.sources.resources.model_builder import ModelBuilder, attributes_of

INTERFACE_ATTACHMENT = "aws_network_interface_sg_attachment"
TYPES = (
    frozenset(GROUP_ARGUMENTS) | frozenset(CLUSTER_MEMBERS) | frozenset(LINKS) | frozenset(ADDRESSES) | NAMED
    | {INTERFACE_ATTACHMENT}
)  # fmt: skip
_LINKING = frozenset(LINKS) | frozenset(ADDRESSES) | frozenset(CLUSTER_MEMBERS) | {INTERFACE_ATTACHMENT}
_LEFT_OUT = Unknown("no security group is set here: the service chooses, as a rule the default group of the VPC")
_DEFAULT_CHANGED = "{} is not set, and its default differs between versions of the provider"


def attachment(model: ModelBuilder, instance: ResourceInstance) -> None:
    """Add the use of groups by one resource of a type in the tables."""
    attributes = attributes_of(instance)
    groups: tuple[str | Unknown, ...] | Unknown = ()
    if instance.type == INTERFACE_ATTACHMENT:
        groups = _listed(model, instance, attributes, ["security_group_id"])
    elif instance.type in GROUP_ARGUMENTS:
        groups = _listed(model, instance, attributes, GROUP_ARGUMENTS[instance.type].split())
    elif instance.type not in CLUSTER_MEMBERS:
        return
    public, because = _public(instance, attributes)
    model.attachments.append(Attachment(instance.address, instance.type, groups, public, because, instance.location))


def _listed(
    model: ModelBuilder, instance: ResourceInstance, attribute: AttributeReader, arguments: list[str]
) -> tuple[str | Unknown, ...] | Unknown:
    """Return the groups under all ``arguments``; Unknown when nothing but one unknown is there."""
    found: dict[str | Unknown, None] = {}
    left_out = False
    for argument in arguments:
        path = tuple(argument.rstrip("?").split("."))
        before = len(found)
        try:
            for item in walk(attribute, path):
                found.update(dict.fromkeys(_groups_of(model, item)))
        except MalformedAttribute as error:
            model.skip(instance, str(error), path)
        if len(found) > before and instance.type in FIRST_WINS:
            break
        left_out = left_out or (argument.endswith("?") and len(found) == before)
    groups = tuple(sorted(found, key=str))
    if not groups and left_out and model.kind != "state":
        return _LEFT_OUT
    if len(groups) == 1 and isinstance(groups[0], Unknown):
        return groups[0]
    return groups


def _groups_of(model: ModelBuilder, attribute: AttributeReader) -> Iterator[str | Unknown]:
    if attribute.unknown or not isinstance(attribute.value, tuple | list):
        text = attribute.text()
        # EMR takes several ids in one string.
        parts = text.split(",") if isinstance(text, str) else [] if text is None else [text]
        for part in parts:
            yield model.index.group(part.strip() if isinstance(part, str) else part)
        return
    for element in attribute.elements():
        text = element.text()
        if text is not None:
            yield model.index.group(text)


def _public(instance: ResourceInstance, attribute: AttributeReader) -> tuple[bool | Unknown | None, str]:
    """Return whether the resource itself is reachable from the internet, and the argument that says so."""
    rule = PUBLIC_ARGUMENTS.get(instance.type)
    if rule is None or _private_by_kind(attribute):
        return None, ""
    path, how, absent = rule
    verdicts = [_verdict(item, path, how) for item in walk(attribute, tuple(path.split(".")))]
    for wanted in (True, Unknown, False):
        for public, because in verdicts:
            if public is wanted or (wanted is Unknown and isinstance(public, Unknown)):
                return public, because
    if absent == "public":
        return True, f"{path} is not set: internet-facing"
    if absent == "version":
        return Unknown(_DEFAULT_CHANGED.format(path)), ""
    return (False if absent == "private" else None), ""


def _private_by_kind(attribute: AttributeReader) -> bool:
    """Return True for a gateway load balancer, which cannot face the internet."""
    return bool(reveal(attribute.get("load_balancer_type").value) == "gateway")


def _verdict(attribute: AttributeReader, path: str, how: str) -> tuple[bool | Unknown | None, str]:
    if isinstance(attribute.value, Unknown):
        return attribute.value, ""
    if attribute.empty:
        return None, ""
    if how == "any":
        return True, f"{path} is set"
    if how.startswith("="):
        public = attribute.text() == how[1:]
        return public, f'{path} = "{how[1:]}"' if public else ""
    value = attribute.boolean()
    if not isinstance(value, bool):
        return value, ""
    public = value is (how == "true")
    return public, f"{path} = {how}" if public else ""


class Links:
    """Joins attachments over the resources between them."""

    def __init__(self, model: ModelBuilder, instances: Iterable[ResourceInstance]) -> None:
        self._model = model
        self._linking: list[ResourceInstance] = []
        self._known: dict[str, str] = {}
        self._cluster_of: dict[str, str] = {}
        for instance in instances:
            if instance.mode == "managed" and instance.type in TYPES:
                self._learn(instance)

    def _learn(self, instance: ResourceInstance) -> None:
        if instance.type in _LINKING:
            self._linking.append(instance)
        names = ["id", "arn"]
        if instance.type in NAMED or instance.type == "aws_elb":
            names.append("name")
        if instance.type not in CLUSTER_MEMBERS:
            names.append("cluster_identifier")
        for name in names:
            text = reveal(instance.attributes.get(name))
            if isinstance(text, str) and text:
                self._known.setdefault(text, instance.address)
        for interface in ("primary_network_interface_id", "network_interface_id"):
            text = reveal(instance.attributes.get(interface))
            if isinstance(text, str) and text and instance.type == "aws_instance":
                self._known.setdefault(text, instance.address)

    def join(self) -> None:
        """Complete the attachments of ``model`` with targets, public addresses and groups of clusters."""
        if not self._linking:
            return
        leads: dict[str, set[str]] = {}
        public: dict[str, str] = {}
        for instance in self._linking:
            try:
                self._read(instance, leads, public)
            except MalformedAttribute as error:
                self._model.skip(instance, str(error))
        by_address = {item.address: item for item in self._model.attachments}
        self._model.attachments = [self._joined(item, leads, public, by_address) for item in self._model.attachments]

    def _read(self, instance: ResourceInstance, leads: dict[str, set[str]], public: dict[str, str]) -> None:
        attributes = attributes_of(instance)
        if instance.type in LINKS:
            sources, targets = LINKS[instance.type]
            for source in self._named(instance, attributes, sources):
                leads.setdefault(source, set()).update(self._named(instance, attributes, targets))
        elif instance.type in ADDRESSES:
            for address in self._named(instance, attributes, ADDRESSES[instance.type]):
                public[address] = f"it has the address of {instance.address}"
        elif instance.type == INTERFACE_ATTACHMENT:
            leads.setdefault(instance.address, set()).update(self._named(instance, attributes, "network_interface_id"))
        else:
            for cluster in self._named(instance, attributes, CLUSTER_MEMBERS[instance.type]):
                self._cluster_of[instance.address] = cluster

    def _named(self, instance: ResourceInstance, attribute: AttributeReader, arguments: str) -> list[str]:
        """Return addresses of what ``arguments`` name, where this source knows it."""
        found: list[str] = []
        for argument in arguments.split():
            if argument == ".":
                found.append(instance.address)
                continue
            for item in walk(attribute, tuple(argument.split("."))):
                parts = item.elements() if isinstance(item.value, tuple | list) else [item]
                found += [address for part in parts if (address := self._address(part.text())) is not None]
        return found

    def _address(self, value: str | Unknown | None) -> str | None:
        if isinstance(value, Unknown):
            return value.address
        return None if value is None else self._known.get(value)

    def _joined(
        self, item: Attachment, leads: dict[str, set[str]], public: dict[str, str], all_of_them: dict[str, Attachment]
    ) -> Attachment:
        groups = item.groups
        if item.resource_type in CLUSTER_MEMBERS:
            cluster = all_of_them.get(self._cluster_of.get(item.address, ""))
            groups = Unknown("its cluster is not known here") if cluster is None else cluster.groups
        targets = _reached(item.address, leads, all_of_them)
        open_to_all, because = item.public, item.public_because
        if item.address in public:
            # Once it is applied, the instance's own argument reads as true as well: the address is the cause.
            open_to_all, because = True, public[item.address]
        return replace(item, groups=groups, targets=targets, public=open_to_all, public_because=because)


def _reached(start: str, leads: dict[str, set[str]], attachments: dict[str, Attachment]) -> tuple[str, ...]:
    """Return the next attachments that traffic to ``start`` is forwarded to."""
    reached: set[str] = set()
    seen = {start}
    waiting = [start]
    while waiting:
        for address in leads.get(waiting.pop(), ()):
            if address in seen:
                continue
            seen.add(address)
            if address in attachments:
                reached.add(address)
            else:
                waiting.append(address)
    return tuple(sorted(reached))
