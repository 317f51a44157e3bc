"""Write the generated documentation: ``python docs/generate.py``.

One page for each policy of the registry with an index, all in ``docs/policies``, the tables of
``docs/custom-policies.md``, ``docs/configuration.md`` and ``docs/suppressions.md`` between their markers, and the
schema of the configuration. ``tests/test_docs.py`` compares what is committed with what this makes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

DOCS = Path(__file__).resolve().parent
if TYPE_CHECKING:
    from sgwarden_policies.policy import Policy

_KINDS = {
    "sgwarden_policies.security_groups": "Security groups and their rules",
    "sgwarden_policies.monitoring": "Monitoring of changes",
}
_STANDARDS = {
    "CIS-AWS": "CIS AWS Foundations Benchmark",
    "SecurityHub": "AWS Security Hub",
    "MITRE-ATTACK": "MITRE ATT&CK",
}
_ROOM_MARKS = ("<!-- rooms: generated -->\n", "<!-- end of rooms -->\n")
_MARKS = ("<!-- keys: generated -->\n", "<!-- end of keys -->\n")


def pages() -> dict[Path, str]:
    """Return every generated file, by path, with its content."""
    from sgwarden_policies.registry import POLICIES

    found = {DOCS / "policies" / f"{policy.id}.md": page(policy) for policy in POLICIES}
    found[DOCS / "policies" / "README.md"] = index(POLICIES)
    custom = DOCS / "custom-policies.md"
    found[custom] = with_keys(custom.read_text(encoding="utf-8"))
    found |= configuration()
    architecture = DOCS / "architecture.md"
    found[architecture] = between(architecture.read_text(encoding="utf-8"), _ROOM_MARKS, rooms())
    return found


def rooms() -> str:
    """Return the table of packages, each with the first line of its own docstring."""
    lines = ["| room | holds |", "| --- | --- |"]
    for source in ("scanner", "policies"):
        root = DOCS.parent / source
        for file in sorted(root.rglob("__init__.py"), key=lambda file: file.parent):
            first = (ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "").split("\n")[0]
            lines.append(f"| `{file.parent.relative_to(root).as_posix()}` | {first} |")
    return "\n".join(lines) + "\n"


def between(text: str, marks: tuple[str, str], inner: str) -> str:
    """Return ``text`` with ``inner`` between two marks."""
    before, _, rest = text.partition(marks[0])
    return before + marks[0] + inner + marks[1] + rest.partition(marks[1])[2]


def configuration() -> dict[Path, str]:
    """Return the pages with the keys of the configuration and with the checks of other tools that comments may name."""
    from sgwarden.config.documentation import markdown
    from sgwarden.suppressions import other_tools

    pages = {"configuration.md": markdown(), "suppressions.md": other_tools.markdown()}
    found = {}
    for name, table in pages.items():
        found[DOCS / name] = between((DOCS / name).read_text(encoding="utf-8"), _MARKS, table)
    return found


def page(policy: Policy) -> str:
    """Return the page of one policy, made of its attributes alone."""
    lines = [
        f"# {policy.title}",
        "",
        f"`{policy.id}`, severity {policy.severity}",
        "",
        policy.why,
        "",
        "## Fix",
        "",
        policy.fix,
        "",
        "## Example",
        "",
        "This fails:",
        "",
        *_code(policy.bad),
        "",
        "This passes:",
        "",
        *_code(policy.good),
        "",
        *_implied(policy),
        "## Controls",
        "",
        *(_controls(policy.controls) or ["None."]),
        "",
        "## Sources",
        "",
        *(f"- <{source}>" for source in policy.sources),
        "",
        "[All policies](README.md)",
    ]
    return "\n".join(lines) + "\n"


def _implied(policy: Policy) -> list[str]:
    if not policy.implies:
        return []
    others = " and ".join(f"[`{other}`]({other}.md)" for other in policy.implies)
    return [
        f"Where it says all there is to say about a rule, it speaks for {others} too: one opening is one finding.",
        "",
    ]


def index(policies: tuple[Policy, ...]) -> str:
    """Return the list of policies, by kind, in the registry's order."""
    lines = [
        "# Policies",
        "",
        "What `sgwarden scan` and `sgwarden audit` ask. `sgwarden explain POLICY` prints a page in the terminal.",
    ]
    for package, title in _KINDS.items():
        lines += ["", f"## {title}", "", "| policy | severity | finds |", "| --- | --- | --- |"]
        lines += [
            f"| [`{policy.id}`]({policy.id}.md) | {policy.severity} | {policy.title} |"
            for policy in policies
            if type(policy).__module__.startswith(f"{package}.")
        ]
    return "\n".join(lines) + "\n"


def with_keys(text: str) -> str:
    """Return the page on custom policies with its table of keys."""
    from sgwarden.config.validate import field_kinds, required, unwrap
    from sgwarden.custom_policies.declarative import PolicyEntry

    before, _, rest = text.partition(_MARKS[0])
    after = rest.partition(_MARKS[1])[2]
    rows = ["| key | means |", "| --- | --- |"]
    for name, kind in field_kinds(PolicyEntry).items():
        needed = " (required)" if name in required(PolicyEntry) else ""
        rows.append(f"| `{name}`{needed} | {unwrap(kind)[1]['description']} |")
    return before + _MARKS[0] + "\n".join(rows) + "\n" + _MARKS[1] + after


def _code(text: str) -> Iterator[str]:
    yield "```hcl"
    yield from text.rstrip().split("\n")
    yield "```"


def _controls(controls: tuple[str, ...]) -> list[str]:
    """Return one line for each standard and version."""
    found: dict[str, list[str]] = {}
    for control in controls:
        name, _, number = control.partition(":")
        standard = next(prefix for prefix in _STANDARDS if name.startswith(prefix))
        version = name.removeprefix(standard).removeprefix("-")
        found.setdefault(f"{_STANDARDS[standard]} {version}".strip(), []).append(number)
    return [f"- {standard}: {', '.join(numbers)}" for standard, numbers in found.items()]


def write(files: Mapping[Path, str]) -> None:
    """Write what differs, and remove pages of policies that are gone."""
    for path, text in files.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
    for path in (DOCS / "policies").glob("*.md"):
        if path not in files:
            path.unlink()


def schemas() -> dict[Path, str]:
    """Return the shipped schemas that are made from structs, by path: those of files that users write."""
    import json

    from sgwarden.config.documentation import json_schema, schema
    from sgwarden.custom_policies.declarative import PolicyFile

    shipped = DOCS.parent / "scanner" / "sgwarden" / "schemas"
    described = "A file of a directory that --policies or policies.directories names."
    documents = {"config": schema(), "policies": json_schema(PolicyFile, "sgwarden policies", described)}
    return {shipped / f"{name}.schema.json": json.dumps(each, indent=2) + "\n" for name, each in documents.items()}


if __name__ == "__main__":
    write(pages() | schemas())
