"""How an ARN of a resource of the code may be spelled: by reference, or written out."""

from __future__ import annotations

from sgwarden.model import refinements
from sgwarden.model.monitoring import Declared, Text
from sgwarden.model.values import Unknown
from sgwarden.model.wildcards import ACCOUNT, REGION, partition_of


def arns(resource: Declared, service: str, rest: Text, suffix: str = "") -> tuple[str | Unknown, ...]:
    """Spellings of the ARN of ``resource``, each followed by ``suffix``.

    ``rest`` is what follows the account: ``log-group:NAME``; None when it is not known.
    """
    spellings: list[str | Unknown] = []
    if resource.arn is not None:
        spellings.append(joined(resource.arn, suffix))
    if rest is not None and not isinstance(resource.arn, str):
        region = REGION if resource.region is None else resource.region
        account = ACCOUNT if resource.account is None else resource.account
        spellings.append(
            joined(f"arn:{partition_of(resource.region)}:{service}:", region, ":", account, ":", rest, suffix)
        )
    return tuple(spellings)


def joined(*pieces: str | Unknown) -> str | Unknown:
    """The pieces as one text."""
    unknown = next((piece for piece in pieces if isinstance(piece, Unknown)), None)
    if unknown is None:
        return "".join(str(piece) for piece in pieces)
    return refinements.text(pieces, unknown.reason, not_null=True)


def shown(value: Text) -> str:
    """A text for people: references as such, and of other unknown parts why they are unknown."""
    if value is None:
        return "(none)"
    return "".join(
        part if isinstance(part, str) else f"{part.address}.{part.attribute}" if part.address else f"({part.reason})"
        for part in refinements.parts_of(value)
    )
