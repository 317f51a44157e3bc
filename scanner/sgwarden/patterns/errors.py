"""Why a text is no event pattern or rule."""

from __future__ import annotations


class EventPatternError(ValueError):
    """The pattern or rule cannot be used; ``where`` names the member, line or character, ``reason`` the fault."""

    def __init__(self, reason: str, where: str = "", position: int | None = None) -> None:
        self.reason = reason
        self.where = where
        self.position = position
        super().__init__(f"{where}: {reason}" if where else reason)
