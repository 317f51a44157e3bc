"""The declared side: code, plans and states of one account, joined into groups whose owners are known.

Ownership before equality: which rules of a group Terraform claims depends on how the group is written, and a state
does not tell that. ``ingress`` and ``egress`` of ``aws_security_group`` are optional *and computed*: after a refresh
the state of a group that declares none holds every live rule of it
(https://github.com/hashicorp/terraform-provider-aws/issues/42742). So code and state are joined by address.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct, field

from sgwarden.drift.differences import Note, Ownership, Pending, Undecided
from sgwarden.model.infrastructure import Infrastructure, PrefixList, Skipped
from sgwarden.model.instances import ResourceInstance
from sgwarden.model.locations import Location
from sgwarden.model.rules import RuleKey
from sgwarden.model.security_groups import Direction, Rule, SecurityGroup
from sgwarden.model.values import Unknown, reveal

DIRECTIONS: tuple[Direction, ...] = ("ingress", "egress")
GROUP_TYPES = ("aws_security_group", "aws_default_security_group")
ASSOCIATION_TYPE = "aws_vpc_security_group_vpc_association"
ENTRY_TYPE = "aws_ec2_managed_prefix_list_entry"


class IgnoredTags(Struct, frozen=True):
    """``ignore_tags`` of a provider configuration: tags that Terraform neither sets nor sees.

    https://registry.terraform.io/providers/hashicorp/aws/latest/docs/guides/resource-tagging
    """

    keys: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()
    unknown: Unknown | None = None
    """Why not all of them are known."""

    def covers(self, key: str) -> bool:
        """Return whether a tag is ignored."""
        return key in self.keys or key.startswith(self.prefixes)


NO_TAGS = IgnoredTags()


class DeclaredSource(Struct, frozen=True):
    """One root module's code, plan or state, with what the model does not hold of it."""

    kind: Literal["hcl", "plan", "state"]
    path: str
    """As shown to the user."""
    directory: str
    """Where it lies, absolute: code and state in one directory belong together."""
    infrastructure: Infrastructure
    written: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Names of the arguments written in code, by address of the group; an absent address: the source does not tell."""
    all_tags: Mapping[str, Mapping[str, str | Unknown]] = field(default_factory=dict)
    """``tags_all`` by address of the group: with the provider's default tags."""
    ignore_changes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """``lifecycle.ignore_changes`` by address."""
    ignored_tags: Mapping[str, IgnoredTags] = field(default_factory=dict)
    """``ignore_tags`` of the provider by address of the group, where the code has it."""
    associations: tuple[tuple[str | Unknown, str | Unknown], ...] = ()
    """Group (address or id) and VPC of every ``aws_vpc_security_group_vpc_association``."""
    shared_lists: frozenset[str] = frozenset()
    """Prefix lists (address or id) that have entry resources: their entries are not exclusive."""
    statuses: Mapping[str, str] = field(default_factory=dict)
    """``tainted`` or ``deposed`` by address of the rule."""
    prior: DeclaredSource | None = None
    """From a plan: the state before the refresh that the plan began with, for when that state itself is not at hand."""

    @property
    def is_code(self) -> bool:
        """Whether it says what is desired, not what was applied."""
        return self.kind != "state"


class DeclaredRule(Struct):
    """A rule that Terraform claims."""

    rule: Rule
    """With ids in place of addresses where they are known."""
    ignore_changes: tuple[str, ...] = ()
    optional: str = ""
    """Why it may be missing without being drift: code and state differ about it."""
    atoms: int = 1
    """How many rules its resource makes."""
    not_yet: bool = False
    """The code has it and the state does not."""
    may_be_swallowed: bool = False
    """The state holds it and the code does not."""
    code_description: str | Unknown | None = None
    """The description in the code, where it differs from the applied one."""


class DeclaredGroup(Struct):
    """A security group that Terraform claims, or of which it claims rules."""

    group: SecurityGroup | None
    """None when only rules of it are claimed."""
    id: str | None
    account: str | None
    region: str | None
    source: str
    addresses: tuple[str, ...] = ()
    tags: Mapping[str, str | Unknown] | None = None
    """With default tags; None when not to be compared."""
    tags_whole: bool = True
    """Whether ``tags`` are all; False: default tags may be missing."""
    ignored_tags: IgnoredTags = NO_TAGS
    ownership: dict[Direction, Ownership] = field(default_factory=dict)
    rules: list[DeclaredRule] = field(default_factory=list)
    computed: set[RuleKey] = field(default_factory=set)
    """What the state's computed lists hold, by content."""
    computed_rules: list[Rule] = field(default_factory=list)
    ignore_changes: tuple[str, ...] = ()
    status: str = ""
    vpc_associations: frozenset[str] | None = None
    applied: bool = True
    """False: in the code and in no state."""
    from_code_alone: bool = False
    inferred: bool = False

    @property
    def name(self) -> str | None:
        """Its name where it is known and may be shown."""
        group = self.group
        if group is None or not isinstance(group.name, str) or "name" in group.sensitive:
            return None
        return group.name

    @property
    def address(self) -> str | None:
        """Its address; None when only rules of it are claimed."""
        return self.addresses[0] if self.addresses else None

    @property
    def location(self) -> Location | None:
        """Where it is written."""
        return None if self.group is None else self.group.location


class DeclaredList(Struct):
    """A managed prefix list that Terraform claims."""

    entry: PrefixList
    address: str
    account: str | None
    region: str | None
    exclusive: bool


class Declared(Struct):
    """Everything that is declared, by id where ids are known."""

    groups: list[DeclaredGroup] = field(default_factory=list)
    prefix_lists: list[DeclaredList] = field(default_factory=list)
    pending: list[Pending] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    undecided: list[Undecided] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    """Inputs that were not read, or not wholly: what they declare is missing here."""
    managed_ids: dict[str, str] = field(default_factory=dict)
    """Ids of groups that Terraform holds without a comparison (deposed ones, ones to be destroyed), with the reason."""


def facts(instances: Iterable[ResourceInstance]) -> dict[str, object]:
    """Return what ``DeclaredSource`` holds besides the model, from the instances of one source."""
    written: dict[str, frozenset[str]] = {}
    tags: dict[str, Mapping[str, str | Unknown]] = {}
    ignored: dict[str, tuple[str, ...]] = {}
    ignored_tags: dict[str, IgnoredTags] = {}
    associations: list[tuple[str | Unknown, str | Unknown]] = []
    shared: set[str] = set()
    statuses: dict[str, str] = {}
    for instance in instances:
        if instance.mode != "managed":
            continue
        if instance.ignore_changes:
            ignored[instance.address] = instance.ignore_changes
        if instance.status:
            statuses[instance.address] = instance.status
        attributes = instance.attributes
        if instance.type in GROUP_TYPES:
            if instance.declared is not None:
                written[instance.address] = instance.declared
            found = _tags(attributes.get("tags_all"))
            if found is not None:
                tags[instance.address] = found
            ignored_by_provider = _ignored_tags(instance.provider_ignore_tags)
            if ignored_by_provider != NO_TAGS:
                ignored_tags[instance.address] = ignored_by_provider
        elif instance.type == ASSOCIATION_TYPE:
            associations.append((_name(attributes.get("security_group_id")), _name(attributes.get("vpc_id"))))
        elif instance.type == ENTRY_TYPE:
            owner = _name(attributes.get("prefix_list_id"))
            shared.add(owner if isinstance(owner, str) else owner.address or "")
    return {
        "written": written, "all_tags": tags, "ignore_changes": ignored, "ignored_tags": ignored_tags,
        "associations": tuple(associations),
        "shared_lists": frozenset(shared - {""}), "statuses": statuses,
    }  # fmt: skip


def _tags(value: object) -> dict[str, str | Unknown] | None:
    value = reveal(value)
    if not isinstance(value, dict):
        return None
    return {str(key): item if isinstance(item, Unknown) else str(item) for key, item in value.items()}


def _ignored_tags(blocks: object) -> IgnoredTags:
    """Return what the evaluated blocks ``ignore_tags`` say."""
    found: dict[str, list[str]] = {"keys": [], "key_prefixes": []}
    unknown = blocks if isinstance(blocks, Unknown) else None
    for block in blocks if isinstance(blocks, tuple | list) else ():
        if not isinstance(block, dict):
            unknown = block if isinstance(block, Unknown) else unknown
            continue
        for name, names in found.items():
            value = reveal(block.get(name))
            unknown = value if isinstance(value, Unknown) else unknown
            for item in value if isinstance(value, tuple | list | frozenset | set) else ():
                each = reveal(item)
                if isinstance(each, str):
                    names.append(each)
                elif isinstance(each, Unknown):
                    unknown = each
    return IgnoredTags(frozenset(found["keys"]), tuple(sorted(found["key_prefixes"])), unknown)


def _name(value: object) -> str | Unknown:
    value = reveal(value)
    return value if isinstance(value, str | Unknown) else Unknown("it is missing")
