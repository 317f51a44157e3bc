"""What the grammar is given has every character in its place."""

from __future__ import annotations

from hypothesis import given, settings

from sgwarden.terraform.syntax.preprocess import mask
from sgwarden.terraform.syntax.text import InvalidText
from tests.terraform.syntax.texts import mutated


@settings(max_examples=300, deadline=None)
@given(mutated())
def test_masking_moves_nothing(text: str) -> None:
    try:
        masked = mask(text)
    except InvalidText as failure:
        assert 0 <= failure.offset <= len(text)
    else:
        assert len(masked.text) == len(text)
        assert masked.text.isascii()
