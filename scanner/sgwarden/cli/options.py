"""Options that several commands share."""

from __future__ import annotations

from argparse import Namespace

from sgwarden.run.options import LoadOptions


def load_options(arguments: Namespace) -> LoadOptions:
    """Return how paths are read."""
    return LoadOptions(
        variables=tuple(arguments.var),
        var_files=tuple(arguments.var_file),
        var_files_before=getattr(arguments, "var_files_before", ()),
        workspace=arguments.workspace,
        use_cache=not arguments.no_cache,
        changed_files=getattr(arguments, "changed_files", False),
    )
