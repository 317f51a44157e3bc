"""The lines of keys and array elements of a TOML text, which ``tomllib`` does not report.

Source: https://toml.io/en/v1.0.0
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter

from sgwarden.config.validate import Path

_BLANK = re.compile(r"(?:[ \t\r\n]|\#[^\n]*)*+")
_SPACE = re.compile(r"[ \t]*+")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+"{3,5}' r"|'''(?:[^']|'(?!''))*+'{3,5}" r'|"(?:[^"\\\n]|\\.)*+"' r"|'[^'\n]*+'",
    re.DOTALL,
)
_BARE = re.compile(r"[A-Za-z0-9_-]++")
_PLAIN = re.compile(r"[^,\]}\n\#]++")


def lines(text: str) -> dict[Path, int]:
    """Return the 1-based line of every table, key and array element of a text that ``tomllib`` accepts."""
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1
        self._counted = 0
        self._found: dict[Path, int] = {}
        self._tables: Counter[Path] = Counter()
        """How often an array of tables was continued."""

    def read(self) -> dict[Path, int]:
        table: Path = ()
        while self._skip() < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
        return self._found

    def _here(self) -> int:
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def _skip(self, blank: re.Pattern[str] = _BLANK) -> int:
        found = blank.match(self._text, self._at)
        assert found is not None
        self._at = found.end()
        return self._at

    def _header(self) -> Path:
        line = self._here()
        several = self._text.startswith("[[", self._at)
        self._at += 1 + several
        names = self._names()
        self._at = self._text.index("]", self._at) + 1 + several
        path = self._within(names[:-1])
        path = (*path, names[-1])
        if several:
            self._found.setdefault(path, line)
            self._tables[path] += 1
            path = (*path, self._tables[path] - 1)
        elif self._tables[path]:
            path = (*path, self._tables[path] - 1)
        self._note(path, line)
        return path

    def _within(self, names: Path) -> Path:
        """Return the path of names, each array of tables standing for its newest element."""
        path: Path = ()
        for name in names:
            path = (*path, name)
            if self._tables[path]:
                path = (*path, self._tables[path] - 1)
        return path

    def _note(self, path: Path, line: int) -> None:
        for length in range(1, len(path) + 1):
            self._found.setdefault(path[:length], line)

    def _names(self) -> Path:
        names: list[str] = []
        while True:
            self._skip(_SPACE)
            found = _STRING.match(self._text, self._at) or _BARE.match(self._text, self._at)
            assert found is not None
            name = found.group()
            if name[0] in "\"'":
                name = tomllib.loads(f"x = {name}")["x"]
            names.append(name)
            self._at = found.end()
            self._skip(_SPACE)
            if self._text[self._at : self._at + 1] != ".":
                return tuple(names)
            self._at += 1

    def _pair(self, table: Path) -> None:
        line = self._here()
        path = (*table, *self._names())
        self._note(path, line)
        self._at = self._text.index("=", self._at) + 1
        self._value(path)

    def _value(self, path: Path) -> None:
        self._skip(_SPACE)
        opening = self._text[self._at]
        if opening in "[{":
            self._at += 1
            number = 0
            while self._text[self._skip()] not in "]}":
                if self._text[self._at] == ",":
                    self._at += 1
                elif opening == "{":
                    self._pair(path)
                else:
                    self._found[(*path, number)] = self._here()
                    self._value((*path, number))
                    number += 1
            self._at += 1
            return
        found = _STRING.match(self._text, self._at) or _PLAIN.match(self._text, self._at)
        assert found is not None
        self._at = found.end()
