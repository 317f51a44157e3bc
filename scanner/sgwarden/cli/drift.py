"""``sgwarden drift``: what Terraform declares against what is live."""

from __future__ import annotations

import dataclasses
import gc
import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from sgwarden import __version__
from sgwarden.cli import config_options, console, drift_memory, live_options, options, report_output
from sgwarden.cli.exit_codes import ExitCode
from sgwarden.config.effective import DEFAULT, Config
from sgwarden.drift.differences import Comparison
from sgwarden.errors import UsageError
from sgwarden.model.infrastructure import Infrastructure
from sgwarden.reports.formats import DRIFT_FORMATS, render_drift
from sgwarden.reports.parts.context import DriftContext
from sgwarden.reports.parts.differences import suppression_messages
from sgwarden.reports.parts.source_text import SourceText
from sgwarden.reports.parts.summary import drift_summary
from sgwarden.run.drift import find_drift, read_exemptions, suppress
from sgwarden.run.load_declared import DeclaredSources, load_declared
from sgwarden.run.options import DriftOptions
from sgwarden.run.thresholds import drift_thresholds
from sgwarden.suppressions.load import today


def run(arguments: Namespace) -> int:
    """Read both sides, compare, remember, write the reports; the exit code says how it went."""
    if drift_memory.is_acknowledgement(arguments):
        return drift_memory.acknowledge(arguments)
    if arguments.until is not None or arguments.reason is not None:
        raise UsageError("--until and --reason belong to `sgwarden drift ack FINGERPRINT`")
    collecting = gc.isenabled()
    gc.disable()  # a large account makes millions of objects that live to the end, and no cycles worth looking for
    try:
        return _run(arguments)
    finally:
        if collecting:
            gc.enable()


class _ReportOptions(Struct, frozen=True):
    """How the report is written."""

    outputs: report_output.Outputs
    context: DriftContext
    quiet: bool
    no_color: bool


def _run(arguments: Namespace) -> int:
    memory = drift_memory.memory_options(arguments)
    paths = arguments.paths or ["."]
    config = config_options.load(arguments, paths).config
    unnamed = config.values["format"].origin == DEFAULT
    outputs = report_output.outputs(
        _format(config, quiet=arguments.quiet), arguments.output, DRIFT_FORMATS, has_default=unnamed
    )
    drift_options = DriftOptions(
        config,
        day=memory.now.date() if arguments.at is not None else today(os.environ),
        load=options.load_options(arguments),
        ignored_tags=tuple(arguments.ignore_tag),
        counted_services=frozenset(arguments.include),
        exemptions=read_exemptions(arguments.ignore_file),
    )
    with console.progress(not arguments.quiet) as progress:
        declared = load_declared(paths, drift_options.load, progress)
    from_where = live_options.live_options(arguments, config["regions"], with_monitoring=False)
    live = live_options.read_live(from_where)
    previous = drift_memory.read_previous(memory)
    comparison = find_drift(declared, live, drift_options, previous)
    doubted = {each.region for each in comparison.differences if each.kind == "group_missing" and each.region}
    if doubted and from_where.path is None:
        # What was made a moment ago may not be told yet: a group is gone when two readings say so.
        live = _read_again(live, doubted, from_where)
        comparison = find_drift(declared, live, drift_options, previous)
    comparison = suppress(comparison, declared.sources, drift_options, paths)
    report_options = _ReportOptions(
        outputs, _context(declared, memory), quiet=arguments.quiet, no_color=arguments.no_color
    )
    with drift_memory.remembering(memory, comparison, live, previous) as comparison:
        _write(comparison, report_options, declared.warnings)
    return ExitCode[drift_thresholds(config).of_drift(comparison).name]


def _read_again(
    live: Sequence[Infrastructure], regions: set[str], from_where: live_options.LiveOptions
) -> tuple[Infrastructure, ...]:
    """Return the live side with these regions read once more.

    https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
    """
    wanted = dataclasses.replace(from_where.wanted, regions=tuple(sorted(regions)))
    fresh = live_options.read_live(replace(from_where, wanted=wanted))
    kept = [place for place in live if place.region not in regions]
    return (*kept, *(place for place in fresh if place.region in regions or place.region is None))


def _format(config: Config, *, quiet: bool) -> str:
    """Return the format of the report; a configuration may name one that only findings have."""
    name: str = config["format"]
    if name in DRIFT_FORMATS:
        return name
    if not quiet:
        origin = config.values["format"].origin
        console.complain(f"{origin}: there is no report of drift as {name}; it is written as text")
    return "text"


def _context(declared: DeclaredSources, memory: drift_memory.MemoryOptions) -> DriftContext:
    return DriftContext(
        version=__version__,
        at=drift_memory.stamp(memory.now),
        taken=drift_memory.taken(memory.live),
        fallback=next((each.path for each in declared.sources), "."),
        uri_of=SourceText(Path.cwd()).repository_path,
        remembers=memory.history is not None,
    )


def _write(comparison: Comparison, options: _ReportOptions, warnings: Sequence[str]) -> None:
    outputs, context = options.outputs, options.context
    for name, path in outputs.files:
        console.write_file(path, render_drift(name, comparison, context))
    if not options.quiet:
        ends = [f"ignore file: {each}" for each in comparison.ignored if not each.endswith("matches nothing")]
        for warning in (*warnings, *suppression_messages(comparison, unused=False), *ends):
            console.complain(warning)
        if outputs.to_stdout != "text":
            console.complain(drift_summary(comparison))
    if outputs.to_stdout is not None:
        color = outputs.to_stdout == "text" and console.wants_color(sys.stdout, options.no_color)
        console.write_stdout(render_drift(outputs.to_stdout, comparison, replace(context, color=color)))
