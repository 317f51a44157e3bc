"""JSON with the place of every value."""

from __future__ import annotations

import pytest

from sgwarden.terraform.syntax.json_reader import JsonNumber, JsonProperty, JsonReader, JsonValue
from sgwarden.terraform.syntax.text import InvalidText, line_starts


def test_values_have_their_places_and_repeated_keys_are_kept() -> None:
    text = '{"a": [1.50, "x"],\n "a": null}'
    reader = JsonReader(text, line_starts(text))
    assert reader.read() == JsonValue(
        0,
        30,
        (
            JsonProperty(
                "a",
                1,
                4,
                JsonValue(6, 17, [JsonValue(7, 11, JsonNumber("1.50")), JsonValue(13, 16, "x")]),
            ),
            JsonProperty("a", 20, 23, JsonValue(25, 29, None)),
        ),
    )
    assert reader.span(20, 29) == (2, 2, 2, 11)


@pytest.mark.parametrize("text", ["", "{", '{"a" 1}', "[1,]", "[1 2]", "nul", '"open', "1 2"])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(InvalidText) as caught:
        JsonReader(text, line_starts(text)).read()
    assert 0 <= caught.value.offset <= len(text)
