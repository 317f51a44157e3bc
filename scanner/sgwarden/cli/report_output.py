"""Options, files and exit codes of the commands that report findings."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from sgwarden import __version__
from sgwarden.cli import console
from sgwarden.cli.exit_codes import ExitCode
from sgwarden.config.effective import Config
from sgwarden.errors import UsageError
from sgwarden.findings import Report
from sgwarden.reports.formats import FINDINGS_FORMATS, render_findings
from sgwarden.reports.parts.context import Context
from sgwarden.reports.parts.source_text import SourceText
from sgwarden.run.thresholds import Thresholds, scan_thresholds


class Outputs(Struct, frozen=True):
    """Where the report goes."""

    to_stdout: str | None
    """The format for stdout; None: nothing."""
    files: tuple[tuple[str, str], ...]
    """Format and path of every file."""


class ReportOptions(Struct, frozen=True):
    """How a report is written, and what counts in it."""

    outputs: Outputs
    thresholds: Thresholds
    quiet: bool
    no_color: bool
    show_suppressed: bool = False


def report_options(arguments: Namespace, config: Config) -> ReportOptions:
    """Return the values of the arguments under the configuration. Raises UsageError."""
    return ReportOptions(
        outputs(config["format"], arguments.output),
        scan_thresholds(config, fail_on_existing=getattr(arguments, "fail_on_existing", False)),
        arguments.quiet,
        arguments.no_color,
        arguments.show_suppressed,
    )


def exit_code(report: Report, options: ReportOptions) -> ExitCode:
    """Return the exit code: findings win over what was not read; a policy that broke counts as a finding."""
    return ExitCode[options.thresholds.of_report(report).name]


def outputs(default: str, texts: Sequence[str], formats: Collection[str] = FINDINGS_FORMATS) -> Outputs:
    """Return where a report goes by the ``texts`` of ``--output``. Raises UsageError.

    ``default`` is the format of stdout, and of files without one; ``formats`` are all that there are.
    """
    to_stdout: str | None = default
    files: list[tuple[str, str]] = []
    for text in texts:
        name, equals, path = text.partition("=")
        if equals and name in formats:
            files.append((name, path))
        elif equals and name.isalnum():
            raise UsageError(
                f"--output {text}: there is no format {name!r}", next_step=f"use one of {', '.join(formats)}"
            )
        else:
            files.append((default, text))
            to_stdout = None
        if not files[-1][1]:
            raise UsageError(f"--output {text!r} names no file", next_step="write --output FORMAT=FILE")
    return Outputs(to_stdout, tuple(files))


def write(report: Report, options: ReportOptions, directory: Path, warnings: Sequence[str] = ()) -> None:
    """Write files first: a reader that closes stdout early must not cost them.

    Files of locations are in ``directory``; ``warnings`` go to stderr.
    """
    where = options.outputs
    for name, path in where.files:
        console.write_file(path, render_findings(name, report, _context(directory, False, options)))
    if not options.quiet:
        judging = report.comparison.judging if report.comparison is not None and where.to_stdout != "text" else ()
        for warning in (*warnings, *judging, *_suppression_warnings(report)):
            console.complain(warning)
        if "sarif" in (where.to_stdout, *(name for name, _ in where.files)):
            from sgwarden.reports.findings.sarif import omission_message  # imported late: one format of many

            if message := omission_message(report):
                console.complain(f"SARIF: {message}")
        if where.to_stdout != "text":
            from sgwarden.reports.parts.summary import findings_summary  # imported late: one format of many

            console.complain(findings_summary(report))
    if where.to_stdout is not None:
        color = where.to_stdout == "text" and console.wants_color(sys.stdout, options.no_color)
        context = _context(directory, color, options)
        console.write_stdout(render_findings(where.to_stdout, report, context))


def _suppression_warnings(report: Report) -> list[str]:
    """Return what must be known of suppressions even by those who read no report, which holds the unused ones."""
    return [
        f"{note.location.file}:{note.location.line}: {note.message}"
        for note in report.suppressions
        if note.status in ("expiring", "expired", "invalid")
    ]


def _context(directory: Path, color: bool, options: ReportOptions) -> Context:
    text = SourceText(directory)
    return Context(
        version=__version__,
        lines_of=text.lines,
        uri_of=text.repository_path,
        call_site=text.call_site,
        color=color,
        show_suppressed=options.show_suppressed,
        show_existing=options.thresholds.fail_on_existing,
        time=_time(),
    )


def _time() -> str:
    """Return the time of the run, UTC; SOURCE_DATE_EPOCH stands in for the clock: https://reproducible-builds.org/specs."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    now = datetime.fromtimestamp(int(given), UTC) if given.isdecimal() else datetime.now(UTC)
    return now.strftime("%Y-%m-%dT%H:%M:%S")
