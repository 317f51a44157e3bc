"""``sgwarden generate monitoring``: the missing part of a monitoring chain, written out."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable

from sgwarden.cli import console
from sgwarden.cli.exit_codes import ExitCode
from sgwarden.cloudtrail.catalogue import BENCHMARKS, DEFAULT_BENCHMARK
from sgwarden.errors import UsageError
from sgwarden.generate import aws_cli, cloudformation, eventbridge, kql, terraform
from sgwarden.generate.design import Design, MonitoredEvents, design_chain, design_missing, select_events
from sgwarden.run.load import load
from sgwarden.run.options import LoadOptions

_FORMATS = ("terraform", "cloudformation", "eventbridge", "kql", "cli")


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "what", type=str.lower, choices=("monitoring",), help="the chain from a trail to a subscription"
    )
    parser.add_argument(
        "--controls", metavar="ID,...", action="append", default=[],
        help="controls such as 4.10, and `recommended` for the events beyond its list (default: all of them)",
    )  # fmt: skip
    parser.add_argument(
        "--format", "-f", type=str.lower, choices=_FORMATS, default="terraform", help="default: terraform"
    )
    parser.add_argument(
        "--benchmark", metavar="VERSION", help="cis-aws-1.4.0 ... cis-aws-7.0.0 (default: cis-aws-3.0.0)"
    )
    parser.add_argument("--for", dest="beside", metavar="PATH", help="write only what this root module lacks")
    parser.add_argument("--output", "-o", metavar="FILE", help="write to FILE instead of stdout")


def run(arguments: Namespace) -> int:
    """Design what is missing and print it."""
    benchmark = arguments.benchmark or DEFAULT_BENCHMARK
    if benchmark not in BENCHMARKS:
        raise UsageError(f"there is no benchmark {benchmark!r}", next_step=f"use one of {', '.join(BENCHMARKS)}")
    labels = [label.strip() for text in arguments.controls for label in text.split(",") if label.strip()]
    try:
        wanted = select_events(labels, benchmark)
    except ValueError as error:
        raise UsageError(str(error)) from error
    design = _design(arguments, wanted, benchmark)
    text = _renderer(arguments.format)(design)
    if arguments.output is None:
        console.write_stdout(text)
    else:
        console.write_file(arguments.output, text)
    for note in design.notes:
        console.complain(f"mend by hand: {note}")
    return ExitCode.OK


def _design(arguments: Namespace, wanted: tuple[MonitoredEvents, ...], benchmark: str) -> Design:
    if arguments.beside is None:
        return design_chain(wanted)
    if arguments.format != "terraform":
        raise UsageError("--for writes Terraform alone", next_step="leave out --format")
    inputs = load([arguments.beside], LoadOptions())
    if len(inputs.infrastructures) != 1:
        raise UsageError(
            f"--for {arguments.beside} holds {len(inputs.infrastructures)} root modules", next_step="give one of them"
        )
    return design_missing(wanted, inputs.infrastructures[0].monitoring, benchmark)


def _renderer(name: str) -> Callable[[Design], str]:
    return {
        "terraform": terraform.render,
        "cloudformation": cloudformation.render,
        "eventbridge": eventbridge.render,
        "kql": kql.render,
        "cli": aws_cli.render,
    }[name]
