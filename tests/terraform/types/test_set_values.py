"""Sets: what is one element, and their order."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sgwarden.model.values import Unknown
from sgwarden.terraform.types.set_values import make_set
from sgwarden.terraform.types.values import TfSet

UNKNOWN = Unknown("the id is made on apply", "aws_vpc.a", "id", not_null=True)


def test_unknown_elements_of_a_set_stay_apart() -> None:
    other = Unknown("another id", "aws_vpc.b", "id")
    assert make_set([UNKNOWN, "a", other, None, "a"]) == TfSet(("a", UNKNOWN, other, None))


texts, whole = st.none() | st.text(max_size=3), st.none() | st.integers(-(10**12), 10**12)


rows = st.fixed_dictionaries({"a": texts, "b": whole})


item_lists = st.one_of(
    st.lists(item, max_size=8) for item in (texts, whole, st.booleans(), st.tuples(texts, whole), rows)
)  # fmt: skip


@given(item_lists)
def test_set_order_is_settled(items: list[Any]) -> None:
    once = make_set(items)
    assert make_set(once) == once
    assert make_set(reversed(items)) == once
