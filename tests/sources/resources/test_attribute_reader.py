"""Values of attributes as the model takes them, and the shapes that are refused."""

from __future__ import annotations

from fractions import Fraction

import pytest

from sgwarden.model.values import Sensitive, Unknown
from sgwarden.sources.resources.attribute_reader import AttributeReader, MalformedAttribute, dotted, kind_of, walk

LATER = Unknown("known after apply")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"), ("", None), (None, None), (LATER, LATER), (True, "true"), (22, "22"), (22.0, "22"), (0.5, "0.5"),
        (Fraction(1, 2), "0.5"),
    ],
)  # fmt: skip
def test_text(value: object, text: object) -> None:
    assert AttributeReader(value).text() == text


def test_numbers_and_booleans_written_as_text() -> None:
    assert [AttributeReader(value).integer() for value in (7, "7", 7.0, "", None)] == [7, 7, 7, None, None]
    # As Terraform converts text: seen with terraform validate 1.11.
    assert [AttributeReader(text).integer() for text in ("2.2e1", "22.0", "022", "-1")] == [22, 22, 22, -1]
    for text in ("2_2", " 22", "22 ", "٢٢", "0x16", "22.5", "1e99999999", "ssh"):
        with pytest.raises(MalformedAttribute, match="should be a whole number"):
            AttributeReader(text).integer()
    assert [AttributeReader(value).boolean() for value in (True, "1", "false", "", None)] == [
        True,
        True,
        False,
        None,
        None,
    ]
    assert AttributeReader({"a": "b", "c": None, "d": 1}).texts() == {"a": "b", "d": "1"}
    assert AttributeReader(LATER).texts() == {"*": LATER}


def test_other_shapes_are_refused_with_their_path_and_without_the_value() -> None:
    reader = AttributeReader({"ingress": ({"from_port": "secret"}, 5)}, sensitive=True)
    first, second = reader.get("ingress").elements()
    assert first.sensitive
    with pytest.raises(MalformedAttribute) as raised:
        first.get("from_port").integer()
    assert str(raised.value) == "ingress[0].from_port should be a whole number and is other text"
    with pytest.raises(MalformedAttribute, match=r"ingress\[1\] should be a block and is a number"):
        second.get("from_port")
    with pytest.raises(MalformedAttribute, match="the resource should be a list and is an object"):
        reader.elements()


def test_walking_through_blocks_stops_at_an_unknown_one() -> None:
    reader = AttributeReader({"a": ({"b": 1}, LATER, {"b": Sensitive(2)}), "c": {"b": 3}})
    assert [(each.path, each.value, each.sensitive) for each in walk(reader, ("a", "b"))] == [
        (("a", 0, "b"), 1, False),
        (("a", 1), LATER, False),
        (("a", 2, "b"), 2, True),
    ]
    assert [each.value for each in walk(reader, ("c", "b"))] == [3]


def test_paths_and_kinds_in_words() -> None:
    assert (dotted(("ingress", 0, "cidr_blocks")), dotted(())) == ("ingress[0].cidr_blocks", "the resource")
    assert [kind_of(value) for value in (True, "a", 1, (), {})] == [
        "a boolean", "a string", "a number", "a list", "an object",
    ]  # fmt: skip
