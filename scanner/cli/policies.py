"""``sgwarden policies``: the list of policies."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace

from scanner.cli import console
from scanner.cli.exit_codes import ExitCode


def add_arguments(parser: ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("--format", choices=("text", "json", "markdown"), default="text", help="default: text")


def run(arguments: Namespace) -> int:
    """Print every policy of the registry, in its order."""
    from policies.registry import POLICIES

    if arguments.format == "json":
        document = {
            "schema_version": "1",
            "policies": [
                {
                    "id": policy.id,
                    "title": policy.title,
                    "severity": str(policy.severity),
                    "why": policy.why,
                    "fix": policy.fix,
                    "sources": list(policy.sources),
                    "controls": list(policy.controls),
                }
                for policy in POLICIES
            ],
        }
        console.write_stdout(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    elif arguments.format == "markdown":
        rows = ["| Policy | Severity | Finds | Controls |", "| --- | --- | --- | --- |"]
        for policy in POLICIES:
            rows.append(f"| `{policy.id}` | {policy.severity} | {policy.title} | {', '.join(policy.controls)} |")
        console.write_stdout("\n".join(rows) + "\n")
    else:
        width = max(len(policy.id) for policy in POLICIES)
        for policy in POLICIES:
            console.write_stdout(f"{policy.id:<{width}}  {policy.severity!s:<8}  {policy.title}\n")
    return ExitCode.OK
