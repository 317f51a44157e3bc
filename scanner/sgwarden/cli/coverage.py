"""``sgwarden coverage``: which security group events a pattern catches, which not, which under a condition."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from pathlib import Path

from sgwarden.cli import console
from sgwarden.cli.exit_codes import ExitCode
from sgwarden.cloudtrail.catalogue import BENCHMARKS, controls
from sgwarden.errors import InputError, UsageError
from sgwarden.patterns.coverage.decide_coverage import coverage_of
from sgwarden.patterns.coverage.matcher import Matcher
from sgwarden.patterns.eventbridge.parse import event_pattern
from sgwarden.patterns.filter_patterns.match import filter_pattern
from sgwarden.patterns.kql.elastic_rule import elastic_rule
from sgwarden.patterns.kql.parse import kql_query
from sgwarden.reports import coverage as report
from sgwarden.reports.parts.style import Style

_LARGEST_FILE = 1_000_000


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
