"""The double of AWS for every test here."""

from __future__ import annotations

from tests.aws.double import aws

__all__ = ["aws"]
