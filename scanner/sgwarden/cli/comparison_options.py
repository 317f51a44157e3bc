"""``--diff-base``, ``--new-only`` and ``--baseline``: an assessment compared with an earlier one."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from sgwarden.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sgwarden.config.effective import Config
    from sgwarden.gate.policy_changes import Assess, Rules
    from sgwarden.gate.run import Against


def add_arguments(parser: ArgumentParser) -> None:
    """What an assessment is compared with."""
    group = parser.add_argument_group("new findings only")
    group.add_argument(
        "--diff-base", metavar="GIT_REF",
        help="evaluate the commit where HEAD and GIT_REF part as well: only findings that are not there count",
    )  # fmt: skip
    group.add_argument("--new-only", action="store_true", help="of a plan: only findings that its changes bring count")
    group.add_argument(
        "--baseline", metavar="FILE", help="findings of FILE (see `sgwarden baseline update`) do not count"
    )
    group.add_argument(
        "--fail-on-existing", action="store_true", help="existing findings count for the exit code like new ones"
    )


def is_asked(arguments: Namespace) -> bool:
    """Whether anything is compared. Raises UsageError for options that do not go together."""
    if arguments.diff_base is not None and arguments.new_only:
        raise UsageError("--diff-base compares code and --new-only a plan", next_step="give one of them")
    asked = arguments.diff_base is not None or arguments.new_only or arguments.baseline is not None
    if arguments.fail_on_existing and not asked:
        raise UsageError(
            "--fail-on-existing needs something to compare with", next_step="give --diff-base or --baseline"
        )
    return asked


def against(arguments: Namespace) -> Against:
    """What the options ask to compare with."""
    from sgwarden.gate.run import Against

    return Against(arguments.diff_base, arguments.new_only, arguments.baseline)


def rules(
    arguments: Namespace,
    paths: Sequence[str],
    here: Path,
    mirror: Path | None,
    assess: Callable[[Namespace, Config], Assess],
) -> Rules:
    """What is judged by: as ``arguments``, whose options nobody has settled yet, and the configuration say, in the
    working directory ``here`` or in a mirror of the base."""
    import os

    from sgwarden.cli import config_options, policy_options
    from sgwarden.config.effective import FILE_VARIABLE
    from sgwarden.gate.policy_changes import Rules, nearest, there

    own = Namespace(**vars(arguments))
    own.with_checkov = None
    if mirror is not None:
        named = own.config or os.environ.get(FILE_VARIABLE)
        own.config = there(named, here, mirror) if named else None
        own.policies = [there(directory, here, mirror) for directory in own.policies]
        paths = [nearest(path, here, mirror) for path in paths]
    try:
        config = config_options.load(own, paths)
        config_options.selected(config, own)
    except UsageError as error:
        return Rules({}, failure=str(error))
    values = {key: (value.value, value.origin) for key, value in config.values.items()}
    return Rules(values, policy_options.identity(own), assess(own, config))
