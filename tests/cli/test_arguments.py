"""What every command takes."""

from __future__ import annotations

import subprocess
import sys
from argparse import ArgumentParser

from sgwarden.cli.arguments import add_arguments
from sgwarden.cli.main import COMMANDS
from tests.cli.parsed import parsed


def _options(command: str) -> set[str]:
    parser = ArgumentParser(add_help=False)
    add_arguments(command, parser)
    return {action.dest for action in parser._actions}


def test_one_command_alone_takes_nothing() -> None:
    assert [command for command in COMMANDS if not _options(command)] == ["checkov-checks"]


def test_a_baseline_takes_what_a_scan_takes() -> None:
    assert _options("baseline") - _options("scan") == {"action", "reason", "check"}
    assert not _options("scan") - _options("baseline")


def test_defaults_of_an_inventory() -> None:
    assert vars(parsed("inventory")) == {
        "allow_incomplete": False,
        "format": "text",
        "no_cache": False,
        "no_color": False,
        "output": None,
        "paths": [],
        "quiet": False,
        "var": [],
        "var_file": [],
        "var_files_before": (),
        "workspace": None,
    }


def test_help_waits_for_no_policy_and_no_reader() -> None:
    code = (
        "import sys\nfrom sgwarden.cli.main import main\n"
        "try: main(['scan', '--help'])\nexcept SystemExit: pass\n"
        "print(sorted({name.split('.')[1] for name in sys.modules if name.startswith('sgwarden.')}), 'json' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "['cli', 'errors', 'reports', 'run'] False"
