"""The effective configuration: the command line over the environment over the file over the defaults."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sgwarden.config.kinds import Boolean, Choice, Integer, Kind, ListOf, Text, suggestion
from sgwarden.config.table import DRIFT, KEYS
from sgwarden.errors import UsageError
from sgwarden.settings import Settings

if TYPE_CHECKING:
    from sgwarden.config.files import Document

PREFIX = "SGWARDEN_"
FILE_VARIABLE = "SGWARDEN_CONFIG"
"""Names the file."""
_CODE = (".tf", ".tf.json", ".tofu", ".tofu.json", ".tfvars", ".tfvars.json")
DEFAULT = "default"
COMMAND_LINE = "command line"
_SETTINGS = (
    "admin_ports", "high_risk_ports", "public_ports", "trusted_cidrs", "internet_ipv4_prefix", "internet_ipv6_prefix",
    "benchmark", "monitoring_asked",
)  # fmt: skip


class Value(Struct, frozen=True):
    """A value and where it comes from."""

    value: Any
    origin: str
    """``default``, ``command line``, the name of a variable, or ``file:line``."""


class Config(Struct, frozen=True):
    """Everything a run may be told in advance."""

    values: Mapping[str, Value]
    document: Document | None
    """The file, when there is one."""

    def __getitem__(self, name: str) -> Any:
        return self.values[name].value

    def _is_of_file(self, name: str) -> bool:
        return self.values[name].origin not in (DEFAULT, COMMAND_LINE, PREFIX + name.upper())

    def policy_directories(self) -> tuple[str, ...]:
        """Directories with policies of the user's own, relative to the working directory."""
        return tuple(self._here(each) for each in self["policies"].get("directories", ()))

    def baseline(self) -> str | None:
        """The file of findings that do not count, relative to the working directory. Raises UsageError."""
        from sgwarden.config.files import leads_out

        given: str = self["baseline"]
        if not given or not self._is_of_file("baseline") or self.document is None:
            return given or None
        path = self._here(given)
        if leads_out(Path(path), self.document):
            raise UsageError("baseline leads out of the repository", self.values["baseline"].origin, "give --baseline")
        return path

    def diff_base(self, paths: Sequence[str]) -> str | None:
        """The git reference to compare with. What is not the command line's is about code: plans and states that are
        among the paths know their own base."""
        given: str = self["diff_base"]
        if self.values["diff_base"].origin == COMMAND_LINE:
            return given or None
        code = all(os.path.isdir(path) or path.endswith(_CODE) for path in paths)
        return given if given and code else None

    def _here(self, path: str) -> str:
        return os.path.normpath(os.path.join(self.directory, path)).replace(os.sep, "/")

    @property
    def directory(self) -> Path:
        """What the paths of the configuration are relative to."""
        return self.document.directory if self.document is not None else Path()

    @property
    def file(self) -> Path | None:
        """The file, when there is one."""
        return self.document.directory / Path(self.document.file).name if self.document is not None else None

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
    known: Sequence[str] | Callable[[Config], Sequence[str]],
    environment: Mapping[str, str],
    command_line: Mapping[str, Any],
    named: str | None = None,
) -> Config:
    """The effective configuration of a run over ``paths``, of the file that is ``named`` or else found for them.

    ``known`` are the ids of all policies, or tells them: the configuration may name directories of policies. Raises UsageError, with file and line, for anything wrong in the file.
    """
    from sgwarden.config import files

    named = named or environment.get(FILE_VARIABLE)
    existing = [Path(path) for path in paths if path != "-" and os.path.exists(path)]
    found = Path(named) if named else files.find(existing or [Path.cwd()])
    document = None if found is None else files.read(found, named)
    config = effective(document, environment, command_line)
    ids = known(config) if callable(known) else known
    if document is not None:
        check_policies(config, ids)
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
    return isinstance(kind, Boolean | Choice | Integer | Text) or (isinstance(kind, ListOf) and not _has_tables(kind))


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
