"""``sgwarden config show``: the effective configuration, and where each value comes from."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from sgwarden.cli import config_options, console, report_output
from sgwarden.cli.exit_codes import ExitCode
from sgwarden.config.effective import COMMAND_LINE, DEFAULT, Config

Row = tuple[str, object, str]
"""Name of a key, its value, where the value comes from."""


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command: those of the runs whose configuration is shown."""
    parser.add_argument(
        "action", type=str.lower, choices=("show",), help="show: every key, its value, where it comes from"
    )
    parser.add_argument("paths", metavar="PATH", nargs="*", help="as for a scan of these paths (default: .)")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_argument("--region", metavar="REGION", action="append", default=[], help="as for an audit")
    parser.add_argument("--benchmark", metavar="VERSION", help="as for a scan")
    report_output.add_arguments(parser)


def run(arguments: Namespace) -> int:
    """Print every key; exit code 2 when the configuration is wrong."""
    project = config_options.load(arguments, arguments.paths or ["."])
    config_options.selected(project, arguments)
    config = project.config
    rows = list(_rows(config, arguments))
    if arguments.json:
        document = {
            "schema_version": "1",
            "file": config.document.file if config.document is not None else None,
            "values": [{"key": name, "value": value, "origin": origin} for name, value, origin in rows],
        }
        console.write_stdout(json.dumps(document, indent=2, ensure_ascii=False, default=str) + "\n")
        return ExitCode.OK
    names, places = max(len(name) for name, _, _ in rows), max(len(origin) for _, _, origin in rows)
    for name, value, origin in rows:
        text = json.dumps(value, ensure_ascii=False, default=str)
        console.write_stdout(f"{name:<{names}}  {origin:<{places}}  {text}\n")
    return ExitCode.OK


def _rows(config: Config, arguments: Namespace) -> Iterator[Row]:
    for name, value in config.values.items():
        if name == "policies":
            yield from _policies(config, arguments)
        elif name in ("paths", "exemptions") and value.value:
            for number, entry in enumerate(value.value):
                yield f"{name}[{number}]", entry, _place(config, name, number)
        else:
            yield name, value.value, value.origin


def _policies(config: Config, arguments: Namespace) -> Iterator[Row]:
    table = config["policies"]
    for name, given in (("enable", arguments.only), ("disable", arguments.skip), ("directories", arguments.policies)):
        if given:
            yield f"policies.{name}", [part.strip() for text in given for part in text.split(",")], COMMAND_LINE
        elif name in table:
            yield f"policies.{name}", table[name], _place(config, "policies", name)
        else:
            yield f"policies.{name}", [], DEFAULT
    for policy, severity in table.get("severity", {}).items():
        yield f"policies.severity.{policy}", severity, _place(config, "policies", "severity", policy)


def _place(config: Config, *path: str | int) -> str:
    place = config.place(*path)
    assert place is not None
    return f"{place[0]}:{place[1]}"
