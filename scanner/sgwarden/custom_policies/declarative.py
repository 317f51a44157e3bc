"""Policies written in TOML: a rule that meets all criteria of a policy breaks it. Nothing is executed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from msgspec import Struct

from sgwarden.config.files import broken
from sgwarden.config.kinds import Choice, Key, ListOf, MapOf, Network, OneOrMore, Path, Problem, Table, Text, dotted
from sgwarden.config.toml_lines import lines
from sgwarden.custom_policies.criteria import (
    ANY,
    INTERNET,
    KINDS,
    WHOLE_INTERNET,
    Criteria,
    Matcher,
    is_cidr,
)  # fmt: skip
from sgwarden.errors import UsageError
from sgwarden.findings import Outcome, Severity
from sgwarden.model.addresses import PortSet
from sgwarden_policies.policy import Policy

if TYPE_CHECKING:
    from sgwarden.model.infrastructure import Infrastructure
    from sgwarden.settings import Settings

_PROTOCOLS = {"-1": "all", "1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}
"""https://www.iana.org/assignments/protocol-numbers; -1 is how EC2 writes all of them."""
_RANGE = re.compile(r"([0-9]{1,5})-([0-9]{1,5})")


class Ports(Struct, frozen=True):
    """A port, or a range of ports as a text."""

    def problems(self, value: Any, path: Path) -> Iterator[Problem]:
        """See ``sgwarden.config.kinds.Kind``."""
        found = _RANGE.fullmatch(value) if isinstance(value, str) else None
        bounds = (int(found[1]), int(found[2])) if found else (value, value)
        numbers = all(isinstance(bound, int) and not isinstance(bound, bool) for bound in bounds)
        if not numbers or not 0 <= bounds[0] <= bounds[1] <= 65535:
            yield Problem(path, f'{dotted(path)} must be a port from 0 to 65535 or a range such as "8000-8080"')

    def schema(self) -> dict[str, Any]:
        """See ``sgwarden.config.kinds.Kind``."""
        number = {"type": "integer", "minimum": 0, "maximum": 65535}
        return {"anyOf": [number, {"type": "string", "pattern": f"^{_RANGE.pattern}$"}]}


class PeerName(Struct, frozen=True):
    """A network, a word for many, or the id or address of a group or prefix list."""

    words: tuple[str, ...]

    def problems(self, value: Any, path: Path) -> Iterator[Problem]:
        """See ``sgwarden.config.kinds.Kind``."""
        if not isinstance(value, str) or not value.strip():
            yield Problem(
                path, f"{dotted(path)} must be a network, one of {', '.join(self.words)}, an id or an address"
            )
        elif value in ("0.0.0.0/0", "::/0"):
            step = f'"{WHOLE_INTERNET}" is a rule for 0.0.0.0/0 or ::/0, "{INTERNET}" any public address, "{ANY}" everything'
            yield Problem(path, f'{dotted(path)} is "{value}", which holds every address', step)
        elif is_cidr(value):
            yield from Network().problems(value, path)
        elif value not in self.words and not re.search(r"[.*?]|^(sg|pl)-", value):
            yield Problem(
                path, f'{dotted(path)} is "{value}"', f"one of {', '.join(self.words)}, a network, an id or an address"
            )

    def schema(self) -> dict[str, Any]:
        """See ``sgwarden.config.kinds.Kind``; host bits of a network are not told."""
        shapes = [Network().schema()["pattern"], "^(?:sg|pl)-", "^[^/]*[.*?][^/]*$"]
        return {
            "anyOf": [{"enum": list(self.words)}, *({"type": "string", "pattern": shape} for shape in shapes)],
            "not": {"enum": ["0.0.0.0/0", "::/0"]},
        }


_TEXT = Text("a text that is not empty", r"(?s:.*\S.*)")
_GLOBS = ListOf(_TEXT, empty=False)
POLICY = Table(
    {
        "id": Key(Text("an id in kebab-case", "[a-z0-9]+(?:-[a-z0-9]+)*"), "Id of the policy."),
        "title": Key(_TEXT, "What it finds, in one line."),
        "severity": Key(Choice(("low", "medium", "high", "critical")), "How bad a finding is."),
        "message": Key(_TEXT, "The rule that is broken, in words."),
        "why": Key(_TEXT, "What can happen."),
        "fix": Key(_TEXT, "What to change."),
        "sources": Key(ListOf(Text("an address of a document", "https?://.+")), "Documents it rests on."),
        "controls": Key(ListOf(_TEXT), "Controls of standards that it checks."),
        "direction": Key(Choice(("ingress", "egress")), "Direction of the rule; both when absent."),
        "protocols": Key(
            ListOf(
                Text("tcp, udp, icmp, icmpv6, all or a number", "tcp|udp|icmp|icmpv6|all|-1|[0-9]{1,3}"), empty=False
            ),
            "A rule for all protocols is for each of them.",
        ),
        "ports": Key(ListOf(Ports(), empty=False), "The rule opens at least one of them."),
        "peers": Key(
            ListOf(PeerName((ANY, INTERNET, WHOLE_INTERNET, *KINDS)), empty=False), "The rule is for any part of them."
        ),
        "except_peers": Key(ListOf(PeerName(KINDS), empty=False), "A rule that is only for these is left alone."),
        "groups": Key(_GLOBS, "Addresses, ids or names of security groups; * is any text."),
        "except_groups": Key(_GLOBS, "Security groups that are left alone."),
        "tags": Key(MapOf(_TEXT, OneOrMore(_TEXT)), "Tags that the security group has; * is any text."),
    },
    required=("id", "title", "severity", "message"),
    any_of=("direction", "protocols", "ports", "peers", "groups", "tags"),
)
WHOLE = Table({"policy": Key(ListOf(POLICY, empty=False), "The policies.")}, required=("policy",))


def schema() -> dict[str, Any]:
    """The published JSON Schema of a file of policies."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "sgwarden policies",
        "description": "A file of a directory that --policies or policies.directories names.",
        **WHOLE.schema(),
    }


class DeclaredPolicy(Policy):
    """One policy of a TOML file."""

    message: ClassVar[str]
    criteria: ClassVar[Criteria]

    def check(self, infrastructure: Infrastructure, settings: Settings) -> Iterator[Outcome]:
        """One outcome for each rule of its direction."""
        matcher = Matcher(self.criteria, infrastructure, settings)
        for rule in infrastructure.rules:
            if self.criteria.direction in (None, rule.direction):
                yield self.about_rule(rule, matcher.meets(rule), f"break the rule: {self.message}")


def policies_of(data: bytes, shown: str) -> Iterator[tuple[Policy, int]]:
    """Every policy of a file's content, with its line. Raises UsageError for the first thing that is wrong."""
    try:
        text = data.decode("utf-8")
        document = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise UsageError("this is no UTF-8", shown, "save the file as UTF-8") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        what, line = broken(error)
        raise UsageError(what, f"{shown}:{line}" if line else shown) from error
    places = lines(text)
    problems = [(_line(places, problem.path), problem) for problem in WHOLE.problems(document, ())]
    for at, problem in sorted(problems, key=lambda found: found[0]):
        raise UsageError(problem.what.strip(), f"{shown}:{at}", problem.next_step)
    for number, entry in enumerate(document["policy"]):
        yield _policy(entry), _line(places, ("policy", number, "id"))


def _line(places: dict[Path, int], path: Path) -> int:
    while path and path not in places:
        path = path[:-1]
    return places.get(path, 1)


def _policy(entry: dict[str, Any]) -> Policy:
    message = entry["message"].strip().rstrip(".")
    attributes = {
        "__doc__": entry["title"],
        "id": entry["id"],
        "title": entry["title"].strip().rstrip("."),
        "severity": Severity[entry["severity"].upper()],
        "why": entry.get("why", f"{message}."),
        "fix": entry.get("fix", "Change the rule, or remove it."),
        "sources": tuple(entry.get("sources", ())),
        "controls": tuple(entry.get("controls", ())),
        "bad": "",
        "good": "",
        "message": message,
        "criteria": _criteria(entry),
    }
    made: Policy = type("DeclaredPolicy", (DeclaredPolicy,), attributes)()
    return made


def _criteria(entry: dict[str, Any]) -> Criteria:
    ports = [_RANGE.fullmatch(one) if isinstance(one, str) else one for one in entry.get("ports", ())]
    tags = entry.get("tags", {})
    return Criteria(
        direction=entry.get("direction"),
        protocols=tuple(_PROTOCOLS.get(name, name) for name in entry.get("protocols", ())),
        ports=PortSet.of(
            *((one, one) if isinstance(one, int) else (int(one[1]), int(one[2])) for one in ports if one is not None)
        )
        if ports
        else None,
        peers=tuple(entry.get("peers", ())),
        except_peers=tuple(entry.get("except_peers", ())),
        groups=tuple(entry.get("groups", ())),
        except_groups=tuple(entry.get("except_groups", ())),
        tags=tuple((key, tuple(value) if isinstance(value, list) else (value,)) for key, value in tags.items()),
    )
