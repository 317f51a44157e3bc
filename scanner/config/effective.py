"""The effective configuration: the command line over the environment over the file over the defaults."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scanner.config.kinds import Boolean, Choice, Integer, Kind, ListOf, suggestion
from scanner.config.table import DRIFT, KEYS
from scanner.errors import UsageError
from scanner.settings import Settings

if TYPE_CHECKING:
    from scanner.config.files import Document

PREFIX = "SGWARDEN_"
FILE_VARIABLE = "SGWARDEN_CONFIG"
"""Names the file."""
DEFAULT = "default"
COMMAND_LINE = "command line"
_SETTINGS = (
    "admin_ports", "high_risk_ports", "public_ports", "trusted_cidrs", "internet_ipv4_prefix", "internet_ipv6_prefix",
    "benchmark", "monitoring_asked",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Value:
    """A value and where it comes from."""

    value: Any
    origin: str
    """``default``, ``command line``, the name of a variable, or ``file:line``."""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything a run may be told in advance."""

    values: Mapping[str, Value]
    document: Document | None
    """The file, when there is one."""

    def __getitem__(self, name: str) -> Any:
        return self.values[name].value

    @property
    def directory(self) -> Path:
        """What the paths of the configuration are relative to."""
        return self.document.directory if self.document is not None else Path.cwd()

    def settings(self) -> Settings:
        """What the policies are told."""
        given: dict[str, Any] = {name: self[name] for name in _SETTINGS}
        given.update({name: tuple(value) for name, value in given.items() if isinstance(value, list)})
        return Settings(**given)

    def place(self, *path: str | int) -> tuple[str, int] | None:
        """File and line of a part of the file."""
        return self.document.place(*path) if self.document is not None else None


def load(
    paths: Sequence[str],
    known: Sequence[str],
    environment: Mapping[str, str],
    command_line: Mapping[str, Any],
    named: str | None = None,
) -> Config:
    """The effective configuration of a run over ``paths``, of the file that is ``named`` or else found for them.

    ``known`` are the ids of all policies. Raises UsageError, with file and line, for anything wrong in the file.
    """
    from scanner.config import files

    named = named or environment.get(FILE_VARIABLE)
    existing = [Path(path) for path in paths if path != "-" and os.path.exists(path)]
    found = Path(named) if named else files.find(existing or [Path.cwd()])
    document = None if found is None else files.read(found, named)
    config = effective(document, environment, command_line)
    if document is not None:
        check_policies(config, known)
    return config


def effective(document: Document | None, environment: Mapping[str, str], command_line: Mapping[str, Any]) -> Config:
    """Put the layers over each other; ``command_line`` holds what was really given. Raises UsageError."""
    values = {name: Value(key.default, DEFAULT) for name, key in KEYS.items()}
    if document is not None:
        for name, value in document.values.items():
            file, line = document.place(name)
            values[name] = Value(value, f"{file}:{line}")
    for name, key in KEYS.items():
        text = environment.get(PREFIX + name.upper())
        if text is not None and _is_plain(key.kind):
            values[name] = Value(_from_text(key.kind, text, PREFIX + name.upper()), PREFIX + name.upper())
    for name, value in command_line.items():
        values[name] = Value(value, COMMAND_LINE)
    return Config(values, document)


def check_policies(config: Config, known: Sequence[str]) -> None:
    """Raise UsageError for a policy that the file names and nobody has."""
    for path, name in _named(config):
        if name not in known:
            place = config.place(*path)
            where = f"{place[0]}:{place[1]}" if place else ""
            raise UsageError(f'there is no policy "{name}"', where, suggestion_of(name, known))


def suggestion_of(name: str, known: Sequence[str]) -> str:
    """The next step after the name of a policy that nobody has."""
    hint = suggestion(name, known)
    return hint if hint.startswith("did") else "`sgwarden policies` lists them"


def _named(config: Config) -> Iterable[tuple[tuple[str | int, ...], str]]:
    tables: list[tuple[tuple[str | int, ...], Mapping[str, Any]]] = [(("policies",), config["policies"])]
    tables += [(("paths", number), entry) for number, entry in enumerate(config["paths"])]
    for path, table in tables:
        for part in ("enable", "disable"):
            yield from (((*path, part, number), name) for number, name in enumerate(table.get(part, [])))
        yield from (((*path, "severity", name), name) for name in table.get("severity", {}))
    for number, entry in enumerate(config["exemptions"]):
        for name in as_list(entry.get("policy", [])):
            if name not in ("*", DRIFT):
                yield ("exemptions", number, "policy"), name


def as_list(value: Any) -> list[Any]:
    """One value or many, as many."""
    return value if isinstance(value, list) else [value]


def _is_plain(kind: Kind) -> bool:
    return isinstance(kind, Boolean | Choice | Integer) or (isinstance(kind, ListOf) and not _has_tables(kind))


def _has_tables(kind: ListOf) -> bool:
    return "properties" in kind.item.schema()


def _from_text(kind: Kind, text: str, name: str) -> Any:
    """The value that a variable of the environment spells: lists with commas, true and false as words."""
    value: Any
    if isinstance(kind, ListOf):
        value = [_scalar(kind.item, part.strip()) for part in text.split(",") if part.strip()]
    else:
        value = _scalar(kind, text.strip())
    for problem in kind.problems(value, (name,)):
        raise UsageError(problem.what, "", problem.next_step)
    return value


def _scalar(kind: Kind, text: str) -> Any:
    if isinstance(kind, Boolean):
        return {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text)
    if isinstance(kind, Integer) and text.lstrip("-").isdecimal():
        return int(text)
    return text


def variables(environment: Mapping[str, str] | None = None) -> list[str]:
    """Names of the environment's variables that set a key."""
    given = os.environ if environment is None else environment
    return [PREFIX + name.upper() for name in KEYS if PREFIX + name.upper() in given]
