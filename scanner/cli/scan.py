"""``sgwarden scan``: the policies over Terraform code, plans and states."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from scanner.cli import console, options
from scanner.cli.exit_codes import ExitCode
from scanner.errors import UsageError
from scanner.reports import FORMATS

if TYPE_CHECKING:
    from scanner.cli.inputs import Inputs
    from scanner.findings import Report
    from scanner.reports.context import Context

_SEVERITIES = ("low", "medium", "high", "critical", "never")
_DEFAULT_SEVERITY = "medium"


def add_arguments(parser: ArgumentParser) -> None:
    """Arguments of the command."""
    options.add_inputs(parser)
    parser.add_argument("--format", "-f", choices=FORMATS, default="text", help="format of the report (default: text)")
    parser.add_argument(
        "--output", "-o", metavar="[FORMAT=]FILE", action="append", default=[],
        help="write the report to FILE instead of stdout; with FORMAT= as well as to stdout; repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--fail-on", choices=_SEVERITIES, default=_DEFAULT_SEVERITY,
        help=f"lowest severity that gives exit code 1 (default: {_DEFAULT_SEVERITY})",
    )  # fmt: skip
    parser.add_argument("--fail-on-undecided", action="store_true", help="undecided findings count like failed ones")
    parser.add_argument("--allow-incomplete", action="store_true", help="exit code 0 although not everything was read")
    parser.add_argument(
        "--only", metavar="POLICY", action="append", default=[], help="ask these policies alone; repeatable"
    )
    parser.add_argument(
        "--skip", metavar="POLICY", action="append", default=[], help="do not ask these policies; repeatable"
    )
    parser.add_argument("--changed-only", action="store_true", help="of a plan, judge only what it creates or changes")
    parser.add_argument(
        "--changed-files", action="store_true",
        help="the paths are changed files: judge the root modules that they belong to",
    )  # fmt: skip
    options.add_appearance(parser)


def run(arguments: Namespace) -> int:
    """Read, assess, write the reports; the exit code says how it went."""
    from scanner.assess import assess_one, combine
    from scanner.cli.inputs import Judge, read_all
    from scanner.cli.progress import Progress
    from scanner.cli.selection import selected
    from scanner.settings import Settings

    to_stdout, files = _outputs(arguments.format, arguments.output)
    policies = selected(arguments.only, arguments.skip)
    settings = Settings()
    judge = Judge(
        lambda infrastructure: assess_one(infrastructure, policies, settings, changed_only=arguments.changed_only),
        (repr(settings), str(arguments.changed_only), *(policy.id for policy in policies)),
    )
    progress = Progress(wanted=not arguments.quiet)
    try:
        inputs = read_all(_paths(arguments), options.given(arguments), progress, judge)
    finally:
        progress.done()
    _check_changed_only(arguments.changed_only, inputs)
    report = combine(inputs.parts, policies, inputs.missing_variables)
    _write(report, to_stdout, files, arguments, inputs)
    return exit_code(report, arguments.fail_on, arguments.fail_on_undecided, arguments.allow_incomplete)


def _paths(arguments: Namespace) -> list[str]:
    paths: list[str] = arguments.paths
    return paths or ([] if arguments.changed_files else ["."])


def exit_code(report: Report, fail_on: str, fail_on_undecided: bool, allow_incomplete: bool) -> ExitCode:
    """Findings win over what was not read; a policy that broke counts as a finding."""
    from scanner.findings import Severity, Verdict

    if report.failures:
        return ExitCode.FOUND
    if fail_on != "never":
        threshold = Severity[fail_on.upper()]
        for finding in report.findings:
            counts = finding.verdict is Verdict.FAIL or fail_on_undecided
            if counts and finding.status == "new" and finding.severity >= threshold:
                return ExitCode.FOUND
    return ExitCode.OK if report.complete or allow_incomplete else ExitCode.INCOMPLETE


def _outputs(format_name: str, texts: Sequence[str]) -> tuple[str | None, list[tuple[str, str]]]:
    """The format for stdout (None: nothing), and format and path of every file."""
    to_stdout: str | None = format_name
    files: list[tuple[str, str]] = []
    for text in texts:
        name, equals, path = text.partition("=")
        if equals and name in FORMATS:
            files.append((name, path))
        elif equals and name.isalnum():
            raise UsageError(
                f"--output {text}: there is no format {name!r}", next_step=f"use one of {', '.join(FORMATS)}"
            )
        else:
            files.append((format_name, text))
            to_stdout = None
        if not files[-1][1]:
            raise UsageError(f"--output {text!r} names no file", next_step="write --output FORMAT=FILE")
    return to_stdout, files


def _check_changed_only(changed_only: bool, inputs: Inputs) -> None:
    kinds = {part.source.kind for part in inputs.parts}
    if changed_only and "plan" not in kinds:
        raise UsageError("--changed-only needs a plan", next_step="give `terraform show -json PLANFILE` output")


def _write(
    report: Report, to_stdout: str | None, files: list[tuple[str, str]], arguments: Namespace, inputs: Inputs
) -> None:
    """Files first: a reader that closes stdout early must not cost them."""
    from scanner.reports import render

    for name, path in files:
        console.write_file(path, render(name, report, _context(inputs, False)))
    if not arguments.quiet:
        for warning in inputs.warnings:
            console.complain(warning)
        if to_stdout != "text":
            from scanner.reports.text import summary

            console.complain(summary(report))
    if to_stdout is not None:
        color = to_stdout == "text" and console.wants_color(sys.stdout, arguments.no_color)
        console.write_stdout(render(to_stdout, report, _context(inputs, color)))


def _context(inputs: Inputs, color: bool) -> Context:
    from scanner import __version__
    from scanner.cli.source_text import SourceText
    from scanner.reports.context import Context

    text = SourceText(inputs.directory)
    return Context(
        version=__version__,
        lines_of=text.lines,
        uri_of=text.repository_path,
        call_site=text.call_site,
        color=color,
    )
