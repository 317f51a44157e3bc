"""``sgwarden policies``: the list of policies."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace

from sgwarden.cli import config_options, console, policy_options
from sgwarden.cli.exit_codes import ExitCode


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "--format", type=str.lower, choices=("text", "json", "markdown"), default="text", help="default: text"
    )
    policy_options.add_custom(parser)


def run(arguments: Namespace) -> int:
    """Print every policy of the registry, in its order, then those of ``--policies``."""
    known = config_options.known_to_project(arguments)
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
                for policy in known
            ],
        }
        console.write_stdout(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    elif arguments.format == "markdown":
        rows = ["| Policy | Severity | Finds | Controls |", "| --- | --- | --- | --- |"]
        for policy in known:
            rows.append(f"| `{policy.id}` | {policy.severity} | {policy.title} | {', '.join(policy.controls)} |")
        console.write_stdout("\n".join(rows) + "\n")
    else:
        width = max(len(policy.id) for policy in known)
        for policy in known:
            console.write_stdout(f"{policy.id:<{width}}  {policy.severity!s:<8}  {policy.title}\n")
    return ExitCode.OK
