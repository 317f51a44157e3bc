"""What a comparison is asked."""

from __future__ import annotations

from msgspec import Struct


class Options(Struct, frozen=True):
    """What a comparison leaves out and counts."""

    ignore_tags: tuple[str, ...] = ()
    """Keys of tags that somebody else sets (``ignore_tags.keys`` of the provider)."""
    ignore_tag_prefixes: tuple[str, ...] = ()
    counted_services: frozenset[str] = frozenset()
    """``default``, ``services``: unmanaged groups of these are drift too."""
