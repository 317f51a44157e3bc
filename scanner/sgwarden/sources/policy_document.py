"""aws_iam_policy_document: the one AWS data source that is a pure function of its arguments.

Source: https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/data-sources/iam_policy_document
and plans recorded with that version: lists of more than one element come out in reverse order,
a list of one as a string, statements of the same sid are replaced by later documents.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sgwarden.model.refinements import Holes, parse_json
from sgwarden.model.values import Sensitive, Unknown
from sgwarden.terraform.types.values import Value


class _NotKnown(Exception):
    """Some part that decides the shape of the document is unknown."""

    def __init__(self, unknown: Unknown) -> None:
        super().__init__(unknown.reason)
        self.unknown = unknown


_TEXTS = frozenset({"actions", "not_actions", "resources", "not_resources", "identifiers", "values"})
"""Arguments whose elements may be unknown without changing what the document looks like around them."""
_SOURCES = frozenset({"source_policy_documents", "override_policy_documents"})


def policy_document(arguments: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return ``json`` and ``minified_json`` of the data source, each Unknown when a part of them is.

    When only texts inside the document are unknown, such as ARNs of resources that do not exist yet,
    the Unknown keeps everything around them (``Unknown.parts``).
    """
    reading = _Reading()
    try:
        document = _document(reading.known(dict(arguments)))
    except _NotKnown as error:
        unknown = Unknown(error.unknown.reason, type="string", not_null=True)
        return {"json": unknown, "minified_json": unknown}
    except (TypeError, ValueError, KeyError) as error:
        unknown = Unknown(f"the policy document cannot be built: {error}")
        return {"json": unknown, "minified_json": unknown}
    pretty = reading.holes.json_text(_escape(json.dumps(document, indent=2, ensure_ascii=False)))
    small = reading.holes.json_text(_escape(json.dumps(document, separators=(",", ":"), ensure_ascii=False)))
    if reading.sensitive:
        return {"json": Sensitive(pretty), "minified_json": Sensitive(small)}
    return {"json": pretty, "minified_json": small}


def _escape(text: str) -> str:
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


class _Reading:
    """The arguments free of marks, with a mark in place of every unknown text."""

    def __init__(self) -> None:
        self.holes = Holes()
        self.sensitive = False

    def known(self, value: Value, name: str = "") -> Any:
        """Return ``value`` without marks; raise _NotKnown at an unknown part that decides the shape."""
        if isinstance(value, Sensitive):
            self.sensitive = True
            value = value.value
        if isinstance(value, Unknown):
            return self._unknown(value, name)
        if isinstance(value, dict):
            return {key: self.known(item, key) for key, item in value.items()}
        if isinstance(value, tuple):
            return [self.known(item, name + "[]" if name in _TEXTS | _SOURCES else "") for item in value]
        return value

    def _unknown(self, value: Unknown, name: str) -> Any:
        kind = name.removesuffix("[]")
        if kind in _TEXTS:
            mark = self.holes.mark(value)
            return mark if name.endswith("[]") else [mark]
        if kind in _SOURCES and name.endswith("[]") and value.parts:
            return self._marked(parse_json(value))
        raise _NotKnown(value)

    def _marked(self, value: Any) -> Any:
        if isinstance(value, Unknown):
            return self.holes.mark(value)
        if isinstance(value, list):
            return [self._marked(item) for item in value]
        if isinstance(value, dict):
            return {key: self._marked(item) for key, item in value.items()}
        return value


def _document(arguments: Mapping[str, Any]) -> dict[str, Any]:
    merged: list[dict[str, Any]] = []
    identity = ""
    version = "2012-10-17"
    for text in arguments.get("source_policy_documents") or ():
        if text:
            source = _loaded(text)
            identity, version = source.get("Id", identity), source.get("Version", version)
            for statement in _as_list(source.get("Statement")):
                _add(merged, statement, unique=True)
    own = [_statement(block) for block in arguments.get("statement") or ()]
    for statement in own:
        _add(merged, statement, unique=False)
    version = arguments.get("version") or version
    identity = arguments.get("policy_id") or identity
    for text in arguments.get("override_policy_documents") or ():
        if text:
            override = _loaded(text)
            identity, version = override.get("Id", identity), override.get("Version", version)
            for statement in _as_list(override.get("Statement")):
                _add(merged, statement, unique=False)
    document: dict[str, Any] = {"Version": version}
    if identity:
        document["Id"] = identity
    if merged:
        document["Statement"] = merged
    return document


def _loaded(document: Any) -> Any:
    return json.loads(document) if isinstance(document, str) else document


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _add(merged: list[dict[str, Any]], statement: dict[str, Any], unique: bool) -> None:
    sid = statement.get("Sid")
    if sid:
        for i, other in enumerate(merged):
            if other.get("Sid") == sid:
                if unique:
                    raise ValueError(f'duplicate Sid "{sid}" in source_policy_documents')
                merged[i] = statement
                return
    merged.append(statement)


def _statement(block: Mapping[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    if block.get("sid"):
        result["Sid"] = block["sid"]
    result["Effect"] = block.get("effect") or "Allow"
    for name, key in (
        ("actions", "Action"),
        ("not_actions", "NotAction"),
        ("resources", "Resource"),
        ("not_resources", "NotResource"),
    ):
        if block.get(name):
            result[key] = _strings(block[name])
    for name, key in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        if block.get(name):
            result[key] = _principals(block[name])
    if block.get("condition"):
        result["Condition"] = _conditions(block["condition"])
    return result


def _strings(values: list[Any]) -> str | list[str]:
    texts = sorted({str(value) for value in values}, reverse=True)
    return texts[0] if len(texts) == 1 else texts


def _principals(blocks: list[Mapping[str, Any]]) -> Any:
    grouped: dict[str, list[str]] = {}
    for block in blocks:
        grouped.setdefault(str(block["type"]), []).extend(str(name) for name in block.get("identifiers") or ())
    if grouped.get("*") == ["*"] and len(grouped) == 1:
        return "*"
    return {kind: _strings(names) for kind, names in sorted(grouped.items())}


def _conditions(blocks: list[Mapping[str, Any]]) -> dict[str, Any]:
    result: dict[str, dict[str, Any]] = {}
    for test, variable, values in _tests(blocks):
        known = result.setdefault(test, {}).get(variable, [])
        result[test][variable] = [*known, *values]
    return {
        test: {variable: values[0] if len(values) == 1 else values for variable, values in sorted(variables.items())}
        for test, variables in sorted(result.items())
    }


def _tests(blocks: list[Mapping[str, Any]]) -> Iterator[tuple[str, str, list[str]]]:
    for block in blocks:
        yield str(block["test"]), str(block["variable"]), [str(value) for value in block.get("values") or ()]
