"""Policies written in TOML: a rule that meets all criteria of a policy breaks it. Nothing is executed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from msgspec import UNSET, Meta, UnsetType

from sgwarden.config.configuration import OneOrMore, each
from sgwarden.config.field_types import Network, NonBlank, Severity, pattern
from sgwarden.config.toml_document import parse, to_struct
from sgwarden.config.toml_lines import lines
from sgwarden.config.validate import Refused, T, Table, line_of
from sgwarden.custom_policies.criteria import ANY, INTERNET, KINDS, WHOLE_INTERNET, Criteria, Matcher, is_cidr
from sgwarden.findings import Outcome
from sgwarden.findings import Severity as FindingSeverity
from sgwarden.model.addresses import PortSet
from sgwarden_policies.policy import Policy

if TYPE_CHECKING:
    from sgwarden.model.infrastructure import Infrastructure
    from sgwarden.settings import Settings

_PROTOCOLS = {"-1": "all", "1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}
"""https://www.iana.org/assignments/protocol-numbers; -1 is how EC2 writes all of them."""
_RANGE = re.compile(r"([0-9]{1,5})-([0-9]{1,5})")


class PortRange:
    """Ports from ``first`` to ``last`` inclusive: one number, or a text such as "8000-8080"."""

    def __init__(self, first: int, last: int) -> None:
        self.first = first
        self.last = last

    @classmethod
    def parse(cls, value: object) -> PortRange:
        """Return the ports that a value of a document spells. Raises Refused."""
        found = _RANGE.fullmatch(value) if isinstance(value, str) else None
        first, last = (int(found[1]), int(found[2])) if found else (value, value)
        if type(first) is int and type(last) is int and 0 <= first <= last <= 65535:
            return cls(first, last)
        raise Refused('must be a port from 0 to 65535 or a range such as "8000-8080"')

    @classmethod
    def json_schema(cls) -> dict[str, object]:
        """Return the JSON Schema, which cannot tell the order of the two ports."""
        number = {"type": "integer", "minimum": 0, "maximum": 65535}
        return {"anyOf": [number, {"type": "string", "pattern": f"^{_RANGE.pattern}$"}]}


class Peer(str):
    """A network, a word for many, or the id or address of a group or prefix list."""

    __slots__ = ()
    words: ClassVar[tuple[str, ...]] = (ANY, INTERNET, WHOLE_INTERNET, *KINDS)

    @classmethod
    def parse(cls, value: object) -> Peer:
        """Return the peer that a value of a document spells. Raises Refused."""
        if not isinstance(value, str) or not value.strip():
            raise Refused(f"must be a network, one of {', '.join(cls.words)}, an id or an address")
        if value in ("0.0.0.0/0", "::/0"):
            raise Refused(
                f'is "{value}", which holds every address',
                f'"{WHOLE_INTERNET}" is a rule for 0.0.0.0/0 or ::/0, "{INTERNET}" any public address, '
                f'"{ANY}" everything',
            )
        if is_cidr(value):
            Network.parse(value)
        elif value not in cls.words and not re.search(r"[.*?]|^(sg|pl)-", value):
            raise Refused(f'is "{value}"', f"one of {', '.join(cls.words)}, a network, an id or an address")
        return cls(value)

    @classmethod
    def json_schema(cls) -> dict[str, object]:
        """Return the JSON Schema, which cannot tell host bits of a network."""
        shapes = (Network.json_schema()["pattern"], "^(?:sg|pl)-", "^[^/]*[.*?][^/]*$")
        return {
            "anyOf": [{"enum": list(cls.words)}, *({"type": "string", "pattern": shape} for shape in shapes)],
            "not": {"enum": ["0.0.0.0/0", "::/0"]},
        }


class ExceptedPeer(Peer):
    """A peer that a policy leaves alone: no word for all of the internet."""

    __slots__ = ()
    words: ClassVar[tuple[str, ...]] = KINDS


Some = Annotated[tuple[T, ...], Meta(min_length=1)]
DocumentUrl = Annotated[str, Meta(title="an address of a document", pattern=pattern("https?://.+"))]
Protocol = Annotated[
    str,
    Meta(title="tcp, udp, icmp, icmpv6, all or a number", pattern=pattern("tcp|udp|icmp|icmpv6|all|-1|[0-9]{1,3}")),
]


class PolicyEntry(Table, frozen=True):
    """A policy: a rule that meets all of its criteria breaks it."""

    id: Annotated[
        str,
        Meta(title="an id in kebab-case", pattern=pattern("[a-z0-9]+(?:-[a-z0-9]+)*"), description="Id of the policy."),
    ]
    title: Annotated[NonBlank, Meta(description="What it finds, in one line.")]
    severity: Annotated[Severity, Meta(description="How bad a finding is.")]
    message: Annotated[NonBlank, Meta(description="The rule that is broken, in words.")]
    why: Annotated[NonBlank | UnsetType, Meta(description="What can happen.")] = UNSET
    fix: Annotated[NonBlank, Meta(description="What to change.")] = "Change the rule, or remove it."
    sources: Annotated[tuple[DocumentUrl, ...], Meta(description="Documents it rests on.")] = ()
    controls: Annotated[tuple[NonBlank, ...], Meta(description="Controls of standards that it checks.")] = ()
    direction: Annotated[
        Literal["ingress", "egress"] | UnsetType, Meta(description="Direction of the rule; both when absent.")
    ] = UNSET
    protocols: Annotated[
        Some[Protocol] | UnsetType, Meta(description="A rule for all protocols is for each of them.")
    ] = UNSET
    ports: Annotated[Some[PortRange] | UnsetType, Meta(description="The rule opens at least one of them.")] = UNSET
    peers: Annotated[Some[Peer] | UnsetType, Meta(description="The rule is for any part of them.")] = UNSET
    except_peers: Annotated[
        Some[ExceptedPeer] | UnsetType, Meta(description="A rule that is only for these is left alone.")
    ] = UNSET
    groups: Annotated[
        Some[NonBlank] | UnsetType,
        Meta(description="Addresses, ids or names of security groups; * is any text."),
    ] = UNSET
    except_groups: Annotated[Some[NonBlank] | UnsetType, Meta(description="Security groups that are left alone.")] = (
        UNSET
    )
    tags: Annotated[
        dict[NonBlank, OneOrMore[NonBlank]] | UnsetType,
        Meta(description="Tags that the security group has; * is any text."),
    ] = UNSET

    any_of: ClassVar[tuple[str, ...]] = ("direction", "protocols", "ports", "peers", "groups", "tags")

    def criteria(self) -> Criteria:
        """Return what a rule must meet to break the policy."""
        return Criteria(
            direction=self.direction or None,
            protocols=tuple(_PROTOCOLS.get(name, name) for name in self.protocols or ()),
            ports=PortSet.of(*((ports.first, ports.last) for ports in self.ports)) if self.ports else None,
            peers=tuple(map(str, self.peers or ())),
            except_peers=tuple(map(str, self.except_peers or ())),
            groups=self.groups or (),
            except_groups=self.except_groups or (),
            tags=tuple((key, each(value)) for key, value in (self.tags or {}).items()),
        )


class PolicyFile(Table, frozen=True):
    """A file of policies."""

    policy: Annotated[Some[PolicyEntry], Meta(description="The policies.")]


class DeclaredPolicy(Policy):
    """One policy of a TOML file."""

    message: ClassVar[str]
    criteria: ClassVar[Criteria]

    def check(self, infrastructure: Infrastructure, settings: Settings) -> Iterator[Outcome]:
        """Yield one outcome for each rule of its direction."""
        matcher = Matcher(self.criteria, infrastructure, settings)
        for rule in infrastructure.rules:
            if self.criteria.direction in (None, rule.direction):
                yield self.about_rule(rule, matcher.meets(rule), f"break the rule: {self.message}")


def policies_of(data: bytes, shown: str) -> Iterator[tuple[Policy, int]]:
    """Yield every policy of a file's content, with its line. Raises UsageError for the first mistake."""
    text, values = parse(data, shown)
    places = lines(text)
    for number, entry in enumerate(to_struct(values, PolicyFile, places, shown).policy):
        yield _policy(entry), line_of(places, ("policy", number, "id"))


def _policy(entry: PolicyEntry) -> Policy:
    message = entry.message.strip().rstrip(".")
    attributes = {
        "__doc__": entry.title,
        "id": entry.id,
        "title": entry.title.strip().rstrip("."),
        "severity": FindingSeverity[entry.severity.upper()],
        "why": entry.why or f"{message}.",
        "fix": entry.fix,
        "sources": entry.sources,
        "controls": entry.controls,
        "bad": "",
        "good": "",
        "message": message,
        "criteria": entry.criteria(),
    }
    made: Policy = type("DeclaredPolicy", (DeclaredPolicy,), attributes)()
    return made
