"""``sgwarden demo``: the whole story on a recorded world, no account needed."""

from __future__ import annotations

import contextlib
import os
import tempfile
from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path

from sgwarden.cli import console
from sgwarden.cli.exit_codes import ExitCode
from sgwarden.cli.main import main
from sgwarden.demo import world

_INTRODUCTION = """\
A shop in Terraform ({files} files), applied, then changed behind Terraform's back. Everything below is
what these commands print; the world was recorded from the real Terraform against a simulated AWS.
"""


def run(arguments: Namespace) -> int:
    """Lay the world out in a directory and run the commands there; always exit code 0 when they ran."""
    recorded = world.load()
    with _directory(arguments.keep) as directory, contextlib.ExitStack() as stack:
        steps = [
            ("Is what we are about to apply safe, and would anyone notice a change?", ["scan", world.CODE]),
            (
                "What about the account itself?",
                ["audit", "--live", world.BEFORE, "--fail-on", "never", "--skip", "missing-description"],
            ),
        ]
        live = ["--live", world.AFTER]
        if arguments.embedded_aws:
            from sgwarden.demo.embedded import account  # imported late: needs the extra sgwarden[demo]

            recorded = stack.enter_context(account(recorded))
            live = ["--region", world.REGION]
        world.lay_out(recorded, directory)
        drift = ["drift", world.CODE, world.STATE, *live, "--at", "2026-11-21T03:00:00"]
        steps.append(("The next night: is what is running still what we declared?", drift))
        console.write_stdout(_INTRODUCTION.format(files=len(recorded.code)))
        for question, command in steps:
            _step(question, command, directory)
    if arguments.keep:
        console.complain(f"the world is in {arguments.keep}")
    return ExitCode.OK


@contextlib.contextmanager
def _directory(kept: str | None) -> Iterator[Path]:
    if kept is not None:
        path = Path(kept)
        path.mkdir(parents=True, exist_ok=True)
        yield path.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="sgwarden-demo-") as scratch:
        yield Path(scratch).resolve()


def _step(question: str, command: Sequence[str], directory: Path) -> None:
    rule = "─" * 78
    console.write_stdout(f"\n{rule}\n{question}\n$ sgwarden {' '.join(command)}\n\n")
    before = Path.cwd()
    os.chdir(directory)
    try:
        main([*command, "--no-cache"] if command[0] == "scan" else list(command))
    finally:
        os.chdir(before)
