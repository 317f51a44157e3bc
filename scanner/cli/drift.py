"""``sgwarden drift``: what Terraform declares against what is live."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.cli import configuration, console, drift_memory, live_options, options, report_output
from scanner.cli.exit_codes import ExitCode
from scanner.errors import UsageError
from scanner.reports.drift import FORMATS

if TYPE_CHECKING:
    from datetime import datetime

    from scanner.config.effective import Config
    from scanner.drift.differences import Comparison
    from scanner.drift.suppressing import Entry
    from scanner.drift_inputs import DeclaredInputs
    from scanner.model.infrastructure import Infrastructure

_SEVERITIES = ("low", "medium", "high", "critical", "never")


def add_arguments(parser: ArgumentParser) -> None:
    """Arguments of the command."""
    options.add_inputs(parser)
    live_options.add_live(parser)
    group = parser.add_argument_group("what counts")
    group.add_argument("--fail-on", choices=_SEVERITIES, help="lowest severity that gives exit code 1 (default: low)")
    group.add_argument(
        "--fail-on-undecided", action="store_true", default=None, help="what cannot be told gives exit code 1 too"
    )
    group.add_argument(
        "--allow-incomplete", action="store_true", default=None, help="exit code 0 although not everything was read"
    )
    group.add_argument(
        "--include", choices=("default", "services"), action="append", default=[],
        help="unmanaged default groups, or groups that services own, count as drift too; repeatable",
    )  # fmt: skip
    group.add_argument(
        "--ignore-file", metavar="FILE", help="entries to suppress (default: .sgwardenignore, when there is one)"
    )
    group.add_argument(
        "--ignore-tag", metavar="KEY", action="append", default=[], help="leave a tag out; KEY* for a prefix"
    )
    drift_memory.add_arguments(parser)
    parser.add_argument("--format", "-f", choices=FORMATS, help="format of the report (default: text)")
    parser.add_argument(
        "--output", "-o", metavar="[FORMAT=]FILE", action="append", default=[],
        help="write the report to FILE instead of stdout; with FORMAT= as well as to stdout; repeatable",
    )  # fmt: skip
    configuration.add_file(parser)
    options.add_appearance(parser)


def run(arguments: Namespace) -> int:
    """Read both sides, compare, remember, write the reports; the exit code says how it went."""
    if drift_memory.is_acknowledgement(arguments):
        return drift_memory.acknowledge(arguments)
    if arguments.until is not None or arguments.reason is not None:
        raise UsageError("--until and --reason belong to `sgwarden drift ack FINGERPRINT`")
    import gc

    collecting = gc.isenabled()
    gc.disable()  # a large account makes millions of objects that live to the end, and no cycles worth looking for
    try:
        return _run(arguments)
    finally:
        if collecting:
            gc.enable()


def _run(arguments: Namespace) -> int:
    from scanner.cli import drift_configuration
    from scanner.cli.progress import Progress
    from scanner.drift_inputs import read_declared

    now = drift_memory.time(arguments.at)
    drift_memory.choose(arguments)
    config = drift_configuration.load(arguments)
    outputs = report_output.outputs(arguments, FORMATS)
    entries = _entries(arguments.ignore_file)
    progress = Progress(wanted=not arguments.quiet)
    try:
        inputs = read_declared(arguments.paths or ["."], options.given(arguments), progress)
    finally:
        progress.done()
    arguments.with_monitoring = False  # nothing of it is compared
    live = live_options.read_live(arguments)
    previous = drift_memory.read_previous(arguments)
    comparison = assess(inputs, live, arguments, previous, config)
    doubted = {each.region for each in comparison.differences if each.kind == "group_missing" and each.region}
    if doubted and arguments.live is None:
        # What was made a moment ago may not be told yet: a group is gone when two readings say so.
        live = _read_again(live, doubted, arguments)
        comparison = assess(inputs, live, arguments, previous, config)
    from scanner.drift.suppressing import suppressed

    today = drift_configuration.day(arguments, now.date())
    comparison = suppressed(comparison, entries, today)
    comparison = drift_configuration.suppressed(comparison, inputs.sources, config, arguments, today)
    with drift_memory.remembering(arguments, comparison, live, previous, now) as comparison:
        _write(comparison, outputs, arguments, inputs, now)
    return exit_code(comparison, arguments)


def _read_again(live: Sequence[Infrastructure], regions: set[str], arguments: Namespace) -> tuple[Infrastructure, ...]:
    """The live side with these regions read once more.

    https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
    """
    narrowed = Namespace(**{**vars(arguments), "region": sorted(regions)})
    fresh = live_options.read_live(narrowed)
    kept = [place for place in live if place.region not in regions]
    return (*kept, *(place for place in fresh if place.region in regions or place.region is None))


def assess(
    inputs: DeclaredInputs,
    live: Sequence[Infrastructure],
    arguments: Namespace,
    previous: Sequence[Infrastructure] | None,
    config: Config | None = None,
) -> Comparison:
    """Compare, judge and add remedies; without a configuration by the defaults."""
    from scanner.cli import drift_configuration
    from scanner.drift.compare import Options, compare
    from scanner.drift.joining import join
    from scanner.drift.judging import judged
    from scanner.drift.remedies import with_remedies

    declared = join(inputs.sources)
    declared.skipped += inputs.unread
    declared.unread += [each.what for each in inputs.unread]
    tags = [name for text in arguments.ignore_tag for name in text.split(",") if name]
    chosen = Options(
        ignore_tags=tuple(name for name in tags if not name.endswith("*")),
        ignore_tag_prefixes=tuple(name[:-1] for name in tags if name.endswith("*")),
        counted_services=frozenset(arguments.include),
    )
    if config is not None:
        live = drift_configuration.without_other_accounts(live, config)
    comparison = compare(declared, live, chosen, previous)
    if config is not None:
        comparison = drift_configuration.of_accounts(comparison, live, config)
    directories = drift_configuration.Places(inputs.sources if comparison.differences else ())
    return with_remedies(judged(comparison, declared, live, drift_configuration.judge(config)), directories.of_code)


def exit_code(comparison: Comparison, arguments: Namespace) -> ExitCode:
    """Drift wins over what was not read; a policy that broke counts as drift."""
    from scanner.findings import Severity

    if comparison.failures:
        return ExitCode.FOUND
    if arguments.fail_on != "never":
        threshold = Severity[arguments.fail_on.upper()]
        if any(each.severity >= threshold for each in comparison.drift):
            return ExitCode.FOUND
        if arguments.fail_on_undecided and comparison.undecided:
            return ExitCode.FOUND
    return ExitCode.OK if comparison.complete or arguments.allow_incomplete else ExitCode.INCOMPLETE


def _entries(path: str | None) -> tuple[Entry, ...]:
    from scanner.drift.suppressing import FILE_NAME, parse

    chosen = Path(path if path is not None else FILE_NAME)
    if path is None and not chosen.is_file():
        return ()
    try:
        return parse(chosen.read_text(encoding="utf-8"), str(chosen))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"it cannot be read: {error}", str(chosen)) from error


def _write(
    comparison: Comparison,
    outputs: report_output.Outputs,
    arguments: Namespace,
    inputs: DeclaredInputs,
    now: datetime,
) -> None:
    from scanner import __version__
    from scanner.reports.drift import DriftContext, remarks, render_as
    from scanner.reports.drift_text import summary
    from scanner.source_text import SourceText

    taken = drift_memory.taken(arguments.live)
    context = DriftContext(
        version=__version__,
        at=drift_memory.stamp(now),
        taken=taken,
        fallback=next((each.path for each in inputs.sources), "."),
        uri_of=SourceText(Path.cwd()).repository_path,
        remembers=arguments.history is not None,
    )
    for name, path in outputs.files:
        console.write_file(path, render_as(name, comparison, context))
    if not arguments.quiet:
        for warning in (
            *inputs.warnings,
            *([] if arguments.at else drift_memory.ages(taken, now)),
            *remarks(comparison, unused=False),
        ):
            console.complain(warning)
        if outputs.to_stdout != "text":
            console.complain(summary(comparison))
    if outputs.to_stdout is not None:
        color = outputs.to_stdout == "text" and console.wants_color(sys.stdout, arguments.no_color)
        console.write_stdout(render_as(outputs.to_stdout, comparison, replace(context, color=color)))
