"""Functions of providers that compute from their arguments alone.

Sources: https://registry.terraform.io/providers/hashicorp/aws/latest/docs (functions) and
https://developer.hashicorp.com/terraform/language/functions/terraform-encode_tfvars.
"""

from __future__ import annotations

import re

from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.functions.spec import ArgumentError, FunctionContext, Parameter, function
from sgwarden.terraform.types.numbers import format_number
from sgwarden.terraform.types.values import TfMap, Value

_ARN = Parameter("arn", "string")


def _arn_parts(arn: str) -> list[str]:
    """Return the six parts, as https://pkg.go.dev/github.com/aws/aws-sdk-go-v2/aws/arn#Parse splits them."""
    if not arn.startswith("arn:"):
        raise ArgumentError(0, "arn: invalid prefix")
    parts = arn.split(":", 5)
    if len(parts) != 6:
        raise ArgumentError(0, "arn: not enough sections")
    return parts


@function("provider::aws::arn_parse", _ARN)
def arn_parse(arn: str) -> Value:
    """Return the parts of an ARN as an object."""
    _, partition, service, region, account, resource = _arn_parts(arn)
    return {"account_id": account, "partition": partition, "region": region, "resource": resource, "service": service}


@function(
    "provider::aws::arn_build",
    *(Parameter(name, "string") for name in ("partition", "service", "region", "account_id", "resource")),
    returns="string",
)
def arn_build(partition: str, service: str, region: str, account_id: str, resource: str) -> Value:
    """Return an ARN made of its parts."""
    return ":".join(("arn", partition, service, region, account_id, resource))


@function("provider::aws::trim_iam_role_path", _ARN, returns="string")
def trim_iam_role_path(arn: str) -> Value:
    """Return the ARN of an IAM role without its path."""
    *front, resource = _arn_parts(arn)
    if front[2] != "iam":
        raise ArgumentError(0, f'service must be "iam", got: {front[2]}')
    if front[3]:
        raise ArgumentError(0, f"region must be empty, got: {front[3]}")
    kind, slash, rest = resource.partition("/")
    if kind != "role" or not slash:
        raise ArgumentError(0, "the resource must be a role")
    return ":".join([*front, f"role/{rest.rpartition('/')[2]}"])


@function("provider::terraform::encode_expr", Parameter("value"), returns="string")
def encode_expr(value: Value) -> Value:
    """Return a value as an expression of the language."""
    return _written(value, "")


@function("provider::terraform::encode_tfvars", Parameter("value"), returns="string")
def encode_tfvars(value: Value) -> Value:
    """Return an object as the text of a variables file."""
    if not isinstance(value, dict):
        raise ArgumentError(0, "the value to encode must be an object whose attribute names are valid identifiers")
    for name in value:
        if not _is_name(name):
            raise ArgumentError(0, f"invalid variable name {_quoted(name)}: must be a valid identifier")
    return "".join(f"{line}\n" for line in _assignments(value, ""))


@function("provider::terraform::decode_tfvars", Parameter("src", "string"), takes_context=True)
def decode_tfvars(context: FunctionContext, src: str) -> Value:
    """Return the values of a variables file as an object."""
    if context.decode_variables is None:
        raise EvaluationError("there is nothing to read a variables file with")
    return context.decode_variables(src)


def _is_name(text: str) -> bool:
    return bool(text) and text.replace("-", "_").isidentifier()


def _written(value: Value, indent: str) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, dict):
        if not value:
            return "{}"
        inner = indent + "  "
        return "\n".join(["{", *_assignments(value, inner), indent + "}"])
    if isinstance(value, tuple):
        return "[" + ", ".join(_written(item, indent) for item in value) + "]"
    return format_number(value)


def _assignments(value: dict[str, Value] | TfMap, indent: str) -> list[str]:
    """Return one text for each entry, equals signs of neighbouring single lines below each other, as terraform fmt."""
    names = [name if _is_name(name) else _quoted(name) for name in sorted(value)]
    texts = [_written(value[name], indent) for name in sorted(value)]
    lines = []
    for position, (name, text) in enumerate(zip(names, texts, strict=True)):
        first = last = position
        if "\n" not in text:
            while first and "\n" not in texts[first - 1]:
                first -= 1
            while last + 1 < len(texts) and "\n" not in texts[last + 1]:
                last += 1
        # The line before a value of several lines ends the run of lines that are aligned, and belongs to it.
        width = max(len(each) for each in names[first : last + 1])
        lines.append(f"{indent}{name:{width}} = {text}")
    return lines


_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}


def _quoted(text: str) -> str:
    escaped = "".join(_ESCAPES.get(character, character) for character in text)
    return '"' + re.sub(r"([$%])\{", r"\1\1{", escaped) + '"'
