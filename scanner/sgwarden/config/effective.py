"""The effective configuration: the command line over the environment over the file over the defaults."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from msgspec import Struct, to_builtins
from msgspec.structs import astuple, replace

from sgwarden.config import files
from sgwarden.config.configuration import DRIFT, Configuration, PathPolicies, Policies
from sgwarden.config.validate import Hint, convert, field_kinds, origin_of, problems, suggestion, unwrap
from sgwarden.errors import UsageError
from sgwarden.terraform.modules.files import CODE_ENDINGS

if TYPE_CHECKING:
    from sgwarden.settings import Settings

PREFIX = "SGWARDEN_"
FILE_VARIABLE = "SGWARDEN_CONFIG"
"""Names the file."""
DEFAULT = "default"
COMMAND_LINE = "command line"
_TABLES = ("policies", "paths", "exemptions")
"""Keys that no variable of the environment sets."""
_VARIABLES = {PREFIX + name.upper(): name for name in Configuration.__struct_fields__ if name not in _TABLES}

KNOWN_VARIABLES = frozenset(
    {
        *_VARIABLES, FILE_VARIABLE, "SGWARDEN_CHECKOV", "SGWARDEN_CHECKOV_ARGUMENTS", "SGWARDEN_CHECKOV_UNDECIDED",
        "SGWARDEN_EXECUTABLE", "SGWARDEN_TODAY", "SGWARDEN_TRACEBACK",
    }
)  # fmt: skip
"""Every variable of the environment that means something to a run."""


class Value(Struct, frozen=True):
    """A value and where it comes from."""

    value: Any
    """As ``tomllib`` gives it."""
    origin: str
    """``default``, ``command line``, the name of a variable, or ``file:line``."""


_OF_THE_CHANGE = re.compile(r"(?:[A-Z_]*HEAD|@)(?![\w/.-])|[:^]|[0-9a-f]{7,64}(?![\w/.-])")
"""What is relative to HEAD, found by a search, or a commit by its name: whoever writes the change chooses it."""


class Config(Struct, frozen=True, dict=True):
    """The configuration of a run: every key with its origin, and the file."""

    values: Mapping[str, Value]
    document: files.Document | None
    """The file, when there is one."""

    @cached_property
    def configuration(self) -> Configuration:
        """The values, typed."""
        checked: dict[str, object] = {}
        options: dict[str, object] = {}  # which the command line has checked
        for name, (value, origin) in ((name, astuple(value)) for name, value in self.values.items()):
            if origin == COMMAND_LINE:
                options[name] = tuple(value) if isinstance(value, list) else value
            elif origin != DEFAULT:
                checked[name] = value
        return replace(convert(checked, Configuration) if checked else Configuration(), **options)

    def __getitem__(self, name: str) -> Any:
        return self.values[name].value

    def _is_of_file(self, name: str) -> bool:
        return self.values[name].origin not in (DEFAULT, COMMAND_LINE, PREFIX + name.upper())

    def policy_directories(self) -> tuple[str, ...]:
        """Return the directories of the user's own policies, relative to the working directory."""
        return tuple(self._here(directory) for directory in self.configuration.policies.directories)

    def baseline(self) -> str | None:
        """Return the file of findings that do not count, relative to the working directory. Raises UsageError."""
        baseline = self.configuration.baseline
        if not baseline or not self._is_of_file("baseline") or self.document is None:
            return baseline or None
        path = self._here(baseline)
        if files.leads_out(Path(path), self.document):
            raise UsageError("baseline leads out of the repository", self.values["baseline"].origin, "give --baseline")
        return path

    def diff_base(self, paths: Sequence[str]) -> str | None:
        """Return the git reference to compare with.

        One that is not from the command line is about code alone: plans and states among the paths know their base.
        Raises UsageError for one of a file that a change could make to be the change itself.
        """
        reference = self.configuration.diff_base
        if self._is_of_file("diff_base") and _OF_THE_CHANGE.match(reference):
            raise UsageError(
                f"diff_base is {reference!r}, by which a change is compared with itself",
                self.values["diff_base"].origin, "name a branch, as origin/main, or give --diff-base",
            )  # fmt: skip
        if self.values["diff_base"].origin == COMMAND_LINE:
            return reference or None
        code = all(os.path.isdir(path) or path.endswith(CODE_ENDINGS) for path in paths)
        return reference if reference and code else None

    def _here(self, path: str) -> str:
        return os.path.normpath(os.path.join(self.directory, path)).replace(os.sep, "/")

    @property
    def directory(self) -> Path:
        """The directory that paths of the configuration are relative to."""
        return self.document.directory if self.document is not None else Path()

    @property
    def file(self) -> Path | None:
        """The file, when there is one."""
        return self.document.directory / Path(self.document.file).name if self.document is not None else None

    def settings(self) -> Settings:
        """Return the settings of the policies."""
        return self.configuration.settings()

    def place(self, *path: str | int) -> tuple[str, int] | None:
        """Return file and line of a part of the file."""
        return self.document.place(*path) if self.document is not None else None


def load(
    paths: Sequence[str],
    known: Sequence[str] | Callable[[Config], Sequence[str]],
    environment: Mapping[str, str],
    command_line: Mapping[str, object],
    named: str | None = None,
) -> Config:
    """Return the effective configuration of a run over ``paths``.

    Its file is the one that is ``named``, or the one found for the paths. ``known`` are the ids of all policies, or a function of the configuration that returns them, since it may name
    directories of policies. Raises UsageError, with file and line, for anything wrong in the file.
    """
    named = named or environment.get(FILE_VARIABLE)
    existing = [Path(path) for path in paths if path != "-" and os.path.exists(path)]
    found = Path(named) if named else files.find(existing or [Path.cwd()])
    document = None if found is None else files.read(found, named)
    config = effective(document, environment, command_line)
    ids = known(config) if callable(known) else known
    if document is not None:
        check_policies(config, ids)
    return config


def effective(
    document: files.Document | None, environment: Mapping[str, str], command_line: Mapping[str, object]
) -> Config:
    """Return the layers put over each other. Raises UsageError.

    ``command_line`` holds only options that were given.
    """
    values = {name: Value(_plain(value), DEFAULT) for name, value in to_builtins(Configuration()).items()}
    if document is not None:
        for name, value in document.values.items():
            file, line = document.place(name)
            values[name] = Value(value, f"{file}:{line}")
    for variable, name in _VARIABLES.items():
        if variable in environment:
            kind = field_kinds(Configuration)[name]
            values[name] = Value(_from_text(kind, environment[variable], variable), variable)
    for name, value in command_line.items():
        values[name] = Value(value, COMMAND_LINE)
    return Config(values, document)


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def check_policies(config: Config, known: Sequence[str]) -> None:
    """Raise UsageError for a policy that the file names and nobody has."""
    for path, name in _named(config.configuration):
        if name not in known:
            place = config.place(*path)
            where = f"{place[0]}:{place[1]}" if place else ""
            raise UsageError(f'there is no policy "{name}"', where, suggestion_of(name, known))


def suggestion_of(name: str, known: Sequence[str]) -> str:
    """Return the next step after the name of an unknown policy."""
    hint = suggestion(name, known)
    return hint if hint.startswith("did") else "`sgwarden policies` lists them"


def _named(configuration: Configuration) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield every id of a policy with its place."""
    tables: list[tuple[tuple[str | int, ...], Policies | PathPolicies]] = [(("policies",), configuration.policies)]
    tables += [(("paths", number), entry) for number, entry in enumerate(configuration.paths)]
    for path, table in tables:
        for part, names in (("enable", table.enable), ("disable", table.disable)):
            yield from (((*path, part, number), name) for number, name in enumerate(names))
        yield from (((*path, "severity", name), name) for name in table.severity)
    for number, entry in enumerate(configuration.exemptions):
        for name in entry.criteria().get("policy", ()):
            if name not in ("*", DRIFT):
                yield ("exemptions", number, "policy"), name


def _from_text(kind: Hint, text: str, variable: str) -> object:
    """Return the value of a variable of the environment: lists have commas, true and false are words.

    Raises UsageError.
    """
    base = unwrap(kind)[0]
    value: object
    if origin_of(base) is tuple:
        value = [_scalar(get_args(base)[0], part.strip()) for part in text.split(",") if part.strip()]
    else:
        value = _scalar(kind, text.strip())
    for problem in problems(value, kind, (variable,)):
        raise UsageError(problem.what, "", problem.next_step)
    return value


def _scalar(kind: Hint, text: str) -> object:
    base = unwrap(kind)[0]
    if base is bool:
        return {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text)
    if base is int and text.removeprefix("-").isdecimal():
        return int(text)
    return text
