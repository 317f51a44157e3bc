"""What ``terraform init`` installed: the manifest, and which of its entries answers a module call.

Sources: internal/modsdir and internal/initwd of Terraform, and
https://developer.hashicorp.com/terraform/language/expressions/version-constraints.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from sgwarden.terraform.modules.files import read_scanned_if_possible

MANIFEST = Path(".terraform") / "modules" / "modules.json"
"""Where ``terraform init`` writes which module it put where, below the root module."""
_LIMIT = 8 * 1024 * 1024
_REGISTRIES = ("registry.terraform.io/", "registry.opentofu.org/")
_CONSTRAINT = re.compile(r"\s*(=|!=|>=|<=|>|<|~>)?\s*v?(\d+(?:\.\d+)*)\s*")
_VERSION = re.compile(r"v?(\d+(?:\.\d+)*)(?:\+.*)?")


class InstalledModule(Struct, frozen=True):
    """One entry of the manifest."""

    directory: str
    """Relative to the root module."""
    source: str | None = None
    """Normalised by Terraform; None where the entry has none."""
    version: str | None = None

    def answers(self, source: str, version: str | None) -> bool:
        """Return True if Terraform uses the entry for a call of this source and version constraint.

        Where it does not, it installs the module again.
        """
        if self.source is not None and _canonical(self.source) != _canonical(source):
            return False
        return version is None or (self.version is not None and _satisfies(self.version, version))

    def may_answer(self, parts: list[str]) -> bool:
        """Return True if the source may be a text that has ``parts`` in order, with unknown text between them."""
        pattern = ".*".join(re.escape(_canonical(part) if n == 0 else part) for n, part in enumerate(parts))
        return self.source is None or re.search(pattern, _canonical(self.source), re.IGNORECASE) is not None


def read_manifest(root: Path, allowed_root: Path) -> Mapping[str, InstalledModule]:
    """Return each installed module by its dotted call path; nothing where there is no manifest that can be read."""
    data = read_scanned_if_possible(root / MANIFEST, allowed_root, _LIMIT)
    if data is None:
        return {}
    try:
        return {
            entry["Key"]: InstalledModule(str(entry["Dir"]), entry.get("Source"), entry.get("Version"))
            for entry in json.loads(data)["Modules"]
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _canonical(source: str) -> str:
    """Return what the spellings of one source have in common: host, path and query, without the way to get it."""
    text = re.sub(r"^[a-z0-9]+::", "", source.strip())
    text = re.sub(r"^(?:[\w.+-]+@)?([\w.-]+\.[\w-]+):(?!//|\d)", r"\1/", text)
    text = re.sub(r"^[a-z0-9+]+://", "", text)
    text = re.sub(r"^[^/@]+@", "", text)
    text, question_mark, query = text.partition("?")
    text = re.sub(r"\.git(?=$|//)", "", text)
    for registry in _REGISTRIES:
        text = text.removeprefix(registry)
    if "amazonaws.com" in text:  # the bucket may stand in the host or in the path
        text = "/".join(sorted(re.findall(r"[\w-]+", text)))
    host, slash, path = text.replace("//", "/").partition("/")
    return f"{host.lower()}{slash}{path}{question_mark}{'&'.join(sorted(query.split('&')))}"


def _satisfies(version: str, constraints: str) -> bool:
    """Return True if a version fulfils each of the constraints; constraints of another form are taken as fulfilled."""
    found = _VERSION.fullmatch(version)
    if found is None:  # a pre-release, which only its exact name asks for
        return version in re.split(r"[\s,=]+", constraints)
    return all(_fulfils(_numbers(found[1]), constraint) for constraint in constraints.split(","))


def _fulfils(version: list[int], constraint: str) -> bool:
    found = _CONSTRAINT.fullmatch(constraint)
    if found is None:
        return True
    operator, given = found[1] or "=", [int(number) for number in found[2].split(".")]
    if operator == "~>" and version[: max(len(given) - 1, 1)] != given[: max(len(given) - 1, 1)]:
        return False
    wanted = _numbers(found[2])
    return {
        "=": version == wanted,
        "!=": version != wanted,
        ">": version > wanted,
        "<": version < wanted,
        "<=": version <= wanted,
    }.get(operator, version >= wanted)


def _numbers(text: str) -> list[int]:
    numbers = [int(number) for number in text.split(".")]
    return numbers + [0] * (8 - len(numbers))
