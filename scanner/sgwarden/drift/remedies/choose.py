"""Choose the remedies of a difference, as text for people to review: sgwarden never runs them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable

from msgspec.structs import replace

from sgwarden.drift.differences import Comparison, Difference, Remedy
from sgwarden.drift.remedies.aws_cli import as_json, command, permission, revoke, rule_request, shorthand
from sgwarden.drift.remedies.generate_config import (
    import_commands,
    inline_block,
    security_group_resource,
    vpc_rule_resource,
)

_REVERT = "revert the change in AWS"


def with_remedies(comparison: Comparison, directory_of: Callable[[Difference], str | None] | None = None) -> Comparison:
    """Return the comparison with remedies; ``directory_of`` says where to run Terraform."""

    def of(each: Difference) -> tuple[Remedy, ...]:
        found = remedies_for(each)
        directory = directory_of(each) if directory_of is not None and found else None
        return tuple(found if directory in (None, ".") else [_in(directory, remedy) for remedy in found])

    return replace(comparison, differences=tuple(replace(each, remedies=of(each)) for each in comparison.differences))


def _in(directory: str | None, remedy: Remedy) -> Remedy:
    """Return the remedy with Terraform run in the directory of its root module."""
    if remedy.language != "shell":
        return remedy
    chosen = shlex.quote(f"-chdir={directory}")
    return replace(remedy, text=_TERRAFORM.sub(lambda _: f"terraform {chosen} ", remedy.text))


_TERRAFORM = re.compile(r"(?:^|(?<=&& ))terraform (?=apply |state |import )", re.MULTILINE)


def remedies_for(each: Difference) -> list[Remedy]:
    """Return the remedies of one difference, what brings AWS back to the code first."""
    make = {
        "rule_added": _added,
        "rule_removed": _removed,
        "rule_changed": _changed,
        "rule_recreated": _recreated,
        "group_missing": _missing,
        "group_unmanaged": _unmanaged,
        "attribute_changed": _attribute,
        "prefix_list_changed": _applied,
    }[each.kind]
    return make(each)


def _applied(each: Difference) -> list[Remedy]:
    """Return the command that lets Terraform restore what it declares."""
    if not each.exclusive or not each.addresses:
        return []
    targets = [f"-target={address}" for address in each.addresses]
    return [Remedy("let Terraform restore it", "shell", shlex.join(("terraform", "apply", *targets)))]


def _added(each: Difference) -> list[Remedy]:
    rule = each.rule_live
    assert rule is not None
    found = _applied(each)
    found.append(Remedy("remove the rule in AWS", "shell", revoke(each, rule)))
    if each.ownership is not None and each.ownership.kind in ("inline", "empty"):
        found.append(Remedy(f"or keep it: add this block to {each.address}", "hcl", inline_block(rule)))
    else:
        found.append(Remedy("or keep it: declare the rule and import it", "hcl", vpc_rule_resource(each, rule)))
    return found


def _removed(each: Difference) -> list[Remedy]:
    rule = each.rule_declared
    assert rule is not None
    found = _applied(each)
    if not rule.sensitive:
        found.append(
            Remedy(
                "or put the rule back in AWS", "shell",
                command(each, f"authorize-security-group-{rule.direction}", "--group-id", each.group_id,
                    "--ip-permissions", as_json([permission(rule, each.group_id)])),
            )
        )  # fmt: skip
    found.append(
        Remedy("or accept it: take the rule out of the code", "hcl", f"# remove from the code: {rule.address}")
    )
    return found


def _changed(each: Difference) -> list[Remedy]:
    own, live = each.rule_declared, each.rule_live
    assert own is not None
    assert live is not None
    found = _applied(each)
    if own.sensitive:
        return found
    if each.attribute == "description":
        text = own.description if isinstance(own.description, str) else ""
        operation = f"update-security-group-rule-descriptions-{own.direction}"
        if live.id is not None:
            given = (
                "--security-group-rule-descriptions",
                as_json([{"SecurityGroupRuleId": live.id, "Description": text}]),
            )
        else:
            given = ("--ip-permissions", as_json([permission(own, each.group_id)]))
        found.append(Remedy(_REVERT, "shell", command(each, operation, "--group-id", each.group_id, *given)))
    elif live.id is not None:
        content = as_json([{"SecurityGroupRuleId": live.id, "SecurityGroupRule": rule_request(own, each.group_id)}])
        found.append(
            Remedy(
                _REVERT, "shell",
                command(each, "modify-security-group-rules", "--group-id", each.group_id, "--security-group-rules", content),
            )
        )  # fmt: skip
    return found


def _recreated(each: Difference) -> list[Remedy]:
    own, live = each.rule_declared, each.rule_live
    if own is None or live is None or live.id is None or own.style != "vpc_rule":
        return []
    return [
        Remedy(
            "tell Terraform the new id, or its next apply fails on a duplicate",
            "shell",
            import_commands(own.address, live.id),
        )
    ]


def _missing(each: Difference) -> list[Remedy]:
    found = _applied(each)
    if each.address is not None:
        forget = shlex.join(("terraform", "state", "rm", each.address))
        found.append(Remedy("or accept it: take it out of the code, and out of the state with", "shell", forget))
    return found


def _unmanaged(each: Difference) -> list[Remedy]:
    if each.group_live is None or each.service is not None:
        return []
    uses = command(each, "describe-network-interfaces", "--filters", f"Name=group-id,Values={each.group_id}")
    return [
        Remedy("see what uses it", "shell", uses),
        Remedy("adopt it", "hcl", security_group_resource(each.group_live)),
        Remedy(
            "or delete it, when nothing uses it",
            "shell",
            command(each, "delete-security-group", "--group-id", each.group_id),
        ),
    ]


def _attribute(each: Difference) -> list[Remedy]:
    found = _applied(each)
    if each.attribute != "tags" or "sensitive" in (each.declared or {}).get("tags", {}):
        return found
    own, other = (each.declared or {})["tags"], (each.live or {})["tags"]
    back = [
        f"Key={shorthand(key)},Value={shorthand(str(value))}" for key, value in own.items() if other.get(key) != value
    ]
    extra = [f"Key={shorthand(key)}" for key in other if key not in own]
    if back:
        found.append(
            Remedy(
                "or put the tags back in AWS",
                "shell",
                command(each, "create-tags", "--resources", each.group_id, "--tags", *back),
            )
        )
    if extra:
        found.append(
            Remedy(
                "or take the extra tags off in AWS",
                "shell",
                command(each, "delete-tags", "--resources", each.group_id, "--tags", *extra),
            )
        )
    return found
