"""aws_iam_policy_document: the one AWS data source that is a pure function of its arguments.

Source: https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/data-sources/iam_policy_document
and plans recorded with that version: lists of more than one element come out in reverse order,
a list of one as a string, statements of the same sid are replaced by later documents.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from scanner.model.values import Sensitive, Unknown
from scanner.terraform.values import Value


class _NotKnown(Exception):
    """Some part that decides the document is unknown."""

    def __init__(self, unknown: Unknown) -> None:
        super().__init__(unknown.reason)
        self.unknown = unknown


def policy_document(arguments: Mapping[str, Value]) -> Mapping[str, Value]:
    """``json`` and ``minified_json`` of the data source, each Unknown when a part of them is."""
    sensitive: list[bool] = []
    try:
        document = _document(_known(dict(arguments), sensitive))
    except _NotKnown as error:
        return {"json": error.unknown, "minified_json": error.unknown}
    except (TypeError, ValueError, KeyError) as error:
        unknown = Unknown(f"the policy document cannot be built: {error}")
        return {"json": unknown, "minified_json": unknown}
    pretty = _escape(json.dumps(document, indent=2, ensure_ascii=False))
    small = _escape(json.dumps(document, separators=(",", ":"), ensure_ascii=False))
    if sensitive:
        return {"json": Sensitive(pretty), "minified_json": Sensitive(small)}
    return {"json": pretty, "minified_json": small}


def _escape(text: str) -> str:
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _known(value: Value, sensitive: list[bool]) -> Any:
    """``value`` free of marks; raises _NotKnown at the first unknown part."""
    if isinstance(value, Unknown):
        raise _NotKnown(Unknown(value.reason, type="string", not_null=True))
    if isinstance(value, Sensitive):
        sensitive.append(True)
        return _known(value.value, sensitive)
    if isinstance(value, dict):
        return {key: _known(item, sensitive) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_known(item, sensitive) for item in value]
    return value


def _document(arguments: Mapping[str, Any]) -> dict[str, Any]:
    merged: list[dict[str, Any]] = []
    identity = ""
    version = "2012-10-17"
    for text in arguments.get("source_policy_documents") or ():
        if text:
            source = json.loads(text)
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
            override = json.loads(text)
            identity, version = override.get("Id", identity), override.get("Version", version)
            for statement in _as_list(override.get("Statement")):
                _add(merged, statement, unique=False)
    document: dict[str, Any] = {"Version": version}
    if identity:
        document["Id"] = identity
    if merged:
        document["Statement"] = merged
    return document


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
