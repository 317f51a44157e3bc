"""Declarations of functions, and the checks of arguments that they share."""

from __future__ import annotations

from typing import Any

import pytest

from sgwarden.model.values import Unknown
from sgwarden.terraform.errors import EvaluationError
from sgwarden.terraform.functions.spec import FUNCTIONS, ArgumentError, Parameter, function, unknown_length, whole
from sgwarden.terraform.types.values import TfList, TfSet


def test_a_decorated_function_is_registered() -> None:
    try:

        @function("twice", Parameter("value", "number"), returns="number")
        def twice(value: Any) -> Any:
            return value * 2

        registered = FUNCTIONS["twice"]
    finally:
        FUNCTIONS.pop("twice", None)
    assert (registered.name, registered.parameters, registered.returns, registered.takes_unknown) == (
        "twice",
        (Parameter("value", "number"),),
        "number",
        False,
    )
    assert registered.implementation(2) == 4


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, "1", True])
def test_whole_refuses_what_go_cannot_hold(value: Any) -> None:
    assert whole(2**63 - 1) == 2**63 - 1
    message = "value must be a whole number, between -9223372036854775808 and 9223372036854775807"
    with pytest.raises(EvaluationError) as caught:
        whole(value, "invalid size")
    assert str(caught.value) == f"invalid size: {message}"
    with pytest.raises(ArgumentError) as refused:
        whole(value, index=2)
    assert (refused.value.index, str(refused.value)) == (2, message)


def test_the_length_of_a_set_with_an_unknown_element_is_unknown() -> None:
    unknown = Unknown("?")
    assert unknown_length(TfSet(("a", unknown))) is unknown
    assert [unknown_length(value) for value in (TfSet((unknown,)), TfSet(("a", "b")), TfList(("a", unknown)))] == [
        None
    ] * 3
