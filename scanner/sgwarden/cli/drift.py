"""``sgwarden drift``: what Terraform declares against what is live."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from sgwarden.cli import config_options, console, drift_memory, live_options, options, report_output
from sgwarden.cli.exit_codes import ExitCode
from sgwarden.errors import UsageError
from sgwarden.reports.formats import DRIFT_FORMATS, render_drift

if TYPE_CHECKING:
    from datetime import datetime

    from sgwarden.config.effective import Config
    from sgwarden.drift.differences import Comparison
    from sgwarden.model.infrastructure import Infrastructure
    from sgwarden.run.load_declared import DeclaredInputs

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
    parser.add_argument("--format", "-f", choices=DRIFT_FORMATS, help="format of the report (default: text)")
    parser.add_argument(
        "--output", "-o", metavar="[FORMAT=]FILE", action="append", default=[],
        help="write the report to FILE instead of stdout; with FORMAT= as well as to stdout; repeatable",
    )  # fmt: skip
    config_options.add_file(parser)
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
    from sgwarden.run import drift
    from sgwarden.run.load_declared import read_declared
    from sgwarden.suppressions.load import today

    now = drift_memory.time(arguments.at)
    drift_memory.choose(arguments)
    config = _configured(arguments)
    outputs = report_output.outputs(arguments, DRIFT_FORMATS)
    entries = drift.read_entries(arguments.ignore_file)
    paths = arguments.paths or ["."]
    with console.progress(not arguments.quiet) as progress:
        inputs = read_declared(paths, options.given(arguments), progress)
    arguments.with_monitoring = False  # nothing of it is compared
    live = live_options.read_live(arguments)
    previous = drift_memory.read_previous(arguments)
    asked = {"ignore_tags": arguments.ignore_tag, "include": arguments.include, "previous": previous}
    comparison = drift.assess(inputs, live, config, **asked)
    doubted = {each.region for each in comparison.differences if each.kind == "group_missing" and each.region}
    if doubted and arguments.live is None:
        # What was made a moment ago may not be told yet: a group is gone when two readings say so.
        live = _read_again(live, doubted, arguments)
        comparison = drift.assess(inputs, live, config, **asked)
    day = now.date() if arguments.at is not None else today(os.environ)
    comparison = drift.suppressed(
        comparison, inputs.sources, config, day, paths=paths, workspace=arguments.workspace, entries=entries
    )
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


def _configured(arguments: Namespace) -> Config:
    """The effective configuration; ``arguments`` get its values where they have none. Raises UsageError."""
    from sgwarden.run.drift import fail_on

    config = config_options.load(arguments, arguments.paths or ["."])
    arguments.fail_on = fail_on(config)
    if arguments.format not in DRIFT_FORMATS:
        if not arguments.quiet:
            origin = config.values["format"].origin
            console.complain(f"{origin}: there is no report of drift as {arguments.format}; it is written as text")
        arguments.format = "text"
    if arguments.live is None:
        arguments.region = list(config["regions"])
    return config


def exit_code(comparison: Comparison, arguments: Namespace) -> ExitCode:
    """Drift wins over what was not read; a policy that broke counts as drift."""
    from sgwarden.run.drift import outcome
    from sgwarden.run.scan import Thresholds

    thresholds = Thresholds(arguments.fail_on, arguments.fail_on_undecided, arguments.allow_incomplete)
    return ExitCode[outcome(comparison, thresholds).name]


def _write(
    comparison: Comparison,
    outputs: report_output.Outputs,
    arguments: Namespace,
    inputs: DeclaredInputs,
    now: datetime,
) -> None:
    from sgwarden import __version__
    from sgwarden.reports.parts.context import DriftContext
    from sgwarden.reports.parts.differences import suppression_messages
    from sgwarden.reports.parts.source_text import SourceText
    from sgwarden.reports.parts.summary import drift_summary

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
        console.write_file(path, render_drift(name, comparison, context))
    if not arguments.quiet:
        ends = [f"ignore file: {each}" for each in comparison.ignored if not each.endswith("matches nothing")]
        for warning in (*inputs.warnings, *suppression_messages(comparison, unused=False), *ends):
            console.complain(warning)
        if outputs.to_stdout != "text":
            console.complain(drift_summary(comparison))
    if outputs.to_stdout is not None:
        color = outputs.to_stdout == "text" and console.wants_color(sys.stdout, arguments.no_color)
        console.write_stdout(render_drift(outputs.to_stdout, comparison, replace(context, color=color)))
