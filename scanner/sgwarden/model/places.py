"""Where in AWS a resource is: the partition, account and region, and what of the code chooses them."""

from __future__ import annotations

from msgspec import Struct

ACCESS_ARGUMENTS = ("allowed_account_ids", "profile", "assume_role", "assume_role_with_web_identity", "access_key")
"""Arguments of the AWS provider that say, or choose, whose account it works in."""
_UNKNOWN = "?"


class Place(Struct, frozen=True, omit_defaults=True):
    """Where one resource is, as far as its source says; what is not known is empty."""

    partition: str = ""
    account: str = ""
    region: str = ""
    """``?`` and a digest of the reason where the code names a region that is unknown."""
    provider: str = ""
    """Name of its provider configuration in the root module: ``aws``, ``aws.west``."""
    access: str = ""
    """Digest of the profile, roles and keys of its provider configuration, which choose the account."""

    def may_be(self, other: Place, same_root: bool) -> bool:
        """Return True if nothing that is known of both says that they are two places.

        Under another provider configuration of the same root module, what is unknown must be unknown alike.
        """
        for mine, theirs in (
            (self.partition, other.partition), (self.account, other.account), (self.region, other.region),
        ):  # fmt: skip
            if _is_known(mine) and _is_known(theirs) and mine != theirs:
                return False
        if self.account and other.account:
            by_access = True
        elif self._is_elsewhere_named(other, same_root):
            by_access = (self.account, self.access) == (other.account, other.access)
        else:
            by_access = not (self.access and other.access) or self.access == other.access
        return by_access and (self.region == other.region or not self._is_elsewhere_named(other, same_root))

    def _is_elsewhere_named(self, other: Place, same_root: bool) -> bool:
        return same_root and bool(self.provider and other.provider) and self.provider != other.provider


def unknown_region(digest: str) -> str:
    """Return what stands for a region that is unknown for a reason of that digest."""
    return _UNKNOWN + digest


def _is_known(text: str) -> bool:
    return bool(text) and not text.startswith(_UNKNOWN)
