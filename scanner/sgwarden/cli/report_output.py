"""Options, files and exit codes of the commands that report findings."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from sgwarden.cli import config_options, console, policy_options
from sgwarden.cli.exit_codes import ExitCode
from sgwarden.errors import UsageError
from sgwarden.reports.formats import FINDINGS_FORMATS, render_findings

if TYPE_CHECKING:
    from sgwarden.findings import Report
    from sgwarden.reports.parts.context import Context

_SEVERITIES = ("low", "medium", "high", "critical", "never")
_DEFAULT_SEVERITY = "medium"


class Outputs(Struct, frozen=True):
    """Where the report goes."""

    to_stdout: str | None
    """The format for stdout; None: nothing."""
    files: tuple[tuple[str, str], ...]
    """Format and path of every file."""


def add_arguments(parser: ArgumentParser) -> None:
    """Format, files, severity, which policies are asked, and the configuration; ``configuration.load`` settles them."""
    parser.add_argument("--format", "-f", choices=FINDINGS_FORMATS, help="format of the report (default: text)")
    parser.add_argument(
        "--output", "-o", metavar="[FORMAT=]FILE", action="append", default=[],
        help="write the report to FILE instead of stdout; with FORMAT= as well as to stdout; repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--fail-on", choices=_SEVERITIES,
        help=f"lowest severity that gives exit code 1 (default: {_DEFAULT_SEVERITY})",
    )  # fmt: skip
    parser.add_argument(
        "--fail-on-undecided", action="store_true", default=None, help="undecided findings count like failed ones"
    )
    parser.add_argument(
        "--allow-incomplete", action="store_true", default=None, help="exit code 0 although not everything was read"
    )
    parser.add_argument(
        "--only", metavar="POLICY", action="append", default=[], help="ask these policies alone; repeatable"
    )
    parser.add_argument(
        "--skip", metavar="POLICY", action="append", default=[], help="do not ask these policies; repeatable"
    )
    policy_options.add_custom(parser)
    config_options.add_arguments(parser)


def exit_code(report: Report, arguments: Namespace) -> ExitCode:
    """Findings win over what was not read; a policy that broke counts as a finding."""
    from sgwarden.run.scan import Thresholds

    thresholds = Thresholds(
        arguments.fail_on, arguments.fail_on_undecided, arguments.allow_incomplete,
        getattr(arguments, "fail_on_existing", False),
    )  # fmt: skip
    return ExitCode[thresholds.outcome(report).name]


def outputs(arguments: Namespace, formats: Collection[str] = FINDINGS_FORMATS) -> Outputs:
    """What ``--format`` and ``--output`` ask for, of ``formats``. Raises UsageError."""
    to_stdout: str | None = arguments.format
    files: list[tuple[str, str]] = []
    for text in arguments.output:
        name, equals, path = text.partition("=")
        if equals and name in formats:
            files.append((name, path))
        elif equals and name.isalnum():
            raise UsageError(
                f"--output {text}: there is no format {name!r}", next_step=f"use one of {', '.join(formats)}"
            )
        else:
            files.append((arguments.format, text))
            to_stdout = None
        if not files[-1][1]:
            raise UsageError(f"--output {text!r} names no file", next_step="write --output FORMAT=FILE")
    return Outputs(to_stdout, tuple(files))


def write(report: Report, where: Outputs, arguments: Namespace, directory: Path, warnings: Sequence[str] = ()) -> None:
    """Files first: a reader that closes stdout early must not cost them. Files of locations are in ``directory``."""
    for name, path in where.files:
        console.write_file(path, render_findings(name, report, _context(directory, False, arguments.show_suppressed)))
    if not arguments.quiet:
        judging = report.comparison.judging if report.comparison is not None and where.to_stdout != "text" else ()
        for warning in (*warnings, *judging, *_suppression_warnings(report)):
            console.complain(warning)
        if "sarif" in (where.to_stdout, *(name for name, _ in where.files)):
            from sgwarden.reports.findings.sarif import omission_message

            if omission := omission_message(report):
                console.complain(f"SARIF: {omission}")
        if where.to_stdout != "text":
            from sgwarden.reports.parts.summary import findings_summary

            console.complain(findings_summary(report))
    if where.to_stdout is not None:
        color = where.to_stdout == "text" and console.wants_color(sys.stdout, arguments.no_color)
        context = _context(directory, color, arguments.show_suppressed)
        console.write_stdout(render_findings(where.to_stdout, report, context))


def _suppression_warnings(report: Report) -> list[str]:
    """What must be known of suppressions even by those who read no report; unused ones are in the report."""
    return [
        f"{note.location.file}:{note.location.line}: {note.message}"
        for note in report.suppressions
        if note.status in ("expiring", "expired", "invalid")
    ]


def _context(directory: Path, color: bool, show_suppressed: bool = False) -> Context:
    from sgwarden import __version__
    from sgwarden.reports.parts.context import Context
    from sgwarden.reports.parts.source_text import SourceText

    text = SourceText(directory)
    return Context(
        version=__version__,
        lines_of=text.lines,
        uri_of=text.repository_path,
        call_site=text.call_site,
        color=color,
        show_suppressed=show_suppressed,
        time=_time(),
    )


def _time() -> str:
    """The time of the run, UTC; SOURCE_DATE_EPOCH stands in for the clock: https://reproducible-builds.org/specs."""
    import os
    from datetime import UTC, datetime

    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    now = datetime.fromtimestamp(int(given), UTC) if given.isdecimal() else datetime.now(UTC)
    return now.strftime("%Y-%m-%dT%H:%M:%S")
