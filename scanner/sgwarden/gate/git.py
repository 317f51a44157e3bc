"""Commits of a git repository, read from its object database; the work tree is never touched.

Git itself is asked, by plumbing commands alone, and nothing of the repository is executed: no hooks, filters,
file system monitors, external diffs or fetches of missing objects.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from msgspec import Struct

from sgwarden.errors import InputError, UsageError

_PROTOCOLS = ("file", "git", "http", "https", "ssh", "ext")
_QUIET = tuple(
    part
    for setting in (
        "core.fsmonitor=false", "core.hooksPath=/dev/null", "core.sshCommand=false", "core.askPass=false",
        "credential.helper=", "safe.bareRepository=explicit",
        "protocol.allow=never", *(f"protocol.{name}.allow=never" for name in _PROTOCOLS),
    )
    for part in ("-c", setting)
)  # fmt: skip
"""By name as well: a repository that allows one protocol by name wins over what holds for all."""
_TIMEOUT = 300
MAX_FILE = 16 * 1024 * 1024
MAX_TOTAL = 1024 * 1024 * 1024
"""Bytes of one file and of a whole tree that are read; what is larger is left out, and said to be."""
_FIRST = (".tf", ".tofu", ".tf.json", ".tofu.json", ".tfvars", ".tfvars.json")
_LINK, _SUBMODULE = "120000", "160000"


class Entry(Struct, frozen=True):
    """One file of a commit."""

    mode: str
    """``100644``, ``100755``, ``120000`` for a symbolic link, ``160000`` for a submodule."""
    object: str
    path: str
    """Relative to the top of the repository, forward slashes."""


class Repository:
    """One repository, by its top directory."""

    def __init__(self, top: Path) -> None:
        self.top = top.resolve()

    @classmethod
    def around(cls, directory: Path) -> Repository:
        """Return the repository whose work tree holds ``directory``. Raises UsageError when there is none."""
        here = directory.resolve()
        top = next((place for place in (here, *here.parents) if _is_top(place)), None)
        if top is None:
            message = "no commit can be read: not a git repository (or any of the parent directories): .git"
            raise UsageError(message, str(directory), "run this in a clone of the repository")
        done = _git(top, "rev-parse", "--show-toplevel", bound=False)  # checks the owner, which --git-dir leaves out
        if done.returncode != 0:
            help_ = "run this in a clone of the repository"
            if b"dubious ownership" in done.stderr:
                help_ = f"run `git config --global --add safe.directory {top}` if you trust it"
            raise UsageError(f"no commit can be read: {_first_line(done.stderr)}", str(directory), help_)
        if Path(os.fsdecode(done.stdout).rstrip("\n")).resolve() != top:
            help_ = "run this in the directory that `git rev-parse --show-toplevel` names"
            raise UsageError("git takes another directory for the top of this repository", str(top), help_)
        return cls(top)

    def merge_base(self, reference: str) -> str:
        """Return the commit where HEAD and ``reference`` part.

        Raises UsageError with the command that helps for a reference that is not there, and for a clone that is
        too shallow to tell.
        """
        theirs = self._commit(reference)
        ours = self._commit("HEAD")
        done = self._run("merge-base", theirs, ours)
        found = done.stdout.decode().split()
        if done.returncode == 0 and found:
            return found[0]
        if self._is_shallow():
            raise UsageError(
                f"this clone is too shallow to tell where HEAD and {reference} part",
                next_step="run `git fetch --unshallow` (or `--deepen=100`), or check out with the whole history",
            )
        raise UsageError(f"HEAD and {reference} have no commit in common", next_step="give another base")

    def entries(self, commit: str) -> list[Entry]:
        """Return every file of a commit."""
        done = self._run("ls-tree", "-r", "-z", "--full-tree", commit)
        if done.returncode != 0:
            raise self._unreadable(commit, done.stderr)
        found = []
        for line in done.stdout.split(b"\0"):
            if line:
                facts, _, path = line.partition(b"\t")
                mode, _, name = facts.decode().split()
                found.append(Entry(mode, name, os.fsdecode(path)))
        return found

    def write_tree(self, commit: str, target: Path) -> list[str]:
        """Write the files of a commit below ``target``; tells what was left out, one line each.

        Terraform files come first, so that they are there when the whole is too large. Links that stay in the
        tree are made again; they are never followed here. Submodules are left out, and so are other files than
        Terraform's that this clone lacks; raises InputError when it lacks one of Terraform's.
        """
        left_out: list[str] = []
        wanted: list[Entry] = []
        links: list[Entry] = []
        total = 0
        entries = sorted(self.entries(commit), key=lambda entry: (not entry.path.endswith(_FIRST), entry.path))
        sizes = self._sizes(entry.object for entry in entries if entry.mode != _SUBMODULE)
        for entry in entries:
            size = sizes.get(entry.object)
            if not _is_safe(entry.path):
                left_out.append(f"{entry.path}: a path that leads out of the repository")
            elif entry.mode == _SUBMODULE:
                left_out.append(f"{entry.path}: a submodule is not read")
            elif size is None:
                if entry.path.endswith(_FIRST) and not self._is_left_out_here(entry):
                    raise self._lacking(commit, entry)
                left_out.append(f"{entry.path}: its content is not in this clone")
            elif size > MAX_FILE or total + size > MAX_TOTAL:
                left_out.append(f"{entry.path}: too large ({size} bytes)")
            else:
                total += size
                (links if entry.mode == _LINK else wanted).append(entry)
        for entry, data in self._contents(commit, wanted):
            path = target / entry.path
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            except OSError as error:
                left_out.append(f"{entry.path}: {error.strerror or error}")
        for entry, data in self._contents(commit, links):  # last, so that nothing is written through one
            destination = os.fsdecode(data)
            if not _stays_inside(entry.path, destination):
                left_out.append(f"{entry.path}: a link that leads out of the repository")
                continue
            path = target / entry.path
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.symlink_to(destination)
            except OSError as error:
                left_out.append(f"{entry.path}: {error.strerror or error}")
        return left_out

    def _sizes(self, objects: Iterable[str]) -> dict[str, int]:
        """Return the bytes of the objects that are in this clone."""
        found = {}
        with self._answers("--batch-check", objects) as answer:
            for line in answer:
                name, kind, *rest = line.split()
                if kind == b"blob":
                    found[name.decode()] = int(rest[0])
        return found

    def _is_left_out_here(self, entry: Entry) -> bool:
        """Return True if a sparse checkout leaves out a file that HEAD has with the same content."""
        done = self._run("rev-parse", "--verify", "--quiet", f"HEAD:{entry.path}")
        return done.stdout.decode().strip() == entry.object and not os.path.lexists(self.top / entry.path)

    def _lacking(self, commit: str, entry: Entry) -> InputError:
        filtered = self._run("config", "--get-regexp", r"^remote\..*\.promisor$").returncode == 0
        help_ = (
            f"run `git diff {commit[:12]} HEAD > /dev/null`, which fetches what the clone's filter left out"
            if filtered
            else "run `git fsck`: the clone is damaged"
        )
        return InputError(
            f"commit {commit[:12]} cannot be read: the content of {entry.path} is not in this clone",
            str(self.top),
            help_,
        )

    def untracked(self, *patterns: str, ignored_only: bool = False) -> list[str]:
        """Return files of the work tree that git does not track and that match a glob, relative to the top."""
        ignored = ("--ignored", "--exclude-standard") if ignored_only else ()
        specifications = [f":(top,glob){pattern}" for pattern in patterns]
        done = self._run("ls-files", "--others", *ignored, "-z", "--", *specifications)
        if done.returncode != 0:
            raise InputError(f"git cannot list files: {_first_line(done.stderr)}", str(self.top))
        return [os.fsdecode(path) for path in done.stdout.split(b"\0") if path]

    def tracked(self, pattern: str) -> frozenset[str]:
        """Return tracked files that match a glob, relative to the top."""
        done = self._run("ls-files", "--cached", "-z", "--", f":(top,glob){pattern}")
        return frozenset(os.fsdecode(path) for path in done.stdout.split(b"\0") if path)

    def tracks(self, path: str) -> bool:
        """Return True if a file, relative to the top, is tracked."""
        return self._run("ls-files", "--error-unmatch", "-z", "--", f":(top,literal){path}").returncode == 0

    def _contents(self, commit: str, entries: Iterable[Entry]) -> Iterator[tuple[Entry, bytes]]:
        wanted = list(entries)
        if not wanted:
            return
        with self._answers("--batch", (entry.object for entry in wanted)) as answer:
            for entry in wanted:
                header = answer.readline().split()
                if len(header) != 3 or header[1] != b"blob":
                    why = b"the object of " + os.fsencode(entry.path) + b" cannot be read"
                    raise self._unreadable(commit, why)
                data = answer.read(int(header[2]))
                answer.read(1)
                yield entry, data

    @contextmanager
    def _answers(self, option: str, objects: Iterable[str]) -> Iterator[IO[bytes]]:
        """Yield the answers of ``git cat-file`` to the names of some objects."""
        with tempfile.TemporaryFile() as names:
            names.write("".join(f"{name}\n" for name in objects).encode())
            names.seek(0)
            process = subprocess.Popen(
                _command(self.top, "cat-file", option, "--buffer"),
                stdin=names,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
            )
            assert process.stdout is not None
            try:
                yield process.stdout
            finally:
                process.stdout.close()
                process.wait(_TIMEOUT)

    def _commit(self, reference: str) -> str:
        done = self._run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{reference}^{{commit}}")
        found = done.stdout.decode().split()
        if done.returncode == 0 and found:
            return found[-1]
        if reference == "HEAD":
            raise UsageError("this repository has no commit yet", str(self.top))
        raise UsageError(f"git knows no commit {reference!r} in this clone", next_step=self._how_to_fetch(reference))

    def _how_to_fetch(self, reference: str) -> str:
        if reference.startswith(("HEAD", "-")) or not reference:
            return "`git fetch --deepen=1` brings earlier commits" if self._is_shallow() else "give another base"
        remote, slash, branch = reference.partition("/")
        known = self._run("remote").stdout.decode().split()
        if slash and remote in known:
            return f"run `git fetch {remote} {branch}:refs/remotes/{remote}/{branch}`"
        return f"run `git fetch {known[0] if known else 'origin'} {reference}` and give FETCH_HEAD, or check its name"

    def _is_shallow(self) -> bool:
        return self._run("rev-parse", "--is-shallow-repository").stdout.strip() == b"true"

    def _unreadable(self, commit: str, why: bytes) -> InputError:
        return InputError(
            f"commit {commit[:12]} cannot be read: {_first_line(why)}",
            str(self.top),
            "run `git fetch --refetch` in a clone without a filter",
        )

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return _git(self.top, *arguments)


def _is_top(directory: Path) -> bool:
    """Return True if ``.git`` makes a directory the top of a work tree: a repository, or a file that names one."""
    mark = directory / ".git"
    return mark.is_file() or (mark / "HEAD").is_file()


def _git(directory: Path, *arguments: str, bound: bool = True) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            _command(directory, *arguments, bound=bound),
            capture_output=True,
            timeout=_TIMEOUT,
            env=_environment(),
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise InputError(f"git {arguments[0]} did not end within {_TIMEOUT} s", str(directory)) from error


def _command(directory: Path, *arguments: str, bound: bool = True) -> list[str]:
    program = shutil.which("git")
    if program is None:
        raise UsageError("comparing with a commit needs git, which is not installed", next_step="install git")
    # Bound to the repository of a work tree, git looks for no other: a directory that holds HEAD, objects and refs is
    # one too, and anybody can commit those.
    where = (f"--git-dir={directory / '.git'}", f"--work-tree={directory}") if bound else ()
    return [program, "--no-replace-objects", *_QUIET, *where, "-C", str(directory), *arguments]


def _environment() -> dict[str, str]:
    quiet = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
    # Hooks run with variables that bind git to another index or repository than the one asked for, and users may have
    # given patterns another meaning.
    bound = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR")
    patterns = tuple(f"GIT_{kind}_PATHSPECS" for kind in ("LITERAL", "GLOB", "NOGLOB", "ICASE"))
    left_out = {*bound, *patterns, "GIT_NAMESPACE", "GIT_SHALLOW_FILE", "GIT_GRAFT_FILE"}
    return {**{name: value for name, value in os.environ.items() if name not in left_out}, **quiet}


def _first_line(text: bytes) -> str:
    lines = text.decode(errors="replace").strip().split("\n")
    line = next((line for line in lines if line.startswith("fatal: ")), lines[0])
    return line.removeprefix("fatal: ") or "git says nothing"


def _is_safe(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return bool(parts) and not path.startswith("/") and not any(p == ".." or p.lower() == ".git" for p in parts)


def _stays_inside(path: str, destination: str) -> bool:
    if not destination or destination.startswith("/") or "\0" in destination:
        return False
    return not os.path.normpath(os.path.join(os.path.dirname(path), destination)).startswith("..")
