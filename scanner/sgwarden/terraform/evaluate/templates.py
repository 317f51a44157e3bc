"""Templates: texts with interpolations and directives.

Source: https://developer.hashicorp.com/terraform/language/expressions/strings
"""

from __future__ import annotations

from sgwarden.model import refinements
from sgwarden.model.values import Sensitive, Unknown
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.evaluate import operators
from sgwarden.terraform.evaluate.compile import Closure, compile_expression, compiles
from sgwarden.terraform.evaluate.for_expressions import compile_for
from sgwarden.terraform.evaluate.scope import Scope
from sgwarden.terraform.syntax import ast
from sgwarden.terraform.types.convert import to_string
from sgwarden.terraform.types.values import Value, as_sensitive

MAX_STRING = 16 * 1024 * 1024
"""Characters a template may grow to; Terraform's own limit is the machine's memory."""


@compiles(ast.Template)
def _template(node: ast.Template) -> Closure:
    if len(node.parts) == 1 and not isinstance(node.parts[0], (ast.Literal, ast.TemplateIf, ast.TemplateFor)):
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
            result: Value = refinements.text(pieces, unknown.reason, not_null=not_null)
        else:
            result = _bounded("".join(pieces))  # type: ignore[arg-type]
        return as_sensitive(result) if sensitive else result

    return run


def _bounded(text: str) -> str:
    if len(text) > MAX_STRING:
        raise EvaluationError(f"a string grows beyond {MAX_STRING} characters")
    return text


@compiles(ast.TemplateIf)
def _template_if(node: ast.TemplateIf) -> Closure:
    condition = compile_expression(node.condition)
    then, otherwise = compile_expression(node.then), compile_expression(node.otherwise)
    return lambda scope: operators.conditional(condition(scope), lambda: then(scope), lambda: otherwise(scope))


@compiles(ast.TemplateFor)
def _template_for(node: ast.TemplateFor) -> Closure:
    loop = compile_for(
        ast.For(node.span, node.key_name, node.value_name, node.collection, None, node.body, None, False)
    )

    def run(scope: Scope) -> Value:
        values = loop(scope)
        if type(values) is Sensitive:
            return as_sensitive(_join(values.value))
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
    return as_sensitive(text) if any(type(value) is Sensitive for value in values) else text
