"""The dispatcher: names, numbers of arguments, sensitive values, and bounds on what is computed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from sgwarden.model.values import Sensitive, Unknown
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.evaluate.expressions import evaluate_text
from sgwarden.terraform.functions import FunctionContext, call, names
from sgwarden.terraform.types.values import TfList, first_unknown
from tests.terraform.truth import TRUTH

CONTEXT = FunctionContext(Path(), Path())


def test_all_functions_of_terraform_are_there() -> None:
    assert len(names()) == 120
    assert {"try", "can", "type", "templatestring", "ephemeralasnull", "issensitive"} <= names()


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("nope", (), 'There is no function named "nope".'),
        ("upper", (), 'Function "upper" expects 1 argument(s). Missing value for "str".'),
        ("upper", ("a", "b"), 'Function "upper" expects only 1 argument(s).'),
        ("format", (), 'Function "format" expects at least 1 argument(s). Missing value for "format".'),
        ("upper", (None,), 'Invalid value for "str" parameter: argument must not be null.'),
        ("upper", ((),), 'Invalid value for "str" parameter: string required.'),
        ("parseint", ("z", 10), 'Invalid value for "number" parameter: cannot parse "z" as a base 10 integer.'),
        ("element", ((), 0), 'Call to function "element" failed: cannot use element function with an empty list.'),
    ],
)
def test_errors_are_terraforms(name: str, arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        call(name, arguments, CONTEXT)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("name", "arguments", "result"),
    [
        ("upper", (Sensitive("a"),), Sensitive("A")),
        ("join", (",", (Sensitive("a"), "b")), Sensitive("a,b")),
        ("jsonencode", ({"a": (Sensitive("x"),)},), Sensitive('{"a":["x"]}')),
        ("upper", (Sensitive(Unknown("?")),), Sensitive(Unknown("?", type="string"))),
        ("length", (Sensitive(("a",)),), Sensitive(1)),
        ("length", ((Sensitive("a"),),), 1),
        ("element", ((Sensitive("a"), "b"), 1), "b"),
        ("element", (Sensitive((Sensitive("a"), "b")), 0), Sensitive("a")),
        ("merge", ({"a": Sensitive(1)}, {"b": 2}), {"a": Sensitive(1), "b": 2}),
        ("merge", ({"a": Sensitive(1)}, Sensitive({"b": 2})), Sensitive({"a": 1, "b": 2})),
        ("contains", ((Sensitive("a"),), "a"), Sensitive(True)),
        ("sensitive", ({"a": Sensitive(1)},), Sensitive({"a": 1})),
        ("issensitive", (Sensitive(1),), True),
        ("lookup", ({"a": Sensitive(1), "b": 2}, "b"), 2),
        ("flatten", ((Sensitive(("a",)), ("b",)),), Sensitive(("a", "b"))),
    ],
)
def test_sensitive_values_stay_sensitive(name: str, arguments: tuple[Any, ...], result: Any) -> None:
    assert call(name, arguments, CONTEXT) == result


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("setproduct", ((("a",) * 1000,) * 4)),
        ("indent", (10_000_000, "a\nb\nc")),
        ("replace", ("a" * 10_000, "a", "b" * 10_000)),
        ("replace", ("a" * 10_000, "/a/", "b" * 10_000)),
        ("join", ("x" * 10_000, ("a",) * 10_000)),
        ("concat", ((1,) * 600_000, (1,) * 600_000)),
        ("urlencode", ("/" * 4_000_000,)),
    ],
)
def test_what_is_too_large_is_unknown(name: str, arguments: tuple[Any, ...]) -> None:
    result = call(name, arguments, CONTEXT)
    assert isinstance(result, Unknown)
    assert "too large" in result.reason


DEEP = "[" * 100_000 + "]" * 100_000
TWICE: Any = (1, 1)
for _ in range(40):
    TWICE = (TWICE, TWICE)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("range", (10**12,)),
        ("format", ("%1000000000d", 1)),
        ("format", ("%.1000000000f", 1)),
        ("format", ("%[1]s" * 2_000, "x" * 10_000)),
        ("jsondecode", (DEEP,)),
        ("yamldecode", (DEEP,)),
        ("tonumber", ("1e999999999",)),
        ("parseint", ("1" * 100_000, 10)),
        ("fileset", (".", "{a,b}" * 20)),
        ("flatten", (TWICE,)),
        ("tolist", ((TWICE, TWICE),)),
        ("upper", (TWICE,)),
    ],
)
def test_what_is_too_large_is_refused(name: str, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(EvaluationError):
        call(name, arguments, CONTEXT)


def test_lists_keep_their_element_type() -> None:
    result = call("concat", (TfList((), "number"), TfList((1,), "number")), CONTEXT)
    assert (type(result), result.element_type) == (TfList, "number")


def test_there_is_truth_for_every_function() -> None:
    text = "".join(path.read_text() for path in sorted(TRUTH.glob("*.jsonl")))
    without = {
        "bcrypt",
        "uuid",
        "timestamp",
        "plantimestamp",
        "rsadecrypt",
        "base64gzip",
        "templatestring",
        "type",
        "convert",
    }
    assert {name for name in names() if f"{name}(" not in text} == without


@pytest.mark.parametrize(
    ("expression", "error"),
    [
        ("tobool(tolist(null))", "cannot convert list of any single type to bool"),
        ("toset(tostring(null))", "cannot convert string to set"),
        ("coalesce(1, tolist(null))", "all arguments must have the same type"),
        ('coalescelist(["a"], {})', "coalescelist arguments must be lists or tuples"),
        ('coalescelist(["a"], null)', "coalescelist arguments must be lists or tuples"),
        ("merge(tostring(null))", "arguments must be maps or objects"),
        ("merge({}, null, [1])", "arguments must be maps or objects"),
        ('setsubtract([null], [["a"]])', "incompatible set rules"),
        ('cidrsubnets("::ffff:1.2.3.4/96", 1)', "not enough remaining address space"),
        ('cidrsubnet("10.0.0.0/8", 8, 18446744073709551616)', "index out of range"),
        ("true ? tobool(null) : {}", "Inconsistent conditional result types"),
        ('[for v in [] : v if tobool("x")]', "cannot convert"),
    ],
)
def test_what_terraform_refuses_is_refused(expression: str, error: str) -> None:
    """Recorded from terraform 1.11."""
    with pytest.raises(EvaluationError, match=re.escape(error)):
        evaluate_text(expression)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ('merge(null, toset(["1"]))', {"1": "1"}),
        ("merge({ a = 1 }, null)", {"a": 1}),
        ("coalesce(tostring(null), 0)", "0"),
        ("setunion([null], [1])", (1, None)),
        ('cidrnetmask("::ffff:1.2.3.4/96")', "ffff:ffff:ffff:ffff:ffff:ffff::"),
        ('cidrsubnet("::ffff:1.2.3.4/120", 1, 1)', "1.2.3.128/25"),
        ('cidrsubnet("fd00::/8", 70, 2361183241434822606848)', "ff00::/78"),
        ('cidrhost("fd00::/64", 18446744073709551616)', "fd00:0:0:1::"),
        ('element(tolist(["a", "b"]), -3)', "b"),
        ("false ? 1 : tostring(null)", None),
        ("true ? 1 : tostring(null)", "1"),
    ],
)
def test_odd_calls_give_what_terraform_gives(expression: str, value: object) -> None:
    """Recorded from terraform 1.11."""
    assert evaluate_text(expression) == value


@pytest.mark.parametrize(
    ("expression", "newer"),
    [
        ("false && tobool([])", False),
        ("true || tobool([])", True),
        ('contains(["a"], null)', False),
        ('contains(["a", null], null)', True),
        ('element(["a", "b"], -1)', "b"),
        ('templatestring("a", {})', "a"),
        ('convert(["b", "a"], set(string))', ("a", "b")),
    ],
)
def test_where_versions_differ_try_is_not_decided(expression: str, newer: object) -> None:
    """Elsewhere only the newer version gets past the plan."""
    assert evaluate_text(expression) == newer
    assert isinstance(evaluate_text(f"try({expression}, 1)"), Unknown)
    assert isinstance(evaluate_text(f"can([{expression}])"), Unknown)


@pytest.mark.parametrize(
    "expression",
    [
        "cidrsubnet(p, 1, 1)",
        "parseint(p, 10)",
        'index(["a"], p)',
        "lookup({}, p)",
        "{ a = 1 }[p]",
        "file(p)",
        'file("/${p}")',
        "templatefile(p, {})",
        'templatestring("${cidrhost(a, 1)}", { a = p })',
        "jsondecode(p)",
        "tonumber(p)",
        "formatdate(p, p)",
        "[for x in [p] : cidrhost(x, 1)]",
        "[for x in sensitive([nonsensitive(p)]) : cidrhost(x, 1)]",
        '{ for x in split("T", "${p}T${p}") : x => 1 }',
        "regex(p, p)",
        "try(parseint(p, 10), cidrhost(p, 1))",
    ],
)
def test_no_message_holds_a_sensitive_value(expression: str) -> None:
    try:
        value = evaluate_text(expression, {"p": Sensitive("(PLANTED")})
    except EvaluationError as error:
        assert "PLANTED" not in str(error)
    else:
        unknown = first_unknown(value.value if isinstance(value, Sensitive) else value)
        assert unknown is not None
        assert "PLANTED" not in unknown.reason
