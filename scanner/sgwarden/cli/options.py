"""Options that several commands share."""

from __future__ import annotations

from argparse import Action, ArgumentParser, Namespace

from sgwarden.run.options import LoadOptions


def add_inputs(parser: ArgumentParser) -> None:
    """Add what is read, and with which variables."""
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="*",
        help="directory, .tf file, plan as JSON or state; - reads a plan from stdin (default: .)",
    )
    parser.add_argument(
        "--var",
        metavar="NAME=VALUE",
        action=_Variable,
        default=[],
        help="value of a root variable; repeatable, the last of --var and --var-file wins",
    )
    parser.add_argument("--var-file", metavar="FILE", action="append", default=[], help="variable file; repeatable")
    parser.set_defaults(var_files_before=())
    parser.add_argument("--workspace", metavar="NAME", help="Terraform workspace (default: the selected one)")
    parser.add_argument("--no-cache", action="store_true", help="parse everything again")


class _Variable(Action):
    """``--var``, which keeps after how many ``--var-file`` it was given."""

    def __call__(
        self, parser: ArgumentParser, namespace: Namespace, values: object, option_string: str | None = None
    ) -> None:
        namespace.var = [*namespace.var, values]
        namespace.var_files_before = (*namespace.var_files_before, len(namespace.var_file))


def add_appearance(parser: ArgumentParser) -> None:
    """Add how much is said, and how."""
    parser.add_argument("--quiet", "-q", action="store_true", help="nothing on stderr but errors")
    parser.add_argument("--no-color", action="store_true", help="no colours (also the variable NO_COLOR)")


def load_options(arguments: Namespace) -> LoadOptions:
    """Return the values of ``add_inputs`` besides the paths."""
    return LoadOptions(
        variables=tuple(arguments.var),
        var_files=tuple(arguments.var_file),
        var_files_before=getattr(arguments, "var_files_before", ()),
        workspace=arguments.workspace,
        use_cache=not arguments.no_cache,
        changed_files=getattr(arguments, "changed_files", False),
    )
