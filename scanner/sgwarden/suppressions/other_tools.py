"""Ignore comments of other tools, and which of their checks mean the same as which policies.

Sources: checkov/common/comment/enum.py and checkov/terraform/checks/resource/aws of
https://github.com/bridgecrewio/checkov; pkg/iac/ignore of https://github.com/aquasecurity/trivy, which reads tfsec's
comments too; https://avd.aquasec.com/misconfig/aws/ for the checks of Trivy and tfsec.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

from msgspec import Struct

from sgwarden.suppressions.comments import parse_date, without_markers

Tool = Literal["checkov", "tfsec", "trivy"]


class Check(Struct, frozen=True):
    """The policies, ports and kind of finding that a check of another tool is about."""

    policies: tuple[str, ...]
    ports: frozenset[int] | None = None
    """Only findings about these ports and no others."""
    rules_only: bool | None = None
    """Only findings about rules, or only those about groups."""


class ForeignComment(Struct, frozen=True):
    """One suppression that a comment for another tool spells."""

    tool: Tool
    text: str
    check: Check
    reason: str | None = None
    until: date | None = None
    workspace: str | None = None
    invalid: str = ""


_PORT_POLICIES = ("open-admin-port", "open-high-risk-port", "open-unlisted-port")
_PUBLIC_INGRESS = Check((*_PORT_POLICIES, "everything-open", "internet-by-sum", "open-prefix-list"))
_PUBLIC_EGRESS = Check(("unrestricted-egress",))
_GROUP_DESCRIPTION = Check(("missing-description",), rules_only=False)
_RULE_DESCRIPTION = Check(("missing-description",), rules_only=True)
_DEFAULT_GROUP = Check(("default-group-not-empty",))
_PUBLIC_ACL = Check(("network-acl-admin-port",))


def _port(policies: tuple[str, ...], port: int) -> Check:
    return Check(policies, frozenset({port}))


CHECKOV: dict[str, Check] = {
    "CKV_AWS_23": Check(("missing-description",)),
    "CKV_AWS_24": _port(_PORT_POLICIES, 22),
    "CKV_AWS_25": _port(_PORT_POLICIES, 3389),
    "CKV_AWS_231": _port(("network-acl-admin-port",), 3389),
    "CKV_AWS_232": _port(("network-acl-admin-port",), 22),
    "CKV_AWS_260": _port(_PORT_POLICIES, 80),
    "CKV_AWS_277": Check(("everything-open",)),
    "CKV_AWS_382": _PUBLIC_EGRESS,
    "CKV2_AWS_12": _DEFAULT_GROUP,
}

_NUMBERED: dict[str, Check] = {
    "0099": _GROUP_DESCRIPTION,
    "0104": _PUBLIC_EGRESS,
    "0105": _PUBLIC_ACL,
    "0107": _PUBLIC_INGRESS,
    "0124": _RULE_DESCRIPTION,
    "0147": Check(("unnoticed-denied-calls",)),
    "0148": Check(("unnoticed-sign-in-without-mfa",)),
    "0149": Check(("unnoticed-root-use",)),
    "0150": Check(("unnoticed-iam-policy-changes",)),
    "0151": Check(("unnoticed-cloudtrail-changes",)),
    "0152": Check(("unnoticed-sign-in-failures",)),
    "0153": Check(("unnoticed-key-deletion",)),
    "0154": Check(("unnoticed-bucket-policy-changes",)),
    "0155": Check(("unnoticed-config-changes",)),
    "0156": Check(("unnoticed-security-group-changes",)),
    "0157": Check(("unnoticed-network-acl-changes",)),
    "0158": Check(("unnoticed-gateway-changes",)),
    "0159": Check(("unnoticed-route-table-changes",)),
    "0160": Check(("unnoticed-vpc-changes",)),
    "0173": _DEFAULT_GROUP,
    "0174": Check(("unnoticed-organization-changes",)),
}
_NAMED: dict[str, Check] = {
    "add-description-to-security-group": _GROUP_DESCRIPTION,
    "add-description-to-security-group-rule": _RULE_DESCRIPTION,
    "no-public-egress-sgr": _PUBLIC_EGRESS,
    "no-public-ingress-acl": _PUBLIC_ACL,
    "no-public-ingress-sgr": _PUBLIC_INGRESS,
}
_LEGACY: dict[str, Check] = {
    "AWS006": _PUBLIC_INGRESS,
    "AWS007": _PUBLIC_EGRESS,
    "AWS008": _PUBLIC_INGRESS,
    "AWS009": _PUBLIC_EGRESS,
    "AWS018": Check(("missing-description",)),
    "AWS049": _PUBLIC_ACL,
}
"""Of tfsec before 0.60, whose comments are still in much code."""
_NUMBER = re.compile(r"(?:AVD-)?AWS-(\d{4})", re.IGNORECASE)
_NAME = re.compile(r"aws-(?:ec2|vpc)-([a-z-]+)")
_CHECKOV = re.compile(r"(?<!\w)(?:checkov|bridgecrew|cortex):skip= *([A-Za-z_\d-]+(?:,[A-Za-z_\d-]+)*)(?::(.*))?")
_AQUA = re.compile(r"(?<![\w:-])(tfsec|trivy):(\S*)")
_OURS = "SGWARDEN_"
"""How ids of our policies begin as checks of Checkov, see ``sgwarden.checkov.names``."""


def checks(tool: Tool, name: str) -> Check | None:
    """Return what a check is about; None when no policy means the same."""
    if tool == "checkov":
        if name.startswith(_OURS):
            return Check((name.removeprefix(_OURS).lower().replace("_", "-"),))
        return CHECKOV.get(name)
    if name == "*":
        every = [check.policies for check in (*_NUMBERED.values(), *_NAMED.values())]
        return Check(tuple(sorted({policy for policies in every for policy in policies})))
    if tool == "tfsec" and name in _LEGACY:
        return _LEGACY[name]
    number, named = _NUMBER.fullmatch(name), _NAME.fullmatch(name)
    return _NUMBERED.get(number[1]) if number else _NAMED.get(named[1]) if named else None


def read_foreign_comment(comment: str) -> Iterator[ForeignComment]:
    """Yield the suppressions for other tools in one comment, of checks that a policy means too."""
    text = without_markers(comment)
    found = _CHECKOV.search(text)
    if found is not None:
        reason = (found[2] or "").strip() or None
        for name in found[1].split(","):
            check = checks("checkov", name)
            if check is not None:
                yield ForeignComment("checkov", f"checkov:skip={name}", check, reason)
    matches = list(_AQUA.finditer(text))
    for number, match in enumerate(matches):
        after = text[match.end() : matches[number + 1].start() if number + 1 < len(matches) else len(text)].strip()
        words = _aqua("tfsec" if match[1] == "tfsec" else "trivy", match[2], after or None)
        if words is not None:
            yield words


def _aqua(tool: Tool, rule: str, reason: str | None) -> ForeignComment | None:
    """Read ``ignore:ID[:exp:DATE][:ws:NAME]``, whose date is the first day that no longer counts."""
    parts = rule.split(":")
    sections = dict(zip(parts[::2], parts[1::2], strict=False))
    name, bracket, _ = sections.get("ignore", "").partition("[")
    check = checks(tool, name)
    if check is None:
        return None
    text = f"{tool}:ignore:{name}"
    workspace = sections.get("ws")
    if bracket:
        why = "ignores by the value of an attribute are not read; write sgwarden:ignore"
        return ForeignComment(tool, text, check, reason, None, workspace, why)
    until = None
    if "exp" in sections:
        ends = parse_date(sections["exp"])
        if ends is None:
            return ForeignComment(tool, text, check, reason, None, workspace, f"exp:{sections['exp']} is no date")
        until = ends - timedelta(days=1)
    return ForeignComment(tool, text, check, reason, until, workspace)


def markdown() -> str:
    """Return a Markdown table of every check of other tools and the policies that mean the same."""
    rows: dict[str, Check] = {f"Checkov `{name}`": check for name, check in CHECKOV.items()}
    rows |= {f"Trivy, tfsec `AVD-AWS-{number}`, `AWS-{number}`": check for number, check in _NUMBERED.items()}
    rows |= {f"Trivy, tfsec `aws-ec2-{name}`, `aws-vpc-{name}`": check for name, check in _NAMED.items()}
    rows |= {f"tfsec `{name}`": check for name, check in _LEGACY.items()}
    lines = ["| their check | policies |", "| --- | --- |"]
    lines += [f"| {name} | {_policies(check)} |" for name, check in rows.items()]
    return "\n".join(lines) + "\n"


def _policies(check: Check) -> str:
    about = ""
    if check.ports is not None:
        about = f", about port {', '.join(map(str, sorted(check.ports)))} alone"
    elif check.rules_only is not None:
        about = ", of rules" if check.rules_only else ", of groups"
    return ", ".join(f"`{policy}`" for policy in check.policies) + about
