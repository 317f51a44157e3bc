"""The monitoring chain of one account in one region."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from scanner.aws.calls import Account
from scanner.aws.documents import Documents


def reader(regions: Sequence[str]) -> Callable[[Account, str], Documents]:
    return lambda account, region: Documents(account.id, region)
