"""Options, files and exit codes of the commands that report findings."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from sgwarden import __version__
from sgwarden.cli import console
from sgwarden.cli.exit_codes import ExitCode
from sgwarden.config.effective import DEFAULT, Config
from sgwarden.errors import UsageError
from sgwarden.findings import Report, Severity
from sgwarden.reports.formats import FINDINGS_FORMATS, render_findings
from sgwarden.reports.parts.context import Context
from sgwarden.reports.parts.source_text import SourceText
from sgwarden.run.thresholds import Thresholds, scan_thresholds

STDOUT = "-"
_ENDINGS = {".json": "json", ".sarif": "sarif", ".xml": "junit", ".md": "markdown", ".csv": "csv"}
"""Formats by the ending of a file, where no format is given."""


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
    min_severity: Severity = Severity.LOW
    """Findings below are in no report."""
    verbose: tuple[str, ...] | None = None
    """What is said of the run before everything that was read; None: neither."""


def report_options(arguments: Namespace, config: Config) -> ReportOptions:
    """Return the values of the arguments under the configuration. Raises UsageError."""
    return ReportOptions(
        outputs(config["format"], arguments.output, has_default=config.values["format"].origin == DEFAULT),
        scan_thresholds(config, fail_on_existing=getattr(arguments, "fail_on_existing", False)),
        arguments.quiet,
        arguments.no_color,
        arguments.show_suppressed,
        Severity[arguments.min_severity.upper()],
        (f"configuration: {config.file or 'none'}",) if arguments.verbose else None,
    )


def exit_code(report: Report, options: ReportOptions) -> ExitCode:
    """Return the exit code: findings win over what was not read; a policy that broke counts as a finding."""
    return ExitCode[options.thresholds.of_report(report).name]


def outputs(
    default: str, texts: Sequence[str], formats: Collection[str] = FINDINGS_FORMATS, *, has_default: bool = False
) -> Outputs:
    """Return where a report goes by the ``texts`` of ``--output``. Raises UsageError.

    ``default`` is the format of stdout, and of files without one; ``formats`` are all that there are. With
    ``has_default`` nobody named a format, and a file has that of its ending.
    """
    to_stdout: str | None = default
    files: list[tuple[str, str]] = []
    for text in texts:
        name, equals, path = text.partition("=")
        if equals and name.lower() in formats:
            files.append((name.lower(), path))
        elif equals and name.isalnum():
            raise UsageError(
                f"--output {text}: there is no format {name!r}", next_step=f"use one of {', '.join(formats)}"
            )
        else:
            files.append((_format_of(text, default, formats) if has_default else default, text))
            to_stdout = None
        if not files[-1][1]:
            raise UsageError(f"--output {text!r} names no file", next_step="write --output FORMAT=FILE")
    on_stdout = [name for name, path in files if path == STDOUT]
    if len(on_stdout) > 1:
        raise UsageError("--output: stdout takes one report", next_step="name files for the others")
    return Outputs(on_stdout[0] if on_stdout else to_stdout, tuple(each for each in files if each[1] != STDOUT))


def _format_of(path: str, default: str, formats: Collection[str]) -> str:
    """Return the format that the ending of a file names. Raises UsageError if it names one that is not there."""
    ending = os.path.splitext(path)[1].lower()
    name = _ENDINGS.get(ending, default)
    if name not in formats:
        raise UsageError(f"--output {path}: this command writes no {name}", next_step="give --format")
    return name


def write(report: Report, options: ReportOptions, directory: Path, warnings: Sequence[str] = ()) -> None:
    """Write files first: a reader that closes stdout early must not cost them.

    Files of locations are in ``directory``; ``warnings`` go to stderr.
    """
    where = options.outputs
    shown = tuple(each for each in report.findings if each.severity >= options.min_severity)
    hidden = sum(each.status == "new" for each in report.findings) - sum(each.status == "new" for each in shown)
    if hidden:
        warnings = (*warnings, _hidden_text(hidden, options.min_severity))
        report = replace(report, findings=shown)
    for name, path in where.files:
        console.write_file(path, render_findings(name, report, _context(directory, False, options)))
    if options.verbose is not None:
        for line in (*options.verbose, *(f"read: {source.kind} {source.path}" for source in report.sources)):
            console.complain(line)
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


def _hidden_text(count: int, least: Severity) -> str:
    findings = "1 finding" if count == 1 else f"{count} findings"
    return f"{findings} below {least} {'is' if count == 1 else 'are'} not shown (--min-severity)"


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
