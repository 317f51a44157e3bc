"""The errors of evaluation."""

from __future__ import annotations


class EvaluationError(Exception):
    """Terraform would refuse this expression; the message says why, in Terraform's terms.

    ``try`` and ``can`` catch it. Anything else ends the attribute it stands in with a diagnostic.
    """


class UndeclaredReference(EvaluationError):
    """A reference to something that no code declares.

    Terraform refuses the whole expression before it evaluates it: ``try``, ``can`` and the branch
    of a conditional that is not taken do not hide it.
    """

    def __init__(self, message: str, resource: str | None = None) -> None:
        super().__init__(message)
        self.resource = resource
        """The address, in its module, of a resource that is not declared; None for any other name."""


class RefusedByOlderVersions(EvaluationError):
    """Terraform 1.11 refuses this; newer versions, or OpenTofu, give ``value``.

    Where the refusal would end the plan, only ``value`` is ever applied. Inside ``try`` and ``can``
    the versions differ in what they make of it.
    """

    def __init__(self, message: str, value: object) -> None:
        super().__init__(message)
        self.value = value


def undeclared_resource(error: BaseException) -> str | None:
    """Return the resource that an error blames for not being declared, if it is of that kind."""
    return error.resource if isinstance(error, UndeclaredReference) else None
