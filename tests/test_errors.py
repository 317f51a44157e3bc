"""Errors are one line: where, what, next step."""

from __future__ import annotations

from sgwarden.errors import InputError, SgwardenError, UsageError


def test_one_line() -> None:
    assert (
        str(UsageError("it is wrong", "f.toml:3", "write it otherwise")) == "f.toml:3: it is wrong; write it otherwise"
    )
    assert str(InputError("it is wrong")) == "it is wrong"
    assert str(SgwardenError("it is wrong", next_step="change it")) == "it is wrong; change it"
    assert issubclass(UsageError, SgwardenError) and issubclass(InputError, SgwardenError)
