"""Checks of Checkov that mean the same as policies of ours, and why the two may still disagree.

Read from the sources of Checkov 3.3.30 (https://github.com/bridgecrewio/checkov, ``checkov/terraform/checks``);
tests hold each reason by a run of the real Checkov.
"""

from __future__ import annotations

from dataclasses import dataclass

from scanner.findings import Finding

_STOPS = "it ends at the first block with self = true"
_IP_PROTOCOL = "it reads protocol where aws_vpc_security_group_*_rule has ip_protocol, and passes one without ports"
_NO_PEER = "it takes a rule without any peer, and ports 0 to 0 of any protocol, for open"
UNRESOLVED = "it passes values that it cannot resolve"
EVALUATION = "it does not resolve every expression"


@dataclass(frozen=True, slots=True)
class Equivalent:
    """One check of Checkov beside one policy of ours."""

    check: str
    policy: str | None
    """None: we have no policy that says this, and ``fails`` says why."""
    port: int | None = None
    """The check looks at this one of the policy's ports."""
    passes: tuple[str, ...] = ()
    """Why it may pass what the policy fails; ``causes`` leaves out what cannot be the cause of a finding."""
    fails: str = ""
    """Why it may fail what the policy passes."""


_RULES = (_STOPS, _IP_PROTOCOL, EVALUATION)
_ACL = ("it takes port 0 for no port", EVALUATION)
_ANY = "it looks for the port -1, or for ports 0 to 0"

EQUIVALENTS: tuple[Equivalent, ...] = (
    Equivalent(
        "CKV_AWS_23", "missing-description",
        passes=("it asks whether the argument is written, not whether a text is in it", EVALUATION),
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
        fails="it does not see lower-numbered entries of aws_network_acl_rule that deny the port",
    ),
    Equivalent(
        "CKV_AWS_232", "network-acl-admin-port", 22,
        passes=_ACL,
        fails="it does not see lower-numbered entries of aws_network_acl_rule that deny the port",
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


def causes(equivalent: Equivalent, finding: Finding) -> tuple[str, ...]:
    """The reasons why the check may pass what ``finding`` fails, without those that its facts rule out."""
    evidence = finding.evidence
    kind = finding.address.rpartition(".")[0].rpartition(".")[2]
    ruled_out = {
        _STOPS: kind not in ("aws_security_group", "aws_default_security_group", "aws_security_group_rule"),
        _IP_PROTOCOL: not (kind.startswith("aws_vpc_security_group_") and evidence.get("protocol") == "all"),
        _ANY: evidence.get("protocol") == "all",
        EVALUATION: "`" not in finding.message,
    }
    left = tuple(cause for cause in equivalent.passes if not ruled_out.get(cause, False))
    return left or equivalent.passes


BY_CHECK: dict[str, Equivalent] = {equivalent.check: equivalent for equivalent in EQUIVALENTS}
