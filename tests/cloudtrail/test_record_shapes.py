"""The shapes of records, and how data files describe shapes."""

from __future__ import annotations

import pytest

from sgwarden.cloudtrail.record_shapes import record_shape, shape_of
from sgwarden.cloudtrail.shapes import Known, Member, Object
from tests.cloudtrail.documents import allows

NOTHING = Member(Object({}))


@pytest.mark.parametrize(
    ("description", "allowed", "refused"),
    [
        ("any", [None, {}, 1], []),
        ("text", ["a"], ["", 1]),
        ("text:sg-", ["sg-1"], ["x"]),
        ("text!Yes", ["No"], ["Yes"]),
        ("number", [1, 1.5], [True, "1"]),
        ("boolean", [True, False], [None]),
        ("=true", ["true"], [True, "="]),
        (None, [None], [False, {}]),
        (["a", "b"], ["a", "b"], ["c"]),
        ({"id": "text", "name?": "text"}, [{"id": "a"}, {"id": "a", "name": "b"}], [{}, {"id": "a", "x": 1}]),
        ({"id": "text", "...": True}, [{"id": "a", "x": 1}], [{"x": 1}]),
        ({"[]": "number"}, [[1], [1, 2]], [[], ["a"]]),
    ],
    ids=str,
)
def test_shapes_allow_what_is_described(description: object, allowed: list[object], refused: list[object]) -> None:
    shape = shape_of(description)
    assert [allows(shape, document) for document in allowed] == [True] * len(allowed)
    assert [allows(shape, document) for document in refused] == [False] * len(refused)


def test_failed_calls_have_an_error_and_no_response() -> None:
    success = record_shape("ec2.amazonaws.com", "CreateSecurityGroup", NOTHING)
    failure = record_shape("ec2.amazonaws.com", "CreateSecurityGroup", NOTHING, failed=True)
    assert failure.members.keys() - success.members.keys() == {"errorCode", "errorMessage"}
    response = failure.members["responseElements"].shape
    assert isinstance(response, Known)
    assert response.value is None
    assert [allows(failure.members["requestParameters"].shape, value) for value in ({}, None, "x")] == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize("description", ["nonsense", 5, {"a": {"b": 1.5}}])
def test_what_describes_no_shape_is_refused(description: object) -> None:
    with pytest.raises(ValueError, match="not the description of a shape"):
        shape_of(description)
