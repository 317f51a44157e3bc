"""User-perceived characters of a text, as Terraform counts them (Unicode's grapheme clusters)."""

from __future__ import annotations


def graphemes(text: str) -> list[str]:
    """Return the grapheme clusters of ``text`` in order (https://www.unicode.org/reports/tr29/)."""
    if text.isascii() and "\r" not in text:
        return list(text)
    import regex  # imported late: slow, and only text beyond ASCII needs it

    return regex.findall(r"\X", text)


def count(text: str) -> int:
    """Return number of grapheme clusters of ``text``."""
    return len(text) if text.isascii() and "\r" not in text else len(graphemes(text))
