"""Patterns of addresses and paths. Time grows at most with the product of pattern and text:
a hostile configuration cannot slow a run down."""

from __future__ import annotations

from functools import lru_cache


def matches(pattern: str, text: str) -> bool:
    """Return True if ``text`` matches ``pattern``: ``*`` is any text, ``?`` any one character.

    Brackets mean themselves, since addresses hold them: ``module.a["x"].aws_security_group.web[0]``.
    """
    if "?" in pattern:
        return _matches_by_character(pattern, text)
    first, *inner = pattern.split("*")
    if not inner:
        return pattern == text
    last = inner.pop()
    if not text.startswith(first) or not text.endswith(last) or len(text) < len(first) + len(last):
        return False
    at, end = len(first), len(text) - len(last)
    for piece in inner:
        found = text.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


def _matches_by_character(pattern: str, text: str) -> bool:
    at = position = 0
    star = mark = -1
    while position < len(text):
        if at < len(pattern) and pattern[at] == "*":
            star, mark = at, position
            at += 1
        elif at < len(pattern) and pattern[at] in ("?", text[position]):
            at += 1
            position += 1
        elif star >= 0:
            mark += 1
            at, position = star + 1, mark
        else:
            return False
    return all(character == "*" for character in pattern[at:])


@lru_cache(maxsize=1 << 16)
def covers(pattern: str, address: str) -> bool:
    """Return True if an address matches, is an instance of what matches, or lies in a module that matches."""
    if "*" not in pattern and "?" not in pattern:
        return address.startswith(pattern) and address[len(pattern) : len(pattern) + 1] in ("", "[", ".")
    return any(matches(one, address) for one in (pattern, pattern + "[*", pattern + ".*"))


def path_matches(pattern: str, path: str) -> bool:
    """Return True if a path matches a pattern.

    ``*`` and ``?`` stay within one name, ``**`` is any number of directories. A directory matches with everything below it.
    """
    names = [part for part in pattern.strip("/").split("/") if part != "."]
    if names[-1:] != ["**"]:
        names.append("**")
    parts = [part for part in path.split("/") if part != "."]
    reached = {0}
    for part in (*parts, None):
        todo = list(reached)
        while todo:  # a ** may stand for nothing
            at = todo.pop()
            if at < len(names) and names[at] == "**" and at + 1 not in reached:
                reached.add(at + 1)
                todo.append(at + 1)
        if part is None:
            break
        following = set()
        for at in reached:
            if at < len(names) and names[at] == "**":
                following.add(at)
            elif at < len(names) and matches(names[at], part):
                following.add(at + 1)
        reached = following
    return len(names) in reached
