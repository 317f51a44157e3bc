"""Suppressions in Terraform code, read from comments and looked up for findings of any source."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from sgwarden.model.locations import Location
from sgwarden.suppressions.comment_targets import Comment, Places
from sgwarden.suppressions.comments import MARKERS_IN_TEXT, read_comment
from sgwarden.suppressions.json_comments import json_comments
from sgwarden.suppressions.module_calls import ModuleCalls
from sgwarden.suppressions.other_tools import read_foreign_comment
from sgwarden.suppressions.subject import Subject
from sgwarden.suppressions.suppression import Suppression
from sgwarden.terraform.modules.files import read_scanned_if_possible

_KEYS = re.compile(r'\["(?:[^"\\]|\\.)*"\]|\[\d+\]')
_WIDE = 64
"""Lines of a statement above which it is not looked up by line."""
_NATIVE = (".tf", ".tofu")
_JSON = (".tf.json", ".tofu.json")
_VARIABLES = ".tfvars"


class CodeSuppressions:
    """The suppressions in some files, whose paths are relative to ``base``."""

    def __init__(
        self, files: Iterable[str], base: Path, known: Collection[str], tools: Collection[str], calls: ModuleCalls
    ) -> None:
        self._base = base.resolve()
        self._calls = calls
        self._by_file: dict[str, _File] = {}
        self._by_header: dict[tuple[Path, tuple[str, ...]], list[Suppression]] = {}
        for file in sorted(set(files)):
            path = self._base / file
            data = read_scanned_if_possible(path, calls.top)
            if data is None:
                continue
            text = data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
            found = list(_in_text(text, file, known, tools))
            if found:
                self._by_file[file] = _File(found)
                directory = path.parent.resolve()
                for one in found:
                    if one.header:
                        self._by_header.setdefault((directory, one.header), []).append(one)

    def all(self) -> list[Suppression]:
        """Return every suppression, by file and line."""
        return [one for found in self._by_file.values() for one in found.suppressions]

    def covering(self, subject: Subject) -> Iterator[Suppression]:
        """Yield every suppression whose place covers the place of a subject, whatever policies it names."""
        if not self._by_file:
            return
        seen: set[int] = set()
        for one in self._places(subject):
            if id(one) not in seen:
                seen.add(id(one))
                yield one

    def _places(self, subject: Subject) -> Iterator[Suppression]:
        place = subject.location
        if place is not None and place.file in self._by_file:
            yield from self._by_file[place.file].at(place)
        for element in subject.elements:
            if element.file in self._by_file:
                yield from self._by_file[element.file].around(element)
        if subject.directory is None:
            return
        root = (self._base / subject.directory).resolve()
        in_code = place is not None and place.file.endswith(_NATIVE)
        yield from self._by_address(root, subject.address, with_block=not in_code)
        if place is not None and place.module_path:
            yield from self._by_address(root, place.module_path[-1], with_block=False)

    def _by_address(self, root: Path, address: str, *, with_block: bool) -> Iterator[Suppression]:
        """Yield the suppressions at the module calls that lead to an address, and at its resource block."""
        names = _KEYS.sub("", address).split(".")
        directory: Path | None = root
        key = ""
        while len(names) > 1 and names[0] == "module":
            assert directory is not None
            yield from self._at_block(directory, ("module", names[1]))
            key = f"{key}.{names[1]}" if key else names[1]
            directory = self._calls.directory(root, directory, key) if len(names) > 2 else None
            names = names[2:]
            if directory is None:
                return
        if with_block and len(names) == 2 and directory is not None:
            yield from self._at_block(directory, ("resource", *names))

    def _at_block(self, directory: Path, header: tuple[str, ...]) -> Iterator[Suppression]:
        return iter(self._by_header.get((directory.resolve(), header), ()))


class _File:
    """The suppressions of one file by line."""

    def __init__(self, suppressions: list[Suppression]) -> None:
        self.suppressions = suppressions
        self._by_line: dict[int, list[Suppression]] = {}
        self._wide: list[Suppression] = []
        for one in suppressions:
            if one.end - one.start >= _WIDE:
                self._wide.append(one)
                continue
            for line in range(one.start, one.end + 1):
                self._by_line.setdefault(line, []).append(one)

    def at(self, place: Location) -> Iterator[Suppression]:
        """Yield those whose statement holds the beginning of a place."""
        for one in self._by_line.get(place.line, ()):
            if one.columns == (0, 0) or one.covers(place):
                yield one
        yield from (
            one
            for one in self._wide
            if (one.start <= place.line <= one.end and one.columns == (0, 0)) or one.covers(place)
        )

    def around(self, element: Location) -> Iterator[Suppression]:
        """Yield those inside of a block that stand at an element of a list or an entry of a map, or around it."""
        for one in (*self._by_line.get(element.line, ()), *self._wide):
            if not one.header and one.covers(element):
                yield one


def _in_text(text: str, file: str, known: Collection[str], tools: Collection[str]) -> Iterator[Suppression]:
    """Yield every suppression of a file."""
    if file.endswith(_JSON):
        for comment in json_comments(text, MARKERS_IN_TEXT.search):
            yield from _suppressions(comment, file, "", known, ())
        return
    places = Places(text, is_body=file.endswith(_VARIABLES))
    for comment in places.comments(MARKERS_IN_TEXT.search):
        yield from _suppressions(comment, file, places.line(comment.start), known, tools)


def _suppressions(
    comment: Comment, file: str, line: str, known: Collection[str], tools: Collection[str]
) -> Iterator[Suppression]:
    place = Location(
        file, comment.line, comment.line, comment.column, comment.column + len(comment.text.split("\n")[0])
    )
    code = line.partition("#")[0].partition("//")[0]
    words = " ".join(comment.text.split())
    code_around = " ".join((*comment.block_header, *comment.header, *code.split()))
    for own in read_comment(comment.text, known):
        yield Suppression(
            "comment",
            own.policies,
            place,
            "",
            own.until,
            own.reason,
            own.invalid or comment.fault,
            start=comment.start,
            end=comment.end,
            columns=comment.columns,
            header=comment.header,
            words=words,
            code_around=code_around,
        )
    for found in read_foreign_comment(comment.text) if tools else ():
        if found.tool in tools:
            anywhere = found.tool == "checkov"  # its comments stand anywhere inside the block
            yield Suppression(
                found.tool,
                found.check.policies,
                place,
                found.text,
                found.until,
                found.reason,
                found.invalid,
                found.check.ports,
                found.workspace,
                found.check.rules_only,
                start=comment.block[0] if anywhere else comment.start,
                end=comment.block[1] if anywhere else comment.end,
                columns=(0, 0) if anywhere else comment.columns,
                header=comment.block_header if anywhere else comment.header,
                words=words,
                code_around=code_around,
            )
