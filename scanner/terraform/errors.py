"""The one error of evaluation."""

from __future__ import annotations


class EvaluationError(Exception):
    """Terraform would refuse this expression; the message says why, in Terraform's terms.

    ``try`` and ``can`` catch it. Anything else ends the attribute it stands in with a diagnostic.
    """
