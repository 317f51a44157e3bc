"""A module as its files state it: variables, locals, resources, module calls, with overrides merged.

Nothing is evaluated here, and a block's inside is parsed only on its first use.
Sources: https://developer.hashicorp.com/terraform/language/files and .../files/override.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from sgwarden.model.locations import Location
from sgwarden.terraform.modules.files import (
    Unread,
    UnreadableFile,
    configuration_files,
    is_override,
    read_scanned,
    read_scanned_if_possible,
    replaced_files,
)
from sgwarden.terraform.syntax import ast
from sgwarden.terraform.syntax.parse import SourceFile, read_file
from sgwarden.terraform.syntax.peek import Unclear, argument

if TYPE_CHECKING:
    from sgwarden.terraform.syntax.parse import BlockCache, BlockStub


class Declaration:
    """One block of a module, with what override files change in it."""

    __slots__ = ("_body", "_files", "file", "overrides", "stub")

    def __init__(self, file: Path, stub: BlockStub) -> None:
        self.file = file
        self.stub = stub
        self.overrides: list[tuple[Path, BlockStub]] = []
        self._body: ast.Body | None = None
        self._files: dict[int, Path] = {}

    @property
    def body(self) -> ast.Body:
        """The merged body; empty where the block could not be parsed (see ``problems``)."""
        if self._body is None:
            body = self.stub.body or ast.Body()
            for file, stub in self.overrides:
                body = self._merge(body, stub.body or ast.Body(), file)
            self._body = body
        return self._body

    def argument(self, name: str) -> ast.Attribute | None:
        """Return one argument; the block is parsed for it only where its text is not plain."""
        if self._body is None and not self.overrides and self.file.suffix != ".json":
            found = argument(self.stub, name)
            if not isinstance(found, Unclear):
                return found
        return self.body.attributes.get(name)

    def lifecycle_argument(self, name: str) -> ast.Attribute | None:
        """Return an argument of the ``lifecycle`` block; nothing is parsed where no text mentions it."""
        if not any(
            "lifecycle" in stub.text and name in stub.text
            for stub in (self.stub, *(stub for _, stub in self.overrides))
        ):
            return None
        blocks = (block for block in self.body.blocks if block.type == "lifecycle")
        return next((found for block in blocks if (found := block.body.attributes.get(name)) is not None), None)

    def _merge(self, base: ast.Body, change: ast.Body, file: Path) -> ast.Body:
        for attribute in change.attributes.values():
            self._files[id(attribute)] = file
        replaced = {_kind(block) for block in change.blocks}
        kept = [block for block in base.blocks if _kind(block) not in replaced or block.type == "lifecycle"]
        added = []
        for block in change.blocks:
            self._files[id(block)] = file
            old = next((b for b in kept if b.type == "lifecycle"), None) if block.type == "lifecycle" else None
            if old is not None:
                kept.remove(old)
                merged = {**old.body.attributes, **block.body.attributes}
                block = ast.Block(block.span, block.type, block.labels, ast.Body(merged, block.body.blocks))
            added.append(block)
        return ast.Body({**base.attributes, **change.attributes}, (*kept, *added))

    def file_of(self, node: ast.Attribute | ast.Block) -> Path:
        """Return the file that a direct child of this block was written in."""
        return self._files.get(id(node), self.file)

    @property
    def problems(self) -> Iterator[Unread]:
        """What could not be parsed of it."""
        for file, stub in [(self.file, self.stub), *self.overrides]:
            problem = stub.known_problem
            if problem is not None:
                yield Unread(file, problem.line, problem.column, problem.message)


def _kind(block: ast.Block) -> str:
    """Return what a nested block counts as: a dynamic block counts as the blocks it makes."""
    return block.labels[0] if block.type == "dynamic" and block.labels else block.type


class Module(Struct):
    """The configuration of one directory."""

    directory: Path
    files: dict[Path, SourceFile] = field(default_factory=dict)
    variables: dict[str, Declaration] = field(default_factory=dict)
    outputs: dict[str, Declaration] = field(default_factory=dict)
    resources: dict[tuple[str, str, str], Declaration] = field(default_factory=dict)
    """By mode (``managed`` or ``data``), type and name."""
    calls: dict[str, Declaration] = field(default_factory=dict)
    providers: list[Declaration] = field(default_factory=list)
    settings: list[Declaration] = field(default_factory=list)
    """The ``terraform`` blocks."""
    removed: list[Declaration] = field(default_factory=list)
    """The ``removed`` blocks."""
    unread: list[Unread] = field(default_factory=list)
    replaced: list[Path] = field(default_factory=list)
    """Files that OpenTofu does not read because of a ``.tofu`` file of the same stem."""
    _local_blocks: list[Declaration] = field(default_factory=list)
    _locals: dict[str, tuple[Path, ast.Attribute]] | None = None

    @property
    def locals(self) -> dict[str, tuple[Path, ast.Attribute]]:
        """Local values by name, each with the file it stands in."""
        if self._locals is None:
            self._locals = {}
            for declaration in self._local_blocks:
                for name, attribute in declaration.body.attributes.items():
                    self._locals[name] = (declaration.file, attribute)
        return self._locals

    def declarations(self) -> Iterator[Declaration]:
        """Yield every block that is understood."""
        for group in (self.variables, self.outputs, self.resources, self.calls):
            yield from group.values()
        yield from self.providers
        yield from self.settings
        yield from self.removed
        yield from self._local_blocks

    def problems(self) -> Iterator[Unread]:
        """Yield everything of it that could not be read so far."""
        yield from self.unread
        for declaration in self.declarations():
            yield from declaration.problems

    def add(self, file: Path, stub: BlockStub, override: bool) -> None:
        """Take in one top-level block."""
        slot = self._slot(stub)
        if slot is None:
            if stub.type == "locals":
                self._local_blocks.append(Declaration(file, stub))
            elif stub.type == "provider":
                self.providers.append(Declaration(file, stub))
            elif stub.type == "terraform":
                self.settings.append(Declaration(file, stub))
            elif stub.type == "removed":
                self.removed.append(Declaration(file, stub))
            elif stub.type not in _TOLERATED:
                self.unread.append(Unread(file, stub.line, 1, f'unsupported block type "{stub.type}"'))
            return
        group, key = slot
        existing = group.get(key)
        if existing is None:
            group[key] = Declaration(file, stub)
        elif override:
            existing.overrides.append((file, stub))
        else:
            first = f"{existing.file.name}:{existing.stub.line}"
            self.unread.append(
                Unread(file, stub.line, 1, f"{'.'.join(stub.labels)} is declared twice, first at {first}")
            )

    def _slot(self, stub: BlockStub) -> tuple[dict[object, Declaration], object] | None:
        labels = tuple(stub.labels)
        if stub.type in ("resource", "data", "ephemeral") and len(labels) == 2:
            mode = {"resource": "managed"}.get(stub.type, stub.type)
            return self.resources, (mode, *labels)  # type: ignore[return-value]
        if len(labels) == 1:
            group = {"variable": self.variables, "output": self.outputs, "module": self.calls}.get(stub.type)
            if group is not None:
                return group, labels[0]  # type: ignore[return-value]
        return None


_TOLERATED = frozenset({"moved", "import", "check", "language", "action"})


class ModuleLoader:
    """Loads each directory once, and each file at most once.

    ``allowed_root`` bounds what is read: a file that lies outside it, also through a symbolic
    link, is reported as unread.
    """

    def __init__(
        self, allowed_root: Path, cache: BlockCache | None = None, on_read: Callable[[Path], None] | None = None
    ) -> None:
        self.allowed_root = allowed_root.resolve()
        self.cache = cache
        self.on_read = on_read
        self._modules: dict[Path, Module] = {}

    def load(self, directory: Path) -> Module:
        """Return the module in ``directory``; raises OSError when the directory cannot be listed."""
        directory = Path(os.path.normpath(directory.absolute()))
        module = self._modules.get(directory)
        if module is None:
            module = Module(directory)
            self._modules[directory] = module
            for path in configuration_files(directory):
                self._read(module, path)
            for path, twin in replaced_files(directory):
                self._report_replaced(module, path, twin)
        return module

    def loaded_modules(self) -> list[Module]:
        """Return the modules read so far."""
        return list(self._modules.values())

    def _report_replaced(self, module: Module, path: Path, twin: Path) -> None:
        module.replaced.append(path)
        own, other = (read_scanned_if_possible(each, self.allowed_root) for each in (path, twin))
        if own is None or own != other:
            reason = f"is not read: OpenTofu reads {twin.name} in its place, but Terraform reads it; keep one of them"
            module.unread.append(Unread(path, 1, 1, reason))

    def _read(self, module: Module, path: Path) -> None:
        try:
            data = read_scanned(path, self.allowed_root)
        except UnreadableFile as error:
            module.unread.append(Unread(path, 1, 1, str(error)))
            return
        if self.on_read is not None:
            self.on_read(path)
        source = read_file(path, data, self.cache)
        module.files[path] = source
        module.unread.extend(Unread(path, p.line, p.column, p.message) for p in source.problems)
        for stub in source.blocks:
            module.add(path, stub, is_override(path.name))


_SOURCE = re.compile(r'(?<![\w.-])"?source"?[ \t]*[=:](?!=)[ \t]*("(?:[^"\\$]|\$(?!\{))*")?')


def call_source(declaration: Declaration) -> str | None:
    """Return the literal ``source`` of a module call, or None when it is not a literal string.

    A call nearly always says ``source = "..."`` just once; then nothing needs to be parsed.
    """
    if not declaration.overrides:
        found = _SOURCE.findall(declaration.stub.text)
        if len(found) == 1 and found[0]:
            return str(found[0][1:-1])
    attribute = declaration.body.attributes.get("source")
    if attribute is not None and isinstance(attribute.expression, ast.Literal):
        value = attribute.expression.value
        return value if isinstance(value, str) else None
    return None


def literal_version(declaration: Declaration) -> str | None:
    """Return the literal ``version`` of a module call, or None."""
    attribute = declaration.body.attributes.get("version")
    value = attribute.expression.value if attribute and isinstance(attribute.expression, ast.Literal) else None
    return value if isinstance(value, str) else None


def literal_parts(expression: ast.Expression) -> list[str]:
    """Return the texts of a template that stand between its interpolations; the first may be empty."""
    parts = expression.parts if isinstance(expression, ast.Template) else ()
    texts = [str(part.value) if isinstance(part, ast.Literal) else "" for part in parts]
    return texts or [""]


def location(file: str, span: ast.Span, module_path: tuple[str, ...] = ()) -> Location:
    """Return a span of ``file`` as the model's Location."""
    line, column, end_line, end_column = span
    return Location(file, line, end_line, column, end_column, module_path)
