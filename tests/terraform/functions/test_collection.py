"""Functions of lists, and of any collection."""

from __future__ import annotations

import pytest

from tests.terraform.truth import failures


@pytest.mark.truth
def test_evaluates_as_terraform() -> None:
    assert (
        failures(
            "collection",
            without=(
                "setintersection",
                "setsubtract",
                "setunion",
                "setproduct",
                "keys",
                "lookup",
                "merge",
                "transpose",
                "values",
                "zipmap",
            ),
        )
        == []
    )
