"""Templates: texts with interpolations and directives.

Source: https://developer.hashicorp.com/terraform/language/expressions/strings
"""

from __future__ import annotations

from scanner.model import partial
from scanner.model.values import Sensitive, Unknown
from scanner.terraform import nodes, operators
from scanner.terraform.compiling import Closure, compile_expression, compiles
from scanner.terraform.conversions import to_string
from scanner.terraform.errors import EvaluationError
from scanner.terraform.for_expressions import compile_for
from scanner.terraform.scope import Scope
from scanner.terraform.traversal import mark
from scanner.terraform.values import Value

MAX_STRING = 16 * 1024 * 1024
"""Characters a template may grow to; Terraform's own limit is the machine's memory."""


@compiles(nodes.Template)
def _template(node: nodes.Template) -> Closure:
    if len(node.parts) == 1 and not isinstance(node.parts[0], (nodes.Literal, nodes.TemplateIf, nodes.TemplateFor)):
        return compile_expression(node.parts[0])
    parts = [compile_expression(part) for part in node.parts]

    def run(scope: Scope) -> Value:
        pieces: list[str | Unknown] = []
        unknown: Unknown | None = None
        sensitive = False
        for part in parts:
            value = part(scope)
            if type(value) is Sensitive:
                sensitive, value = True, value.value
            if type(value) is not str:
                if value is None:
                    raise EvaluationError("Invalid template interpolation value: the expression result is null.")
                value = to_string(value)
            if type(value) is Unknown:
                unknown = unknown or value
            pieces.append(value)
        if unknown is not None:
            not_null = unknown.not_null or any(type(piece) is str and piece for piece in pieces)
            result: Value = partial.text(pieces, unknown.reason, not_null=not_null)
        else:
            result = _bounded("".join(pieces))  # type: ignore[arg-type]
        return mark(result) if sensitive else result

    return run


def _bounded(text: str) -> str:
    if len(text) > MAX_STRING:
        raise EvaluationError(f"a string grows beyond {MAX_STRING} characters")
    return text


@compiles(nodes.TemplateIf)
def _template_if(node: nodes.TemplateIf) -> Closure:
    condition = compile_expression(node.condition)
    then, otherwise = compile_expression(node.then), compile_expression(node.otherwise)
    return lambda scope: operators.conditional(condition(scope), lambda: then(scope), lambda: otherwise(scope))


@compiles(nodes.TemplateFor)
def _template_for(node: nodes.TemplateFor) -> Closure:
    loop = compile_for(
        nodes.For(node.span, node.key_name, node.value_name, node.collection, None, node.body, None, False)
    )

    def run(scope: Scope) -> Value:
        values = loop(scope)
        if type(values) is Sensitive:
            return mark(_join(values.value))
        return _join(values)

    return run


def _join(values: Value) -> Value:
    if type(values) is Unknown:
        return Unknown(values.reason, type="string")
    pieces = [to_string(value.value if type(value) is Sensitive else value) for value in values]
    for piece in pieces:
        if type(piece) is Unknown:
            return Unknown(piece.reason, type="string")
    text = _bounded("".join(pieces))
    return mark(text) if any(type(value) is Sensitive for value in values) else text
