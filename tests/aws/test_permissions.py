"""The permissions are those of the calls in the code: no more, no fewer."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from sgwarden.aws import permissions

AWS = Path(permissions.__file__).parent
_SERVICES = {"ec2", "cloudtrail", "cloudwatch", "config", "events", "iam", "kms", "logs", "sns", "sts", "organizations"}


def calls_in_code() -> set[str]:
    """Actions of every call in ``sgwarden.aws``: a service and, after it, an operation among the same arguments."""
    found: set[str] = set()
    for path in AWS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            for place, text in enumerate(texts):
                following = [other for other in texts[place + 1 :] if other.replace("_", "").islower() and "_" in other]
                if text in _SERVICES and following:
                    found.add(f"{text}:{''.join(part.capitalize() for part in following[0].split('_'))}")
            # _take(found, account, kind, what, operation, ...) and the like speak of EC2
            if isinstance(node.func, ast.Name) and node.func.id == "_take":
                operation = next(text for text in texts if text.startswith(("describe_", "get_")))
                found.add(f"ec2:{''.join(part.capitalize() for part in operation.split('_'))}")
    return found


def test_the_table_holds_every_call_and_no_other() -> None:
    listed = {action for actions in permissions.COMMANDS.values() for action in actions}
    written = calls_in_code()
    assert written - listed - set(permissions.OTHER_ACCOUNTS) == set()
    assert listed - written - set(permissions.RECORDS) == set()


@pytest.mark.parametrize("command", permissions.COMMANDS)
def test_every_action_only_reads(command: str) -> None:
    document = json.loads(permissions.policy(command))
    actions = [action for statement in document["Statement"] for action in statement["Action"]]
    assert sorted(actions) == sorted(permissions.COMMANDS[command])
    assert all(action.partition(":")[2].startswith(("Describe", "Get", "List", "Lookup")) for action in actions)


def test_commands_without_calls_need_nothing() -> None:
    assert json.loads(permissions.policy("scan"))["Statement"] == []


def test_other_accounts_are_read_through_one_role() -> None:
    document = json.loads(permissions.other_accounts("audit"))
    assert document["Statement"][1]["Resource"] == "arn:aws:iam::*:role/audit"
