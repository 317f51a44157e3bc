"""``sgwarden coverage``: which security group events a pattern catches, which not, which under a condition."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from sgwarden.cli import console
from sgwarden.cli.exit_codes import ExitCode
from sgwarden.cloudtrail.catalogue import BENCHMARKS, controls
from sgwarden.errors import InputError, UsageError
from sgwarden.patterns.coverage.decide_coverage import coverage_of
from sgwarden.patterns.coverage.matchers import Matcher, elastic_rule, event_pattern, filter_pattern, kql_query
from sgwarden.reports import coverage as report
from sgwarden.reports.parts.style import Style

_LARGEST_FILE = 1_000_000


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "patterns",
        metavar="PATTERN",
        nargs="*",
        help="CloudWatch Logs filter pattern, EventBridge event pattern (JSON), or the path of a .toml or .json file; "
        "several are taken together; - reads one from stdin; -- goes before one that begins with -",
    )
    parser.add_argument(
        "--file", metavar="FILE", action="append", default=[], help="read a pattern or Elastic rule; repeatable"
    )
    parser.add_argument("--kql", metavar="QUERY", action="append", default=[], help="a KQL query; repeatable")
    parser.add_argument(
        "--benchmark",
        metavar="NAME",
        default="cis-aws-3.0.0",
        help="which events are required (default: cis-aws-3.0.0)",
    )
    parser.add_argument("--control", metavar="N", default="10", help="control, 1 to 15 or its id (default: 10)")
    parser.add_argument(
        "--format", "-f", type=str.lower, choices=("text", "json"), default="text", help="default: text"
    )
    parser.add_argument("--output", "-o", metavar="FILE", help="write to FILE instead of stdout")
    parser.add_argument("--no-color", action="store_true", help="no colours (also the variable NO_COLOR)")


def run(arguments: Namespace) -> int:
    """Show coverage; exit code 0 when every required event is caught always, else 1."""
    if arguments.benchmark not in BENCHMARKS:
        raise UsageError(f"there is no benchmark {arguments.benchmark!r}", next_step=f"one of {', '.join(BENCHMARKS)}")
    number = _control(arguments.control, arguments.benchmark)
    coverage = coverage_of(_matchers(arguments), arguments.benchmark, number)
    if arguments.format == "json":
        text = report.render_json(coverage)
    else:
        color = arguments.output is None and console.wants_color(sys.stdout, arguments.no_color)
        text = report.render_text(coverage, Style(color))
    if arguments.output is None:
        console.write_stdout(text)
    else:
        console.write_file(arguments.output, text.encode("utf-8", "backslashreplace").decode("utf-8"))
    return ExitCode.OK if coverage.valid and coverage.complete else ExitCode.FOUND


def _control(text: str, benchmark: str) -> int:
    for each in controls():
        identifier = each.id_under(benchmark)
        if identifier is not None and text in (str(each.number), identifier):
            return each.number
    known = ", ".join(filter(None, (each.id_under(benchmark) for each in controls())))
    raise UsageError(f"{benchmark} has no monitoring control {text}", next_step=f"one of {known}")


def _matchers(arguments: Namespace) -> list[Matcher]:
    matchers = [_of_argument(text) for text in arguments.patterns]
    matchers += [_of_file(Path(path)) for path in arguments.file]
    matchers += [kql_query(text) for text in arguments.kql]
    if not matchers:
        raise UsageError("no pattern is given", next_step="give a PATTERN, --file FILE or --kql QUERY")
    return matchers


def _of_argument(text: str) -> Matcher:
    if text == "-":
        return _of_text(sys.stdin.read(_LARGEST_FILE + 1), "")
    if text.endswith((".toml", ".json")) and "\n" not in text and Path(text).is_file():
        return _of_file(Path(text))
    return _of_text(text, "")


def _of_file(path: Path) -> Matcher:
    try:
        with path.open(encoding="utf-8") as stream:
            text = stream.read(_LARGEST_FILE + 1)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", str(path)) from error
    except UnicodeDecodeError as error:
        raise InputError("is no UTF-8 text", str(path)) from error
    if len(text) > _LARGEST_FILE:
        raise InputError("is too large for a pattern", str(path))
    return _of_text(text, path.suffix)


def _of_text(text: str, suffix: str) -> Matcher:
    """Return the pattern of a text: TOML by the file's name, EventBridge when it is a JSON object, else a filter pattern."""
    if suffix == ".toml":
        return elastic_rule(text)
    if suffix == ".json" or _is_json_object(text):
        return event_pattern(text)
    return filter_pattern(text)


def _is_json_object(text: str) -> bool:
    trimmed = text.strip()
    if not trimmed.startswith("{") or not trimmed[1:].lstrip().startswith('"'):
        return False
    try:
        return isinstance(json.loads(trimmed), dict)
    except (ValueError, RecursionError):
        return False
