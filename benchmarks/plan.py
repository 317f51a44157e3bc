"""Measure a large plan JSON: sgwarden scan against parsing the same file with orjson, in time and in peak memory."""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from timing import Command, measure, show

_PARSE = "import sys, orjson; orjson.loads(open(sys.argv[1], 'rb').read())"
_FILLER = "x" * 400


def main() -> None:
    """Write the plan, measure, and print ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sgwarden", default=shutil.which("sgwarden"), help="the command (default: on the PATH)")
    parser.add_argument("--orjson", default=sys.executable, help="a Python that can import orjson (default: this one)")
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "plan.json"
        size = write_plan(path, arguments.megabytes * 1_000_000)
        scan = [
            arguments.sgwarden,
            "scan",
            "--no-cache",
            "--fail-on",
            "never",
            "--quiet",
            "--format",
            "json",
            str(path),
        ]
        commands = [Command("orjson", [arguments.orjson, "-c", _PARSE, str(path)]), Command("sgwarden scan", scan)]
        figures = measure(commands, arguments.runs)
        show(f"a plan of {size / 1_000_000:.0f} MB", figures, "orjson")
        ratios = [a / b for a, b in zip(figures["sgwarden scan"].wall, figures["orjson"].wall, strict=True)]
        memory = max(figures["sgwarden scan"].memory) * 1024 * 1024 / size
        print(f"  time: {statistics.median(ratios):.2f} times orjson; peak memory: {memory:.2f} times the file")


def write_plan(path: Path, size: int) -> int:
    """Write a plan of about ``size`` bytes: most resources are not security groups, as in real plans."""
    count = max(1, size // 4_600)
    planned = [resource for number in range(count) for resource in _resources(number)]
    document = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {"resources": planned}},
        "resource_changes": [_change(resource) for resource in planned],
        "configuration": {"root_module": {"resources": [_configuration(resource) for resource in planned]}},
    }
    path.write_text(json.dumps(document, separators=(",", ":")))
    return path.stat().st_size


def _resources(number: int) -> Iterator[dict[str, Any]]:
    yield _resource("aws_iam_policy", number, {"name": f"policy-{number}", "policy": _FILLER, "description": None})
    yield _resource("aws_s3_object", number, {"bucket": "b", "key": f"key-{number}", "content": _FILLER, "tags": {}})
    if number % 20 == 0:
        rule = {
            "cidr_blocks": [f"10.{number % 250}.0.0/16", "0.0.0.0/0"], "description": "web", "from_port": 443,
            "ipv6_cidr_blocks": [], "prefix_list_ids": [], "protocol": "tcp", "security_groups": [], "self": False,
            "to_port": 443,
        }  # fmt: skip
        values = {"name": f"group-{number}", "description": "a group", "ingress": [rule], "tags": {"Name": "x"}}
        yield _resource("aws_security_group", number, values)


def _resource(type_: str, number: int, values: dict[str, Any]) -> dict[str, Any]:
    return {
        "address": f"{type_}.this_{number}", "mode": "managed", "type": type_, "name": f"this_{number}",
        "provider_name": "registry.terraform.io/hashicorp/aws", "schema_version": 0, "values": values,
        "sensitive_values": {},
    }  # fmt: skip


def _change(resource: dict[str, Any]) -> dict[str, Any]:
    return {
        "address": resource["address"], "mode": "managed", "type": resource["type"], "name": resource["name"],
        "provider_name": resource["provider_name"],
        "change": {
            "actions": ["create"], "before": None, "after": resource["values"], "after_unknown": {"id": True, "arn": True},
            "before_sensitive": False, "after_sensitive": {},
        },
    }  # fmt: skip


def _configuration(resource: dict[str, Any]) -> dict[str, Any]:
    expressions = {
        name: {"constant_value": value} for name, value in resource["values"].items() if not isinstance(value, list)
    }
    return {
        "address": resource["address"], "mode": "managed", "type": resource["type"], "name": resource["name"],
        "provider_config_key": "aws", "expressions": expressions, "schema_version": 0,
    }  # fmt: skip


if __name__ == "__main__":
    main()
