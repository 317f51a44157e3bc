"""Values of a root module's variables, from every place Terraform takes them, with its precedence.

Later sources win: environment, terraform.tfvars, terraform.tfvars.json, ``*.auto.tfvars`` and
``*.auto.tfvars.json`` in lexical order, then ``-var-file`` and ``-var`` in the order given.
Source: https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from sgwarden.model.locations import Location
from sgwarden.terraform.modules.files import (
    Unread,
    UnreadableFile,
    read_scanned,
    read_scanned_if_possible,
    repository_root,
)
from sgwarden.terraform.syntax import ast
from sgwarden.terraform.syntax.parse import parse_expression, read_attributes
from sgwarden.terraform.types.types import Type

if TYPE_CHECKING:
    from sgwarden.terraform.syntax.parse import BlockCache

WORKSPACE_FILE = Path(".terraform") / "environment"
"""Where ``terraform workspace select`` keeps the name, below the root module."""
_WORKSPACE_LIMIT = 64 * 1024


class VariableOptions(Struct, frozen=True):
    """What the user gives on the command line for every root module."""

    variables: tuple[tuple[str, str], ...] = ()
    """``--var``: name and text, in order."""
    var_files: tuple[Path, ...] = ()
    var_files_before: tuple[int, ...] = ()
    """For each of ``variables``, after how many of ``var_files`` it was given; empty: after all."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Environment variables; only ``TF_VAR_*`` and ``TF_WORKSPACE`` are read."""
    workspace: str | None = None


class VariableValue(Struct, frozen=True):
    """One value given to a root variable."""

    source: Location | str
    """Where it was given, as shown to the user: a line of a variable file, ``--var``, ``TF_VAR_x``."""
    expression: ast.Expression | None
    text: str | None = None
    """Text of ``--var`` and ``TF_VAR_*``: literal for a string variable, else an expression."""
    file: Path | None = None

    def expression_for(self, type_: Type | None) -> ast.Expression:
        """Return the expression to evaluate for a variable of ``type_`` (None or "any": as a literal string).

        Raises EvaluationError or ValueError when the text is no expression.
        """
        if self.expression is not None:
            return self.expression
        assert self.text is not None
        if type_ in (None, "any", "string", "number", "bool"):
            return ast.Literal((1, 1, 1, 1), self.text)
        return parse_expression(self.text)


def variable_values(
    directory: Path,
    options: VariableOptions,
    allowed_root: Path,
    show: Callable[[Path], str],
    on_read: Callable[[Path], None],
    cache: BlockCache | None = None,
) -> tuple[dict[str, VariableValue], list[Unread]]:
    """Return the value of each variable that is given one, and the files that could not be read."""
    values: dict[str, VariableValue] = {}
    unread: list[Unread] = []
    for name, text in sorted(options.environment.items()):
        if name.startswith("TF_VAR_"):
            values[name.removeprefix("TF_VAR_")] = VariableValue(name, None, text)
    given = dict(enumerate(options.variables))
    before = options.var_files_before or (len(options.var_files),) * len(options.variables)
    automatic = automatic_files(directory)
    for number, path in enumerate([*automatic, *options.var_files], -len(automatic)):
        explicit = number >= 0
        for index in [index for index in given if explicit and before[index] <= number]:
            name, text = given.pop(index)
            values[name] = VariableValue("--var", None, text)
        on_read(path)
        try:
            data = read_scanned(path, path.resolve().parent if explicit else allowed_root)
        except UnreadableFile as error:
            unread.append(Unread(path, 1, 1, str(error)))
            continue
        attributes, problems = read_attributes(path, data, cache)
        unread.extend(Unread(path, p.line, p.column, p.message) for p in problems)
        for name, attribute in attributes.items():
            line = attribute.span[0]
            values[name] = VariableValue(Location(show(path), line, line), attribute.expression, file=path)
    for name, text in given.values():
        values[name] = VariableValue("--var", None, text)
    return values, unread


def automatic_files(directory: Path) -> list[Path]:
    """Return the variable files that Terraform loads by itself, in its order."""
    found = [directory / name for name in ("terraform.tfvars", "terraform.tfvars.json") if (directory / name).exists()]
    automatic = (p for p in directory.iterdir() if p.name.endswith((".auto.tfvars", ".auto.tfvars.json")))
    return found + sorted(automatic, key=lambda path: path.name)


def workspace(directory: Path, options: VariableOptions) -> str:
    """Return the selected workspace: option, TF_WORKSPACE, ``.terraform/environment``, else ``default``."""
    if options.workspace:
        return options.workspace
    if options.environment.get("TF_WORKSPACE"):
        return options.environment["TF_WORKSPACE"]
    data = read_scanned_if_possible(directory / WORKSPACE_FILE, repository_root(directory), _WORKSPACE_LIMIT)
    return (data or b"").decode("utf-8", "replace")[:256].strip() or "default"
