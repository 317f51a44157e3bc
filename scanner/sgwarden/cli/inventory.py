"""``sgwarden inventory``: the evaluated model of the inputs, judged by nobody."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from sgwarden.cli import console, options
from sgwarden.cli.exit_codes import ExitCode
from sgwarden.reports import inventory
from sgwarden.reports.parts.style import Style
from sgwarden.run.load import load


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    options.add_inputs(parser)
    parser.add_argument(
        "--format", "-f", type=str.lower, choices=("text", "json"), default="text", help="default: text"
    )
    parser.add_argument("--output", "-o", metavar="FILE", help="write to FILE instead of stdout")
    parser.add_argument("--allow-incomplete", action="store_true", help="exit code 0 although not everything was read")
    options.add_appearance(parser)


def run(arguments: Namespace) -> int:
    """Read and show; exit code 3 when something was not read."""
    paths = arguments.paths or ["."]
    with console.progress(not arguments.quiet) as progress:
        inputs = load(paths, options.load_options(arguments), progress)
    if not arguments.quiet:
        for warning in inputs.warnings:
            console.complain(warning)
    if arguments.format == "json":
        text = inventory.render_json(inputs.infrastructures, paths)
    else:
        color = arguments.output is None and console.wants_color(sys.stdout, arguments.no_color)
        text = inventory.render_text(inputs.infrastructures, Style(color))
    if arguments.output is None:
        console.write_stdout(text)
    else:
        console.write_file(arguments.output, text)
    complete = all(skipped.complete for each in inputs.infrastructures for skipped in each.skipped)
    return ExitCode.OK if complete or arguments.allow_incomplete else ExitCode.INCOMPLETE
