"""Root modules below a path: directories with configuration that are not only called as modules."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from sgwarden.terraform.modules.files import (
    is_automatic,
    is_configuration,
    is_local,
    is_variable_file,
    local_directory,
    repository_root,
)

if TYPE_CHECKING:
    from sgwarden.terraform.modules.module import Module

_PASSED_OVER = frozenset({"node_modules", "__pycache__", "venv"})
_INSTALLED = frozenset({"modules", "providers"})
"""What ``terraform init`` fills below ``.terraform``."""
_TERRAGRUNT = frozenset(
    {
        "terragrunt.hcl",
        "terragrunt.hcl.json",
        "terragrunt.stack.hcl",
        "terragrunt.stack.hcl.json",
        "terragrunt.values.hcl",
    }
)
"""https://terragrunt.gruntwork.io/docs/reference/hcl/"""
_STACKS = (".tfcomponent.hcl", ".tfcomponent.json", ".tfstack.hcl", ".tfstack.json", ".tfdeploy.hcl", ".tfdeploy.json")
"""https://developer.hashicorp.com/terraform/language/stacks; ``.tfstack.hcl`` is the older name."""


class Layout(Struct, frozen=True):
    """What one directory says about root modules."""

    calls: tuple[str, ...]
    """Directories of the local modules it calls."""
    root: bool
    """Whether it is a root module although others call it."""


class Discovered(Struct, frozen=True):
    """What lies below a path."""

    roots: tuple[Path, ...]
    """Directories of root modules, sorted."""
    modules: tuple[Path, ...]
    """Directories that are only called as modules, sorted."""
    unlisted: tuple[tuple[Path, str], ...]
    """Directories that could not be listed, and why."""
    layouts: Mapping[Path, Layout]
    """What each directory says."""
    unread: tuple[tuple[Path, str], ...] = ()
    """Files of other tools, and directories passed over although they hold configuration that no module call reaches,
    each with the reason."""
    variable_files: tuple[Path, ...] = ()
    """Variable files that Terraform loads for no directory by itself."""

    def using(self, directories: Collection[Path]) -> tuple[Path, ...]:
        """Return the root modules that are, or call at any depth, one of ``directories``."""
        calls = {directory: _targets(found) for directory, found in self.layouts.items()}
        return tuple(root for root in self.roots if not _closure([root], calls).isdisjoint(directories))

    def reached(self, root: Path) -> set[Path]:
        """Return a root module's directory and those of all modules that it calls at any depth."""
        return _closure([root], {directory: _targets(found) for directory, found in self.layouts.items()})


class Others(Struct):
    """What a walk meets besides directories with configuration."""

    walked: set[Path] = field(default_factory=set)
    passed_over: list[Path] = field(default_factory=list)
    """Directories, and links to directories, that were not entered."""
    foreign: list[Path] = field(default_factory=list)
    """Files of tools beside Terraform."""
    variable_files: list[Path] = field(default_factory=list)


def _targets(layout: Layout) -> list[Path]:
    """Return what a directory calls, by the path of the call and with links resolved."""
    return [target for call in layout.calls for target in (Path(call), Path(os.path.realpath(call)))]


def _closure(directories: Iterable[Path], calls: Mapping[Path, Sequence[Path]]) -> set[Path]:
    """Return directories and all that they call at any depth."""
    reached: set[Path] = set()
    waiting = list(directories)
    while waiting:
        directory = waiting.pop()
        if directory not in reached:
            reached.add(directory)
            waiting += calls.get(directory, ())
    return reached


def layout(module: Module) -> Layout:
    """Return what the module's directory says about root modules."""
    return Layout(tuple(str(path) for path in called_directories(module)), _is_root(module))


def discover(
    path: Path,
    layout_of: Callable[[Path], Layout],
    on_listing: Callable[[Path, Sequence[str]], None] = lambda directory, names: None,
) -> Discovered:
    """Return the root modules below ``path``, and what else lies there.

    ``layout_of`` gives the layout of a directory, and may raise OSError; before that ``on_listing`` gets the names
    of all that lies in it.

    A directory that others call is a root module as well when it configures a backend or has
    variable files of its own, which only root modules use, and when no root module reaches it (modules that call each
    other in a circle).
    """
    unlisted: list[tuple[Path, str]] = []
    layouts: dict[Path, Layout] = {}
    others = Others()
    calls: dict[Path, list[Path]] = {}

    def lay_out(directory: Path) -> None:
        try:
            layouts[directory] = layout_of(directory)
            calls[directory] = _targets(layouts[directory])
        except OSError as error:
            unlisted.append((directory, str(error.strerror)))

    for directory, names in configuration_directories(path, unlisted, others):
        on_listing(directory, names)
        lay_out(directory)
    visible = frozenset(layouts)
    passed_over = _passed_over(path, others, unlisted)
    hidden = {directory for _, held in passed_over for directory in held}
    reached = _closure(layouts, calls)
    while waiting := sorted(reached & hidden):
        for directory in waiting:
            hidden.discard(directory)
            lay_out(directory)
        reached = _closure(layouts, calls)
    called = {target for directory, targets in calls.items() for target in targets if target != directory}
    roots = {directory for directory in visible if layouts[directory].root or directory not in called}
    judged = _closure(roots, calls)
    for directory in sorted(visible - judged):
        if directory not in judged:
            roots.add(directory)
            judged |= _closure([directory], calls)
    unread = [(file, f"a file of {tool_of(file.name)}, which is not read") for file in others.foreign]
    for directory, held in passed_over:
        unreached = [each for each in held if each not in reached]
        if unreached:
            unread.append((directory, _why_passed_over(directory, unreached[0])))
    return Discovered(
        tuple(sorted(roots)),
        tuple(sorted(layouts.keys() - roots)),
        tuple(sorted(unlisted)),
        layouts,
        tuple(sorted(unread)),
        tuple(sorted(file for file in others.variable_files if not (file.parent in roots and is_automatic(file.name)))),
    )


def configuration_directories(
    path: Path, unlisted: list[tuple[Path, str]], others: Others | None = None
) -> Iterator[tuple[Path, list[str]]]:
    """Yield each directory at and below ``path`` with configuration files, and the names of all that lies in it.

    Links in ``path`` are resolved; hidden directories and links to directories below it are passed over.
    """

    def failed(error: OSError) -> None:
        unlisted.append((Path(error.filename or path), str(error.strerror)))

    for directory, names, files in os.walk(path.resolve(), onerror=failed):
        everything = [*names, *files]
        if others is not None:
            _note(Path(directory), names, files, others)
        names[:] = sorted(name for name in names if not _is_passed_over(name))
        if any(is_configuration(name) for name in files):
            yield Path(directory), everything


def _is_passed_over(name: str) -> bool:
    return name.startswith(".") or name in _PASSED_OVER


def _note(directory: Path, names: Sequence[str], files: Sequence[str], others: Others) -> None:
    others.walked.add(directory)
    for name in names:
        if name != ".git" and (_is_passed_over(name) or os.path.islink(directory / name)):
            others.passed_over.append(directory / name)
    for name in files:
        if tool_of(name):
            others.foreign.append(directory / name)
        elif is_variable_file(name):
            others.variable_files.append(directory / name)


def tool_of(name: str) -> str:
    """Return which tool beside Terraform's own commands a file of this name is for; empty for none."""
    if name in _TERRAGRUNT:
        return "Terragrunt"
    return "Terraform Stacks" if name.endswith(_STACKS) else ""


def _passed_over(path: Path, others: Others, unlisted: list[tuple[Path, str]]) -> list[tuple[Path, list[Path]]]:
    """Return each directory that was passed over with the directories of configuration at and below it, both sorted.

    Links come last, and count only with what nothing else holds; of what lies outside of the repository nothing but
    the names in one directory is looked at.
    """
    found: list[tuple[Path, list[Path]]] = []
    known = set(others.walked)
    for directory in sorted(others.passed_over, key=lambda each: (os.path.islink(each), each)):
        target = Path(os.path.realpath(directory))
        if target in known:
            continue
        inside = not os.path.islink(directory) or target.is_relative_to(repository_root(path))
        held = [each for each in _holding(target, unlisted, deep=inside) if each not in known]
        known.update(held)
        if held:
            found.append((directory, held))
    return found


def _holding(top: Path, unlisted: list[tuple[Path, str]], *, deep: bool) -> list[Path]:
    """Return the directories with configuration at and below one, sorted; what init installs is left out."""

    held = []
    pending = [str(top)]
    while pending:  # twice as fast as os.walk, which counts: a virtual environment has tens of thousands of files
        directory = pending.pop()
        leave_out = (".git", *_INSTALLED) if directory.endswith(f"{os.sep}.terraform") else (".git",)
        holds = False
        try:
            with os.scandir(directory) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        if deep and entry.name not in leave_out:
                            pending.append(entry.path)
                    elif not holds and is_configuration(entry.name):
                        holds = not entry.is_dir()
        except OSError as error:
            unlisted.append((Path(directory), str(error.strerror)))
        if holds:
            held.append(Path(directory))
    return sorted(held)


def _why_passed_over(directory: Path, unreached: Path) -> str:
    if os.path.islink(directory):
        kind = "links to directories"
    elif directory.name.startswith("."):
        kind = "hidden directories"
    else:
        kind = f"directories named {directory.name}"
    below = f" in {unreached.relative_to(directory).as_posix()}" if unreached.is_relative_to(directory) else ""
    below = "" if below == " in ." else below
    return f"{kind} are passed over, and this one holds Terraform configuration{below}; give its path to have it judged"


def called_directories(module: Module) -> Iterator[Path]:
    """Yield directories of the local modules that ``module`` calls."""
    from sgwarden.terraform.modules.module import call_source  # imported late: a run from the cache parses nothing

    for declaration in module.calls.values():
        source = call_source(declaration)
        if source is not None and is_local(source):
            yield local_directory(source, module.directory)


def _is_root(module: Module) -> bool:
    if any(is_variable_file(name) for name in os.listdir(module.directory)):
        return True
    return any(
        "backend" in declaration.stub.text or "cloud" in declaration.stub.text for declaration in module.settings
    ) and any(
        block.type in ("backend", "cloud") for declaration in module.settings for block in declaration.body.blocks
    )


__all__ = ["Discovered", "Layout", "configuration_directories", "discover", "layout", "repository_root"]
