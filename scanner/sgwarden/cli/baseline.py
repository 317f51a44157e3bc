"""``sgwarden baseline update``: the findings that are there, remembered, so that only new ones count."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path

from msgspec.structs import replace

from sgwarden.cli import config_options, console
from sgwarden.cli.exit_codes import ExitCode
from sgwarden.cli.scan_options import chosen_paths, scan_options
from sgwarden.errors import UsageError
from sgwarden.gate import baseline
from sgwarden.gate.baseline import Entry
from sgwarden.run.scan import scan

DEFAULT_FILE = "sgwarden-baseline.json"


def run(arguments: Namespace) -> int:
    """Assess as ``scan`` does, and write the baseline anew: new findings in, fixed ones out."""
    if arguments.diff_base is not None or arguments.new_only or arguments.fail_on_existing:
        raise UsageError("a baseline holds all findings", next_step="give paths and --baseline FILE alone")
    paths, checkov = chosen_paths(arguments)
    project = config_options.load(arguments, paths)
    path = project.config.baseline() or DEFAULT_FILE
    old = baseline.read(path) if Path(path).exists() else ()
    options = replace(scan_options(arguments, project), checkov=checkov, keep_models=True)
    with console.progress(not arguments.quiet) as progress:
        result = scan(paths, options, progress)
    report = result.report
    if report.failures:
        raise UsageError(f"a policy broke, so the baseline stays as it is: {report.failures[0]}")
    update = baseline.updated(report, result.infrastructures, old, path, arguments.reason)
    text = baseline.write(update.entries)
    changed = not Path(path).exists() or Path(path).read_text(encoding="utf-8") != text
    if changed and not arguments.check:
        console.write_file(path, text)
    console.write_stdout(
        "".join(
            [
                *_lines("added", update.added),
                *_lines("fixed", update.fixed),
                f"{path}: {len(update.entries)} findings, {len(update.added)} added, {len(update.fixed)} fixed, "
                f"{len(update.kept)} not looked at\n",
            ]
        )
    )
    if arguments.check and (not Path(path).exists() or not baseline.says_the_same(old, update.entries)):
        return ExitCode.FOUND
    return ExitCode.OK if report.complete or project.config["allow_incomplete"] else ExitCode.INCOMPLETE


def _lines(word: str, entries: Iterable[Entry]) -> list[str]:
    return [
        f"{word}  {entry.key.root}  {entry.key.address}  {' '.join(part for part in entry.key.subject if part)}  "
        f"[{entry.key.policy}]\n"
        for entry in entries
    ]
