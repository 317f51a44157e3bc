"""Patterns of ``fileset``: ``*``, ``**``, ``?``, ``[...]`` and ``{a,b}``.

Source: https://developer.hashicorp.com/terraform/language/functions/fileset
"""

from __future__ import annotations

import os
import posixpath
import re

from sgwarden.model.values import Unknown

MOST_ENTRIES = 100_000
"""Directory entries a pattern may look at; beyond that its result is Unknown."""
MOST_ALTERNATIVES = 1_000


class GlobError(Exception):
    """A pattern that is malformed."""


def glob(start: str, pattern: str, root: str) -> list[str] | Unknown:
    """Return the absolute paths of the regular files below the absolute directory ``start`` that match.

    Nothing outside ``root`` (a resolved directory) is looked at: a match there makes the result Unknown.
    """
    if posixpath.isabs(pattern):
        pattern = pattern.lstrip("/")
    found: set[str] = set()
    budget = [MOST_ENTRIES]
    for alternative in _alternatives(pattern):
        full = posixpath.normpath(posixpath.join(start, alternative))
        parts = [part for part in full.split("/") if part]
        fixed = 0
        while fixed < len(parts) and not re.search(r"[*?\[\\]", parts[fixed]):
            fixed += 1
        base = "/" + "/".join(parts[:fixed])
        if not _inside(base, root):
            return Unknown(f"{pattern} lies outside {root}")
        _walk(base, [_part(part) for part in parts[fixed:]], root, found, budget)
        if budget[0] <= 0:
            return Unknown(f"fileset() with {pattern} looks at more than {MOST_ENTRIES} files")
    return sorted(found)


def could_match(path: str, pattern: str) -> bool:
    """Return True if the pattern finds a file at the relative ``path``, should there be one."""
    names = path.split("/")
    return any(
        _fits(names, [_part(part) for part in posixpath.normpath(alternative).split("/")])
        for alternative in _alternatives(pattern)
    )


def _fits(names: list[str], parts: list[re.Pattern[str] | None]) -> bool:
    if not parts:
        return not names
    if parts[0] is None:
        return any(_fits(names[taken:], parts[1:]) for taken in range(len(names) + 1))
    return bool(names) and parts[0].fullmatch(names[0]) is not None and _fits(names[1:], parts[1:])


def _inside(path: str, root: str) -> bool:
    resolved = os.path.realpath(path)
    return resolved == root or resolved.startswith(root.rstrip("/") + "/")


def _walk(base: str, parts: list[re.Pattern[str] | None], root: str, found: set[str], budget: list[int]) -> None:
    if budget[0] <= 0:
        return
    if not parts:
        if os.path.isfile(base) and _inside(base, root):
            found.add(base)
        return
    if not os.path.isdir(base) or not _inside(base, root):
        return
    part, rest = parts[0], parts[1:]
    if part is None and rest:
        _walk(base, rest, root, found, budget)
    for entry in sorted(os.scandir(base), key=lambda item: item.name):
        budget[0] -= 1
        if part is None:
            if entry.is_dir(follow_symlinks=False):
                _walk(entry.path, parts, root, found, budget)
            elif not rest:
                _walk(entry.path, [], root, found, budget)
        elif part.fullmatch(entry.name):
            _walk(entry.path, rest, root, found, budget)


def _alternatives(pattern: str) -> list[str]:
    """Return the pattern once for each combination of its ``{a,b}``."""
    result = [pattern]
    while True:
        expanded: list[str] = []
        changed = False
        for item in result:
            match = re.search(r"(?<!\\)\{([^{}]*)\}", item)
            if match is None:
                expanded.append(item)
                continue
            if "/" in match.group(1):
                raise GlobError("syntax error in pattern")
            changed = True
            expanded += [item[: match.start()] + choice + item[match.end() :] for choice in match.group(1).split(",")]
        if len(expanded) > MOST_ALTERNATIVES:
            raise GlobError("too many alternatives")
        result = expanded
        if not changed:
            if any(re.search(r"(?<!\\)[{}]", item) for item in result):
                raise GlobError("syntax error in pattern")
            return result


def _part(part: str) -> re.Pattern[str] | None:
    """Return one path segment as a regular expression; None for ``**``."""
    if part == "**":
        return None
    expression = []
    position = 0
    while position < len(part):
        character = part[position]
        position += 1
        if character == "*":
            expression.append("[^/]*")
        elif character == "?":
            expression.append("[^/]")
        elif character == "\\" and position < len(part):
            expression.append(re.escape(part[position]))
            position += 1
        elif character == "[":
            end = part.find("]", position + 1)
            if end < 0:
                raise GlobError("syntax error in pattern")
            inside = part[position:end]
            negated = inside[:1] == "^"
            inside = (inside[1:] if negated else inside).replace("\\", "\\\\").replace("[", "\\[")
            expression.append(f"[{'^' if negated else ''}{inside}]")
            position = end + 1
        else:
            expression.append(re.escape(character))
    try:
        return re.compile("".join(expression), re.DOTALL)
    except re.error:
        raise GlobError("syntax error in pattern") from None
