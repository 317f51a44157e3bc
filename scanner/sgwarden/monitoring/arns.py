"""ARNs of resources: by reference, or written out."""

from __future__ import annotations

from sgwarden.model import refinements
from sgwarden.model.monitoring import Declared, Text
from sgwarden.model.values import Unknown
from sgwarden.model.wildcards import ACCOUNT, REGION, partition_of


def arn_spellings(resource: Declared, service: str, rest: Text, suffix: str = "") -> tuple[str | Unknown, ...]:
    """Return the spellings of the ARN of ``resource``, each followed by ``suffix``.

    ``rest`` is what follows the account: ``log-group:NAME``; None if it is not known.
    """
    spellings: list[str | Unknown] = []
    if resource.arn is not None:
        spellings.append(join_text(resource.arn, suffix))
    if rest is not None and not isinstance(resource.arn, str):
        region = REGION if resource.region is None else resource.region
        account = ACCOUNT if resource.account is None else resource.account
        spellings.append(
            join_text(f"arn:{partition_of(resource.region)}:{service}:", region, ":", account, ":", rest, suffix)
        )
    return tuple(spellings)


def join_text(*pieces: str | Unknown) -> str | Unknown:
    """Return the pieces as one text."""
    unknown = next((piece for piece in pieces if isinstance(piece, Unknown)), None)
    if unknown is None:
        return "".join(str(piece) for piece in pieces)
    return refinements.text(pieces, unknown.reason, not_null=True)


def display(value: Text) -> str:
    """Return a text for people: references by address, other unknown parts by their reason."""
    if value is None:
        return "(none)"
    return "".join(
        part if isinstance(part, str) else f"{part.address}.{part.attribute}" if part.address else f"({part.reason})"
        for part in refinements.parts_of(value)
    )
