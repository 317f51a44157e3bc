"""User-perceived characters of a text, as Terraform counts them (Unicode's grapheme clusters)."""

from __future__ import annotations


def graphemes(text: str) -> list[str]:
    """The grapheme clusters of ``text`` in order (https://www.unicode.org/reports/tr29/)."""
    if text.isascii() and "\r" not in text:
        return list(text)
    import regex  # not at the top: seldom needed, slow to import

    return regex.findall(r"\X", text)


def count(text: str) -> int:
    """Number of grapheme clusters of ``text``."""
    return len(text) if text.isascii() and "\r" not in text else len(graphemes(text))
