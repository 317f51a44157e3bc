"""Checks of Checkov that mean the same as policies of ours, and why the two may still disagree.

Read from the sources of Checkov 3.3.30 (https://github.com/bridgecrewio/checkov, ``checkov/terraform/checks``);
tests hold each reason by a run of the real Checkov.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sgwarden.findings import Finding

_STOPS = "it ends at the first block with self = true"
_IP_PROTOCOL = "it reads protocol where aws_vpc_security_group_*_rule has ip_protocol, and passes one without ports"
_ALL = 'it knows all protocols only as the text "-1" with ports 0 to 0 or 0 to 65535, and goes by the ports else'
_IPV6 = "it does not read cidr_ipv6 of aws_vpc_security_group_*_rule"
_ANY = "it looks for the port -1, or for all protocols"
_PORT_0 = "it takes port 0 for no port"
_DESCRIPTION = "it asks whether the argument is written, not whether a text is in it"
_NO_PEER = "it takes a rule without any peer, and ports 0 to 0 of any protocol, for open"
_DENIES = "it does not see lower-numbered entries of aws_network_acl_rule that deny the port"
UNRESOLVED = "it passes values that it cannot resolve"
EVALUATION = "it does not resolve every expression"
NOT_MADE = "count or for_each make none of it, which it does not see"
NOT_TOLD = "of something that its result does not tell"
_REFERENCE = re.compile(r"\b(?:var|local|each|count|data|module)\.|\bdynamic\b|\bfor\b")
_COUNTED = re.compile(r"\b(?:count|for_each)\s*=")
_SELF = re.compile(r'\bself"?\s*[=:]\s*(?!false)')


@dataclass(frozen=True, slots=True)
class Equivalent:
    """One check of Checkov beside one policy of ours."""

    check: str
    policy: str | None
    """None: we have no policy that says this, and ``fails`` says why."""
    port: int | None = None
    """The check looks at this one of the policy's ports."""
    passes: tuple[str, ...] = ()
    """Why it may pass what the policy fails; ``causes`` chooses."""
    fails: str = ""
    """Why it may fail what the policy passes."""


_RULES = (_IP_PROTOCOL, _ALL, _IPV6, _STOPS, EVALUATION)
_ACL = (_PORT_0, EVALUATION)

EQUIVALENTS: tuple[Equivalent, ...] = (
    Equivalent(
        "CKV_AWS_23", "missing-description",
        passes=(_DESCRIPTION, EVALUATION),
        fails=EVALUATION,
    ),
    Equivalent("CKV_AWS_24", "open-admin-port", 22, passes=_RULES, fails=_NO_PEER),
    Equivalent("CKV_AWS_25", "open-admin-port", 3389, passes=_RULES, fails=_NO_PEER),
    Equivalent("CKV_AWS_260", None, fails="port 80 is one of the ports that may face the internet (public_ports)"),
    Equivalent(
        "CKV_AWS_277", "everything-open",
        passes=(_ANY, *_RULES),
        fails=_NO_PEER,
    ),
    Equivalent(
        "CKV_AWS_382", "unrestricted-egress",
        passes=(_ANY, *_RULES),
        fails=_NO_PEER,
    ),
    Equivalent(
        "CKV_AWS_231", "network-acl-admin-port", 3389,
        passes=_ACL,
        fails=_DENIES,
    ),
    Equivalent(
        "CKV_AWS_232", "network-acl-admin-port", 22,
        passes=_ACL,
        fails=_DENIES,
    ),
    Equivalent(
        "CKV2_AWS_5", None,
        fails="a group that nothing here uses may be used elsewhere; sgwarden judges what a group admits",
    ),
    Equivalent(
        "CKV2_AWS_12", "default-group-not-empty",
        passes=("it looks at the arguments of one block of each kind", EVALUATION),
        fails="it fails a VPC whose default group is not managed in this code",
    ),
)  # fmt: skip


def _evidence(test: Callable[[Mapping[str, object]], bool]) -> Callable[[str, Mapping[str, object]], bool]:
    return lambda kind, evidence: test(evidence)


def _is_separate(kind: str) -> bool:
    return kind.startswith("aws_vpc_security_group_")


def _peer(evidence: Mapping[str, object]) -> object:
    peer = evidence.get("peer")
    return peer.get("value") if isinstance(peer, Mapping) else None


_CERTAIN: dict[str, Callable[[str, Mapping[str, object]], bool]] = {
    _IP_PROTOCOL: lambda kind, evidence: _is_separate(kind) and evidence.get("protocol") == "all",
    _ALL: lambda kind, evidence: not _is_separate(kind) and evidence.get("protocol") == "all",
    _IPV6: lambda kind, evidence: _is_separate(kind) and _peer(evidence) == "::/0",
    _ANY: _evidence(lambda evidence: evidence.get("protocol") != "all"),
    _PORT_0: _evidence(lambda evidence: evidence.get("from_port") == 0),
    _DESCRIPTION: _evidence(lambda evidence: True),
}
"""When a cause holds, by the type of the resource and the evidence of a finding."""


def causes(equivalent: Equivalent, finding: Finding, code: str) -> tuple[str, ...]:
    """Return the reasons why the check may pass what ``finding`` fails.

    ``code`` is the text of the resource; empty when it is not known. What the facts tell for certain comes before
    what may be.
    """
    kind = finding.address.rpartition(".")[0].rpartition(".")[2]
    certain = [each for each in equivalent.passes if each in _CERTAIN and _CERTAIN[each](kind, finding.evidence)]
    if _ALL in certain and _written_as_checkov_does(code):
        certain.remove(_ALL)
    possible = [each for each in equivalent.passes if each not in _CERTAIN]
    if (code and not _SELF.search(code)) or kind.endswith("_rule"):
        possible = [each for each in possible if each != _STOPS]
    if code and not _REFERENCE.search(code):
        possible = [each for each in possible if each != EVALUATION]
    return tuple(certain or possible or [NOT_TOLD])


def _written_as_checkov_does(code: str) -> bool:
    """Return True if all protocols are written as it knows them, so that this is not why it passes them."""
    numbers = {name: re.findall(rf'\b{name}"?\s*[=:]\s*"?(\d+)', code) for name in ("from_port", "to_port")}
    text = re.search(r'\bprotocol"?\s*[=:]\s*"-1"', code) is not None
    return text and "0" in numbers["from_port"] and bool({"0", "65535"} & set(numbers["to_port"]))


def may_be_none(address: str, code: str) -> bool:
    """Return True if a resource may have no instance: by its own arguments, or by those of a module call."""
    return address.startswith("module.") or _COUNTED.search(code) is not None


def failing(equivalent: Equivalent, code: str) -> str:
    """Return the reason why the check may fail what the policy passes."""
    if equivalent.fails != EVALUATION and _REFERENCE.search(code):
        return f"{equivalent.fails}, or {EVALUATION}"
    return equivalent.fails


BY_CHECK: dict[str, Equivalent] = {equivalent.check: equivalent for equivalent in EQUIVALENTS}
