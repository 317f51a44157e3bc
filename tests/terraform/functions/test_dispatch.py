"""The dispatcher: names, numbers of arguments, sensitive values, and bounds on what is computed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sgwarden.model.values import Sensitive, Unknown
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.functions import FunctionContext, call, names
from sgwarden.terraform.types.values import TfList
from tests.terraform.truth import TRUTH

CONTEXT = FunctionContext(Path(), Path())


def test_all_functions_of_terraform_are_there() -> None:
    assert len(names()) == 119
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
        ("pow", (10, 100_000)),
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
    without = {"bcrypt", "uuid", "timestamp", "plantimestamp", "rsadecrypt", "base64gzip", "templatestring", "type"}
    assert {name for name in names() if f"{name}(" not in text} == without
