"""``sgwarden scan``: the policies over Terraform code, plans and states."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path

from msgspec.structs import replace

from sgwarden.cli import comparison_options, config_options, console, report_output
from sgwarden.cli.scan_options import chosen_paths, scan_options
from sgwarden.run.scan import scan
from sgwarden.run.subsume import subsume
from sgwarden.terraform.modules.files import CODE_ENDINGS


def run(arguments: Namespace) -> int:
    """Read, assess, write the reports; the exit code says how it went."""
    paths, checkov = chosen_paths(arguments)
    project = config_options.load(arguments, paths)
    config = project.config
    report_options = report_output.report_options(arguments, config)
    against = comparison_options.compare_options(arguments, config, paths)
    chosen = replace(scan_options(arguments, project), checkov=checkov)
    with console.progress(not arguments.quiet) as progress:
        if against:
            from sgwarden.run.compare import compare  # imported late: most scans compare nothing

            here = Path.cwd()
            result = compare(
                paths, chosen, against, progress=progress,
                options_of_base=lambda mirror: scan_options(
                    *comparison_options.load_of_base(arguments, paths, here, mirror)
                ),
            )  # fmt: skip
        else:
            result = scan(paths, chosen, progress)
    report = result.report if arguments.list_passed else subsume(result.report)  # whoever lists all wants each verdict
    unread = [] if arguments.config else config_options.passed_over(config, report)
    unread += config_options.misspelt(os.environ)
    if not arguments.changed_files:
        unread += [_whole(path) for path in paths if path.endswith(CODE_ENDINGS) and os.path.isfile(path)]
    report_output.write(report, report_options, result.directory, (*result.warnings, *unread))
    return report_output.exit_code(report, report_options)


def _whole(path: str) -> str:
    directory = os.path.dirname(path) or "."
    return f"{path} is a part of the root module {directory}, which is judged as a whole"
