"""What a ``.checkov.yaml`` of the scanned code may tell Checkov: what to leave out, never what to execute or where.

Checkov reads the files named below in the directory that it scans, in the working directory and in the home
directory, and turns each key into an option (https://www.checkov.io/2.Basics/CLI%20Command%20Reference.html). Options
may be shortened, values may look like options, and YAML has many spellings of one key; so the file is parsed as
Checkov parses it, and everything that is not known to be harmless is refused.
"""

from __future__ import annotations

import glob
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath

from sgwarden.errors import InputError, UsageError

NAMES = (".checkov.yaml", ".checkov.yml")
MAX_FILE = 256 * 1024
"""Bytes; larger files are refused."""
_HARMLESS = frozenset(
    {
        "block-list-secret-scan", "branch", "check", "compact", "deep-analysis", "download-external-modules",
        "enable-secret-scan-all-files", "evaluate-variables", "framework", "hard-fail-on", "mask", "no-fail-on-crash",
        "output", "output-bc-ids", "output-baseline-as-skipped", "quiet", "repo-id", "run-all-external-checks",
        "secrets-scan-file-type", "skip-check", "skip-cve-package", "skip-download", "skip-fixes", "skip-framework",
        "skip-path", "skip-resources-without-violations", "skip-results-upload", "soft-fail", "soft-fail-on",
        "summary-position",
    }
)  # fmt: skip
_PATHS = frozenset({"baseline", "external-modules-download-path", "var-file"})
"""Options that name files to read: only below the working directory."""
_CODE = "external-checks"
_KEYS = frozenset({"bc-api-key", "prisma-api-url", "use-enforcement-rules"})
"""With a key, Checkov sends what it read to a service."""
_NEXT = "give --trust-checkov-config when the code is yours"


def refuse_untrusted(directory: Path, home: Path, *, is_directory_scanned: bool) -> None:
    """Refuse what Checkov would be told by files in ``directory``, the working directory and ``home``.

    ``home`` is the user's own and may name external checks, but none of the scanned code. Raises UsageError for a
    file that is refused and InputError for one that cannot be read.
    """
    here = Path.cwd()
    places = dict.fromkeys((directory, here) if is_directory_scanned else (here,))
    scanned = [place.resolve() for place in (directory, here)]
    seen = set()
    for file in (file for place in places for file in _files(place)):
        seen.add(file.resolve())
        _refuse(file, _options(file), is_directory_scanned)
    for file in _files(home):
        if file.resolve() not in seen:
            _refuse_shared(file, _options(file), scanned)


def without_key(file: Path) -> str | None:
    """Return the content of the user's own file without a key to a service; None when it holds none."""
    options = _options(file) if file.is_file() else {}
    left = {key: value for key, value in options.items() if str(key).removeprefix("--") not in _KEYS}
    return json.dumps(left, default=str) if len(left) < len(options) else None  # JSON is YAML


def take_over(mirror: Path, places: Iterable[Path]) -> None:
    """Copy the settings of Checkov in the work tree to ``places`` below ``mirror``.

    Otherwise what an older configuration showed would count as fixed.
    """
    for place in dict.fromkeys(places):
        if not place.is_relative_to(mirror):
            continue
        original = Path(mirror.anchor) / place.relative_to(mirror)
        for name in NAMES:
            (place / name).unlink(missing_ok=True)
            if (original / name).is_file():
                shutil.copyfile(original / name, place / name)


def _files(place: Path) -> Iterator[Path]:
    """Yield the files that Checkov reads for a place; it takes the path for a pattern."""
    for name in NAMES:
        path = place / name
        found = {str(path), *glob.glob(os.path.expanduser(path))}
        yield from (Path(each) for each in sorted(found) if os.path.lexists(each))


def _options(file: Path) -> Mapping[object, object]:
    import yaml  # imported late: slow, and most runs have no Checkov

    shown = os.path.relpath(file)
    try:
        if not file.is_file() or file.stat().st_size > MAX_FILE:
            raise InputError("this is no file that Checkov should read", shown, "remove it")
        text = file.read_text(encoding="utf-8")
        loaded = yaml.load(text, Loader=yaml.SafeLoader)  # the one in C, which Checkov uses, crashes on deep nesting
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {getattr(error, 'strerror', None) or error}", shown) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise InputError(f"Checkov cannot read this: {' '.join(str(error).split())}", shown, "correct it") from error
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        raise InputError("Checkov wants options and values here", shown, "correct it")
    return loaded


def _is_plain(value: object) -> bool:
    return all(
        each is None or isinstance(each, str | bool | int | float)
        for each in (value if isinstance(value, list) else [value])
    )


def _refuse(file: Path, options: Mapping[object, object], is_directory_scanned: bool) -> None:
    shown = os.path.relpath(file)
    for key, value in options.items():
        name = key.removeprefix("--") if isinstance(key, str) else ""
        if name.startswith(_CODE):
            raise UsageError("Checkov would execute the external checks that this file names", shown, _NEXT)
        values = value if isinstance(value, list) else [] if value is None else [value]
        is_known = name in _HARMLESS or name in _PATHS or (name == "directory" and is_directory_scanned)
        if not is_known or not _is_plain(value):
            raise UsageError(f"this file sets {key!r}, which scanned code must not tell Checkov", shown, _NEXT)
        for text in map(str, values):
            if text.startswith("-") or (name in _PATHS and not _stays_below(text)):
                raise UsageError(
                    f"this file sets {key!r} to {text!r}, which scanned code must not tell Checkov", shown, _NEXT
                )


def _stays_below(path: str) -> bool:
    return all(
        not kind(path).is_absolute() and not kind(path).drive and ".." not in kind(path).parts
        for kind in (PurePosixPath, PureWindowsPath)
    )


def _refuse_shared(file: Path, options: Mapping[object, object], scanned: list[Path]) -> None:
    for key, value in options.items():
        if not isinstance(key, str) or not key.removeprefix("--").startswith("external-checks-d"):
            continue
        for each in map(str, value if isinstance(value, list) else [value]):
            path = Path(each)
            inside = any(path.resolve().is_relative_to(place) for place in scanned)
            if not path.is_absolute() or inside:
                raise UsageError(
                    f"Checkov would execute the external checks in {each!r}, which may be scanned code",
                    os.path.relpath(file),
                    "name them by an absolute path elsewhere, or give --trust-checkov-config",
                )
