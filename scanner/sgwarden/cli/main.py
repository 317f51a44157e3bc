"""The entry point: finds the command, runs it, and turns errors into one line and an exit code."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from importlib import import_module

from sgwarden import __version__
from sgwarden.cli.exit_codes import ExitCode

TYPE_CHECKING = False  # typing is not imported: --version waits for nothing
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from typing import NoReturn

COMMANDS: dict[str, str] = {
    "scan": "find risky security group rules in Terraform code, plans and states",
    "inventory": "show the evaluated security groups and rules of the same inputs",
    "audit": "ask every policy about live AWS accounts, or a snapshot of them",
    "drift": "compare what Terraform declares with what is live, rule by rule",
    "snapshot": "write the live security groups and monitoring of AWS accounts to a file",
    "coverage": "show which security group events a monitoring pattern catches, and which it misses",
    "generate": "write what a monitoring chain lacks, as Terraform and more",
    "baseline": "remember the findings that are there, so that only new ones count",
    "permissions": "print the least-privilege IAM policy that a command needs",
    "policies": "list the policies",
    "explain": "say what a policy checks, why, and how to fix what it finds",
    "config": "show the effective configuration, and where each value comes from",
    "checkov-checks": "print the directory with our policies for Checkov's --external-checks-dir",
    "schema": "print the JSON Schema of a document",
    "demo": "show the whole story on a recorded world, no account needed",
}
"""Commands and their one-line help; each is the module of ``sgwarden.cli`` with underscores for hyphens."""

_OBJECTS_BETWEEN_COLLECTIONS = 500_000


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; never raises but for SystemExit of argparse."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments in (["--version"], ["-V"]):  # the one answer that must not wait for any other import
        try:
            print(f"sgwarden {__version__}", flush=True)
        except OSError:
            from sgwarden.cli import console  # imported late: --version needs none of it

            with console.guarded() as status:
                console.write_stdout("")
            return status.code
        return ExitCode.OK
    # A run makes many objects and hardly a cycle; looking for cycles as often as a server should takes a fifth of it.
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    from sgwarden.cli import console  # imported late: --version needs none of it

    with console.guarded() as status:
        status.code = _run(arguments)
    return status.code


def _run(arguments: list[str]) -> int:
    import argparse  # imported late: --version needs none of it

    from sgwarden.cli.arguments import add_arguments  # imported late: --version needs none of it

    class Parser(argparse.ArgumentParser):
        """Tells of mistakes in one line."""

        def error(self, message: str) -> NoReturn:
            self.exit(ExitCode.USAGE, f"{self.prog}: {message}; `{self.prog} --help` lists what there is\n")

    parser = Parser(
        prog="sgwarden",
        description="Finds risky AWS security group rules in Terraform code, plans and states.",
        epilog="Exit codes: 0 clean, 1 findings at or above --fail-on, 2 usage, 3 not everything was read.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", "-V", action="version", version=f"sgwarden {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, help_line in COMMANDS.items():
        command = commands.add_parser(
            name, help=help_line, description=f"{help_line[0].upper()}{help_line[1:]}.", allow_abbrev=False
        )
        if name in arguments:  # to declare those of all commands takes longer
            add_arguments(name, command)
    parsed, rest = parser.parse_known_args(arguments)
    if rest:  # argparse takes paths in one place alone, and people write some behind the options
        if not isinstance(getattr(parsed, "paths", None), list) or any(text[:1] == "-" != text for text in rest):
            known = commands.choices.get(parsed.command, parser)
            known.error(_unrecognized(rest, known))
        parsed = argparse.Namespace(**{**vars(parsed), "paths": [*parsed.paths, *rest]})
    if parsed.command is None:
        parser.print_help(sys.stderr)
        return ExitCode.USAGE
    return int(import_module(f"sgwarden.cli.{parsed.command.replace('-', '_')}").run(parsed))


def _unrecognized(rest: Sequence[str], parser: ArgumentParser) -> str:
    """Return what is said of arguments that a command does not know, with the option that is meant."""
    from difflib import get_close_matches  # imported late: for a mistake alone

    unknown = [text for text in rest if text[:1] == "-"] or list(rest)
    known = [name for action in parser._actions for name in action.option_strings]
    name = unknown[0].partition("=")[0]
    near = get_close_matches(name, known, n=1)
    return f"there is no option {name}" + (f"; did you mean {near[0]}?" if near else "")
