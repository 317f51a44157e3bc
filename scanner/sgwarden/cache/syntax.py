"""Keep parsed blocks between runs.

One JSON file per source file holds its blocks by the hash of their text, so that a hit costs one
small read and an edit parses one block. Never pickle: what another user wrote there must not run.
Anything odd with the cache (unreadable, foreign, not writable) only makes it miss.
"""

from __future__ import annotations

import os
import re
import time
from fractions import Fraction
from functools import cache
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path

import msgspec

from sgwarden.cache.files import write_whole
from sgwarden.terraform.syntax.ast import Block
from sgwarden.terraform.syntax.relocate import relocate

SCHEMA = 2
"""To be raised with every change of the syntax nodes or of their meaning."""
MAX_BYTES = 200 * 1024 * 1024
"""Size above which the files used longest ago are removed."""
_KEPT_UNUSED = 100


class SyntaxCache:
    """Blocks by source file and text, in ``directory`` (None: nothing is kept)."""

    def __init__(
        self,
        directory: Path | None,
        max_bytes: int = MAX_BYTES,
        seconds_between_prunings: float = 24 * 3600,
        mirror: Path | None = None,
    ) -> None:
        """Files below ``mirror`` share what is kept with those that they stand for: ``MIRROR/a/b`` with ``/a/b``."""
        self._root = directory / "syntax" if directory is not None else None
        self._max_bytes = max_bytes
        self._mirror = mirror
        self._seconds_between_prunings = seconds_between_prunings
        self._version: str | None = None
        self._loaded: dict[Path, dict[str, msgspec.Raw]] = {}
        self._used: dict[Path, dict[str, msgspec.Raw]] = {}
        self._changed: set[Path] = set()

    def get(self, path: Path, text: str, line: int = 1, column: int = 1) -> Block | None:
        """Return the block that ``text`` makes where it stands now in the source file ``path``."""
        if self._root is None:
            return None
        digest = _digest(text)
        entries = self._entries(path)
        encoded = self._used[path].get(digest) or entries.get(digest)
        if encoded is None:
            return None
        try:
            block = _decoder().decode(encoded)
        except (ValueError, RecursionError):
            return None
        self._used[path][digest] = encoded
        first_line, first_column = block.span[:2]
        return relocate(block, line - first_line, column - first_column, first_line)

    def put(self, path: Path, text: str, block: Block) -> None:
        """Keep the block that ``text`` makes."""
        if self._root is None:
            return
        try:
            encoded = msgspec.Raw(msgspec.json.encode(block, enc_hook=_from_fraction))
        except ValueError:
            return  # an integer of thousands of digits, or half of a surrogate pair
        self._entries(path)
        self._used[path][_digest(text)] = encoded
        self._changed.add(path)

    def flush(self) -> None:
        """Write what is new; files appear whole or not at all."""
        for path in sorted(self._changed):
            entries = dict(self._used[path])
            unused = (item for item in self._loaded[path].items() if item[0] not in entries)
            entries.update(item for item, _ in zip(unused, range(_KEPT_UNUSED), strict=False))
            if not write_whole(self._file(path), msgspec.json.encode(entries)):
                break
        if self._changed:
            self._prune()
        self._changed.clear()

    def _entries(self, path: Path) -> dict[str, msgspec.Raw]:
        entries = self._loaded.get(path)
        if entries is None:
            entries = _read(self._file(path))
            self._loaded[path] = entries
            self._used[path] = {}
        return entries

    def _file(self, path: Path) -> Path:
        assert self._root is not None
        if self._version is None:
            self._version = f"{SCHEMA}-{_grammar_version()}"
        path = path.absolute()
        if self._mirror is not None and path.is_relative_to(self._mirror):
            path = Path("/") / path.relative_to(self._mirror)
        name = blake2b(os.fsencode(path), digest_size=16).hexdigest()
        return self._root / self._version / f"{name}.json"

    def _prune(self) -> None:
        """Keep the newest files within four fifths of the bound once it is passed."""
        assert self._root is not None
        try:
            if not self._pruning_is_due(self._root / ".pruned"):
                return
            files = [(entry.stat(), entry) for entry in self._root.rglob("*") if entry.is_file()]
            total = sum(status.st_size for status, _ in files)
            if total <= self._max_bytes:
                return
            for status, entry in sorted(files, key=lambda item: (item[0].st_mtime_ns, item[1])):
                if total <= self._max_bytes * 4 // 5:
                    break
                entry.unlink(missing_ok=True)
                total -= status.st_size
        except OSError:
            return  # Another process prunes too, or may and we may not.

    def _pruning_is_due(self, mark: Path) -> bool:
        """Return True if the last pruning, whose time ``mark`` has, is long ago: a pruning is slow."""
        if mark.exists() and time.time() - mark.stat().st_mtime < self._seconds_between_prunings:
            return False
        mark.touch()
        return True


def _digest(text: str) -> str:
    return blake2b(text.encode(errors="surrogatepass"), digest_size=16).hexdigest()


@cache
def _decoder() -> msgspec.json.Decoder[Block]:
    return msgspec.json.Decoder(Block, dec_hook=_constant)


def _from_fraction(value: object) -> list[str]:
    """Return numerator and denominator in hexadecimal, which has no limit of digits."""
    if not isinstance(value, Fraction):
        raise NotImplementedError
    return [hex(value.numerator), hex(value.denominator)]


def _constant(_: type, value: object) -> object:
    """Return the value of a literal. Raises ValueError for what no literal holds."""
    if value is None or isinstance(value, str | int):
        return value
    try:
        numerator, denominator = msgspec.convert(value, tuple[str, str])
        return Fraction(int(numerator, 16), int(denominator, 16))
    except ZeroDivisionError as error:
        raise ValueError(error) from None


def _read(file: Path) -> dict[str, msgspec.Raw]:
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[str, msgspec.Raw])
    except (OSError, ValueError, RecursionError):
        return {}


def _grammar_version() -> str:
    """Return the version of python-hcl2, without importing it or the slow importlib.metadata."""
    spec = find_spec("hcl2")
    if spec is None or spec.origin is None:
        return "none"
    try:
        text = (Path(spec.origin).parent / "version.py").read_text()
    except OSError:
        return "unknown"
    found = re.search(r"version[^\n]*= *['\"]([0-9][\w.]*)['\"]", text)
    return found.group(1) if found else "unknown"
